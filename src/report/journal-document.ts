/** A journal as Markdown and as one HTML file: what the run did, name by name, and how to go on or back. */

import type { JournalState } from '../apply/journal-state.ts';
import {
  closeDocument,
  type DocumentHead,
  documentSection,
  htmlCommands,
  openDocument,
} from './document-html.ts';
import { html, htmlTable } from './html.ts';
import {
  JOURNAL_TABLE_COLUMNS,
  journalFacts,
  journalRows,
  journalSteps,
  journalSummary,
  journalTotals,
} from './journal-rows.ts';
import { markdownCode, markdownList, renderMarkdownTable } from './markdown.ts';
import { safeForMarkdown, safeForTerminal } from './safe-text.ts';

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
export function* renderJournalHtml(state: JournalState, tool: string): Generator<string> {
  const { planned, counts, left } = journalSummary(state);
  yield openDocument({
    title: journalTitle(state),
    verdict: verdictOf(state),
    numbers: [['names planned', planned], ...Object.entries(counts), ['without outcome', left]],
    facts: journalFacts(state),
  });
  const steps = journalSteps(state);
  if (steps.length > 0) {
    const content = steps.map(({ text, command }) => html`<p>${text}:</p>\n${htmlCommands([command])}`);
    yield documentSection('next', 'Next', content);
  }
  const table = htmlTable('What was done to each name', JOURNAL_TABLE_COLUMNS, journalRows(state));
  yield documentSection('names', 'Names', [table]);
  yield closeDocument(tool);
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
