/** What a run did, in the format asked for. */

import type { ChangeResult, RunSummary } from '../../apply/run.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import {
  REPLICA_COLUMNS,
  type ReplicaReport,
  replicaTotals,
  replicaValue,
} from '../../report/replica-rows.ts';
import { RESULT_COLUMNS, resultValue, runTotals } from '../../report/run-rows.ts';
import { renderTable } from '../../report/table.ts';
import type { Deps } from '../deps.ts';
import type { Place } from '../place/connect.ts';
import type { Answer } from './answer.ts';

/**
 * Writes each name's outcome; a table shows only those that did not go as planned, and the totals last. Where there is
 * one line for each name, the other domain controllers have no place, and the person is told.
 *
 * @param journal the file, or null when there was nothing to do
 * @param replicas what the other domain controllers hold; null when nobody asked
 */
export async function writeResults(
  results: readonly ChangeResult[],
  summary: RunSummary,
  journal: string | null,
  answer: Answer,
  place: Place,
  deps: Deps,
  replicas: ReplicaReport | null = null,
): Promise<void> {
  const sorted = [...results].sort((a, b) => (a.change.dn < b.change.dn ? -1 : 1));
  switch (answer.format) {
    case 'csv':
      await answer.write(renderCsv(RESULT_COLUMNS, sorted, answer.csv));
      break;
    case 'json': {
      const { server } = await place.source.describe();
      const zones = [...new Set(sorted.map((result) => result.change.zone))].sort();
      const head = { command: 'apply', generatedAt: deps.io.now(), server, zones, problems: [] };
      const body = { journal, results: sorted.map(resultValue), summary };
      const more = replicas === null ? {} : { replicas: replicaValue(replicas) };
      await answer.write(jsonDocument(head, { ...body, ...more }));
      break;
    }
    case 'ndjson':
      await answer.writeAll(sorted.map((result) => ndjsonLine(resultValue(result))));
      break;
    default: {
      const notAsPlanned = sorted.filter((result) => result.outcome !== 'applied');
      if (notAsPlanned.length > 0) {
        await answer.write(`${renderTable(RESULT_COLUMNS, notAsPlanned, answer.render)}\n`);
      }
      await answer.write(`${runTotals(summary)}\n`);
      if (replicas !== null) await answer.writeAll(replicaTexts(replicas, answer));
      return;
    }
  }
  if (replicas !== null) for (const text of replicaTexts(replicas, answer)) answer.say(text.trimEnd());
}

function* replicaTexts(replicas: ReplicaReport, { render }: Answer): Generator<string> {
  const late = replicas.servers.filter(({ status }) => status !== 'converged');
  if (late.length > 0) yield `\n${renderTable(REPLICA_COLUMNS, late, render)}\n`;
  yield `${replicaTotals(replicas)}\n`;
}
