/** What a person is told of the problems that came up on the way. */

import type { Problem } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import { shortPlace } from '../../report/problem-text.ts';

const PROBLEMS_SHOWN = 10;

/** Not all was read: whoever takes the answer for the whole must be told. */
const GAPS: ReadonlySet<string> = new Set([
  ...['unread-partition', 'unread-names', 'unanswered-domain', 'incomplete-forest'],
  ...['not-compared', 'not-saved', 'plan-not-assumed'],
]);

/**
 * What is told, one problem in a line: gaps first, then the others in their order, as many as fit a screen.
 *
 * @param quiet only errors, and gaps
 * @param verbose all of them, and where they are in full
 */
export function problemLines(
  problems: readonly Problem[],
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
): readonly string[] {
  const gaps = problems.filter(isGap);
  const others = problems.filter((problem) => !isGap(problem) && (!quiet || problem.severity === 'error'));
  const told = [...gaps, ...others];
  const shown = verbose ? told : told.slice(0, PROBLEMS_SHOWN);
  const lines = shown.map(({ severity, where, message }) => {
    return `${severity}: ${verbose ? where : shortPlace(where)}: ${message}`;
  });
  const more = told.length - shown.length;
  return more === 0 ? lines : [...lines, `and ${counted(more, 'more problem')}; -v shows them all`];
}

function isGap({ code }: Problem): boolean {
  return GAPS.has(code);
}
