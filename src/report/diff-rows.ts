/** What differs between two readings, as rows and JSON values: a row for each difference. */

import type { Difference, DiffStatus, ObjectDiff, Stamp } from '../assess/diff.ts';
import { isInherited } from '../formats/ace.ts';
import { counted } from '../formats/counted.ts';
import { DNS_PROPERTY_IDS, type DnsProperty, propertyU32, UPDATE_MODES } from '../formats/dns-property.ts';
import { type DnsRecord, formatRdata, recordTypeName } from '../formats/dns-record.ts';
import { hoursToDate } from '../formats/filetime.ts';
import type { Guid } from '../formats/guid.ts';
import { formatAce, type SddlContext } from '../formats/sddl.ts';
import type { Sid } from '../formats/sid.ts';
import type { Column, Role } from './columns.ts';
import { isoSeconds, ndjsonLine } from './json.ts';
import { entryInWords } from './plan-rows.ts';
import { safeDn } from './safe-text.ts';

/** What turns SIDs, ACEs and invocation ids into words. */
export interface DiffWords {
  readonly sddl: SddlContext;
  /** null when the SID is not known. */
  principal(sid: Sid): string | null;
  /** The domain controllers by the invocation ids of their databases. */
  readonly invocations: ReadonlyMap<Guid, string>;
}

/** One difference in words. */
export interface DiffRow {
  readonly status: DiffStatus;
  readonly kind: ObjectDiff['kind'];
  readonly fqdn: string;
  readonly zone: string;
  readonly dn: string;
  readonly change: string;
  /** ACEs as SDDL. */
  readonly detail: string | null;
  /** The detail with ACEs in words. */
  readonly inWords: string | null;
  readonly when: string | null;
  /** The domain controller that took the write, or the invocation id of one that is not known. */
  readonly by: string | null;
  readonly writes: number | null;
}

/** How many names came out how, and how many differences of each kind there are. */
export interface DiffSummary {
  readonly names: number;
  readonly byStatus: Readonly<Record<DiffStatus, number>>;
  readonly byChange: Readonly<Record<string, number>>;
}

const ROLE_OF_STATUS: Readonly<Record<DiffStatus, Role | null>> = {
  match: null,
  new: 'good',
  gone: 'bad',
  changed: 'warn',
};

/** One line of `diff`. */
export const DIFF_COLUMNS: readonly Column<DiffRow>[] = [
  {
    id: 'status',
    title: 'Status',
    value: (row) => row.status.toUpperCase(),
    paint: (row) => ROLE_OF_STATUS[row.status],
  },
  { id: 'name', title: 'Name', value: (row) => (row.kind === 'zone' ? `zone ${row.fqdn}` : row.fqdn) },
  { id: 'change', title: 'Change', value: (row) => row.change },
  { id: 'detail', title: 'Detail', value: (row) => row.detail },
  { id: 'when', title: 'When', value: (row) => row.when },
  { id: 'by', title: 'Taken by', value: (row) => row.by },
  { id: 'writes', title: 'Writes', value: (row) => row.writes, align: 'right' },
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.dn) },
];

const DETAIL_IN_WORDS: Column<DiffRow> = { id: 'detail', title: 'Detail', value: (row) => row.inWords };

/** The columns of a ticket: what people read. */
export const DIFF_TICKET_COLUMNS: readonly Column<DiffRow>[] = DIFF_COLUMNS.slice(0, 7).map((column) =>
  column.id === 'detail' ? DETAIL_IN_WORDS : column,
);

const SECONDS = /T(\d\d:\d\d):\d\dZ$/;
/** The first part of an invocation id is enough to tell two domain controllers apart. */
const GUID = /^([\da-f]{8})-[\da-f-]{27}$/;

/** The columns of a table; CSV has them all, and ACEs as SDDL. @param width null where nothing may be cut */
export function diffTableColumns(width: number | null): readonly Column<DiffRow>[] {
  const columns = DIFF_TICKET_COLUMNS.slice(0, 6);
  if (width === null) return columns;
  return columns.map((column) => {
    if (column.id === 'when')
      return { ...column, value: ({ when }) => when?.replace(SECONDS, ' $1Z') ?? null };
    if (column.id === 'by') return { ...column, value: ({ by }) => by?.replace(GUID, '$1...') ?? null };
    return column;
  });
}

/** A row for each difference; a name that is new or gone has one. */
export function diffRows(diff: ObjectDiff, words: DiffWords): readonly DiffRow[] {
  const { status, kind, fqdn, zone, dn, stamp } = diff;
  const common = { status, kind, fqdn, zone, dn };
  if (diff.status === 'changed') {
    return diff.differences.map((difference) => {
      const told = differenceWords(difference, words);
      return { ...common, inWords: told.detail, ...told, ...stampWords(difference.stamp, words) };
    });
  }
  const change = status === 'new' ? 'created' : 'deleted';
  return [{ ...common, change, detail: null, inWords: null, ...stampWords(stamp, words) }];
}

