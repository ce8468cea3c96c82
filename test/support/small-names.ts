/**
 * The names of the small test directory: every owner class, everything that keeps a name from being planned, and
 * names as strangers write them. What a DACL of 64 KiB would take is left to `tooLargeName()`.
 */

import { childDn, type Dn, parseDn } from '../../src/formats/dn.ts';
import { dateToFiletime } from '../../src/formats/filetime.ts';
import { encodeGuid, parseGuid } from '../../src/formats/guid.ts';
import { ATTRIBUTE_IDS, encodeReplPropertyMetaData } from '../../src/formats/repl-metadata.ts';
import type { RawEntry } from '../../src/records/source.ts';
import {
  aRecord,
  descriptorBytes,
  entryOf,
  INHERITED,
  ptrRecord,
  RIDS,
  recordBytes,
  SOME_HOUR,
} from './corp.ts';
import { SMALL_RIDS } from './small-accounts.ts';

/** A dnsNode to be; `sddl` null leaves the descriptor out, bytes stand as they are. */
export interface NameSpec {
  readonly name: string;
  readonly sddl?: string | Uint8Array | null;
  readonly records?: readonly Uint8Array[];
  readonly tombstoned?: boolean;
}

const ORPHAN = RIDS.orphan;
const FOREIGN_SID = 'S-1-5-21-1111111111-2222222222-3333333333-1104';
const CONFLICT_GUID = 'a746b716-0000-4000-8000-000000000001';
const TOMBSTONE = recordBytes(0, {
  kind: 'tombstone',
  entombedTime: dateToFiletime(new Date('2026-11-16T23:00:00Z')),
});
const SOA = recordBytes(6, {
  kind: 'soa',
  serial: 110,
  refreshSeconds: 900,
  retrySeconds: 600,
  expireSeconds: 86_400,
  minimumTtlSeconds: 3600,
  primaryServer: 'dc1.corp.example.com',
  administrator: 'hostmaster.corp.example.com',
});
const SRV = recordBytes(33, {
  kind: 'srv',
  priority: 0,
  weight: 100,
  port: 389,
  target: 'dc1.corp.example.com',
});
const AAAA = recordBytes(28, { kind: 'aaaa', address: '2001:db8::2' }, SOME_HOUR);
const DHCID = recordBytes(49, { kind: 'unknown', bytes: Uint8Array.of(0, 1, 1, 0xab) }, SOME_HOUR);

const CORP_NAMES: readonly NameSpec[] = [
  { name: '@', records: [SOA] },
  { name: 'dc1', sddl: ownedBy(SMALL_RIDS.dc1), records: [aRecord('10.0.0.2')] },
  { name: '_ldap._tcp.dc', sddl: ownedBy(SMALL_RIDS.dc1), records: [SRV] },
  { name: 'pc1', records: [aRecord('10.0.0.11')] },
  { name: 'pc2', sddl: ownedBy(SMALL_RIDS.pc2), records: [aRecord('10.0.0.12'), AAAA] },
  {
    name: 'pc3',
    sddl: ownedBy(SMALL_RIDS.pc3, `(A;;FULL;;;DOM-${RIDS.dhcpUpdate})`),
    records: [aRecord('10.0.0.13')],
  },
  { name: 'pc4', sddl: ownedBy(SMALL_RIDS.pc2), records: [aRecord('10.0.0.14')] },
  { name: 'printer1', records: [aRecord('10.0.0.21')] },
  { name: 'lease1', sddl: ownedBy(RIDS.dhcpUpdate), records: [aRecord('10.0.0.31'), DHCID] },
  { name: 'lease2', sddl: ownedBy(RIDS.dhcpServer), records: [aRecord('10.0.0.32')] },
  { name: 'lease3', sddl: ownedBy(SMALL_RIDS.dhcpOld), records: [aRecord('10.0.0.33')] },
  { name: 'www', sddl: ownedBy(SMALL_RIDS.alice), records: [aRecord('10.0.0.80', 0)] },
  { name: 'app.sub', sddl: ownedBy(RIDS.helpdesk), records: [aRecord('10.0.0.41')] },
  { name: 'gone1', sddl: ownedBy(ORPHAN), records: [aRecord('10.0.0.42')] },
  { name: 'alien', sddl: ownedBy(FOREIGN_SID), records: [aRecord('10.0.0.43')] },
  { name: 'hidden', sddl: null, records: [aRecord('10.0.0.44')] },
  { name: 'cut', sddl: descriptorBytes(bySystem()).subarray(0, 60), records: [aRecord('10.0.0.45')] },
  { name: 'broken', records: [aRecord('10.0.0.46').subarray(0, 22)] },
  { name: 'dup', records: [aRecord('10.0.0.47')] },
  { name: 'weak1', records: [aRecord('10.0.0.48')] },
  { name: 'denied', sddl: bySystem('(D;;WP;;;AU)'), records: [aRecord('10.0.0.49')] },
  { name: '*', records: [aRecord('10.0.0.50')] },
  { name: 'wpad', records: [aRecord('10.0.0.51')] },
  { name: 'old', records: [TOMBSTONE], tombstoned: true },
  { name: 'empty', records: [] },
  { name: `pc1\nCNF:${CONFLICT_GUID}`, records: [aRecord('10.0.0.61')] },
  { name: '\u001b[31mred\u001b[0m', records: [aRecord('10.0.0.71')] },
  { name: '\u202etxt.exe', records: [aRecord('10.0.0.72')] },
  { name: "=cmd|'/c calc'!A0", records: [aRecord('10.0.0.73')] },
  { name: 'a,b', records: [aRecord('10.0.0.74')] },
];

