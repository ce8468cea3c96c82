/** Names with their owners as rows and JSON values. */

import type { OwnedName, OwnerClass } from '../assess/owner-class.ts';
import { formatRdata, isStatic, recordTypeName } from '../formats/dns-record.ts';
import { hoursToDate } from '../formats/filetime.ts';
import type { Column, Role } from './columns.ts';
import { isoSeconds, jsonLine } from './json.ts';
import { safeDn } from './safe-text.ts';

/** What the colour of an owner class means. */
export const ROLE_OF_CLASS: Readonly<Partial<Record<OwnerClass, Role>>> = {
  system: 'warn',
  self: 'good',
  proxy: 'warn',
  orphan: 'bad',
  unresolved: 'warn',
  unreadable: 'bad',
};

/** A name with its owner, without the bytes it was read from, which would keep whole answers in memory. */
export type OwnerRow = Omit<OwnedName, 'descriptor'>;

/** One line of `owners`. */
export const OWNER_COLUMNS: readonly Column<OwnerRow>[] = [
  { id: 'name', title: 'Name', value: (row) => row.fqdn },
  { id: 'type', title: 'Type', value: recordTypes },
  { id: 'data', title: 'Data', value: (row) => row.records.map(formatRdata).join(', ') || null },
  {
    id: 'class',
    title: 'Owner class',
    value: (row) => row.owner.class,
    paint: (row) => ROLE_OF_CLASS[row.owner.class] ?? null,
  },
  { id: 'owner', title: 'Owner', value: (row) => row.owner.name ?? row.owner.sid },
  { id: 'kind', title: 'Kind', value: (row) => updateKind(row) },
  { id: 'sid', title: 'Owner SID', value: (row) => row.owner.sid },
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.dn) },
  { id: 'unreadable', title: 'Unreadable', value: (row) => row.unreadable },
];

/** The columns that fit a terminal; CSV has them all. */
export const OWNER_TABLE_COLUMNS: readonly Column<OwnerRow>[] = OWNER_COLUMNS.slice(0, 6);

/** How many names an owner class has. */
export interface ClassCount {
  readonly class: OwnerClass;
  readonly names: number;
  readonly total: number;
}

/** One line of `owners --summary`. */
export const CLASS_COLUMNS: readonly Column<ClassCount>[] = [
  {
    id: 'class',
    title: 'Owner class',
    value: (row) => row.class,
    paint: (row) => ROLE_OF_CLASS[row.class] ?? null,
  },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'share', title: 'Share', value: (row) => percent(row.names, row.total), align: 'right' },
];

/** The JSON value of a name, one line. */
export function ownerLine(row: OwnerRow): string {
  return jsonLine(ownerValue(row));
}

/** The JSON value of a name. */
export function ownerValue(row: OwnerRow): Readonly<Record<string, unknown>> {
  const { zone, name, fqdn, dn, objectGuid, tombstoned, dynamic, label, unreadable, owner } = row;
  return {
    zone,
    name,
    fqdn,
    dn,
    objectGuid,
    tombstoned,
    dynamic,
    label,
    unreadable,
    records: row.records.map((record) => ({
      type: recordTypeName(record.type),
      data: formatRdata(record),
      ttlSeconds: record.ttlSeconds,
      static: isStatic(record),
      timestamp: timestampText(record.timestampHours),
    })),
    owner,
  };
}

/** Few hours stand in a zone for many names; each is written out once. */
const timestamps = new Map<number, string | null>();
const MAX_TIMESTAMPS = 10_000;

function timestampText(hours: number): string | null {
  const known = timestamps.get(hours);
  if (known !== undefined) return known;
  const date = hoursToDate(hours);
  const text = date === null ? null : isoSeconds(date);
  if (timestamps.size >= MAX_TIMESTAMPS) timestamps.clear();
  timestamps.set(hours, text);
  return text;
}

/** A share in words: `12.5 %`; `0 %` of nothing. */
export function percent(part: number, total: number): string {
  if (total === 0) return '0 %';
  const value = (100 * part) / total;
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

/** The types of a name's records, each once: `A,AAAA`. */
export function recordTypes(row: OwnerRow): string | null {
  const types = [...new Set(row.records.map((record) => recordTypeName(record.type)))];
  return types.length === 0 ? null : types.join(',');
}

/** What updates do with a name: `dynamic`, `static`, or why there are none. */
export function updateKind(row: OwnerRow): string {
  if (row.unreadable !== null) return 'unreadable';
  if (row.label !== null) return `${row.label} object`;
  if (row.tombstoned) return 'tombstoned';
  if (row.records.length === 0) return 'empty';
  return row.dynamic ? 'dynamic' : 'static';
}
