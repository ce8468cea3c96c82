/** Shows a plan in the format asked for; `grant`, `revoke`, `undo` and `show` share it. */

import type { Plan } from '../../plan/plan.ts';
import { formatPlanLines } from '../../plan/plan-file.ts';
import { renderCsv } from '../../report/csv.ts';
import { ndjsonLine } from '../../report/json.ts';
import { renderPlanDsacls } from '../../report/plan-dsacls.ts';
import { renderPlanLdif } from '../../report/plan-ldif.ts';
import { renderPlanMarkdown } from '../../report/plan-markdown.ts';
import { renderPlanPowershell } from '../../report/plan-powershell.ts';
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
} from '../../report/plan-rows.ts';
import { renderPlanSddl } from '../../report/plan-sddl.ts';
import { NOTE_COLUMNS, noteCounts } from '../../report/plan-summary.ts';
import { safeForJson } from '../../report/safe-text.ts';
import { renderTable } from '../../report/table.ts';
import type { Answer } from './answer.ts';

/**
 * Writes the plan: what would be added to which name and why, what is skipped and why, and the totals last.
 *
 * @param everySkipped list each skipped name instead of one line per reason
 * @param file where the plan is saved, for the commands in documents; null when it is not
 */
export async function writePlan(
  plan: Plan,
  answer: Answer,
  everySkipped: boolean,
  file: string | null = null,
): Promise<void> {
  await answer.writeAll(await planTexts(plan, answer, everySkipped, file));
  if (answer.format !== 'table' && answer.format !== 'json' && answer.format !== 'ndjson')
    answer.say(planTotals(plan));
}

/** The lines of a plan file, in which no stranger's name steers a terminal. */
export function* planFileLines(plan: Plan): Generator<string> {
  for (const line of formatPlanLines(plan)) yield safeForJson(line);
}

async function planTexts(
  plan: Plan,
  { format, render, csv }: Answer,
  everySkipped: boolean,
  file: string | null,
): Promise<Iterable<string>> {
  switch (format) {
    case 'table':
      return tableTexts(plan, render, everySkipped);
    case 'csv':
      return [renderCsv(ACE_COLUMNS, aceRows(plan), csv)];
    case 'json':
      return planFileLines(plan);
    case 'ndjson':
      return ndjsonTexts(plan);
    case 'markdown':
      return [renderPlanMarkdown(plan, { file, everySkipped })];
    case 'html':
      return planPage(plan, file);
    case 'sddl':
      return renderPlanSddl(plan);
    case 'ldif':
      return renderPlanLdif(plan);
    case 'dsacls':
      return renderPlanDsacls(plan);
    case 'powershell':
      return renderPlanPowershell(plan);
    default:
      return format satisfies never;
  }
}

/** The page for reviewers, piece by piece. @param file where the plan is saved; null when it is not */
export async function planPage(plan: Plan, file: string | null): Promise<Iterable<string>> {
  const [{ renderPlanHtml }, { loadPageScript }] = await Promise.all([
    import('../../report/plan-html.ts'),
    import('../page-script.ts'),
  ]);
  return renderPlanHtml(plan, { file }, await loadPageScript());
}

function* ndjsonTexts(plan: Plan): Generator<string> {
  for (const change of plan.changes) yield ndjsonLine({ change });
  for (const skipped of plan.skipped) yield ndjsonLine({ skipped });
}

function* tableTexts(plan: Plan, render: Answer['render'], everySkipped: boolean): Generator<string> {
  if (plan.changes.length > 0) yield `${renderTable(ACE_TABLE_COLUMNS, aceRows(plan), render)}\n`;
  const withheld = withheldRows(plan);
  if (withheld.length > 0) yield `${renderTable(WITHHELD_COLUMNS, withheld, render)}\n`;
  const notes = noteCounts(plan);
  if (notes.length > 0) yield `${renderTable(NOTE_COLUMNS, notes, render)}\n`;
  if (plan.skipped.length > 0) {
    const table = everySkipped
      ? renderTable(SKIPPED_COLUMNS, plan.skipped, render)
      : renderTable(SKIP_COUNT_COLUMNS, skipCounts(plan), render);
    yield `${table}\n`;
  }
  yield `${planTotals(plan)}\n`;
}
