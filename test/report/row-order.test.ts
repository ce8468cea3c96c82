import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CellValue, Column } from '../../src/report/columns.ts';
import { createGrouping, groupColumns, groupValue } from '../../src/report/group-rows.ts';
import { type SortKey, sortRows } from '../../src/report/row-order.ts';

type Row = readonly [CellValue, CellValue];

const FIRST: Column<Row> = { id: 'first', title: 'First', value: ([first]) => first };
const SECOND: Column<Row> = { id: 'second', title: 'Second', value: ([, second]) => second };
const up = (column: Column<Row>): SortKey<Row> => ({ column, descending: false });
const down = (column: Column<Row>): SortKey<Row> => ({ column, descending: true });

test('sortRows() sorts numbers by size, text by code unit, and what is empty last both ways', () => {
  const rows: Row[] = [
    [10, 'ä'],
    [null, 'b'],
    [9, 'Z'],
    [10, 'a'],
  ];
  assert.deepEqual(
    sortRows([up(FIRST), up(SECOND)], rows).map(([first, second]) => `${first} ${second}`),
    ['9 Z', '10 a', '10 ä', 'null b'],
  );
  assert.deepEqual(
    sortRows([down(FIRST), up(SECOND)], rows).map(([first, second]) => `${first} ${second}`),
    ['10 a', '10 ä', '9 Z', 'null b'],
  );
});

test('sortRows() leaves rows that no key tells apart as they are', () => {
  const rows: Row[] = [
    [1, 'b'],
    [1, 'a'],
  ];
  assert.deepEqual(sortRows([up(FIRST)], rows), rows);
  assert.equal(sortRows([], rows), rows);
});

test('createGrouping() counts combinations, the largest first, and takes null for a value of its own', () => {
  const by = [FIRST, SECOND];
  const grouping = createGrouping(by);
  const rows: Row[] = [
    ['x', 'y'],
    ['x', null],
    ['x', 'y'],
    ['x,y', null],
    ['null', 'y'],
  ];
  for (const row of rows) grouping.add(row);
  const groups = grouping.rows();
  assert.deepEqual(
    groups.map((group) => groupColumns(by).map(({ value }) => value(group))),
    [
      ['x', 'y', 2, '40 %'],
      ['null', 'y', 1, '20 %'],
      ['x', null, 1, '20 %'],
      ['x,y', null, 1, '20 %'],
    ],
  );
  const [largest] = groups;
  assert.ok(largest);
  assert.deepEqual(groupValue(by, largest), { by: { first: 'x', second: 'y' }, count: 2 });
});
