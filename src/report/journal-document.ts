/** A journal as Markdown and as one HTML file: what the run did, name by name, and how to go on or back. */

import type { JournalState } from '../apply/journal-state.ts';
import { barsOf } from './charts.ts';
import { type DocumentHead, htmlCommands } from './document-html.ts';
import { html } from './html.ts';
import {
  JOURNAL_TABLE_COLUMNS,
  journalFacts,
  journalRows,
  journalSteps,
  journalSummary,
  journalTotals,
  ROLE_OF_PROGRESS,
} from './journal-rows.ts';
import { markdownCode, markdownList, renderMarkdownTable } from './markdown.ts';
import { cellsInOrder, type PageScript, renderPage } from './page-html.ts';
import type { PageCell, PageColumn } from './page-model.ts';
import { createEntryLines } from './plan-entries.ts';
import { safeDn, safeForMarkdown, safeForTerminal } from './safe-text.ts';

const PAGE_COLUMNS: readonly PageColumn[] = [
  { id: 'name', title: 'Name', place: 'cell', form: 'text', width: 4, split: '.' },
  {
    id: 'outcome',
    title: 'Outcome',
    place: 'cell',
    form: 'text',
    width: 1.5,
    facet: 'whole',
    roles: ROLE_OF_PROGRESS,
  },
  { id: 'done', title: 'Done', place: 'cell', form: 'text', width: 5 },
  { id: 'message', title: 'Message', place: 'cell', form: 'text', width: 4, facet: 'whole' },
  { id: 'entries', title: 'Access list, old against new as planned', place: 'detail', form: 'entries' },
  { id: 'zone', title: 'Zone', place: 'detail', form: 'text', facet: 'whole' },
  { id: 'dn', title: 'DN', place: 'detail', form: 'text', split: ',' },
];

/** The whole document as Markdown. */
export function renderJournalMarkdown(state: JournalState): string {
  const facts = journalFacts(state).map(([title, text]) => `${title}: ${safeForMarkdown(text)}`);
  const steps = journalSteps(state).map(
    ({ text, command }) => `${text}:\n\n${markdownCode([safeForTerminal(command)])}`,
  );
  return [
    `# ${safeForMarkdown(journalTitle(state))}\n\n`,
    `${verdictOf(state).text}.\n\n`,
    markdownList(facts),
    `## Names\n\n${renderMarkdownTable(JOURNAL_TABLE_COLUMNS, journalRows(state))}`,
    steps.length === 0 ? '' : `## Next\n\n${steps.join('')}`,
  ]
    .join('')
    .trimEnd()
    .concat('\n');
}

/** The text of the HTML document, piece by piece. */
export function renderJournalHtml(state: JournalState, tool: string, script: PageScript): Generator<string> {
  const { planned, counts, left } = journalSummary(state);
  const steps = journalSteps(state);
  const next = steps.map(({ text, command }) => html`<p>${text}:</p>\n${htmlCommands([command])}`);
  const page = {
    head: {
      title: journalTitle(state),
      verdict: verdictOf(state),
      numbers: [
        ['names planned', planned] as const,
        ...Object.entries(counts),
        ['without outcome', left] as const,
      ],
      facts: journalFacts(state),
    },
    charts: [{ title: 'Outcomes', column: 'outcome', bars: barsOf(countProgress(state), ROLE_OF_PROGRESS) }],
    sections: steps.length === 0 ? [] : [{ id: 'next', title: 'Next', content: next }],
    title: 'Names',
    model: { noun: 'names', columns: PAGE_COLUMNS, csvName: 'run.csv', approval: null },
    more: [],
    tool,
  };
  return renderPage(page, pageRows(state), script);
}

function* pageRows(state: JournalState): Generator<readonly PageCell[]> {
  const changes = state.names.map(({ change }) => change);
  const entryLines = createEntryLines({ domainSid: state.plan.domainSid, changes });
  for (const { name, progress, message, done } of journalRows(state)) {
    const { fqdn, zone, dn } = name.change;
    yield cellsInOrder(PAGE_COLUMNS, {
      name: fqdn,
      outcome: progress,
      done,
      message,
      entries: entryLines(name.change),
      zone,
      dn: safeDn(dn),
    });
  }
}

function countProgress(state: JournalState): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { progress } of journalRows(state)) counts[progress] = (counts[progress] ?? 0) + 1;
  return counts;
}

function journalTitle({ plan, startedAt }: JournalState): string {
  const command = String(plan.options.command ?? 'plan');
  return `Run of ${startedAt}: ${command} in ${plan.zones.map(({ name }) => name).join(', ')}`;
}

function verdictOf(state: JournalState): DocumentHead['verdict'] {
  const summary = journalSummary(state);
  const { applied, unchanged } = summary.counts;
  const totals = journalTotals(state);
  if (!state.holdsPlan)
    return { role: 'warn', text: 'Broken off before the plan was written down whole; nothing was changed' };
  if (!state.ended) return { role: 'bad', text: `Not finished: ${totals}` };
  return applied + unchanged === summary.planned
    ? { role: 'good', text: `Finished as planned: ${totals}` }
    : { role: 'warn', text: `Finished, not all as planned: ${totals}` };
}
