/** Stale names and the forecast of scavenging as rows, lines and JSON values. */

import type { StaleFrame, StaleName, StaleSign } from '../assess/stale.ts';
import type { ScavengeDay, StaleSummary } from '../assess/stale-forecast.ts';
import { counted } from '../formats/counted.ts';
import { type Column, selectColumns } from './columns.ts';
import { isoSeconds, jsonLine } from './json.ts';
import { safeDn, safeForTerminal } from './safe-text.ts';

const SIGN_WORDS: Readonly<Record<StaleSign, string>> = {
  aged: 'not refreshed for longer than allowed',
  disabled: 'the computer account of the host is disabled',
  'other-machine': 'owned by another computer, or by an account that is gone',
  'shared-address': 'another name has its address now',
  'no-account': 'no computer account fits the host; lists no name by itself',
};

/** One line of `stale`. */
export const STALE_COLUMNS: readonly Column<StaleName>[] = [
  { id: 'name', title: 'Name', value: (row) => row.fqdn },
  { id: 'lastSeen', title: 'Last seen', value: (row) => dayOf(row.lastSeen) },
  {
    id: 'takenAt',
    title: 'Taken from',
    value: (row) => (row.takenAt === null ? null : dayOf(row.takenAt)),
  },
  {
    id: 'signs',
    title: 'Signs',
    value: (row) => row.signs.join(', '),
    paint: (row) => (row.signs.includes('aged') ? 'warn' : null),
  },
  { id: 'ownerClass', title: 'Owner class', value: (row) => row.owner.class },
  { id: 'addressNow', title: 'Address now with', value: (row) => row.addressNow },
  { id: 'owner', title: 'Owner', value: (row) => row.owner.name ?? row.owner.sid },
  { id: 'addresses', title: 'Addresses', value: (row) => row.addresses.join(', ') || null },
  { id: 'host', title: 'Host', value: (row) => row.host },
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  { id: 'dn', title: 'DN', value: (row) => safeDn(row.dn) },
];

/** The columns that fit a terminal; CSV has them all. */
export const STALE_TABLE_COLUMNS: readonly Column<StaleName>[] = selectColumns(STALE_COLUMNS, [
  ...['name', 'lastSeen', 'takenAt', 'signs', 'addressNow'],
]);

/** How many names have a sign. */
export interface SignCount {
  readonly sign: StaleSign;
  readonly names: number;
}

export const SIGN_COLUMNS: readonly Column<SignCount>[] = [
  { id: 'sign', title: 'Sign', value: (row) => row.sign },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'meaning', title: 'Meaning', value: (row) => SIGN_WORDS[row.sign] },
];

/** One line per day of the forecast. */
export const FORECAST_COLUMNS: readonly Column<ScavengeDay>[] = [
  { id: 'day', title: 'Scavenging from', value: (row) => row.day ?? 'at once' },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'total', title: 'By then', value: (row) => row.total, align: 'right' },
];

/** The zone in one line: how its records age, and what is old. */
export function staleHead({ zone, dynamic }: StaleSummary, { aging, olderThanHours }: StaleFrame): string {
  const { enabled, noRefreshHours, refreshHours } = aging;
  const intervals = `no-refresh ${span(noRefreshHours)} + refresh ${span(refreshHours)}`;
  const limit = olderThanHours === null ? '' : `; old is what is older than ${span(olderThanHours)}`;
  return `${safeForTerminal(zone)}: ${counted(dynamic, 'dynamic name')}, aging ${enabled ? 'on' : 'off'} (${intervals})${limit}\n`;
}

/** What the forecast rests on, and what the directory cannot tell. */
export function forecastNotes({ withinNoRefresh }: StaleSummary, { aging }: StaleFrame): string {
  const premise = aging.enabled
    ? 'If nothing refreshes them; whether and when a server scavenges is its own setting (Get-DnsServerScavenging), which the directory does not hold'
    : 'Aging is off, so nothing is taken; the days are those if it were switched on now and a server scavenged';
  return `${premise}\n${counted(withinNoRefresh, 'name was', 'names were')} refreshed within no-refresh and not in the forecast\n`;
}

/** The JSON value of a name, one line. */
export function staleLine(row: StaleName): string {
  const { zone, name, fqdn, dn, signs, host, addresses, addressNow, owner } = row;
  const times = {
    lastSeen: isoSeconds(row.lastSeen),
    takenAt: row.takenAt === null ? null : isoSeconds(row.takenAt),
  };
  return jsonLine({ zone, name, fqdn, dn, signs, ...times, host, addresses, addressNow, owner });
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function span(hours: number): string {
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}
