/** Names with their owners as one HTML page. */

import type { OwnedName } from '../../assess/owner-class.ts';
import { counted } from '../../formats/counted.ts';
import { isoSeconds } from '../../report/json.ts';
import { createChartTally, OWNER_PAGE, ownerCharts, ownerPageCells } from '../../report/name-page.ts';
import { problemSection } from '../../report/problem-rows.ts';
import type { Deps } from '../deps.ts';
import { allProblems, type Reading } from '../reading.ts';
import type { Answer } from './answer.ts';
import { createPageList } from './page-list.ts';

/** Reads all names, then writes the page. */
export async function writeOwnersPage(
  pages: AsyncIterable<readonly OwnedName[]>,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const now = deps.io.now();
  const tally = createChartTally(now);
  const list = createPageList<OwnedName>(answer, OWNER_PAGE, (name) => ownerPageCells(name, now));
  for await (const names of pages) {
    for (const name of names) tally.add(name);
    await list.add(names);
  }
  const { byClass } = tally;
  const all = Object.values(byClass).reduce((sum, count) => sum + count, 0);
  const { system = 0, orphan = 0, self = 0 } = byClass;
  const zones = reading.zones.map(({ name }) => name).join(', ');
  const text = `${system} of ${counted(all, 'name')} ${system === 1 ? 'is' : 'are'} owned by SYSTEM: no account registered them by a secure update`;
  const texts = await list.texts({
    head: {
      title: `Owners of ${zones}`,
      verdict: { role: system > 0 ? 'warn' : 'good', text },
      numbers: [
        ['names', all],
        ['owned by SYSTEM', system],
        ['owned by their own computer', self],
        ['owned by accounts that are gone', orphan],
      ],
      facts: [
        ['Read from', reading.info.server],
        ['Made', `${isoSeconds(now)} by ${answer.tool}`],
      ],
    },
    charts: ownerCharts(tally),
    sections: [],
    title: 'Names',
    model: OWNER_PAGE,
    more: problemSection(allProblems(reading)),
    tool: answer.tool,
  });
  await answer.writeAll(texts);
}
