/** Checks as rows and text. */

import type { Check, CheckStatus } from '../assess/check.ts';
import type { Column, Role } from './columns.ts';
import { createPaint } from './paint.ts';
import { safeForTerminal } from './safe-text.ts';
import type { TableOptions } from './table.ts';

const ROLE_OF_STATUS: Readonly<Record<CheckStatus, Role>> = {
  pass: 'good',
  warn: 'warn',
  fail: 'bad',
  unknown: 'warn',
};

/** One line per check. */
export const CHECK_COLUMNS: readonly Column<Check>[] = [
  { id: 'check', title: 'Check', value: (row) => row.id },
  { id: 'status', title: 'Status', value: (row) => row.status, paint: (row) => ROLE_OF_STATUS[row.status] },
  { id: 'message', title: 'Message', value: (row) => row.message },
  { id: 'cure', title: 'Cure', value: (row) => row.cure },
];

/** One line per check and zone, for CSV; `zone` is null for a check that is about no zone. */
export const ZONE_CHECK_COLUMNS: readonly Column<Check & { readonly zone: string | null }>[] = [
  { id: 'zone', title: 'Zone', value: (row) => row.zone },
  ...CHECK_COLUMNS,
];

/** Each check with its message on a line and its cure on the next: nothing of them may be cut. */
export function renderChecks(checks: readonly Check[], { color }: Pick<TableOptions, 'color'>): string {
  const paint = createPaint(color);
  return checks
    .map(({ id, status, message, cure }) => {
      const head = `${paint.role(status.padEnd(8), ROLE_OF_STATUS[status])}${safeForTerminal(`${id}: ${message}`)}\n`;
      return cure === null ? head : `${head}        cure: ${safeForTerminal(cure)}\n`;
    })
    .join('');
}
