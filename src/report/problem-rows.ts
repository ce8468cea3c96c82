/** What went wrong on the way, as rows. */

import type { Problem } from '../errors.ts';
import type { Column } from './columns.ts';
import { htmlTable } from './html.ts';
import type { PageSection } from './page-html.ts';

export const PROBLEM_COLUMNS: readonly Column<Problem>[] = [
  { id: 'where', title: 'Where', value: (row) => row.where },
  {
    id: 'severity',
    title: 'Severity',
    value: (row) => row.severity,
    paint: (row) => (row.severity === 'error' ? 'bad' : 'warn'),
  },
  { id: 'message', title: 'Message', value: (row) => row.message },
];

/** More than these nobody reads on a page; the JSON holds all. */
const MOST_SHOWN = 200;

/** Nothing when nothing went wrong. */
export function problemSection(problems: readonly Problem[]): readonly PageSection[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, MOST_SHOWN);
  const title =
    shown.length < problems.length ? `Problems: the first ${shown.length} of ${problems.length}` : 'Problems';
  return [{ id: 'problems', title, content: [htmlTable(title, PROBLEM_COLUMNS, shown)] }];
}
