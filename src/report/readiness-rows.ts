/** Readiness as rows and JSON values. */

import type { BlockedGroup, NameReadiness, ReadinessCheck } from '../assess/readiness.ts';
import type { Column, Role } from './columns.ts';
import { createPaint } from './paint.ts';
import type { TableOptions } from './table.ts';

const ROLE_OF_STATUS: Readonly<Record<ReadinessCheck['status'], Role>> = {
  pass: 'good',
  warn: 'warn',
  fail: 'bad',
  unknown: 'warn',
};
const GROUP_WORDS: Readonly<Record<BlockedGroup['by'], string>> = {
  ou: 'folder',
  'owner-class': 'owner class',
  subnet: 'subnet',
};

/** The readiness of one zone. */
export interface ZoneReadiness extends NameReadiness {
  readonly zone: string;
}

const CHECK_COLUMNS: readonly Column<ReadinessCheck>[] = [
  { id: 'check', title: 'Check', value: (row) => row.id },
  { id: 'status', title: 'Status', value: (row) => row.status, paint: (row) => ROLE_OF_STATUS[row.status] },
  { id: 'message', title: 'Message', value: (row) => row.message },
  { id: 'cure', title: 'Cure', value: (row) => row.cure },
];

/** One line per group of blocked names. */
export const GROUP_COLUMNS: readonly Column<BlockedGroup>[] = [
  { id: 'by', title: 'Blocked by', value: (row) => GROUP_WORDS[row.by] },
  { id: 'value', title: 'Where', value: (row) => row.value },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
];

/** One line per check and zone, for CSV. */
export const ZONE_CHECK_COLUMNS: readonly Column<ReadinessCheck & { readonly zone: string }>[] = [
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  ...CHECK_COLUMNS,
];

/** Go or no-go, in one line. */
export function goLine({ zone, go, blocked, limit, dynamic }: ZoneReadiness): string {
  const numbers = `${blocked} of ${dynamic} dynamic names are blocked, the limit is ${limit}`;
  return `${go ? 'GO' : 'NO-GO'}  ${zone}: ${numbers}`;
}

/** Each check with its message on a line and its cure on the next: nothing of them may be cut. */
export function renderChecks(
  checks: readonly ReadinessCheck[],
  { color }: Pick<TableOptions, 'color'>,
): string {
  const paint = createPaint(color);
  return checks
    .map(({ id, status, message, cure }) => {
      const head = `${paint.role(status.padEnd(8), ROLE_OF_STATUS[status])}${id}: ${message}\n`;
      return cure === null ? head : `${head}        cure: ${cure}\n`;
    })
    .join('');
}

/** The JSON value of a zone's readiness. */
export function readinessValue(readiness: ZoneReadiness): Readonly<Record<string, unknown>> {
  const { zone, go, blocked, limit, names, dynamic, checks, worst } = readiness;
  return { zone, go, blocked, limit, names, dynamic, checks, worst };
}
