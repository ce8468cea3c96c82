import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChangeLimit, findStray, refuseLargePlan } from '../../src/plan/guards.ts';
import { draftPlan, type Plan, type PlannedChange } from '../../src/plan/plan.ts';
import { sealPlan } from '../../src/plan/plan-file.ts';
import { PARTITION, zoneOf } from '../support/corp.ts';
import { changeOf, HEAD, storedNode } from '../support/corp-plan.ts';

const FOREST = `CN=MicrosoftDNS,DC=ForestDnsZones,DC=corp,DC=example,DC=com`;

/** A plan that changes so many names of a zone that has so many; every third is owned by a DHCP server. */
function planOf(changes: number, names: number, dn: string = zoneOf().dn): Plan {
  const change = changeOf(storedNode('pc1'));
  const outcomes = Array.from({ length: changes }, (_, index) => ({
    kind: 'change' as const,
    change: {
      ...change,
      dn: `DC=pc${index},${dn}`,
      fqdn: `pc${index}.corp.example.com`,
      ownerClass: index % 3 === 2 ? 'dhcp-server' : 'system',
    },
  }));
  return sealPlan(draftPlan({ ...HEAD, zones: [{ name: 'corp.example.com', dn, names }] }, outcomes));
}

const CASES: readonly (readonly [
  why: string,
  changes: number,
  names: number,
  limit: ChangeLimit | null,
  passes: boolean,
])[] = [
  ['a quarter of a large zone', 25, 100, null, true],
  ['more than a quarter of a large zone', 26, 100, null, false],
  ['all of a zone of 50', 50, 50, null, true],
  ['most of a zone of 51', 40, 51, null, false],
  ['a quarter of a zone of 51', 12, 51, null, true],
  ['just above a quarter of a zone of 51', 13, 51, null, false],
  ['nothing', 0, 1000, null, true],
  ['as many as were allowed', 30, 100, { kind: 'count', value: 30 }, true],
  ['one more than was allowed', 31, 100, { kind: 'count', value: 30 }, false],
  ['a small zone beyond what was allowed', 3, 10, { kind: 'count', value: 2 }, false],
  ['as much as was allowed', 50, 100, { kind: 'percent', value: 50 }, true],
  ['more than was allowed', 51, 100, { kind: 'percent', value: 50 }, false],
  ['everything, when all was allowed', 100, 100, { kind: 'percent', value: 100 }, true],
  ['a name of a zone that had none when it was counted', 1, 0, { kind: 'percent', value: 50 }, false],
];

for (const [why, changes, names, limit, passes] of CASES) {
  test(`refuseLargePlan() ${passes ? 'passes' : 'refuses'} ${why}`, () => {
    assert.equal(refuseLargePlan(planOf(changes, names), limit) === null, passes);
  });
}

test('refuseLargePlan() says the count, the limit, the largest class and the flags that pass it', () => {
  const plan = planOf(30, 90);
  assert.equal(
    refuseLargePlan(plan, null)?.message,
    '30 of the 90 names in corp.example.com would change (33.3 %); the limit is 25 %. Largest class: owner system, 20 names. ' +
      `If that is what you intend: --approve ${plan.checksum}, or --max-change 34%`,
  );
  assert.match(refuseLargePlan(plan, { kind: 'count', value: 10 })?.message ?? '', /the limit is 10 names\./);
});

test('refuseLargePlan() takes its own advice', () => {
  const plan = planOf(30, 90);
  const share = Number(/--max-change (\d+)%/.exec(refuseLargePlan(plan, null)?.message ?? '')?.[1]);
  assert.equal(refuseLargePlan(plan, { kind: 'percent', value: share }), null);
});

test('refuseLargePlan() counts each zone by itself, two of one name too', () => {
  const one = planOf(20, 100);
  const other = planOf(20, 100, `DC=corp.example.com,${FOREST}`);
  const both: Plan = {
    ...one,
    zones: [...one.zones, ...other.zones],
    changes: [...one.changes, ...other.changes],
  };
  assert.equal(refuseLargePlan(both, null), null);
  const more = planOf(26, 100, `DC=corp.example.com,${FOREST}`);
  const tooMany: Plan = { ...both, changes: [...one.changes, ...more.changes] };
  assert.match(refuseLargePlan(tooMany, null)?.message ?? '', /^26 of the 100 names/);
});

test('refuseLargePlan() counts a change on the zone as one on all of its names, which inherit it', () => {
  const plan = planOf(1, 1000);
  const [change] = plan.changes;
  assert.ok(change !== undefined);
  const atZone: Plan = { ...plan, changes: [{ ...change, dn: zoneOf().dn }] };
  assert.equal(
    refuseLargePlan(atZone, null)?.message,
    'The change on the zone itself reaches all 1000 names of corp.example.com; the limit is 25 %. ' +
      `If that is what you intend: --approve ${plan.checksum}, or --max-change 100%`,
  );
  assert.equal(refuseLargePlan(atZone, { kind: 'percent', value: 100 }), null);
});

test('findStray() finds a change that lies in none of the zones of its plan', () => {
  assert.equal(findStray(planOf(3, 10)), null);
  const plan = planOf(3, 10);
  const [first, second, third] = plan.changes;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  for (const dn of [
    `DC=pc1,DC=other.example.com,${PARTITION.container}`,
    `CN=Administrator,CN=Users,DC=corp,DC=example,DC=com`,
    `DC=xDC=corp.example.com,${PARTITION.container}`,
    `DC=pc1\\,${zoneOf().dn}`,
  ]) {
    const stray: PlannedChange = { ...second, dn };
    assert.equal(findStray({ ...plan, changes: [first, stray, third] }), stray, dn);
  }
});

test('findStray() takes a DN in any spelling', () => {
  const plan = planOf(1, 10);
  const [change] = plan.changes;
  assert.ok(change !== undefined);
  assert.equal(findStray({ ...plan, changes: [{ ...change, dn: change.dn.toUpperCase() }] }), null);
});
