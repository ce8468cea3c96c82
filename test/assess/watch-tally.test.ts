import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchClass, WatchFrame } from '../../src/assess/watch.ts';
import { createWatchTally, type WatchedName, type WatchSummary } from '../../src/assess/watch-tally.ts';

const SINCE = new Date('2026-11-01T09:30:00Z');
const AGING = { enabled: true, noRefreshHours: 168, refreshHours: 168 };

function day(days: number): Date {
  return new Date(SINCE.getTime() + days * 86_400_000);
}

function named(watchClass: WatchClass, change: Partial<WatchedName> = {}): WatchedName {
  return {
    ...{ zone: 'z', name: 'n', fqdn: 'n.z', dn: 'DC=n', class: watchClass, reason: '' },
    ...{ ownerClass: 'system', host: 'n.z', folder: null, lastSeen: null, dueBy: null },
    ...change,
  };
}

function summaryOf(
  names: readonly (WatchedName | null)[],
  nowDay: number,
  change: Partial<WatchFrame> = {},
): WatchSummary {
  const frame = { since: SINCE, now: day(nowDay), aging: AGING, hasBaseline: false, ...change };
  const tally = createWatchTally(frame);
  for (const name of names) tally.add(name);
  return tally.summary();
}

test('the counts add up', () => {
  const summary = summaryOf([named('refreshed'), named('lost'), null, named('unknown'), null], 3);
  assert.deepEqual([summary.names, summary.watched, summary.notWatched], [5, 3, 2]);
  assert.deepEqual(summary.byClass, { refreshed: 1, due: 0, overdue: 0, lost: 1, created: 0, unknown: 1 });
});

test('groups: owner classes in their order, folders with the worst first, hosts only with trouble', () => {
  const { groups } = summaryOf(
    [
      named('refreshed', { ownerClass: 'self', folder: 'z/A', host: 'a.z' }),
      named('overdue', { folder: 'z/B', host: 'b.z' }),
      named('lost', { folder: 'z/B', host: 'b.z' }),
      named('created', { ownerClass: 'dhcp-account' }),
    ],
    3,
  );
  assert.deepEqual(
    groups.map(({ by, value, names }) => [by, value, names]),
    [
      ['owner-class', 'system', 2],
      ['owner-class', 'self', 1],
      ['owner-class', 'dhcp-account', 1],
      ['ou', 'z/B', 2],
      ['ou', 'no computer account', 1],
      ['ou', 'z/A', 1],
      ['host', 'b.z', 2],
    ],
  );
  assert.deepEqual([groups.at(-1)?.counts.overdue, groups.at(-1)?.counts.lost], [1, 1]);
});

test('days: what share of the names that can show has shown or ought to have', () => {
  const { days } = summaryOf(
    [
      named('refreshed', { lastSeen: day(0.5) }),
      named('overdue', { dueBy: day(1.5) }),
      named('due', { dueBy: day(7.2) }),
      named('due', { dueBy: day(3.9) }),
      named('created'),
      named('unknown'),
    ],
    3,
  );
  assert.deepEqual(
    days.map(({ days: count, names, share }) => [count, names, share]),
    [
      [1, 1, 25],
      [2, 2, 50],
      [4, 3, 75],
      [8, 4, 100],
    ],
  );
  assert.deepEqual(days[0]?.at, day(1));
  assert.deepEqual(summaryOf([named('unknown')], 3).days, []);
});

test('the outlook: repair, wait, or go on', () => {
  const outlook = (...args: Parameters<typeof summaryOf>) => summaryOf(...args).outlook;
  const refreshed = named('refreshed', { lastSeen: day(1) });
  const wait = outlook([refreshed], 3);
  assert.deepEqual([wait.state, wait.at], ['wait', day(8)]);
  const late = outlook([refreshed, named('due', { dueBy: day(11) })], 9);
  assert.deepEqual([late.state, late.at], ['wait', day(11)]);
  assert.equal(outlook([refreshed], 8).state, 'safe');
  const repair = outlook([refreshed, named('overdue', { dueBy: day(2) }), named('lost')], 30);
  assert.equal(repair.state, 'repair');
  assert.match(repair.reason, /^1 overdue, 1 lost/);
});

test('the outlook is unknown where less was seen than not', () => {
  const aging = { ...AGING, enabled: false };
  const { outlook } = summaryOf([named('unknown')], 9, { aging });
  assert.equal(outlook.state, 'unknown');
  assert.match(outlook.reason, /^of 1 name the directory cannot tell, because aging is off/);
  assert.equal(summaryOf([named('unknown'), named('refreshed')], 9).outlook.state, 'safe');
  assert.equal(summaryOf([named('unknown')], 7).outlook.state, 'wait');
});
