/**
 * Writes test/fixtures/small.example.com.ldif, the directory that the tests of the command line read: fixed SIDs,
 * GUIDs and times, so that golden files stay the same. Run it after a change: `node test/support/make-small-snapshot.ts`
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childDn, type Dn, parseDn } from '../../src/formats/dn.ts';
import { DNS_PROPERTY_IDS, encodeDnsProperty } from '../../src/formats/dns-property.ts';
import { formatLdifRecord } from '../../src/formats/ldif.ts';
import { Writer } from '../../src/formats/writer.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { DOMAIN, DOMAIN_SID, entryOf } from './corp.ts';
import { accountEntries, contextEntries } from './small-accounts.ts';
import { nameEntries } from './small-names.ts';

interface ZoneSpec {
  readonly name: string;
  readonly partition: 'DC=DomainDnsZones' | 'DC=ForestDnsZones' | 'CN=System';
  /** AllowUpdate; null leaves all properties out. */
  readonly updates: 0 | 1 | 2 | null;
  readonly aging?: boolean;
  readonly securedHours?: number;
}

/** The committed file. */
export const SMALL_SNAPSHOT: string = fileURLToPath(
  new URL('../fixtures/small.example.com.ldif', import.meta.url),
);

/** Of the zone that holds most names. */
export const CORP_ZONE_DN: Dn = zoneDn({
  name: 'corp.example.com',
  partition: 'DC=DomainDnsZones',
  updates: 1,
});

const ZONES: readonly ZoneSpec[] = [
  { name: 'corp.example.com', partition: 'DC=DomainDnsZones', updates: 1, aging: true },
  { name: '0.10.in-addr.arpa', partition: 'DC=DomainDnsZones', updates: 1, aging: true },
  {
    name: '0.10.in-addr.arpa\nCNF:a746b716-0000-4000-8000-000000000002',
    partition: 'DC=DomainDnsZones',
    updates: 1,
  },
  { name: '..InProgress-branch.example.com', partition: 'DC=DomainDnsZones', updates: 0 },
  { name: 'empty.example.com', partition: 'DC=DomainDnsZones', updates: 2, securedHours: 3_733_000 },
  { name: '_msdcs.corp.example.com', partition: 'DC=ForestDnsZones', updates: null },
  { name: 'archive.example.com', partition: 'CN=System', updates: 0 },
];

/** The whole file. */
export function smallSnapshot(): string {
  const entries = [
    ...contextEntries(),
    ...accountEntries(),
    ...ZONES.flatMap((zone) => [zoneEntry(zone), ...nameEntries(zone.name, zoneDn(zone))]),
  ];
  return `# dnsacl-complete-domain: ${DOMAIN_SID}\n\n${ldifOf(entries)}`;
}

/** Entries as LDIF, ready to be added to the file. */
export function ldifOf(entries: readonly RawEntry[]): string {
  return entries.map(({ dn, attributes }) => formatLdifRecord(dn, attributes)).join('');
}

function zoneDn({ name, partition }: ZoneSpec): Dn {
  return childDn('DC', name, parseDn(`CN=MicrosoftDNS,${partition},${DOMAIN.dn}`));
}

function zoneEntry(zone: ZoneSpec): RawEntry {
  return entryOf(zoneDn(zone), { objectClass: ['top', 'dnsZone'], dNSProperty: propertiesOf(zone) });
}

function propertiesOf({ updates, aging = false, securedHours = 0 }: ZoneSpec): readonly Uint8Array[] | null {
  if (updates === null) return null;
  return [
    property(DNS_PROPERTY_IDS.ZONE_TYPE, u32(1)),
    property(DNS_PROPERTY_IDS.ALLOW_UPDATE, Uint8Array.of(updates)),
    property(DNS_PROPERTY_IDS.SECURE_TIME, new Writer(8).u64le(BigInt(securedHours)).bytes()),
    property(DNS_PROPERTY_IDS.AGING_STATE, u32(aging ? 1 : 0)),
    property(DNS_PROPERTY_IDS.NOREFRESH_INTERVAL, u32(168)),
    property(DNS_PROPERTY_IDS.REFRESH_INTERVAL, u32(168)),
  ];
}

function property(id: number, data: Uint8Array): Uint8Array {
  const trailer = new Uint8Array(4);
  return encodeDnsProperty({
    dataLength: data.length,
    nameLength: 1,
    flag: 0,
    version: 1,
    id,
    data,
    trailer,
  });
}

function u32(value: number): Uint8Array {
  return new Writer(4).u32le(value).bytes();
}

if (import.meta.main) writeFileSync(SMALL_SNAPSHOT, smallSnapshot());
