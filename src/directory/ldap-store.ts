/** The live filling of the writing port: descriptors of single objects, addressed by GUID on the pinned DC. */

import { Attribute, Change } from 'ldapts';
import type { DescriptorStore, StoredDescriptor, Target } from '../apply/store.ts';
import { DirectoryError } from '../errors.ts';
import { ATTRIBUTE_IDS, decodeReplPropertyMetaData } from '../formats/repl-metadata.ts';
import type { RawEntry } from '../records/source.ts';
import { SD_FLAGS, SD_FLAGS_READABLE, SdFlagsControl } from './controls.ts';
import type { LdapConnection } from './ldap-connection.ts';

const NO_SUCH_OBJECT = 32;

/** Reads and writes descriptors over an open, signed-in connection. Closing the store leaves the connection open. */
export function createLdapStore(connection: LdapConnection): DescriptorStore {
  return {
    name: connection.server,
    read: (target) => read(connection, target),
    writeDacl: (target, descriptor) => writeDacl(connection, target, descriptor),
    close: async () => {},
  };
}

async function read(connection: LdapConnection, target: Target): Promise<StoredDescriptor | null> {
  const found: RawEntry[] = [];
  try {
    for await (const page of connection.search({
      base: addressOf(target),
      scope: 'base',
      filter: '(objectClass=dnsNode)',
      attributes: ['nTSecurityDescriptor', 'replPropertyMetaData'],
      controls: [new SdFlagsControl(SD_FLAGS_READABLE)],
    })) {
      found.push(...page);
    }
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
  const [entry] = found;
  if (entry === undefined) return null;
  const bytes = entry.attributes.get('ntsecuritydescriptor')?.[0];
  if (bytes === undefined) throw unreadable(target);
  return { bytes, version: versionOf(entry) };
}

async function writeDacl(connection: LdapConnection, target: Target, descriptor: Uint8Array): Promise<void> {
  const modification = new Attribute({ type: 'nTSecurityDescriptor', values: [Buffer.from(descriptor)] });
  const change = new Change({ operation: 'replace', modification });
  await connection.request({ operation: 'change the descriptor of a name', dn: target.dn }, (client) =>
    client.modify(addressOf(target), change, new SdFlagsControl(SD_FLAGS.dacl)),
  );
}

/** By GUID a rename during the run does no harm. [MS-ADTS] 3.1.1.3.1.2.4 */
function addressOf(target: Target): string {
  return target.objectGuid === null ? target.dn : `<GUID=${target.objectGuid}>`;
}

function versionOf(entry: RawEntry): number | null {
  const bytes = entry.attributes.get('replpropertymetadata')?.[0];
  if (bytes === undefined) return null;
  const metadata = decodeReplPropertyMetaData(bytes);
  return metadata.find((item) => item.attid === ATTRIBUTE_IDS.nTSecurityDescriptor)?.version ?? null;
}

function unreadable(target: Target): DirectoryError {
  const message = `Cannot read the descriptor of ${target.dn}: this account lacks READ_CONTROL, so nothing was written`;
  return new DirectoryError('rights', message, { operation: 'read a descriptor', dn: target.dn });
}
