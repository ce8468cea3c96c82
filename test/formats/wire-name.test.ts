import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { Reader } from '../../src/formats/reader.ts';
import { readWireName, writeWireName } from '../../src/formats/wire-name.ts';
import { Writer } from '../../src/formats/writer.ts';
import { bytesOf, hexOf } from './codec-vectors.ts';

function read(hex: string, offset = 0): { readonly name: string; readonly end: number } {
  const reader = new Reader(bytesOf(hex), 'test', offset);
  return { name: readWireName(reader, 'name'), end: reader.offset };
}

function write(name: string): string {
  const writer = new Writer();
  writeWireName(writer, name);
  return hexOf(writer.bytes());
}

for (const [name, hex] of [
  ['dc1.example', '03646331076578616d706c6500'],
  ['.', '00'],
  ['a\\.b.c', '03612e62016300'],
  ['ü', '02c3bc00'],
] as const) {
  test(`${name} is written and read back`, () => {
    assert.equal(write(name), hex);
    assert.deepEqual(read(hex), { name, end: hex.length / 2 });
  });
}

test('readWireName() follows pointers and stands behind the first of them', () => {
  //           0 com    5 example c000  ...       f dc1 c005
  const hex = '03636f6d00076578616d706c65c00003646331c005ff';
  assert.deepEqual(read(hex, 5), { name: 'example.com', end: 15 });
  assert.deepEqual(read(hex, 15), { name: 'dc1.example.com', end: 21 });
});

for (const [what, hex, offset, error] of [
  ['a pointer to itself', 'c000', 0, /points to byte 0, needs one before 0/],
  ['two pointers in a ring', 'c002c000', 2, /points to byte 2, needs one before 0/],
  ['a pointer forwards', 'c00200', 0, /points to byte 2/],
  ['a label of a kind that is none', '80', 0, /unknown kind 0x80/],
  ['a label that is cut off', '0361', 0, /needs 3 bytes, found 1/],
  ['a name without end', '0161', 0, /needs 1 bytes, found 0/],
  [
    'a name of 256 bytes',
    `${`3f${'61'.repeat(63)}`.repeat(3)}3e${'61'.repeat(62)}00`.replace('3e', '3f61'),
    0,
    /longer than 255/,
  ],
] as const) {
  test(`readWireName() refuses ${what}`, () => {
    assert.throws(
      () => read(hex, offset),
      (reason: unknown) => reason instanceof FormatError && error.test(reason.message),
    );
  });
}

test('writeWireName() refuses what is no name', () => {
  assert.throws(() => write('a..b'), FormatError);
  assert.throws(() => write('a'.repeat(64)), FormatError);
  assert.throws(() => write(Array(130).fill('a').join('.')), /takes 261 bytes, needs at most 255/);
});
