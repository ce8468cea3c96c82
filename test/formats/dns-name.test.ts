import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import {
  normalizeFqdn,
  readCountName,
  reverseAddressOf,
  splitLabels,
  writeCountName,
} from '../../src/formats/dns-name.ts';
import { Reader } from '../../src/formats/reader.ts';
import { Writer } from '../../src/formats/writer.ts';
import {
  assertRefused,
  assertSurvivesDamage,
  bytesOf,
  type HexRow,
  hexOf,
  loadRows,
} from './codec-vectors.ts';

interface NameRow extends HexRow {
  readonly value: string;
}

const ROWS = ['valid', 'noncanonical'].flatMap((file) => loadRows<NameRow>('dns-name', file));

function decode(bytes: Uint8Array): string {
  return readCountName(new Reader(bytes, 'DNS_COUNT_NAME'), 'name');
}

function encode(name: string): string {
  const writer = new Writer();
  writeCountName(writer, name);
  return hexOf(writer.bytes());
}

for (const row of ROWS) {
  test(`DNS_COUNT_NAME: ${row.name}`, () => {
    assert.equal(decode(bytesOf(row.hex)), row.value);
    assert.equal(encode(row.value), row.canonicalHex ?? row.hex);
  });
}

for (const row of loadRows<HexRow>('dns-name', 'invalid')) {
  test(`DNS_COUNT_NAME refuses: ${row.name}`, () => assertRefused(decode, row));
}

test('readCountName() meets damaged bytes with a FormatError or a name that can be written', () => {
  for (const row of ROWS) {
    assertSurvivesDamage((bytes) => {
      const name = decode(bytes);
      assert.equal(decode(bytesOf(encode(name))), name);
      return name;
    }, row.hex);
  }
});

test('writeCountName() takes a trailing dot and decimal escapes', () => {
  assert.equal(encode('a.b.'), encode('a.b'));
  assert.equal(encode('\\097.\\b'), encode('a.b'));
});

test('writeCountName() refuses what is no name', () => {
  const names = ['', '..', '.a', 'a..b', 'a\\', 'a\\25', 'a\\256', 'a'.repeat(64), 'a.'.repeat(128)];
  for (const name of names) assert.throws(() => encode(name), FormatError, name);
});

test('splitLabels() cuts at the dots that are not escaped', () => {
  assert.deepEqual(splitLabels('a\\.b.c\\\\.d.'), ['a\\.b', 'c\\\\', 'd']);
  assert.deepEqual(splitLabels('.'), []);
  assert.deepEqual(splitLabels(''), []);
});

test('normalizeFqdn() lowers ASCII only and drops one final dot', () => {
  assert.equal(normalizeFqdn('PC1.Corp.EXAMPLE.com.'), 'pc1.corp.example.com');
  assert.equal(normalizeFqdn('ÜBR.x'), 'Übr.x');
  assert.equal(normalizeFqdn('a\\.'), 'a\\.');
  assert.equal(normalizeFqdn('a\\\\.'), 'a\\\\');
  assert.equal(normalizeFqdn('.'), '.');
});

const NIBBLES = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';
const REVERSE: readonly (readonly [string, string | null])[] = [
  ['5.0.0.10.in-addr.arpa', '10.0.0.5'],
  ['5.0.0.10.IN-ADDR.ARPA.', '10.0.0.5'],
  [NIBBLES, '2001:db8::1'],
  [NIBBLES.toUpperCase(), '2001:db8::1'],
  ['0.0.10.in-addr.arpa', null],
  ['1.5.0.0.10.in-addr.arpa', null],
  ['256.0.0.10.in-addr.arpa', null],
  ['05.0.0.10.in-addr.arpa', null],
  ['5.0/25.0.10.in-addr.arpa', null],
  [NIBBLES.slice(2), null],
  [NIBBLES.replace('1', 'g'), null],
  ['in-addr.arpa', null],
  ['5.0.0.10.in-addr.arpa.example', null],
  ['.', null],
];

test('reverseAddressOf() gives whole addresses only', () => {
  for (const [name, address] of REVERSE) assert.equal(reverseAddressOf(name), address, name);
});
