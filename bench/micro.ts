/**
 * Times decoding, judging and formatting alone, over the large zone in memory. A process of its own, so that nothing
 * else has warmed up or filled its heap:
 *
 *     node bench/micro.ts REPLAY-PORT
 */

import { auditName, updateAcesOf } from '../src/assess/audit.ts';
import type { OwnedName } from '../src/assess/owner-class.ts';
import { updateTrustees } from '../src/assess/update-right.ts';
import { createStages } from '../src/cli/answer/stages.ts';
import { learnTrustees, startAuditing, zoneOf } from '../src/cli/auditing.ts';
import { classifyPage, type Reading, sddlContext, startReading } from '../src/cli/reading.ts';
import { LdapConnection } from '../src/directory/ldap/ldap-connection.ts';
import { createLdapSource } from '../src/directory/ldap/ldap-source.ts';
import { openTransport } from '../src/directory/ldap/transport.ts';
import type { ByteSpan } from '../src/directory/ldap/wire-entry.ts';
import { createDescriptorDecoder } from '../src/formats/node-descriptor.ts';
import { storedDescriptor } from '../src/records/node.ts';
import { readNodes } from '../src/records/read.ts';
import { auditLine } from '../src/report/audit-rows.ts';
import { median } from './measure.ts';
import { DHCP_ACCOUNT, ZONES } from './size.ts';

/** Microseconds for one descriptor, medians, and what they were measured on. */
export interface MicroAnswer {
  readonly descriptors: number;
  /** Inherited parts that were decoded, because they were unlike those before. */
  readonly tails: number;
  readonly decode: number;
  readonly judge: number;
  readonly format: number;
}

/** The first few are slower: the compiler is still at work on what they do. */
const PASSES = 11;
const RECEIVE_BYTES = 256 * 1024;
/** About what an entry holds besides its descriptor; odd, so that no descriptor is aligned by chance. */
const BETWEEN_BYTES = 207;
const PAGE_SIZE = 1000;

const reading = await openReading(Number(process.argv[2]));
// First, while there is nothing else in memory that the garbage collector would have to walk.
const descriptors = await readDescriptors();
let tails = 0;
const decode = timed(() => {
  const decoder = createDescriptorDecoder();
  for (const { bytes, start, end } of descriptors) decoder.decode(bytes, start, end);
  tails = decoder.distinctTails;
});
const auditing = await startAuditing(reading, { leases: null, extraUpdaters: [], now: new Date() });
const names = await readNames();
await reading.source.close();
const judge = timed(() => {
  // Nothing is kept, as the program keeps no page after it was written: moving it to the old heap would be timed too.
  for (const name of names) auditName(name, zoneOf(reading.zones, name), auditing);
});
const context = sddlContext(reading.info);
const audited = names.map((name) => auditName(name, zoneOf(reading.zones, name), auditing));
const format = timed(() => {
  for (const name of audited) auditLine(name, context);
});

const answer: MicroAnswer = { descriptors: descriptors.length, tails, decode, judge, format };
process.stdout.write(JSON.stringify(answer));

async function openReading(port: number): Promise<Reading> {
  const transport = await openTransport({
    host: '127.0.0.1',
    port,
    tls: 'off',
    caFile: null,
    insecure: false,
    connectTimeoutMs: 5000,
  });
  const source = createLdapSource(new LdapConnection(transport, 'replay', 0), PAGE_SIZE);
  const estate = { dhcpAccounts: [DHCP_ACCOUNT], dhcpServers: [] };
  return startReading(
    source,
    [ZONES.large],
    'all',
    estate,
    null,
    createStages(() => new Date()),
  );
}

async function readNames(): Promise<readonly OwnedName[]> {
  const found: OwnedName[] = [];
  for (const zone of reading.zones) {
    for await (const { nodes } of readNodes(reading.source, zone, 'metadata')) {
      const owned = await classifyPage(reading, nodes);
      await learnTrustees(reading, auditing, updateTrustees(owned.map(updateAcesOf)));
      found.push(...owned);
    }
  }
  return found;
}

/** The descriptors as they lie in receive buffers: many in one, with something in between. */
async function readDescriptors(): Promise<readonly ByteSpan[]> {
  const found: ByteSpan[] = [];
  let bytes = Buffer.alloc(0);
  let used = 0;
  for (const zone of reading.zones) {
    for await (const { nodes } of readNodes(reading.source, zone, 'metadata')) {
      for (const { descriptor } of nodes) {
        const stored = storedDescriptor(descriptor);
        if (used + BETWEEN_BYTES + stored.length > bytes.length) {
          bytes = Buffer.allocUnsafeSlow(RECEIVE_BYTES);
          used = 0;
        }
        const start = used + BETWEEN_BYTES;
        used = start + stored.length;
        bytes.set(stored, start);
        found.push({ bytes, start, end: used });
      }
    }
  }
  return found;
}

/** The median of some passes after one to warm up, in microseconds for each descriptor. */
function timed(pass: () => void): number {
  pass();
  const taken = Array.from({ length: PASSES }, () => {
    const started = performance.now();
    pass();
    return performance.now() - started;
  });
  return (median(taken) * 1000) / descriptors.length;
}
