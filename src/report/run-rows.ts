/** What a run did, as rows, JSON values and a line of totals. */

import type { ChangeResult, RunSummary } from '../apply/run.ts';
import type { Column, Role } from './columns.ts';

/** What the colour of an outcome means. */
export const ROLE_OF_OUTCOME: Readonly<Record<ChangeResult['outcome'], Role>> = {
  applied: 'good',
  unchanged: 'dim',
  stale: 'warn',
  refused: 'bad',
  failed: 'bad',
};

/** One line per change. */
export const RESULT_COLUMNS: readonly Column<ChangeResult>[] = [
  { id: 'name', title: 'Name', value: (row) => row.change.fqdn },
  {
    id: 'outcome',
    title: 'Outcome',
    value: (row) => row.outcome,
    paint: (row) => ROLE_OF_OUTCOME[row.outcome],
  },
  { id: 'message', title: 'Message', value: (row) => row.message },
];

/** The JSON value of one change's result. */
export function resultValue(result: ChangeResult): Readonly<Record<string, unknown>> {
  const { change, outcome, message } = result;
  return {
    zone: change.zone,
    fqdn: change.fqdn,
    dn: change.dn,
    objectGuid: change.objectGuid,
    outcome,
    message,
  };
}

/** Counts that add up, in one line. */
export function runTotals({ planned, counts, left }: RunSummary): string {
  const { applied, unchanged, stale, refused, failed } = counts;
  return `${planned} planned: ${applied} applied, ${unchanged} unchanged, ${stale} stale, ${refused} refused, ${failed} failed${left === 0 ? '' : `, ${left} not reached`}`;
}