/** The JSON value of a name or zone, one line. */
export function diffLine(diff: ObjectDiff, words: DiffWords): string {
  const { status, kind, fqdn, zone, dn, objectGuid } = diff;
  const changes = diffRows(diff, words).map(({ change, detail, when, by, writes }) => ({
    ...{ change, detail, when, by, writes },
  }));
  return ndjsonLine({ status, kind, zone, fqdn, dn, objectGuid, changes });
}

/** `259 names: 240 match, 3 new, 2 gone, 14 changed` */
export function diffTotals({ names, byStatus }: DiffSummary): string {
  const { match, new: created, gone, changed } = byStatus;
  return `${counted(names, 'zone or name', 'zones and names')}: ${match} match, ${created} new, ${gone} gone, ${changed} changed`;
}

/** `inWords` only where it is not the detail itself. */
function differenceWords(
  item: Difference,
  words: DiffWords,
): Pick<DiffRow, 'change' | 'detail'> & Partial<Pick<DiffRow, 'inWords'>> {
  switch (item.kind) {
    case 'recreated':
      return { change: item.kind, detail: `another object under the same name, was ${item.before}` };
    case 'renamed':
      return { change: item.kind, detail: arrow(item.before, item.after) };
    case 'owner':
    case 'group':
      return { change: item.kind, detail: arrow(who(item.before, words), who(item.after, words)) };
    case 'ace-added':
    case 'ace-removed': {
      const inherited = isInherited(item.ace) ? 'inherited-' : '';
      const change = `${inherited}${item.kind}`;
      const sddl = formatAce(item.ace, words.sddl);
      if (item.ace.kind === 'unknown') return { change, detail: sddl };
      const name = words.principal(item.ace.sid);
      return {
        change,
        detail: name === null ? sddl : `${name} ${sddl}`,
        inWords: `${name ?? item.ace.sid}: ${entryInWords(item.ace) ?? sddl}`,
      };
    }
    case 'dacl':
      return { change: item.kind, detail: arrow(item.before, item.after) };
    case 'record-added':
    case 'record-removed':
      return { change: item.kind, detail: recordText(item.record) };
    case 'timestamp': {
      const times = arrow(timestampText(item.before), timestampText(item.after));
      return { change: item.kind, detail: `${recordText(item.after)}: ${times}` };
    }
    case 'tombstoned':
    case 'revived':
      return { change: item.kind, detail: null };
    case 'property': {
      const id = (item.after ?? item.before)?.id ?? 0;
      const values = arrow(propertyText(item.before), propertyText(item.after));
      return { change: item.kind, detail: `${propertyName(id)} ${values}` };
    }
  }
}

function stampWords(
  stamp: Stamp | null,
  { invocations }: DiffWords,
): Pick<DiffRow, 'when' | 'by' | 'writes'> {
  if (stamp === null) return { when: null, by: null, writes: null };
  return {
    when: stamp.time === null ? null : isoSeconds(stamp.time),
    by: invocations.get(stamp.invocationId) ?? stamp.invocationId,
    writes: stamp.writes,
  };
}

function arrow(before: string, after: string): string {
  return `${before} -> ${after}`;
}

function who(sid: Sid | null, words: DiffWords): string {
  return sid === null ? 'nobody' : (words.principal(sid) ?? sid);
}

function recordText(record: DnsRecord): string {
  return `${recordTypeName(record.type)} ${formatRdata(record)} TTL ${record.ttlSeconds}`;
}

function timestampText({ timestampHours }: DnsRecord): string {
  const date = hoursToDate(timestampHours);
  return date === null ? 'static' : isoSeconds(date);
}

/** The name of a property as the specification has it, such as ALLOW_UPDATE. [MS-DNSP] 2.3.2.1.1 */
function propertyName(id: number): string {
  return Object.entries(DNS_PROPERTY_IDS).find(([, value]) => value === id)?.[0] ?? `property ${id}`;
}

function propertyText(property: DnsProperty | null): string {
  if (property === null) return 'none';
  if (property.id === DNS_PROPERTY_IDS.ALLOW_UPDATE) {
    const mode = property.data[0] ?? 0;
    return (UPDATE_MODES as Readonly<Record<number, string>>)[mode] ?? String(mode);
  }
  const number = propertyU32(property);
  if (number !== null) return String(number);
  return property.data.length === 0 ? 'default' : `0x${Buffer.from(property.data).toString('hex')}`;
}
