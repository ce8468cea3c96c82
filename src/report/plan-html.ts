/** A plan as one HTML file, for whoever reviews it: what would change and why, old against new, name by name. */

import { counted } from '../formats/counted.ts';
import type { Plan, PlannedChange, SkippedName } from '../plan/plan.ts';
import { barsOf } from './charts.ts';
import { htmlCommands } from './document-html.ts';
import { html, htmlTable } from './html.ts';
import { cellsInOrder, type PageScript, type PageSection, renderPage } from './page-html.ts';
import { FIELD_SEPARATOR, type PageCell, type PageColumn, type PageModel } from './page-model.ts';
import { createEntryLines } from './plan-entries.ts';
import type { PlanDocument } from './plan-markdown.ts';
import { type AceRow, aceRow, referenceTo } from './plan-rows.ts';
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
import { safeDn } from './safe-text.ts';

const CHANGED = 'change';

const COLUMNS: readonly PageColumn[] = [
  { id: 'name', title: 'Name', place: 'cell', form: 'text', width: 4, split: '.' },
  {
    id: 'outcome',
    title: 'Outcome',
    place: 'cell',
    form: 'text',
    width: 1.5,
    facet: 'whole',
    roles: { [CHANGED]: 'warn', already: 'good' },
  },
  { id: 'class', title: 'Owner class', place: 'cell', form: 'text', width: 1.5, facet: 'whole' },
  { id: 'who', title: 'For whom', place: 'cell', form: 'lines', width: 3 },
  { id: 'reason', title: 'Reason', place: 'cell', form: 'lines', width: 4 },
  { id: 'entries', title: 'Access list, old against new', place: 'detail', form: 'entries' },
  { id: 'notes', title: 'To know', place: 'detail', form: 'lines' },
  { id: 'withheld', title: 'Withheld', place: 'detail', form: 'lines' },
  { id: 'zone', title: 'Zone', place: 'detail', form: 'text', facet: 'whole' },
  { id: 'dn', title: 'DN', place: 'detail', form: 'text', split: ',' },
  { id: 'grants', title: 'Grants', place: 'data', form: 'lines' },
];

/** The text of the document, piece by piece. */
export function renderPlanHtml(
  plan: Plan,
  { file }: Pick<PlanDocument, 'file'>,
  script: PageScript,
): Generator<string> {
  const { summary, changes } = plan;
  const outcomes = { [CHANGED]: summary.changes, ...summary.bySkipCode };
  const page = {
    head: {
      title: planTitle(plan),
      verdict:
        changes.length === 0
          ? ({ role: 'good', text: 'There is nothing to change' } as const)
          : ({
              role: 'warn',
              text: `To be reviewed: ${summary.changes} of ${counted(summary.names, 'name')} would change`,
            } as const),
      numbers: [
        ['names looked at', summary.names],
        ['names to change', summary.changes],
        ['entries added', summary.add],
        ['entries removed', summary.remove],
        ['names skipped', summary.skipped],
      ] as const,
      facts: planFacts(plan),
    },
    charts: [
      {
        title: 'What happens to the names',
        column: 'outcome',
        bars: summary.names === 0 ? [] : barsOf(outcomes, { [CHANGED]: 'warn', already: 'good' }),
      },
    ],
    sections: [whySection(plan), ...tableSection('zones', 'Zones', ZONE_SHARE_COLUMNS, zoneShares(plan))],
    title: 'Names',
    model: planModel(plan),
    more: [
      ...tableSection('notes', 'To know', NOTE_COLUMNS, noteCounts(plan)),
      ...(changes.length === 0 ? [] : [howSection(plan, file)]),
    ],
    tool: plan.tool,
  };
  return renderPage(page, planRows(plan), script);
}

/** Only what `grant --csv` would plan again can be approved row by row. */
function planModel(plan: Plan): PageModel {
  const isGrant = plan.changes.some((change) => grantLines(plan, change).length > 0);
  return {
    noun: 'names',
    columns: COLUMNS,
    csvName: 'plan.csv',
    approval: isGrant ? { column: 'grants', fileName: 'approved.csv' } : null,
  };
}

function* planRows(plan: Plan): Generator<readonly PageCell[]> {
  const entryLines = createEntryLines(plan);
  for (const change of plan.changes) yield changeCells(plan, change, entryLines(change));
  for (const skipped of plan.skipped) yield skippedCells(skipped);
}

function changeCells(plan: Plan, change: PlannedChange, entries: readonly string[]): readonly PageCell[] {
  const { fqdn, ownerClass, add, remove, notes, withheld, zone, dn } = change;
  const all = [...remove, ...add];
  return cellsInOrder(COLUMNS, {
    name: fqdn,
    outcome: CHANGED,
    class: ownerClass,
    who: [...new Set(all.map(({ principal }) => principal.name ?? principal.sid))],
    reason: [...new Set(all.map(({ reason }) => reason))],
    entries,
    notes,
    withheld: withheld.map(({ principal, reason }) => `${principal.name ?? principal.sid}: ${reason}`),
    zone,
    dn: safeDn(dn),
    grants: grantLines(plan, change),
  });
}

function skippedCells({ fqdn, code, reason, zone }: SkippedName): readonly PageCell[] {
  return cellsInOrder(COLUMNS, { name: fqdn, outcome: code, reason: [reason], zone });
}

/** The entries of a change as approval gives them to CSV; none when they would not come back the same. */
function grantLines(plan: Plan, change: PlannedChange): readonly string[] {
  if (change.remove.length > 0) return [];
  const rows = change.add.map((ace): AceRow => aceRow('add', change, ace, plan.domainSid));
  if (rows.some(({ rights }) => rights === null)) return [];
  return rows.map(({ ace: { principal, reason }, rights }) =>
    [referenceTo(principal), rights, reason].join(FIELD_SEPARATOR),
  );
}

function whySection(plan: Plan): PageSection {
  const reasons = reasonCounts(plan);
  const why = html`<p>${planPurpose(plan)}</p>\n`;
  const table = reasons.length === 0 ? [] : [htmlTable('Reasons for entries', REASON_COLUMNS, reasons)];
  return { id: 'why', title: 'Why', content: [why, ...table] };
}

function howSection(plan: Plan, file: string | null): PageSection {
  const text = 'To apply exactly this plan, and to take it back with the journal that applying it names:';
  return {
    id: 'how',
    title: 'How',
    content: [html`<p>${text}</p>\n`, htmlCommands(planCommands(plan, file))],
  };
}

/** Nothing for a table without rows. */
function tableSection<T>(
  id: string,
  title: string,
  columns: Parameters<typeof htmlTable<T>>[1],
  rows: readonly T[],
): readonly PageSection[] {
  return rows.length === 0 ? [] : [{ id, title, content: [htmlTable(title, columns, rows)] }];
}
