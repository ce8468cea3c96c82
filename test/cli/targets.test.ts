import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTargetList, settleBadRows, zonesOfRows } from '../../src/cli/changes/targets.ts';
import { type Problem, UsageError } from '../../src/errors.ts';
import type { TargetRow } from '../../src/plan/target-csv.ts';
import { nodeOf, PARTITION, zoneOf } from '../support/corp.ts';

const ZONES = [zoneOf('corp.example.com'), zoneOf('sub.corp.example.com'), zoneOf('0.10.in-addr.arpa')];
const SUB = 'sub.corp.example.com';

interface Case {
  readonly rule: string;
  readonly row: { readonly name: string; readonly zone?: string };
  /** Zone and name of the node that is meant. */
  readonly meant: readonly [zone: string, name: string];
  readonly notMeant?: readonly [zone: string, name: string];
}

const CASES: readonly Case[] = [
  {
    rule: 'a full name',
    row: { name: 'pc1.corp.example.com' },
    meant: ['corp.example.com', 'pc1'],
    notMeant: [SUB, 'pc1'],
  },
  {
    rule: 'a full name with the final dot, in any case',
    row: { name: 'PC1.Corp.example.com.' },
    meant: ['corp.example.com', 'pc1'],
  },
  { rule: 'the deepest zone that fits', row: { name: `pc1.${SUB}` }, meant: [SUB, 'pc1'] },
  { rule: 'a relative name, in every zone', row: { name: 'pc1' }, meant: [SUB, 'pc1'] },
  {
    rule: 'a relative name and its zone',
    row: { name: 'pc1', zone: 'Corp.Example.com.' },
    meant: ['corp.example.com', 'pc1'],
    notMeant: [SUB, 'pc1'],
  },
  {
    rule: 'a relative name with dots and its zone',
    row: { name: 'a.sub', zone: 'corp.example.com' },
    meant: ['corp.example.com', 'a.sub'],
  },
  {
    rule: 'a full name and its zone',
    row: { name: 'pc1.corp.example.com', zone: 'corp.example.com' },
    meant: ['corp.example.com', 'pc1'],
  },
  {
    rule: '@ and its zone',
    row: { name: '@', zone: SUB },
    meant: [SUB, '@'],
    notMeant: ['corp.example.com', '@'],
  },
  {
    rule: 'the name of a zone',
    row: { name: SUB },
    meant: [SUB, '@'],
    notMeant: ['corp.example.com', 'sub'],
  },
  {
    rule: 'a reverse name',
    row: { name: '7.0', zone: '0.10.in-addr.arpa' },
    meant: ['0.10.in-addr.arpa', '7.0'],
  },
  { rule: 'a name with =', row: { name: 'x=1.corp.example.com' }, meant: ['corp.example.com', 'x=1'] },
  {
    rule: 'a DN, in any spelling',
    row: { name: `dc=PC1,DC=corp.example.com,CN=microsoftdns,${PARTITION.namingContext}` },
    meant: ['corp.example.com', 'pc1'],
    notMeant: [SUB, 'pc1'],
  },
  {
    rule: 'a DN with an escape',
    row: { name: `DC=a\\2cb,DC=corp.example.com,${PARTITION.container}` },
    meant: ['corp.example.com', 'a\\,b'],
  },
];

for (const { rule, row, meant, notMeant } of CASES) {
  test(`createTargetList() takes ${rule}`, () => {
    const list = createTargetList([rowOf(row)], ZONES);
    if (notMeant !== undefined) assert.deepEqual(list.take(node(notMeant)), []);
    assert.equal(list.missing().length, 1);
    assert.deepEqual(list.take(node(meant)), [rowOf(row)]);
    assert.deepEqual(list.missing(), []);
  });
}

test('createTargetList() gives every row that means a name, in the order of the file', () => {
  const rows = [
    rowOf({ name: 'pc1.corp.example.com' }, 2),
    rowOf({ name: 'PC1', zone: 'corp.example.com' }, 3),
  ];
  assert.deepEqual(
    createTargetList(rows, ZONES)
      .take(node(['corp.example.com', 'pc1']))
      .map((row) => row.line),
    [2, 3],
  );
});

test('createTargetList() means the loser of a conflict by its DN only', () => {
  const loser = node(['corp.example.com', 'pc1\\0ACNF:a746b716-0000-4000-8000-000000000001']);
  assert.equal(loser.fqdn, 'pc1.corp.example.com');
  assert.deepEqual(createTargetList([rowOf({ name: 'pc1.corp.example.com' })], ZONES).take(loser), []);
  assert.equal(createTargetList([rowOf({ name: loser.dn })], ZONES).take(loser).length, 1);
});

test('zonesOfRows() takes the zone column, the longest zone a name ends with, and that of a DN', () => {
  const rows = [
    rowOf({ name: `pc1.${SUB}` }),
    rowOf({ name: 'pc1', zone: 'unknown.example' }),
    rowOf({ name: `DC=1.0,DC=0.10.in-addr.arpa,${PARTITION.container}` }),
    rowOf({ name: 'relative' }),
  ];
  assert.deepEqual(zonesOfRows(rows, ZONES), ['0.10.in-addr.arpa', SUB, 'unknown.example']);
  assert.deepEqual(zonesOfRows([rowOf({ name: 'xcorp.example.com' })], ZONES), []);
});

test('settleBadRows() refuses and lists the first 20, or lets them pass as warnings', () => {
  const problems = Array.from({ length: 25 }, (_, at): Problem => {
    return { severity: 'error', code: 'bad-csv-row', where: `f.csv:${at + 2}:name`, message: 'is bad' };
  });
  assert.throws(
    () => settleBadRows('f.csv', problems, false),
    (error) =>
      error instanceof UsageError &&
      error.message.startsWith('f.csv has 25 bad rows; ') &&
      error.message.includes('\n  f.csv:21:name: is bad\n  and 5 more') &&
      !error.message.includes('f.csv:22'),
  );
  const passed = settleBadRows('f.csv', problems, true);
  assert.deepEqual(new Set(passed.map((problem) => problem.severity)), new Set(['warning']));
  assert.equal(passed.length, 25);
  assert.deepEqual(settleBadRows('f.csv', [], false), []);
});

function rowOf({ name, zone = null }: { name: string; zone?: string | null }, line = 2): TargetRow {
  return { line, name, zone, principal: null, rights: null };
}

function node([zone, name]: readonly [string, string]) {
  return nodeOf({ zone, name });
}
