import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonCommon, jsonDocument, ndjsonLine } from '../../src/report/json.ts';
import { jsonListDocument } from '../../src/report/json-list.ts';
import { sampleRows } from '../support/report-model.ts';

const common: JsonCommon = {
  command: 'audit',
  generatedAt: new Date('2026-11-20T21:00:00Z'),
  server: '\n  "names": [',
  zones: ['names'],
  problems: [],
};
const odd = { text: 'a\n    b \u2028 \u{e0041} "quoted"', list: [], object: {}, nested: [{ none: null }] };
const rest = { summary: { names: ['"names": ['] } };

for (const [what, list] of [
  ['no item', []],
  ['one item', [odd]],
  ['many items', [odd, ...sampleRows, odd]],
] as const) {
  test(`jsonListDocument() with ${what} is what jsonDocument() writes`, () => {
    const values = list.map((item) => ({ ...item }));
    const pieces = jsonListDocument(common, 'names', values.map(ndjsonLine), rest);
    assert.equal([...pieces].join(''), jsonDocument(common, { names: values, ...rest }));
  });
}

test('jsonListDocument() takes no more of the list than is asked for', () => {
  let taken = 0;
  const lines = (function* () {
    for (; ; taken += 1) yield '{}\n';
  })();
  const pieces = jsonListDocument(common, 'names', lines, {});
  for (let count = 0; count < 3; count += 1) pieces.next();
  assert.equal(taken, 1);
});
