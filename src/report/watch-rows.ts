/** What became of names after the switch, as rows, lines and JSON values. */

import type { WatchClass, WatchFrame } from '../assess/watch.ts';
import type { WatchedName, WatchGroup, WatchOutlook, WatchSummary } from '../assess/watch-tally.ts';
import { counted } from '../formats/counted.ts';
import type { UpdateCounter, UpdateStatistics } from '../records/dns-statistics.ts';
import { type Column, type Role, selectColumns } from './columns.ts';
import { isoSeconds, jsonLine } from './json.ts';
import { percent } from './owner-rows.ts';
import { safeDn, safeForTerminal } from './safe-text.ts';

/** Where the time came from that a zone is watched from. */
export type SinceSource = 'flag' | 'properties' | 'secured-time' | 'baseline';

const ROLE_OF_CLASS: Readonly<Record<WatchClass, Role | null>> = {
  refreshed: 'good',
  due: null,
  overdue: 'bad',
  lost: 'bad',
  created: 'good',
  unknown: 'warn',
};
const CLASS_WORDS: Readonly<Record<WatchClass, string>> = {
  refreshed: 'updated since the switch',
  due: 'not updated yet, and not late',
  overdue: 'the update that was due has not come',
  lost: 'tombstoned, emptied or gone since',
  created: 'registered for the first time since',
  unknown: 'the directory cannot tell',
};
const GROUP_WORDS: Readonly<Record<WatchGroup['by'], string>> = {
  'owner-class': 'owner class',
  ou: 'folder',
  host: 'host',
};
const SINCE_WORDS: Readonly<Record<SinceSource, string>> = {
  flag: 'as --since says',
  properties: 'when the properties of the zone were last written',
  'secured-time': 'the secured time of the zone',
  baseline: 'when the baseline was taken',
};

/** What each counter of a DNS server counts, in the order in which they are told. */
const COUNTER_WORDS: Readonly<Record<UpdateCounter, string>> = {
  Received: 'updates received',
  Completed: 'updates done',
  RefusedNonSecure: 'nonsecure updates refused (clients try them first: normal under Secure only)',
  RefusedAccessDenied: 'updates refused because the client may not write the name',
  SecureSuccess: 'secure updates done',
  SecureFailure: 'secure updates that failed',
  SecureDsWriteFailure: 'secure updates that the directory refused',
};

/** One line of `watch`. */
export const WATCH_COLUMNS: readonly Column<WatchedName>[] = [
  { id: 'name', title: 'Name', value: (row) => row.fqdn },
  {
    id: 'class',
    title: 'Class',
    value: (row) => row.class,
    paint: (row) => ROLE_OF_CLASS[row.class],
  },
  { id: 'ownerClass', title: 'Owner class', value: (row) => row.ownerClass },
  { id: 'lastSeen', title: 'Last seen', value: (row) => minutes(row.lastSeen) },
  { id: 'dueBy', title: 'Due by', value: (row) => minutes(row.dueBy) },
  { id: 'folder', title: 'Folder', value: (row) => row.folder },
  { id: 'reason', title: 'Reason', value: (row) => row.reason },
  { id: 'host', title: 'Host', value: (row) => row.host },
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.dn) },
];

/** The columns that fit a terminal; CSV has them all. */
export const WATCH_TABLE_COLUMNS: readonly Column<WatchedName>[] = selectColumns(WATCH_COLUMNS, [
  ...['name', 'class', 'lastSeen', 'dueBy', 'reason'],
]);

/** How many names a class has. */
export interface WatchClassCount {
  readonly class: WatchClass;
  readonly names: number;
  readonly total: number;
}

export const WATCH_CLASS_COLUMNS: readonly Column<WatchClassCount>[] = [
  {
    id: 'class',
    title: 'Class',
    value: (row) => row.class,
    paint: (row) => (row.names === 0 ? null : ROLE_OF_CLASS[row.class]),
  },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'share', title: 'Share', value: (row) => percent(row.names, row.total), align: 'right' },
  { id: 'meaning', title: 'Meaning', value: (row) => CLASS_WORDS[row.class] },
];

/** One line per owner class, folder or host. */
export const WATCH_GROUP_COLUMNS: readonly Column<WatchGroup>[] = [
  { id: 'by', title: 'By', value: (row) => GROUP_WORDS[row.by] },
  { id: 'value', title: 'Where', value: (row) => row.value },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  countColumn('refreshed', 'Refreshed'),
  countColumn('due', 'Due'),
  countColumn('overdue', 'Overdue'),
  countColumn('lost', 'Lost'),
  countColumn('created', 'Created'),
  countColumn('unknown', 'Unknown'),
];

