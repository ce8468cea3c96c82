import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchDay, WatchOutlook } from '../../src/assess/watch-tally.ts';
import { dayLines } from '../../src/report/watch-rows.ts';

const AT = new Date('2026-11-11T09:30:00Z');
const DAYS: readonly WatchDay[] = [
  { days: 1, at: AT, names: 1, share: 49.9 },
  { days: 8, at: AT, names: 2, share: 100 },
];

function linesIn(state: WatchOutlook['state']): string {
  return dayLines({ days: DAYS, outlook: { state, at: AT, reason: 'a reason' } });
}

test('dayLines() tells by which day which share of failures can have shown, as long as that matters', () => {
  const lines =
    'After 1 day (2026-11-11 09:30Z) 49 % of failures would have shown\n' +
    'After 8 days (2026-11-11 09:30Z) 100 % of failures would have shown\n';
  for (const state of ['wait', 'repair', 'unknown'] as const) assert.equal(linesIn(state), lines, state);
  assert.equal(linesIn('safe'), '');
});
