/** A plan as one HTML file, for whoever reviews it: what would change and why, old against new, name by name. */

import type { Plan } from '../plan/plan.ts';
import {
  CLOSE_SECTION,
  closeDocument,
  documentSection,
  htmlCommands,
  htmlDetails,
  openDocument,
  openSection,
} from './document-html.ts';
import { type Html, html, htmlTable } from './html.ts';
import { createChangeRenderer } from './plan-html-change.ts';
import type { PlanDocument } from './plan-markdown.ts';
import {
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

/** The text of the document, piece by piece. */
export function* renderPlanHtml(plan: Plan, { file, everySkipped }: PlanDocument): Generator<string> {
  const { summary, changes, skipped } = plan;
  yield openDocument({
    title: planTitle(plan),
    verdict:
      changes.length === 0
        ? { role: 'good', text: 'There is nothing to change' }
        : { role: 'warn', text: `To be reviewed: ${summary.changes} of ${summary.names} names would change` },
    numbers: [
      ['names looked at', summary.names],
      ['names to change', summary.changes],
      ['entries added', summary.add],
      ['entries removed', summary.remove],
      ['names skipped', summary.skipped],
    ],
    facts: planFacts(plan),
  });
  const reasons = reasonCounts(plan);
  const why = html`<p>${planPurpose(plan)}</p>\n`;
  yield documentSection('why', 'Why', [
    why,
    ...(reasons.length === 0 ? [] : [htmlTable('Reasons for entries', REASON_COLUMNS, reasons)]),
  ]);
  yield* tableSection('zones', 'Zones', ZONE_SHARE_COLUMNS, zoneShares(plan));
  if (changes.length > 0) {
    const render = createChangeRenderer(plan);
    yield openSection('changes', 'Changes');
    for (const change of changes) yield render(change).markup;
    yield CLOSE_SECTION;
  }
  yield* tableSection('withheld', 'Withheld', WITHHELD_COLUMNS, withheldRows(plan));
  yield* tableSection('notes', 'To know', NOTE_COLUMNS, noteCounts(plan));
  if (skipped.length > 0) yield documentSection('skipped', 'Not changed', skippedContent(plan, everySkipped));
  if (changes.length > 0) {
    const text = 'To apply exactly this plan, and to take it back with the journal that applying it names:';
    yield documentSection('how', 'How', [html`<p>${text}</p>\n`, htmlCommands(planCommands(plan, file))]);
  }
  yield closeDocument(plan.tool);
}

/** Nothing for a table without rows. */
function* tableSection<T>(
  id: string,
  title: string,
  columns: Parameters<typeof htmlTable<T>>[1],
  rows: readonly T[],
): Generator<string> {
  if (rows.length > 0) yield documentSection(id, title, [htmlTable(title, columns, rows)]);
}

function skippedContent(plan: Plan, everySkipped: boolean): readonly Html[] {
  const counts = htmlTable('Skipped names by reason', SKIP_COUNT_COLUMNS, skipCounts(plan));
  if (!everySkipped) return [counts];
  const all = htmlTable('Every skipped name', SKIPPED_COLUMNS, plan.skipped);
  return [counts, htmlDetails(`All ${plan.skipped.length} names`, all)];
}
