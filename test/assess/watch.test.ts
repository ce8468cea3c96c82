import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASES } from '../../src/assess/case.ts';
import {
  cycleHoursOf,
  judgeGone,
  judgeWatch,
  traceOf,
  type WatchBefore,
  type WatchClass,
  type WatchFrame,
  type WatchTrace,
} from '../../src/assess/watch.ts';
import { dateToFiletime, dateToHours } from '../../src/formats/filetime.ts';
import { ATTRIBUTE_IDS, encodeReplPropertyMetaData } from '../../src/formats/repl-metadata.ts';
import { aRecord, nodeOf, recordBytes, SOME_GUID } from '../support/corp.ts';

const SINCE = new Date('2026-11-01T09:30:00Z');
const AGING = { enabled: true, noRefreshHours: 168, refreshHours: 168 };
const GUID = SOME_GUID;
const OTHER_GUID = 'ffffffff-1b1c-4d6e-9f00-0123456789ab' as typeof SOME_GUID;
/** Of a baseline: alive and dynamic. */
const THERE: WatchBefore = { objectGuid: GUID, dynamic: true };

/** So many hours after the switch, before it when negative. */
function at(hours: number): Date {
  return new Date(SINCE.getTime() + hours * 3_600_000);
}

/** The hour of a TimeStamp that was set at that time. */
function stamp(hours: number): Date {
  return new Date(Math.floor(at(hours).getTime() / 3_600_000) * 3_600_000);
}

interface Row {
  readonly rule: string;
  readonly trace: Partial<WatchTrace>;
  /** Hours from the switch to the look. */
  readonly now: number;
  readonly class: WatchClass | null;
  readonly frame?: Partial<WatchFrame>;
  readonly before?: WatchBefore;
  readonly cycleHours?: number;
  readonly reason?: RegExp;
}

const OFF = { aging: { ...AGING, enabled: false } };
const BASELINE = { hasBaseline: true };

/** Aging on, 168 h + 168 h; a client that registers every 24 h; created long ago. */
const ROWS: readonly Row[] = [
  { rule: 'a TimeStamp after the switch', trace: { timestamp: stamp(5) }, now: 20, class: 'refreshed' },
  {
    rule: 'a TimeStamp of the hour of the switch, written after it',
    trace: { timestamp: stamp(0), recordsWrittenAt: at(0.1) },
    now: 20,
    class: 'refreshed',
  },
  {
    rule: 'a TimeStamp of the hour of the switch, written before it',
    trace: { timestamp: stamp(0), recordsWrittenAt: at(-0.1) },
    now: 20,
    class: 'due',
  },
  {
    rule: 'a TimeStamp of the hour of the switch, without metadata',
    trace: { timestamp: stamp(0) },
    now: 20,
    class: 'due',
  },
  { rule: 'within no-refresh', trace: { timestamp: stamp(-24) }, now: 144, class: 'due' },
  {
    rule: 'no-refresh is over, the cycle is not',
    trace: { timestamp: stamp(-24) },
    now: 168.4,
    class: 'due',
  },
  {
    rule: 'no-refresh, the cycle and the hour of the TimeStamp are over',
    trace: { timestamp: stamp(-24) },
    now: 169,
    class: 'overdue',
    reason: /has not come/,
  },
  {
    rule: 'no-refresh was over before the switch: a cycle from the switch on',
    trace: { timestamp: stamp(-180) },
    now: 25,
    class: 'due',
  },
  { rule: 'and an hour', trace: { timestamp: stamp(-180) }, now: 25.1, class: 'overdue' },
  {
    rule: 'half a lease instead of a day',
    trace: { timestamp: stamp(-180) },
    now: 96,
    cycleHours: 96,
    class: 'due',
  },
  {
    rule: 'silent before the switch already',
    trace: { timestamp: stamp(-194) },
    now: 400,
    class: 'unknown',
    reason: /silent before/,
  },
  {
    rule: 'updated once, and then no more',
    trace: { timestamp: stamp(10) },
    now: 10 + 168 + 26,
    class: 'overdue',
    reason: /once since the switch/,
  },
  {
    rule: 'records were written, but nothing was registered',
    trace: { timestamp: stamp(-180), recordsWrittenAt: at(3) },
    now: 30,
    class: 'overdue',
    reason: /no TimeStamp moved/,
  },
  {
    rule: 'created after the switch',
    trace: { timestamp: stamp(3), createdAt: at(3) },
    now: 20,
    class: 'created',
  },
  {
    rule: 'created after the switch, whatever became late',
    trace: { timestamp: stamp(3), createdAt: at(3) },
    now: 900,
    class: 'created',
  },
  {
    rule: 'created in the second of the switch',
    trace: { timestamp: stamp(0), createdAt: at(0) },
    now: 20,
    class: 'due',
  },
  {
    rule: 'without metadata, and the baseline does not hold it',
    trace: { timestamp: stamp(3), createdAt: null },
    frame: BASELINE,
    now: 20,
    class: 'created',
  },
  {
    rule: 'without metadata, another object than in the baseline',
    trace: { timestamp: stamp(3), createdAt: null },
    frame: BASELINE,
    before: { ...THERE, objectGuid: OTHER_GUID },
    now: 20,
    class: 'created',
  },
  {
    rule: 'without metadata, the object of the baseline',
    trace: { timestamp: stamp(3), createdAt: null },
    frame: BASELINE,
    before: THERE,
    now: 20,
    class: 'refreshed',
  },
  {
    rule: 'the baseline was taken before it was created, and the switch came after',
    trace: { timestamp: stamp(-10), createdAt: at(-10) },
    frame: BASELINE,
    now: 20,
    class: 'due',
  },
  {
    rule: 'aging off, written since',
    trace: { recordsWrittenAt: at(3) },
    frame: OFF,
    now: 20,
    class: 'refreshed',
  },
  {
    rule: 'aging off, a TimeStamp since',
    trace: { timestamp: stamp(3) },
    frame: OFF,
    now: 20,
    class: 'refreshed',
  },
  {
    rule: 'aging off, no trace',
    trace: { timestamp: stamp(-3), recordsWrittenAt: at(-3) },
    frame: OFF,
    now: 900,
    class: 'unknown',
    reason: /aging is off/,
  },
  { rule: 'tombstoned since', trace: { kind: 'tombstoned', tombstonedAt: at(3) }, now: 20, class: 'lost' },
  { rule: 'tombstoned before', trace: { kind: 'tombstoned', tombstonedAt: at(-3) }, now: 20, class: null },
  { rule: 'tombstoned, nobody knows when', trace: { kind: 'tombstoned' }, now: 20, class: 'unknown' },
  {
    rule: 'tombstoned since the baseline',
    trace: { kind: 'tombstoned' },
    before: THERE,
    now: 20,
    class: 'lost',
  },
  {
    rule: 'tombstoned in the baseline already',
    trace: { kind: 'tombstoned' },
    before: { ...THERE, dynamic: false },
    now: 20,
    class: null,
  },
  { rule: 'emptied since the baseline', trace: { kind: 'empty' }, before: THERE, now: 20, class: 'lost' },
  { rule: 'empty', trace: { kind: 'empty' }, now: 20, class: null },
  { rule: 'static', trace: { kind: 'static' }, now: 20, class: null },
  {
    rule: 'made static since the baseline',
    trace: { kind: 'static' },
    before: THERE,
    now: 20,
    class: 'unknown',
  },
  { rule: 'unreadable records', trace: { kind: 'unreadable' }, before: THERE, now: 20, class: 'unknown' },
  { rule: 'the loser of a conflict', trace: { kind: 'conflict' }, before: THERE, now: 20, class: null },
];

