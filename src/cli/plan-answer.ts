/** Shows a plan in the format asked for; `grant` and `show` share it. */

import type { Plan } from '../plan/plan.ts';
import { formatPlan } from '../plan/plan-file.ts';
import { renderCsv } from '../report/csv.ts';
import { ndjsonLine } from '../report/json.ts';
import {
  ACE_COLUMNS,
  ACE_TABLE_COLUMNS,
  aceRows,
  planTotals,
  SKIP_COUNT_COLUMNS,
  SKIPPED_COLUMNS,
  skipCounts,
  WITHHELD_COLUMNS,
  withheldRows,
} from '../report/plan-rows.ts';
import { safeForJson } from '../report/safe-text.ts';
import { renderTable } from '../report/table.ts';
import type { Answer } from './answer.ts';

/**
 * Writes the plan: what would be added to which name and why, what is skipped and why, and the totals last.
 *
 * @param everySkipped list each skipped name instead of one line per reason
 */
export async function writePlan(plan: Plan, answer: Answer, everySkipped: boolean): Promise<void> {
  switch (answer.format) {
    case 'table':
      await writeTable(plan, answer, everySkipped);
      break;
    case 'csv':
      await answer.write(renderCsv(ACE_COLUMNS, aceRows(plan)));
      answer.say(planTotals(plan));
      break;
    case 'json':
      await answer.write(planText(plan));
      break;
    case 'ndjson':
      for (const change of plan.changes) await answer.write(ndjsonLine({ change }));
      for (const skipped of plan.skipped) await answer.write(ndjsonLine({ skipped }));
      break;
  }
}

/** The text of a plan file, in which no stranger's name steers a terminal. */
export function planText(plan: Plan): string {
  return safeForJson(formatPlan(plan));
}

async function writeTable(plan: Plan, answer: Answer, everySkipped: boolean): Promise<void> {
  if (plan.changes.length > 0)
    await answer.write(`${renderTable(ACE_TABLE_COLUMNS, aceRows(plan), answer.render)}\n`);
  const withheld = withheldRows(plan);
  if (withheld.length > 0) await answer.write(`${renderTable(WITHHELD_COLUMNS, withheld, answer.render)}\n`);
  if (plan.skipped.length > 0) {
    const table = everySkipped
      ? renderTable(SKIPPED_COLUMNS, plan.skipped, answer.render)
      : renderTable(SKIP_COUNT_COLUMNS, skipCounts(plan), answer.render);
    await answer.write(`${table}\n`);
  }
  await answer.write(`${planTotals(plan)}\n`);
}
