import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { cellWidth } from '../../src/report/cell-width.ts';
import type { Column } from '../../src/report/columns.ts';
import { renderTable } from '../../src/report/table.ts';
import { sampleColumns, sampleRows } from '../support/report-model.ts';

const golden = (name: string): string => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
const text: Column<readonly string[]>[] = ['A', 'B', 'C'].map((title, index) => ({
  id: title,
  title,
  value: (row) => row[index] ?? null,
}));

test('renderTable() fits 100 cells', (t: TestContext) => {
  const rendered = renderTable(sampleColumns, sampleRows, { width: 100, color: false });
  t.assert.fileSnapshot(rendered, golden('report-table.txt'), { serializers: [String] });
});

test('renderTable() cuts nothing when it is not a terminal', (t: TestContext) => {
  const rendered = renderTable(sampleColumns, sampleRows, { width: null, color: false });
  t.assert.fileSnapshot(rendered, golden('report-table-uncut.txt'), { serializers: [String] });
});

test('renderTable() stays within any width that has room for each column', () => {
  for (let width = 6 + 2 * 5; width <= 220; width += 1) {
    const lines = renderTable(sampleColumns, sampleRows, { width, color: false }).split('\n');
    for (const line of lines) assert.ok(cellWidth(line) <= width, `${width}: ${line}`);
  }
});

test('renderTable() says the same with colour and without', () => {
  for (const width of [null, 100, 40]) {
    const colored = renderTable(sampleColumns, sampleRows, { width, color: true });
    assert.match(colored, /\[31mbl.+\[39m/);
    assert.equal(
      stripVTControlCharacters(colored),
      renderTable(sampleColumns, sampleRows, { width, color: false }),
    );
  }
});

test('renderTable() without colour has no escape sequence', () => {
  assert.doesNotMatch(
    renderTable(sampleColumns, sampleRows, { width: null, color: false }),
    /\p{Cc}(?<!\n)/u,
  );
});

test('renderTable() cuts the widest text first and the first column last', () => {
  const rows = [['x'.repeat(30), 'y'.repeat(20), 'z'.repeat(40)]];
  const lines = renderTable(text, rows, { width: 74, color: false }).split('\n');
  assert.equal(lines[1], `${'x'.repeat(30)}  ${'y'.repeat(20)}  ${'z'.repeat(19)}…`);
  const narrow = renderTable(text, rows, { width: 40, color: false }).split('\n');
  assert.equal(narrow[1], `${'x'.repeat(19)}…  ${'y'.repeat(7)}…  ${'z'.repeat(7)}…`);
});

test('renderTable() cuts numbers only when all else is cut', () => {
  const columns: Column<null>[] = [
    { id: 'a', title: 'A', value: () => 'a'.repeat(50) },
    { id: 'n', title: 'N', value: () => 1234567890, align: 'right' },
  ];
  assert.equal(
    renderTable(columns, [null], { width: 30, color: false }).split('\n')[1],
    `${'a'.repeat(17)}…  1234567890`,
  );
});

test('renderTable() lines columns up by cells, not by characters', () => {
  const lines = renderTable(
    text,
    [
      ['日本', 'x', ''],
      ['abcd', 'x', ''],
    ],
    { width: null, color: false },
  ).split('\n');
  assert.deepEqual(lines, ['A     B  C', '日本  x', 'abcd  x', '']);
});

test('renderTable() shows a dash for no value, and titles alone for no rows', () => {
  assert.equal(renderTable(text, [['a']], { width: 80, color: false }), 'A  B  C\na  -  -\n');
  assert.equal(renderTable(text, [], { width: 80, color: false }), 'A  B  C\n');
});

test('renderTable() draws 100,000 rows in time', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => [
    `pc${index}`,
    'NT AUTHORITY\\SYSTEM',
    'y'.repeat(90),
  ]);
  const started = performance.now();
  const rendered = renderTable(text, rows, { width: 100, color: true });
  assert.equal(rendered.split('\n').length, 100_002);
  assert.ok(performance.now() - started < 5000);
});
