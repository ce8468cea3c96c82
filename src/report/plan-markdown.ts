/** A plan as Markdown, to be pasted into the ticket that somebody approves. */

import type { Plan } from '../plan/plan.ts';
import type { Column } from './columns.ts';
import { markdownCode, markdownList, renderMarkdownTable } from './markdown.ts';
import {
  ACE_TABLE_COLUMNS,
  aceRows,
  planTotals,
  SKIP_COUNT_COLUMNS,
  SKIPPED_COLUMNS,
  skipCounts,
  WITHHELD_COLUMNS,
  withheldRows,
} from './plan-rows.ts';
import {
  NOTE_COLUMNS,
  noteCounts,
  planCommands,
  planFacts,
  planPurpose,
  planTitle,
  REASON_COLUMNS,
  reasonCounts,
  ZONE_SHARE_COLUMNS,
  zoneShares,
} from './plan-summary.ts';
import { safeForMarkdown, safeForTerminal } from './safe-text.ts';

/** What else a document says about a plan. */
export interface PlanDocument {
  /** The plan's file, for the commands; null when it was not saved. */
  readonly file: string | null;
  /** List each skipped name besides the counts. */
  readonly everySkipped: boolean;
}

/** The whole document. */
export function renderPlanMarkdown(plan: Plan, { file, everySkipped }: PlanDocument): string {
  const facts = planFacts(plan).map(([title, text]) => `${title}: ${safeForMarkdown(text)}`);
  return [
    `# ${safeForMarkdown(planTitle(plan))}\n\n`,
    `${planTotals(plan)}.\n\n`,
    markdownList(facts),
    `## Why\n\n${planPurpose(plan)}\n\n`,
    tableOf(null, REASON_COLUMNS, reasonCounts(plan)),
    tableOf('Zones', ZONE_SHARE_COLUMNS, zoneShares(plan)),
    tableOf('Changes', ACE_TABLE_COLUMNS, aceRows(plan)),
    tableOf('Withheld', WITHHELD_COLUMNS, withheldRows(plan)),
    tableOf('To know', NOTE_COLUMNS, noteCounts(plan)),
    tableOf('Not changed', SKIP_COUNT_COLUMNS, skipCounts(plan)),
    everySkipped ? tableOf('Every name that is not changed', SKIPPED_COLUMNS, plan.skipped) : '',
    `## How\n\nTo apply exactly this plan, and to take it back with the journal that applying it names:\n\n`,
    markdownCode(planCommands(plan, file).map(safeForTerminal)),
  ]
    .join('')
    .trimEnd()
    .concat('\n');
}

/** Nothing for a table without rows. */
function tableOf<T>(title: string | null, columns: readonly Column<T>[], rows: readonly T[]): string {
  if (rows.length === 0) return '';
  return `${title === null ? '' : `## ${title}\n\n`}${renderMarkdownTable(columns, rows)}`;
}
