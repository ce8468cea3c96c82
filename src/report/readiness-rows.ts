/** Readiness as rows and JSON values. */

import type { BlockedGroup, NameReadiness } from '../assess/readiness.ts';
import { counted } from '../formats/counted.ts';
import type { Column } from './columns.ts';
import { safeForTerminal } from './safe-text.ts';

const GROUP_WORDS: Readonly<Record<BlockedGroup['by'], string>> = {
  ou: 'folder',
  'owner-class': 'owner class',
  subnet: 'subnet',
};

/** The readiness of one zone. */
export interface ZoneReadiness extends NameReadiness {
  readonly zone: string;
}

/** One line per group of blocked names. */
export const GROUP_COLUMNS: readonly Column<BlockedGroup>[] = [
  { id: 'by', title: 'Blocked by', value: (row) => GROUP_WORDS[row.by] },
  { id: 'value', title: 'Where', value: (row) => row.value },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
];

/** Go or no-go, in one line. */
export function goLine(readiness: ZoneReadiness): string {
  const { zone, go, blocked, limit, checks } = readiness;
  // When the names are within the limit, it was one of the other checks.
  const failed = checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  const cause = go || blocked > limit ? '' : `; failed: ${failed.join(', ')}`;
  return safeForTerminal(`${go ? 'GO' : 'NO-GO'}  ${zone}: ${blockedWords(readiness)}${cause}`);
}

/** The names that would stop updating, with the verdicts that the tables have for them, and the limit. */
export function blockedWords({ blocked, unknown, limit, dynamic }: ZoneReadiness): string {
  const names = `${blocked - unknown} of ${counted(dynamic, 'dynamic name')} ${blocked - unknown === 1 ? 'is' : 'are'} blocked`;
  return unknown === 0
    ? `${names}, the limit is ${limit}`
    : `${names} and ${unknown} unknown, the limit for both is ${limit}`;
}

/** The JSON value of a zone's readiness. */
export function readinessValue(readiness: ZoneReadiness): Readonly<Record<string, unknown>> {
  const { zone, go, blocked, limit, names, dynamic, checks, worst } = readiness;
  return { zone, go, blocked, limit, names, dynamic, checks, worst };
}
