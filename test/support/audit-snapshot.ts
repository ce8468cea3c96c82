/**
 * The small test directory with what only an audit looks at: the zone lab.example.com, whose hosts have accounts of
 * corp.example.com, with every kind of access list; accounts that DHCP should not use; and a zone descriptor.
 */

import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { childDn, type Dn, parseDn } from '../../src/formats/dn.ts';
import { dateToFiletime } from '../../src/formats/filetime.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { encodeSid } from '../../src/formats/sid.ts';
import type { RawEntry } from '../../src/records/source.ts';
import {
  type AccountSpec,
  accountEntry,
  aRecord,
  DOMAIN,
  descriptorBytes,
  domainSid,
  entryOf,
  INHERITED,
  PARTITION,
  RIDS,
  type Value,
} from './corp.ts';
import { ldifOf, SMALL_SNAPSHOT } from './make-small-snapshot.ts';
import { type NameSpec, nodeEntry } from './small-names.ts';

export const LAB_ZONE = 'lab.example.com';

const ZONE_DN: Dn = childDn('DC', LAB_ZONE, PARTITION.container);
/** 2026-11-20 20:00 UTC, an hour before the tests run. */
const LAST_HOUR = 3_733_244;
const AT_LAB = { host5: 1401, host6: 1402, ag1: 1403, cl1: 1404 } as const;

/** Writes the snapshot as audit.ldif in `folder`. */
export function auditSnapshot(folder: string): string {
  const file = join(folder, 'audit.ldif');
  copyFileSync(SMALL_SNAPSHOT, file);
  appendFileSync(
    file,
    ldifOf([...accounts(), zone(), ...NAMES.map((name, at) => nodeEntry(name, ZONE_DN, 0x500 + at))]),
  );
  return file;
}

const NAMES: readonly NameSpec[] = [
  name('host5', `(A;;FULL;;;DOM-${AT_LAB.host5})`, '10.1.0.5'),
  { name: 'host6', sddl: `O:DOM-1190G:DUD:AI(A;;FULL;;;DOM-1190)${INHERITED}`, records: [fresh('10.1.0.6')] },
  name('ag1', `(A;;FULL;;;DOM-${AT_LAB.cl1})`, '10.1.1.7'),
  name('opened', '(A;;WP;;;AU)', '10.1.1.8'),
  name('records-only', `(OA;;WP;${SCHEMA_GUIDS.dnsRecord};;DOM-${RIDS.dhcpUpdate})`, '10.1.1.9'),
  name('maybe', `(XA;;WP;;;DOM-${RIDS.dhcpUpdate};#61727478)`, '10.1.1.10'),
  { name: 'no-list', sddl: 'O:SYG:SYD:NO_ACCESS_CONTROL', records: [fresh('10.1.1.11')] },
  { name: 'sealed', sddl: 'O:SYG:SYD:P', records: [fresh('10.1.1.12')] },
  { name: 'odd', sddl: 'O:SYG:SYD:PAI(A;;FULL;;;SY)(D;;RP;;;BG)', records: [fresh('10.1.1.13')] },
  { name: 'both', sddl: `O:SYG:SYD:AI${INHERITED}`, records: [fresh('10.1.1.14'), fresh('10.1.1.15')] },
];

function name(label: string, ace: string, address: string): NameSpec {
  return { name: label, sddl: `O:SYG:SYD:AI${ace}(A;;FULL;;;SY)${INHERITED}`, records: [fresh(address)] };
}

function fresh(address: string): Uint8Array {
  return aRecord(address, LAST_HOUR);
}

function zone(): RawEntry {
  return entryOf(ZONE_DN, {
    objectClass: ['top', 'dnsZone'],
    nTSecurityDescriptor: descriptorBytes('O:DAG:DAD:AI(A;;CC;;;AU)(A;;FULL;;;DA)(D;;CC;;;DOM-1130)'),
  });
}

function accounts(): readonly RawEntry[] {
  return [
    accountEntry({ rid: 519, sam: 'Enterprise Admins', kind: 'group' }),
    labHost('host5', AT_LAB.host5),
    labHost('host6', AT_LAB.host6, { uac: 0x1002 }),
    withMore(labHost('ag1', AT_LAB.ag1, { spns: ['MSClusterVirtualServer/ag1.lab.example.com'] }), {
      'mS-DS-CreatorSID': encodeSid(domainSid(AT_LAB.cl1)),
    }),
    labHost('cl1', AT_LAB.cl1, { spns: ['MSServerCluster/cl1.lab.example.com'] }),
    person('dhcp_off', 1411, { uac: 0x202 }),
    withMore(person('dhcp_locked', 1412), { 'msDS-User-Account-Control-Computed': '16' }),
    withMore(person('dhcp_late', 1413), {
      accountExpires: String(dateToFiletime(new Date('2026-10-01T00:00:00Z'))),
    }),
  ];
}

function labHost(label: string, rid: number, more: Partial<AccountSpec> = {}): RawEntry {
  const host = `${label}.${LAB_ZONE}`;
  const entry = accountEntry({
    rid,
    sam: `${label.toUpperCase()}$`,
    host,
    uac: 0x1000,
    primaryGroup: 515,
    ...more,
  });
  return { ...entry, dn: parseDn(`CN=${label.toUpperCase()},OU=Lab,OU=Sites,${DOMAIN.dn}`) };
}

function person(sam: string, rid: number, more: Partial<AccountSpec> = {}): RawEntry {
  return accountEntry({ rid, sam, kind: 'user', uac: 0x200, primaryGroup: 513, ...more });
}

function withMore(entry: RawEntry, attributes: Readonly<Record<string, Value>>): RawEntry {
  return { ...entry, attributes: new Map([...entry.attributes, ...entryOf('CN=x', attributes).attributes]) };
}
