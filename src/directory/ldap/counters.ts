/** What was asked over several connections, as one. */

import type { SourceCounters } from '../../records/source.ts';

export function sumCounters(counters: readonly SourceCounters[]): SourceCounters {
  const sum = (of: (counters: SourceCounters) => number): number =>
    counters.reduce((total, each) => total + of(each), 0);
  return {
    requests: sum(({ requests }) => requests),
    pages: sum(({ pages }) => pages),
    entries: sum(({ entries }) => entries),
    bytes: sum(({ bytes }) => bytes),
  };
}
