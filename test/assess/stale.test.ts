import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnerClass } from '../../src/assess/owner-class.ts';
import {
  isListed,
  judgeStale,
  type StaleFrame,
  type StaleName,
  type StaleSign,
  withSharedAddresses,
} from '../../src/assess/stale.ts';
import { summarizeStale } from '../../src/assess/stale-forecast.ts';
import { dateToHours } from '../../src/formats/filetime.ts';
import { placeOf } from '../support/audit-place.ts';
import { accountEntry, aRecord, nodeOf } from '../support/corp.ts';

const NOW = new Date('2026-11-20T21:00:00Z');
const AGING = { enabled: true, noRefreshHours: 168, refreshHours: 168 };
const FRAME: StaleFrame = { now: NOW, aging: AGING, olderThanHours: null };

function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 86_400_000);
}

interface Row {
  readonly rule: string;
  readonly name?: string;
  /** Ages of its records in days; 0 is static. */
  readonly days: readonly number[];
  readonly owner?: OwnerClass;
  readonly disabled?: boolean;
  readonly olderThanHours?: number;
  readonly more?: object;
  /** null: it does not age at all. */
  readonly signs: readonly StaleSign[] | null;
}

/** pc1 has a computer account; no-refresh and refresh are 7 days each. */
const ROWS: readonly Row[] = [
  { rule: 'fresh', days: [1], signs: [] },
  { rule: 'the last day', days: [14], signs: [] },
  { rule: 'a day later', days: [15], signs: ['aged'] },
  { rule: 'one of its records is fresh', days: [40, 1], signs: [] },
  { rule: 'younger than the age given', days: [20], olderThanHours: 30 * 24, signs: [] },
  { rule: 'older than the age given', days: [4], olderThanHours: 3 * 24, signs: ['aged'] },
  { rule: 'its account is disabled', days: [1], disabled: true, signs: ['disabled'] },
  { rule: 'owned by another computer', days: [1], owner: 'computer', signs: ['other-machine'] },
  { rule: 'owned by an account that is gone', days: [1], owner: 'orphan', signs: ['other-machine'] },
  { rule: 'no account', name: 'printer1', days: [1], signs: ['no-account'] },
  { rule: 'no account, and old', name: 'printer1', days: [15], signs: ['aged', 'no-account'] },
  {
    rule: 'a service locator name has no host',
    name: '_ldap._tcp',
    days: [15],
    owner: 'computer',
    signs: ['aged'],
  },
  { rule: 'static', days: [0], signs: null },
  { rule: 'tombstoned', days: [20], more: { tombstoned: true }, signs: null },
  { rule: 'the loser of a conflict', days: [20], more: { label: 'conflict' }, signs: null },
];

for (const row of ROWS) {
  test(`judgeStale(): ${row.rule}: ${row.signs?.join(', ') ?? 'not looked at'}`, async () => {
    const judged = await judge(row);
    assert.deepEqual(judged?.signs ?? null, row.signs);
  });
}

test('judgeStale(): scavenging takes a name whose records are all past their time', async () => {
  const takenAt = async (days: readonly number[], frame = FRAME) =>
    (await judge({ rule: '', days, signs: [] }, frame))?.takenAt;
  assert.deepEqual(await takenAt([10, 8]), daysAgo(-6));
  assert.deepEqual(await takenAt([20]), daysAgo(6));
  assert.equal(await takenAt([20, 0]), null);
  const off = { ...FRAME, aging: { ...AGING, enabled: false } };
  assert.deepEqual(await takenAt([20], off), daysAgo(-7));
  assert.deepEqual(await takenAt([1], off), daysAgo(-13));
});

test('withSharedAddresses(): the names that were refreshed before the last holder of their address', () => {
  const names = [
    stale('old', 9, ['10.0.0.1']),
    stale('new', 1, ['10.0.0.1', '2001:db8::1']),
    stale('twin', 1, ['10.0.0.1']),
    stale('alone', 9, ['10.0.0.2']),
    stale('farm', 0, ['10.0.0.2', '10.0.0.3']),
  ];
  const found = withSharedAddresses(names).map(({ name, signs, addressNow }) => [name, signs, addressNow]);
  assert.deepEqual(found, [
    ['old', ['shared-address'], 'new.z'],
    ['new', [], null],
    ['twin', [], null],
    ['alone', [], null],
    ['farm', [], null],
  ]);
  const reversed = [...withSharedAddresses([...names].reverse())].reverse();
  assert.deepEqual(reversed, withSharedAddresses(names));
});

test('isListed(): a missing account alone lists no name', () => {
  assert.equal(isListed(stale('a', 1, [], ['no-account'])), false);
  assert.equal(isListed(stale('a', 1, [], ['aged', 'no-account'])), true);
  assert.equal(isListed(stale('a', 1, [])), false);
});

test('summarizeStale(): by day, without what was refreshed within no-refresh or leaves a static record', () => {
  const names = [
    stale('a', 20, [], ['aged']),
    stale('b', 10, []),
    stale('c', 10.1, []),
    stale('d', 8, []),
    stale('e', 6, []),
    { ...stale('f', 20, [], ['aged', 'disabled']), takenAt: null },
  ];
  const { dynamic, bySign, forecast, withinNoRefresh } = summarizeStale('z', names, FRAME);
  assert.deepEqual([dynamic, withinNoRefresh, bySign.aged, bySign.disabled], [6, 1, 2, 1]);
  assert.deepEqual(forecast, [
    { day: null, names: 1, total: 1 },
    { day: '2026-11-24', names: 2, total: 3 },
    { day: '2026-11-26', names: 1, total: 4 },
  ]);
});

async function judge(row: Row, frame = FRAME): Promise<StaleName | null> {
  const { name = 'pc1', days, owner = 'system', disabled = false, more = {} } = row;
  const records = days.map((age, at) =>
    aRecord(`10.0.0.${at + 1}`, age === 0 ? 0 : dateToHours(daysAgo(age))),
  );
  const uac = disabled ? 0x1002 : 0x1000;
  const accounts = [accountEntry({ rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com', uac })];
  const { context, own } = await placeOf({ accounts, dhcpAccounts: [] });
  const owned = await own(nodeOf({ name, records }));
  const given = { ...owned, ...more, owner: { ...owned.owner, class: owner } };
  return judgeStale(given, context.computers, { ...frame, olderThanHours: row.olderThanHours ?? null });
}

function stale(
  name: string,
  days: number,
  addresses: readonly string[],
  signs: readonly StaleSign[] = [],
): StaleName {
  const owner = { sid: null, name: null, kind: 'unknown', class: 'system' } as const;
  return {
    ...{ zone: 'z', name, fqdn: `${name}.z`, dn: `DC=${name}`, owner, host: null, addresses, signs },
    ...{ lastSeen: daysAgo(days), addressNow: null, takenAt: daysAgo(days - 14) },
  };
}
