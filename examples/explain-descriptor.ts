/** Reads a security descriptor from base64 (the first argument, or a sample) and prints it as SDDL, ACE by ACE. */

import { decodeSecurityDescriptor, formatAce, formatSddl } from '../src/index.ts';

const SAMPLE =
  'AQAEhBQAAAAgAAAAAAAAACwAAAABAQAAAAAABRIAAAABAQAAAAAABRIAAAAEABwAAQAAAAAAFAD/AQ8AAQEAAAAAAAULAAAA';

const descriptor = decodeSecurityDescriptor(Buffer.from(process.argv[2] ?? SAMPLE, 'base64'));
const context = { domainSid: null, rootDomainSid: null };
process.stdout.write(`${formatSddl(descriptor, context)}\n`);
if (descriptor.dacl.kind === 'present') {
  for (const ace of descriptor.dacl.acl.aces) process.stdout.write(`  ${formatAce(ace, context)}\n`);
}