/** One counter of a DNS server before and after; null where an export does not hold it. */
export interface CounterRow {
  readonly counter: UpdateCounter;
  readonly meaning: string;
  readonly before: number | null;
  readonly after: number | null;
}

export const COUNTER_COLUMNS: readonly Column<CounterRow>[] = [
  { id: 'counter', title: 'Counter', value: (row) => row.counter },
  { id: 'before', title: 'Before', value: (row) => row.before, align: 'right' },
  { id: 'after', title: 'After', value: (row) => row.after, align: 'right' },
  { id: 'rise', title: 'Rise', value: riseOf, align: 'right' },
  { id: 'meaning', title: 'Meaning', value: (row) => row.meaning },
];

/** The counters that the exports hold; of two exports the first is from before. */
export function counterRows(statistics: readonly UpdateStatistics[]): readonly CounterRow[] {
  const [first, second] = statistics;
  if (first === undefined) return [];
  const [before, after] = second === undefined ? [null, first] : [first, second];
  const counters = Object.entries(COUNTER_WORDS) as readonly [UpdateCounter, string][];
  return counters
    .map(([counter, meaning]) => ({
      ...{ counter, meaning, before: before?.[counter] ?? null, after: after[counter] ?? null },
    }))
    .filter((row) => row.before !== null || row.after !== null);
}

/** The zone and its mode, and from when to when it was watched. */
export function watchHead(zone: string, mode: string, source: SinceSource, frame: WatchFrame): string {
  const looked = `${safeForTerminal(zone)}: ${mode}, looked at ${minutes(frame.now)}\n`;
  return `${looked}Since ${minutes(frame.since)}, ${SINCE_WORDS[source]}\n`;
}

/** How many names were looked at, and how many of them are not watched. */
export function watchTotals({ names, watched, notWatched }: WatchSummary): string {
  return `${counted(names, 'name')}: ${watched} watched, ${notWatched} not (static, tombstoned long before, or a conflict object)\n`;
}

/** By which day which share of failures can have shown; empty when nothing can, or nothing is waited for any more. */
export function dayLines({ days, outlook }: Pick<WatchSummary, 'days' | 'outlook'>): string {
  if (outlook.state === 'safe') return '';
  return days
    .map(({ days: count, at, share }) => {
      const when = `After ${counted(count, 'day')} (${minutes(at)})`;
      return `${when} ${Math.floor(share)} % of failures would have shown\n`;
    })
    .join('');
}

/** Whether the next zone may be switched, in one line. */
export function outlookLine({ state, at, reason }: WatchOutlook): string {
  switch (state) {
    case 'repair':
      return `REPAIR  do not go on with the next zone: ${reason}\n`;
    case 'wait':
      return `WAIT  the next zone not before ${minutes(at)}: ${reason}\n`;
    case 'safe':
      return `SAFE  go on with the next zone: ${reason}\n`;
    case 'unknown':
      return `UNKNOWN  it is time, but ${reason}\n`;
    default:
      return state satisfies never;
  }
}

/** The JSON value of a name, one line. */
export function watchLine(row: WatchedName): string {
  const { zone, name, fqdn, dn, class: watchClass, reason, ownerClass, host, folder } = row;
  const times = { lastSeen: secondsOrNull(row.lastSeen), dueBy: secondsOrNull(row.dueBy) };
  return jsonLine({ zone, name, fqdn, dn, class: watchClass, reason, ownerClass, host, folder, ...times });
}

/** What stands beside the names in a JSON document. */
export function watchValue(
  summary: WatchSummary,
  frame: WatchFrame,
  source: SinceSource,
  statistics: readonly UpdateStatistics[],
): Readonly<Record<string, unknown>> {
  const { since, now } = frame;
  const head = { since: { at: since, from: source }, lookedAt: now };
  return statistics.length === 0 ? { ...head, summary } : { ...head, statistics, summary };
}

/** `2026-11-20 21:00Z`, or nothing. */
export function minutes(date: Date): string;
export function minutes(date: Date | null): string | null;
export function minutes(date: Date | null): string | null {
  return date === null ? null : `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function countColumn(watchClass: WatchClass, title: string): Column<WatchGroup> {
  const bad = watchClass === 'overdue' || watchClass === 'lost';
  return {
    id: watchClass,
    title,
    value: (row) => row.counts[watchClass],
    align: 'right',
    paint: (row) => (bad && row.counts[watchClass] > 0 ? 'bad' : null),
  };
}

/** Less than before means that the service was started again between the two. */
function riseOf({ before, after }: CounterRow): string | number | null {
  if (before === null || after === null) return null;
  return after < before ? 'restarted' : after - before;
}

function secondsOrNull(date: Date | null): string | null {
  return date === null ? null : isoSeconds(date);
}
