import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { formatLdifRecord, type LdifItem, readLdif } from '../../src/formats/ldif.ts';
import { asJson, loadRows, seededRandom, type TextRow } from './codec-vectors.ts';

type LdifRow = TextRow<readonly LdifItem[]>;

const VALID = loadRows<LdifRow>('ldif', 'valid');
const INVALID = loadRows<LdifRow>('ldif', 'invalid');
const SIZES = [1, 2, 7, 65_536];

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function itemsOf(bytes: Uint8Array, size = 65_536): Promise<LdifItem[]> {
  const items: LdifItem[] = [];
  for await (const item of readLdif(inChunks(bytes, size))) items.push(item);
  return items;
}

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

for (const row of VALID) {
  test(`LDIF: ${row.name}`, async () => {
    for (const size of SIZES) {
      assert.deepEqual(asJson(await itemsOf(Buffer.from(row.text), size)), row.value);
      assert.deepEqual(asJson(await itemsOf(Buffer.from(`\ufeff${row.text}`), size)), row.value);
      assert.deepEqual(asJson(await itemsOf(utf16(row.text, false), size)), row.value);
      assert.deepEqual(asJson(await itemsOf(utf16(row.text, true), size)), row.value);
    }
  });
}

for (const row of INVALID) {
  test(`LDIF reports: ${row.name}`, async () => {
    const items = await itemsOf(Buffer.from(row.text));
    assert.equal(items.length, row.value.length);
    for (const [index, expected] of row.value.entries()) {
      const item = items[index];
      if (expected.kind !== 'problem') assert.deepEqual(asJson(item), expected);
      else {
        assert.ok(item?.kind === 'problem' && item.line === expected.line, JSON.stringify(item));
        assert.ok(item.message.startsWith(`Cannot read LDIF line ${expected.line}, `), item.message);
        assert.ok(item.message.includes(expected.message), item.message);
      }
    }
  });
}

test('readLdif() meets damaged bytes with items, in whatever chunks they come', async () => {
  const random = seededRandom(2849);
  for (const row of VALID.filter(({ text }) => text !== '')) {
    for (let round = 0; round < 40; round += 1) {
      const bytes = Buffer.from(row.text);
      for (let flips = 0; flips < 3; flips += 1) bytes[random(bytes.length)] = random(256);
      const whole = await outcomeOf(bytes, 65_536);
      assert.deepEqual(await outcomeOf(bytes, 1 + random(9)), whole);
    }
  }
});

/** The items, or null when the file as a whole was refused. */
async function outcomeOf(bytes: Uint8Array, size: number): Promise<unknown> {
  try {
    return asJson(await itemsOf(bytes, size));
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

test('readLdif() refuses a file whose mark lies', async () => {
  await assert.rejects(itemsOf(Buffer.from('fffe00d8', 'hex')), FormatError);
  await assert.rejects(itemsOf(Buffer.from('fffe64006e', 'hex')), FormatError);
});

test('readLdif() refuses a line without end', async () => {
  const bytes = Buffer.alloc(17 * 1024 * 1024, 'a');
  await assert.rejects(itemsOf(bytes, 1024 * 1024), FormatError);
});

test('formatLdifRecord() folds at 76 columns and ends with an empty line', () => {
  const text = formatLdifRecord('DC=a', [
    ['cn', [Buffer.alloc(148, 'x')]],
    ['sn', []],
  ]);
  assert.equal(text, `dn: DC=a\ncn: ${'x'.repeat(72)}\n ${'x'.repeat(75)}\n ${'x'.repeat(1)}\n\n`);
  assert.equal(formatLdifRecord('DC=a', [['cn', [Buffer.alloc(72, 'x')]]]).split('\n')[1]?.length, 76);
});

/** RFC 2849 SAFE-STRING: value, and the line it becomes. */
const LINES: readonly (readonly [string, string])[] = [
  ['', 'cn:'],
  ['a b', 'cn: a b'],
  ['a: <#', 'cn: a: <#'],
  ['#a', 'cn: #a'],
  [' a', 'cn:: IGE='],
  [':a', 'cn:: OmE='],
  ['<a', 'cn:: PGE='],
  ['a ', 'cn:: YSA='],
  ['a\n', 'cn:: YQo='],
  ['a\rb', 'cn:: YQ1i'],
  ['a\0', 'cn:: YQA='],
  ['é', 'cn:: w6k='],
  ['\x7f', 'cn:: fw=='],
  ['\x1b[2J', 'cn:: G1sySg=='],
];

test('formatLdifRecord() uses base64 exactly where a value is no SAFE-STRING', () => {
  for (const [value, line] of LINES) {
    assert.equal(formatLdifRecord('DC=a', [['cn', [Buffer.from(value)]]]), `dn: DC=a\n${line}\n\n`);
  }
  assert.equal(formatLdifRecord('DC=übr', []), 'dn:: REM9w7xicg==\n\n');
});

test('readLdif() gives back what formatLdifRecord() wrote', async () => {
  const random = seededRandom(1601);
  for (let round = 0; round < 200; round += 1) {
    const values = Array.from({ length: 1 + random(3) }, () =>
      Buffer.from(Array.from({ length: random(200) }, () => random(round % 2 === 0 ? 256 : 128))),
    );
    const [item] = await itemsOf(Buffer.from(formatLdifRecord('DC=ü\\0A,DC=x', [['dnsRecord', values]])));
    assert.ok(item?.kind === 'record');
    assert.equal(item.dn, 'DC=ü\\0A,DC=x');
    assert.deepEqual(asJson(item.attributes.get('dnsrecord')), asJson(values));
  }
});
