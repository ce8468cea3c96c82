import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import {
  checkLeases,
  checkScavenging,
  type LeaseTime,
  USUAL_LEASE,
} from '../../src/assess/readiness-aging.ts';
import type { Aging } from '../../src/formats/dns-property.ts';

const ON: Aging = { enabled: true, noRefreshHours: 168, refreshHours: 168 };
const OFF: Aging = { ...ON, enabled: false };
const DAY = new Date('2026-12-01T10:00:00Z');

const SCAVENGING: readonly (readonly [
  what: string,
  aging: Aging,
  overdue: number,
  first: Date | null,
  status: CheckStatus,
  message: string,
])[] = [
  ['aging off', OFF, 3, DAY, 'pass', 'aging is off: nothing is scavenged'],
  ['nothing to take', ON, 0, null, 'pass', 'aging is on; no blocked name would be scavenged'],
  ['some later', ON, 0, DAY, 'warn', 'may take the first from 2026-12-01 on, if nothing'],
  ['all overdue', ON, 9, null, 'warn', 'of 9 blocked names scavenging may take 9 at once, if nothing'],
  [
    'some overdue',
    ON,
    3,
    DAY,
    'warn',
    'of 9 blocked names scavenging may take 3 at once, others from 2026-12-01 on',
  ],
];

for (const [what, aging, overdue, first, status, message] of SCAVENGING) {
  test(`checkScavenging() with ${what}: ${status}`, () => {
    const check = checkScavenging(aging, { names: 9, overdue, first });
    assert.deepEqual([check.id, check.status], ['aging', status]);
    assert.ok(check.message.includes(message), check.message);
  });
}

const days = (count: number): LeaseTime => ({ hours: count * 24, source: `of ${count}` });

const LEASES: readonly (readonly [
  what: string,
  aging: Aging,
  leases: readonly LeaseTime[],
  status: CheckStatus,
  message: string,
])[] = [
  [
    'the usual lease',
    ON,
    [USUAL_LEASE],
    'pass',
    'no-refresh + refresh is 14 d, leases last 8 d (the usual lease',
  ],
  ['as long as the record lives', ON, [days(14)], 'pass', 'leases last 14 d (of 14)'],
  ['longer by an hour', ON, [{ hours: 337, source: '--lease' }], 'warn', 'but leases last 337 h (--lease)'],
  ['one of two longer', ON, [days(8), days(15)], 'warn', 'but leases last 15 d (of 15): '],
  ['without end', ON, [{ hours: Number.POSITIVE_INFINITY, source: 'x' }], 'warn', 'leases last for ever (x)'],
  ['longer, aging off', OFF, [days(30)], 'pass', 'look stale; aging is off'],
];

for (const [what, aging, leases, status, message] of LEASES) {
  test(`checkLeases(), ${what}: ${status}`, () => {
    const check = checkLeases(aging, leases);
    assert.deepEqual([check.id, check.status], ['aging-lease', status]);
    assert.ok(check.message.includes(message), check.message);
    assert.equal(check.cure === null, status === 'pass');
  });
}

test('what cannot be read is unknown', () => {
  const checks = [
    checkScavenging(null, { names: 9, overdue: 3, first: DAY }),
    checkLeases(null, [USUAL_LEASE]),
  ];
  assert.deepEqual(
    checks.map(({ id, status }) => [id, status]),
    [
      ['aging', 'unknown'],
      ['aging-lease', 'unknown'],
    ],
  );
});
