import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ATTRIBUTE_IDS,
  attributeWrittenAt,
  decodeReplPropertyMetaData,
  encodeReplPropertyMetaData,
} from '../../src/formats/repl-metadata.ts';
import {
  asJson,
  assertRefused,
  assertSurvivesDamage,
  bytesOf,
  type HexRow,
  hexOf,
  loadRows,
} from './codec-vectors.ts';

const ROWS = ['valid', 'noncanonical'].flatMap((file) => loadRows<HexRow>('repl-metadata', file));

for (const row of ROWS) {
  test(`replPropertyMetaData: ${row.name}`, () => {
    const entries = decodeReplPropertyMetaData(bytesOf(row.hex));
    assert.deepEqual(asJson(entries), row.value);
    assert.equal(hexOf(encodeReplPropertyMetaData(entries)), row.canonicalHex ?? row.hex);
  });
}

for (const row of loadRows<HexRow>('repl-metadata', 'invalid')) {
  test(`replPropertyMetaData refuses: ${row.name}`, () => assertRefused(decodeReplPropertyMetaData, row));
}

test('decodeReplPropertyMetaData() meets damaged bytes with a FormatError or a value', () => {
  for (const row of ROWS) assertSurvivesDamage(decodeReplPropertyMetaData, row.hex);
});

test('ATTRIBUTE_IDS finds the version of the descriptor', () => {
  const [row] = ROWS;
  const entries = decodeReplPropertyMetaData(bytesOf(row?.hex ?? ''));
  const entry = entries.find(({ attid }) => attid === ATTRIBUTE_IDS.nTSecurityDescriptor);
  assert.equal(entry?.version, 2);
});

test('attributeWrittenAt() finds the time of an attribute, and none for one that was never written', () => {
  const [row] = ROWS;
  const bytes = bytesOf(row?.hex ?? '');
  const entries = decodeReplPropertyMetaData(bytes);
  assert.ok(entries.length > 1);
  for (const { attid, originatingTime } of entries) {
    assert.deepEqual(attributeWrittenAt(bytes, attid), originatingTime);
  }
  assert.equal(attributeWrittenAt(bytes, ATTRIBUTE_IDS.dNSProperty), null);
  assert.throws(
    () => attributeWrittenAt(bytes.slice(0, 30), ATTRIBUTE_IDS.dnsRecord),
    /replPropertyMetaData/,
  );
});