for (const row of ROWS) {
  test(`judgeWatch(): ${row.rule}: ${row.class ?? 'not watched'}`, () => {
    const trace: WatchTrace = {
      ...{ kind: 'dynamic', objectGuid: GUID, timestamp: null, createdAt: at(-9000) },
      ...{ recordsWrittenAt: null, tombstonedAt: null },
      ...row.trace,
    };
    const frame = { since: SINCE, now: at(row.now), aging: AGING, hasBaseline: false, ...row.frame };
    const judged = judgeWatch(trace, row.before ?? null, row.cycleHours ?? 24, frame);
    assert.equal(judged?.class ?? null, row.class, judged?.reason);
    if (row.reason !== undefined) assert.match(judged?.reason ?? '', row.reason);
    if (judged?.class === 'overdue') assert.ok(judged.dueBy !== null && judged.dueBy < frame.now);
    if (judged?.class === 'due') assert.ok(judged.dueBy !== null && judged.dueBy >= frame.now);
  });
}

test('judgeGone() calls lost only what was dynamic', () => {
  assert.equal(judgeGone(THERE)?.class, 'lost');
  assert.equal(judgeGone({ ...THERE, dynamic: false }), null);
});

test('cycleHoursOf(): a day, half the lease, and in doubt the longer', () => {
  const hours = (leaseHours: number) =>
    CASES.map((judged) => cycleHoursOf(judged, { clientHours: 24, leaseHours }));
  assert.deepEqual(CASES, ['computer', 'dhcp', 'unsure', 'none']);
  assert.deepEqual(hours(192), [24, 96, 96, 96]);
  assert.deepEqual(hours(8), [24, 4, 24, 24]);
});

test('traceOf() reads times from metadata, the newest TimeStamp, and the time of a tombstone', () => {
  const node = nodeOf({
    records: [aRecord('10.0.0.1', dateToHours(at(-5))), aRecord('10.0.0.2', dateToHours(at(2)))],
  });
  const times = { whenCreated: at(-90), dnsRecord: at(2), dNSTombstoned: at(-80) };
  const metadata = encodeReplPropertyMetaData(
    Object.entries(times).map(([name, originatingTime]) => ({
      ...{ attid: ATTRIBUTE_IDS[name as keyof typeof times], version: 1, originatingTime },
      ...{ invocationId: GUID, originatingUsn: 1n, localUsn: 1n },
    })),
  );
  assert.deepEqual(traceOf({ ...node, metadata }), {
    ...{ kind: 'dynamic', objectGuid: GUID, timestamp: stamp(2), createdAt: at(-90) },
    ...{ recordsWrittenAt: at(2), tombstonedAt: at(-80) },
  });
  const entombed = recordBytes(0, { kind: 'tombstone', entombedTime: dateToFiletime(at(4)) });
  const buried = { ...nodeOf({ records: [entombed] }), tombstoned: true };
  assert.deepEqual(traceOf(buried), {
    ...{ kind: 'tombstoned', objectGuid: GUID, timestamp: null, createdAt: null },
    ...{ recordsWrittenAt: null, tombstonedAt: at(4) },
  });
});

test('traceOf() tells kinds apart', () => {
  const kindOf = (change: Parameters<typeof nodeOf>[0], more = {}) =>
    traceOf({ ...nodeOf(change), ...more }).kind;
  assert.equal(kindOf({ records: [aRecord('10.0.0.1', 0)] }), 'static');
  assert.equal(kindOf({ records: [] }), 'empty');
  assert.equal(kindOf({ records: [aRecord('10.0.0.1').subarray(0, 22)] }), 'unreadable');
  assert.equal(kindOf({ sddl: null, records: [aRecord('10.0.0.1', 0)] }), 'static');
  assert.equal(kindOf({}, { label: 'conflict' }), 'conflict');
});
