/**
 * Two snapshots of corp.example.com around its switch to "Secure only" on 10 November 2026, 09:30: one the day before,
 * one on 20 November, when the tests run. Names come to everything that a name can come to.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDn } from '../../src/formats/dn.ts';
import { dateToFiletime, dateToHours, formatGeneralizedTime } from '../../src/formats/filetime.ts';
import { parseGuid } from '../../src/formats/guid.ts';
import { ATTRIBUTE_IDS, encodeReplPropertyMetaData } from '../../src/formats/repl-metadata.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { aRecord, DOMAIN_SID, entryOf, recordBytes } from './corp.ts';
import { NOW } from './fake-io.ts';
import { zoneProperties } from './lab/dns-bytes.ts';
import { CORP_ZONE_DN, ldifOf } from './make-small-snapshot.ts';
import { accountEntries, contextEntries, SMALL_RIDS } from './small-accounts.ts';
import { nodeEntry } from './small-names.ts';

export const SWITCHED: Date = new Date('2026-11-10T09:30:00Z');
const LONG_AGO = '2025-01-01T08:00';
const INVOCATION = parseGuid('00000000-0000-4000-8000-00000000dc01');

interface Spec {
  readonly name: string;
  readonly owner?: number;
  readonly address: string;
  /** When it was registered last; null for a static record. */
  readonly seen: string | null;
  readonly created?: string;
  readonly tombstoned?: string;
}

const BEFORE: readonly Spec[] = [
  { name: 'pc1', address: '10.0.0.11', seen: '2026-11-02T10:00' },
  { name: 'pc2', owner: SMALL_RIDS.pc2, address: '10.0.0.12', seen: '2026-11-03T10:00' },
  { name: 'lease1', owner: 1155, address: '10.0.0.31', seen: '2026-11-08T08:00' },
  { name: 'old', address: '10.0.0.42', seen: '2026-11-04T08:00' },
  { name: 'gone1', address: '10.0.0.43', seen: '2026-11-05T08:00' },
  { name: 'asleep', address: '10.0.0.44', seen: '2026-10-01T08:00' },
  { name: 'www', address: '10.0.0.80', seen: null },
  { name: '\u001b[31mred\u001b[0m', address: '10.0.0.71', seen: '2026-11-02T08:00' },
];

const AFTER: readonly Spec[] = [
  ...BEFORE.filter(({ name }) => !['pc2', 'lease1', 'old', 'gone1'].includes(name)),
  { name: 'pc2', owner: SMALL_RIDS.pc2, address: '10.0.0.12', seen: '2026-11-18T10:12' },
  { name: 'lease1', owner: 1155, address: '10.0.0.31', seen: '2026-11-10T08:00' },
  { name: 'old', address: '10.0.0.42', seen: null, tombstoned: '2026-11-15T07:00' },
  {
    ...{ name: 'pc3', owner: SMALL_RIDS.pc3, address: '10.0.0.13' },
    ...{ seen: '2026-11-12T11:00', created: '2026-11-12T11:00' },
  },
  { name: 'wpad', address: '10.0.0.51', seen: '2026-11-13T11:00', created: '2026-11-13T11:00' },
];

/** Writes both in `folder`. @param aging whether the zone ages its records */
export function watchSnapshots(
  folder: string,
  aging = true,
): { readonly before: string; readonly now: string } {
  const before = join(folder, 'before.ldif');
  const now = join(folder, 'now.ldif');
  writeFileSync(before, snapshotOf('2026-11-09T12:00:00Z', zone(1, aging, '2025-01-01T08:00'), BEFORE));
  writeFileSync(now, snapshotOf(NOW, zone(2, aging, '2026-11-10T09:30'), AFTER));
  return { before, now };
}

function snapshotOf(time: string, zoneEntry: RawEntry, specs: readonly Spec[]): string {
  const [root, ...context] = contextEntries();
  const currentTime = new TextEncoder().encode(formatGeneralizedTime(new Date(time)));
  const attributes = new Map([...(root?.attributes ?? []), ['currenttime', [currentTime]] as const]);
  const entries = [
    { dn: parseDn(''), attributes },
    ...[...context, ...accountEntries(), zoneEntry],
    ...specs.map((spec) => nameOf(spec)),
  ];
  return `# dnsacl-complete-domain: ${DOMAIN_SID}\n\n${ldifOf(entries)}`;
}

function zone(mode: 1 | 2, aging: boolean, written: string): RawEntry {
  return entryOf(CORP_ZONE_DN, {
    objectClass: ['top', 'dnsZone'],
    dNSProperty: zoneProperties(mode, aging).map((value) => Buffer.from(value, 'base64')),
    replPropertyMetaData: metadataOf({ dNSProperty: written }),
  });
}

function nameOf({ name, owner, address, seen, created = LONG_AGO, tombstoned }: Spec): RawEntry {
  const time = tombstoned ?? seen ?? LONG_AGO;
  const record =
    tombstoned === undefined
      ? aRecord(address, seen === null ? 0 : dateToHours(utc(seen)))
      : recordBytes(0, { kind: 'tombstone', entombedTime: dateToFiletime(utc(tombstoned)) });
  const sid = `DOM-${owner}`;
  const entry = nodeEntry(
    {
      ...{ name, records: [record], tombstoned: tombstoned !== undefined },
      ...(owner === undefined ? {} : { sddl: `O:${sid}G:DUD:AI(A;;FULL;;;${sid})(A;;FULL;;;SY)` }),
    },
    CORP_ZONE_DN,
    // The same name has the same GUID in both.
    Number.parseInt(Buffer.from(name).toString('hex').slice(0, 8), 16),
  );
  const written = {
    whenCreated: created,
    dnsRecord: time,
    ...(tombstoned ? { dNSTombstoned: tombstoned } : {}),
  };
  const metadata = ['replpropertymetadata', [metadataOf(written)]] as const;
  return { ...entry, attributes: new Map([...entry.attributes, metadata]) };
}

function metadataOf(written: Readonly<Partial<Record<keyof typeof ATTRIBUTE_IDS, string>>>): Uint8Array {
  return encodeReplPropertyMetaData(
    Object.entries(written).map(([name, time]) => ({
      ...{ attid: ATTRIBUTE_IDS[name as keyof typeof ATTRIBUTE_IDS], version: 2, originatingTime: utc(time) },
      ...{ invocationId: INVOCATION, originatingUsn: 1n, localUsn: 1n },
    })),
  );
}

function utc(minute: string): Date {
  return new Date(`${minute}:00Z`);
}
