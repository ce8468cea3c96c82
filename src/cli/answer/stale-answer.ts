/** Stale names and, zone by zone, what they come to, in the format asked for. */

import { STALE_SIGNS, type StaleFrame, type StaleName } from '../../assess/stale.ts';
import type { StaleSummary } from '../../assess/stale-forecast.ts';
import { counted } from '../../formats/counted.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import {
  FORECAST_COLUMNS,
  forecastNotes,
  SIGN_COLUMNS,
  type SignCount,
  staleHead,
} from '../../report/stale-rows.ts';
import { renderTable } from '../../report/table.ts';
import { ticketHead, ticketProblems, ticketText } from '../../report/ticket.ts';
import type { Deps } from '../deps.ts';
import { allProblems, commonOf, originOf, type Reading } from '../reading.ts';
import type { Answer } from './answer.ts';
import type { RowList } from './list-view.ts';

/** A zone with every dynamic name that was looked at. */
export interface StaleZone {
  readonly frame: StaleFrame;
  readonly names: readonly StaleName[];
  readonly summary: StaleSummary;
}

/** Writes the names listed; a table has the zones after them, a ticket before. */
export async function writeStale(
  zones: readonly StaleZone[],
  listed: readonly StaleName[],
  list: RowList<StaleName>,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  if (answer.format === 'table') answer.say(`Read from ${reading.info.server}`);
  if (answer.format === 'markdown') await answer.writeAll(ticketTexts(zones, listed, reading, deps));
  await list.add(listed);
  await list.end(() => ({
    common: commonOf('stale', reading, deps.io.now()),
    rest: { summary: { names: listed.length, zones: zones.map(({ summary }) => summary) } },
  }));
  if (answer.format === 'markdown') await answer.write(ticketProblems(allProblems(reading)));
  if (answer.format !== 'table') return;
  for (const { summary, frame } of zones) await writeZone(summary, frame, answer);
  await answer.write(`${counted(listed.length, 'name')} listed\n`);
}

async function writeZone(summary: StaleSummary, frame: StaleFrame, answer: Answer): Promise<void> {
  await answer.write(`${staleHead(summary, frame)}\n`);
  if (summary.dynamic === 0) return;
  await answer.write(`${renderTable(SIGN_COLUMNS, signCounts(summary), answer.render)}\n`);
  if (summary.forecast.length > 0)
    await answer.write(`${renderTable(FORECAST_COLUMNS, summary.forecast, answer.render)}\n`);
  await answer.write(`${forecastNotes(summary, frame)}\n`);
}

/** What stands in a ticket before the names. */
function* ticketTexts(
  zones: readonly StaleZone[],
  listed: readonly StaleName[],
  reading: Reading,
  deps: Deps,
): Generator<string> {
  const names = zones.map(({ summary }) => summary.zone).join(', ');
  yield ticketHead(`Stale names of ${names}`, originOf(reading, deps));
  yield ticketText([`${counted(listed.length, 'name')} listed`]);
  for (const { summary, frame } of zones) {
    yield ticketText([staleHead(summary, frame).trimEnd()]);
    if (summary.dynamic === 0) continue;
    yield renderMarkdownTable(SIGN_COLUMNS, signCounts(summary));
    if (summary.forecast.length > 0) yield renderMarkdownTable(FORECAST_COLUMNS, summary.forecast);
    yield ticketText(forecastNotes(summary, frame).trimEnd().split('\n'));
  }
}

function signCounts({ bySign }: StaleSummary): readonly SignCount[] {
  return STALE_SIGNS.map((sign) => ({ sign, names: bySign[sign] }));
}
