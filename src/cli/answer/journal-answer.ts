/** Shows a journal in the format asked for. */

import type { JournalState } from '../../apply/journal-state.ts';
import { UsageError } from '../../errors.ts';
import { renderCsv } from '../../report/csv.ts';
import { renderJournalHtml, renderJournalMarkdown } from '../../report/journal-document.ts';
import {
  JOURNAL_COLUMNS,
  JOURNAL_TABLE_COLUMNS,
  journalRows,
  journalSummary,
  journalTotals,
  journalValue,
} from '../../report/journal-rows.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderTable } from '../../report/table.ts';
import { PLAN_FORMATS } from '../options.ts';
import type { Answer } from './answer.ts';

/** Writes what the run did to each name, and the totals. @throws UsageError for a form that only plans have */
export async function writeJournal(state: JournalState, answer: Answer, now: Date): Promise<void> {
  switch (answer.format) {
    case 'table': {
      const table = renderTable(JOURNAL_TABLE_COLUMNS, journalRows(state), answer.render);
      return answer.write(`${table}\n${journalTotals(state)}\n`);
    }
    case 'csv':
      return answer.write(renderCsv(JOURNAL_COLUMNS, journalRows(state), answer.csv));
    case 'json':
      return answer.write(jsonText(state, now));
    case 'ndjson':
      return answer.writeAll(journalRows(state).map((row) => ndjsonLine(journalValue(row))));
    case 'markdown':
      return answer.write(renderJournalMarkdown(state));
    case 'html': {
      const { loadPageScript } = await import('../page-script.ts');
      return answer.writeAll(renderJournalHtml(state, answer.tool, await loadPageScript()));
    }
    case 'sddl':
    case 'ldif':
    case 'dsacls':
    case 'powershell':
      throw new UsageError(
        `Cannot show a journal as ${answer.format}: it tells what was done; needs one of ${PLAN_FORMATS.join(', ')}`,
        '--format',
      );
    default:
      return answer.format satisfies never;
  }
}

function jsonText(state: JournalState, now: Date): string {
  const { file, tool, store, startedAt, ended, plan } = state;
  const zones = plan.zones.map((zone) => zone.name);
  const head = { command: 'show', generatedAt: now, server: store, zones, problems: [] };
  const results = journalRows(state).map(journalValue);
  const run = { tool, startedAt, ended, plan: plan.checksum };
  return jsonDocument(head, { journal: file, run, results, summary: journalSummary(state) });
}
