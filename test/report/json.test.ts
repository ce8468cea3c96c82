import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isoSeconds, type JsonCommon, jsonDocument, ndjsonLine } from '../../src/report/json.ts';
import { sampleRows } from '../support/report-model.ts';

const common: JsonCommon = {
  command: 'audit',
  generatedAt: new Date('2026-11-20T21:00:00.987Z'),
  server: 'dc1.corp.example.com',
  zones: ['corp.example.com'],
  problems: [{ severity: 'warning', code: 'bad-descriptor', where: 'DC=x\u2028', message: 'Cannot decode' }],
};

test('jsonDocument() writes the sample rows', (t: TestContext) => {
  const rendered = jsonDocument(common, { names: sampleRows, summary: { names: sampleRows.length } });
  const golden = fileURLToPath(new URL('../golden/report.json', import.meta.url));
  t.assert.fileSnapshot(rendered, golden, { serializers: [String] });
});

test('jsonDocument() puts the common head first, and lets the body set zones', () => {
  const document = JSON.parse(jsonDocument(common, { zones: [{ name: 'z' }], more: 1 })) as object;
  assert.deepEqual(Object.keys(document), [
    'schemaVersion',
    'command',
    'generatedAt',
    'server',
    'zones',
    'problems',
    'more',
  ]);
  assert.deepEqual('zones' in document && document.zones, [{ name: 'z' }]);
});

test('jsonDocument() writes dates, bytes and big integers as text, at any depth', () => {
  const value = {
    at: new Date('2026-11-20T21:00:00.999Z'),
    list: [{ bytes: Uint8Array.of(1, 0, 255), buffer: Buffer.from('dns'), big: 2n ** 63n }],
    gone: undefined,
    none: null,
  };
  const { at, list, none, ...rest } = JSON.parse(jsonDocument(common, value));
  assert.equal(at, '2026-11-20T21:00:00Z');
  assert.deepEqual(list, [{ bytes: 'AQD/', buffer: 'ZG5z', big: '9223372036854775808' }]);
  assert.equal(none, null);
  assert.ok(!('gone' in rest));
});

test('ndjsonLine() is one line of what a terminal takes as plain text, and reads back', () => {
  const value = { name: '\u001b]0;x\u0007\r\n\u0085\u009b2J\u2028\u202e\u200b\u007f\u{e0041}é日' };
  const line = ndjsonLine(value);
  assert.match(line, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u);
  assert.deepEqual(JSON.parse(line), value);
});

test('isoSeconds() refuses an invalid date', () => {
  assert.throws(() => isoSeconds(new Date(Number.NaN)), RangeError);
});
