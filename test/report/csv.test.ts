import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseTargetCsv } from '../../src/plan/target-csv.ts';
import type { Column } from '../../src/report/columns.ts';
import { type CsvOptions, csvHeader, csvRow, renderCsv } from '../../src/report/csv.ts';
import { sampleColumns, sampleRows } from '../support/report-model.ts';

const golden = fileURLToPath(new URL('../golden/report.csv', import.meta.url));

test('renderCsv() writes the sample rows', (t: TestContext) => {
  const rendered = renderCsv(sampleColumns, sampleRows);
  assert.equal(rendered.split('\r\n').length, sampleRows.length + 2);
  assert.equal(rendered.replaceAll('\r\n', '').match(/[\r\n]/), null);
  // The repository keeps line ends as LF.
  t.assert.fileSnapshot(rendered.replaceAll('\r\n', '\n'), golden, { serializers: [String] });
});

test('csvHeader() and csvRow() add up to renderCsv()', () => {
  const options: CsvOptions = { bom: true, separator: ';' };
  const streamed =
    csvHeader(sampleColumns, options) + sampleRows.map((row) => csvRow(sampleColumns, row, options)).join('');
  assert.equal(renderCsv(sampleColumns, sampleRows, options), streamed);
  assert.ok(streamed.startsWith('\ufeffname;owner;'));
});

test('csvRow() leaves numbers alone and guards text', () => {
  const columns: Column<string | number | null | boolean>[] = [{ id: 'x', title: 'X', value: (row) => row }];
  const row = (value: string | number | null | boolean): string => csvRow(columns, value);
  assert.equal(row(-5), '-5\r\n');
  assert.equal(row('-5'), "'-5\r\n");
  assert.equal(row(null), '\r\n');
  assert.equal(row(true), 'yes\r\n');
  assert.equal(row('a"b'), '"a""b"\r\n');
  assert.equal(row('=1,2'), '"\'=1,2"\r\n');
  assert.equal(row(' a'), '" a"\r\n');
});

test('parseTargetCsv() reads back what renderCsv() wrote, in every form', () => {
  const names = ['pc1', '-pc', '=pc', "'=pc", '@', '+a;b', 'a,b', 'a"b', 'サーバー', 'x\\009y'];
  const columns: Column<string>[] = [
    { id: 'name', title: 'Name', value: (row) => row },
    { id: 'principal', title: 'Principal', value: () => '@dhcp' },
    { id: 'zone', title: 'Zone', value: () => 'corp.example.com' },
  ];
  for (const separator of [',', ';', '\t'] as const) {
    for (const bom of [true, false]) {
      const { values, problems } = parseTargetCsv(
        Buffer.from(renderCsv(columns, names, { bom, separator })),
        'audit.csv',
      );
      assert.deepEqual(problems, []);
      assert.deepEqual(
        values.map((row) => [row.name, row.principal, row.zone]),
        names.map((name) => [name, '@dhcp', 'corp.example.com']),
      );
    }
  }
});
