import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { decodeGuid, encodeGuid, parseGuid, SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { assertSurvivesDamage, bytesOf, hexOf, loadVectors } from './security-vectors.ts';

for (const row of loadVectors('guid', 'valid')) {
  test(`decodeGuid() and encodeGuid(): ${row.name}`, () => {
    const guid = decodeGuid(bytesOf(row.hex));
    assert.equal(guid, row.value);
    assert.equal(hexOf(encodeGuid(guid)), row.hex);
    assert.equal(parseGuid(guid), guid);
    assertSurvivesDamage(bytesOf(row.hex), decodeGuid);
  });
}

for (const row of loadVectors('guid', 'noncanonical')) {
  test(`parseGuid() makes canonical: ${row.name}`, () => {
    assert.equal(parseGuid(row.text as string), row.value);
  });
}

for (const row of loadVectors('guid', 'invalid')) {
  test(`refuses a GUID: ${row.name}`, () => {
    assert.throws(
      () => (row.text === undefined ? decodeGuid(bytesOf(row.hex)) : parseGuid(row.text)),
      FormatError,
    );
  });
}

test('SCHEMA_GUIDS agree with the vectors', () => {
  const rows = new Map(loadVectors('guid', 'valid').map((row) => [row.name, row.value]));
  for (const [name, guid] of Object.entries(SCHEMA_GUIDS)) assert.equal(guid, rows.get(name), name);
});
