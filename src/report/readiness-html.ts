/** Go or no-go as parts of a page: the checks with their cures, and where the blocked names sit. */

import { CHECK_COLUMNS } from './check-rows.ts';
import type { DocumentHead } from './document-html.ts';
import { htmlTable } from './html.ts';
import type { PageSection } from './page-html.ts';
import { GROUP_COLUMNS, goLine, type ZoneReadiness } from './readiness-rows.ts';

/** The verdict over all zones: a page says one thing first. */
export function readinessVerdict(zones: readonly ZoneReadiness[]): DocumentHead['verdict'] {
  const noGo = zones.filter(({ go }) => !go);
  const [first] = noGo.length > 0 ? noGo : zones;
  if (first === undefined) return { role: 'warn', text: 'No zone was judged' };
  const others = zones.length === 1 ? '' : `; ${noGo.length} of ${zones.length} zones are no-go`;
  return { role: noGo.length > 0 ? 'bad' : 'good', text: `${goLine(first)}${others}` };
}

/** The checks of each zone. */
export function readinessSections(zones: readonly ZoneReadiness[]): readonly PageSection[] {
  return zones.map(({ zone, checks, worst }, index) => ({
    id: `ready-${index + 1}`,
    title: `Is ${zone} ready?`,
    content: [
      htmlTable(`Checks of ${zone}`, CHECK_COLUMNS, checks),
      ...(worst.length === 0 ? [] : [htmlTable('Where blocked names sit', GROUP_COLUMNS, worst)]),
    ],
  }));
}
