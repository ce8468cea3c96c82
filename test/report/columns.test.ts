import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { type Column, cellText, selectColumns } from '../../src/report/columns.ts';

const columns: readonly Column<string>[] = [
  { id: 'name', title: 'Name', value: (row) => row },
  { id: 'objectGuid', title: 'GUID', value: () => null },
  { id: 'ttlSeconds', title: 'TTL', value: () => 1200 },
];

test('selectColumns() keeps the order asked for and ignores case', () => {
  const selected = selectColumns(columns, ['ttlseconds', ' NAME ']);
  assert.deepEqual(
    selected.map((column) => column.id),
    ['ttlSeconds', 'name'],
  );
});

test('selectColumns() names the unknown ids and the known ones', () => {
  assert.throws(
    () => selectColumns(columns, ['name', 'ownr', 'x']),
    (error) =>
      error instanceof UsageError &&
      error.flag === '--columns' &&
      error.message === 'Cannot select columns: there is no ownr, x, known are name, objectGuid, ttlSeconds',
  );
});

test('selectColumns() refuses an empty selection', () => {
  assert.throws(() => selectColumns(columns, []), UsageError);
});

test('cellText() writes values the same in every locale', () => {
  assert.deepEqual([null, true, false, 1234567.5, -1, 'a'].map(cellText), [
    '',
    'yes',
    'no',
    '1234567.5',
    '-1',
    'a',
  ]);
});