const REVERSE_NAMES: readonly NameSpec[] = [
  { name: '@', records: [SOA] },
  { name: '11.0', records: [ptrRecord('pc1.corp.example.com')] },
  { name: '12.0', sddl: ownedBy(SMALL_RIDS.pc2), records: [ptrRecord('pc2.corp.example.com')] },
  { name: '99.0', records: [ptrRecord('nobody.elsewhere.example')] },
];

const OTHER_NAMES: Readonly<Record<string, readonly NameSpec[]>> = {
  '_msdcs.corp.example.com': [{ name: '_ldap._tcp.dc', sddl: ownedBy(SMALL_RIDS.dc1), records: [SRV] }],
  'archive.example.com': [{ name: 'www', records: [aRecord('10.0.9.1', 0)] }],
};

/** The names of one zone; empty for a zone without any. */
export function nameEntries(zoneName: string, zoneDn: Dn): readonly RawEntry[] {
  if (zoneName === 'corp.example.com')
    return CORP_NAMES.map((spec, at) => nodeEntry(spec, zoneDn, 0x100 + at));
  if (zoneName === '0.10.in-addr.arpa') {
    return REVERSE_NAMES.map((spec, at) => nodeEntry(spec, zoneDn, 0x200 + at));
  }
  return (OTHER_NAMES[zoneName] ?? []).map((spec, at) => nodeEntry(spec, zoneDn, 0x300 + at));
}

/** A name whose DACL has no room for another ACE. */
export function tooLargeName(zoneDn: Dn): RawEntry {
  const aces = Array.from({ length: 1815 }, (_, at) => `(A;;LC;;;DOM-${20_000 + at})`).join('');
  return nodeEntry({ name: 'crowded', sddl: bySystem(aces), records: [aRecord('10.0.0.90')] }, zoneDn, 0x400);
}

/** An ordinary dynamic name; `at` makes it distinct. */
export function plainName(zoneDn: Dn, at: number): RawEntry {
  const address = `10.${at >> 16}.${(at >> 8) & 0xff}.${at & 0xff}`;
  return nodeEntry({ name: `host${at}`, records: [aRecord(address)] }, zoneDn, 0x1_0000 + at);
}

/** What a nonsecure update leaves behind, with `extra` ACEs first. */
function bySystem(extra = ''): string {
  return `O:SYG:SYD:AI${extra}(A;;LCRPLORC;;;WD)(A;;FULL;;;SY)(A;;FULL;;;DA)${INHERITED}`;
}

/** What a secure update leaves behind: its creator is owner and has full control. */
function ownedBy(owner: number | string, extra = ''): string {
  const sid = typeof owner === 'number' ? `DOM-${owner}` : owner;
  return `O:${sid}G:DUD:AI(A;;FULL;;;${sid})${extra}(A;;LCRPLORC;;;WD)(A;;FULL;;;SY)${INHERITED}`;
}

/** A dnsNode; `id` makes its GUID. */
export function nodeEntry(spec: NameSpec, zoneDn: Dn, id: number): RawEntry {
  const { sddl = bySystem(), records = [] } = spec;
  return entryOf(parseDn(childDn('DC', spec.name, zoneDn)), {
    objectClass: ['top', 'dnsNode'],
    objectGUID: encodeGuid(parseGuid(`00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`)),
    dnsRecord: records,
    dNSTombstoned: spec.tombstoned === true ? 'TRUE' : null,
    nTSecurityDescriptor: typeof sddl === 'string' ? descriptorBytes(sddl) : sddl,
    replPropertyMetaData: METADATA,
  });
}

const METADATA = encodeReplPropertyMetaData([
  {
    attid: ATTRIBUTE_IDS.nTSecurityDescriptor,
    version: 3,
    originatingTime: new Date('2026-11-01T08:00:00Z'),
    invocationId: parseGuid('00000000-0000-4000-8000-00000000dc01'),
    originatingUsn: 4711n,
    localUsn: 4711n,
  },
]);
