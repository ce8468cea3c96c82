import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { type CsvFile, readCsv } from '../../src/formats/csv.ts';

interface Vector {
  readonly name: string;
  readonly source: string;
  readonly text?: string;
  readonly hex?: string;
}
interface SoundFile extends Vector {
  readonly value: CsvFile;
}
interface UnusableFile extends Vector {
  readonly error: string;
}

const FILE = { name: 'f.csv', flag: '--csv' };
const sound: readonly SoundFile[] = ['valid', 'noncanonical', 'bad-rows'].flatMap((kind) =>
  vectors<SoundFile>(kind),
);

for (const vector of sound) {
  test(`readCsv() reads: ${vector.name}`, () => {
    assert.deepEqual(readCsv(bytesOf(vector), FILE), vector.value);
  });
}

for (const vector of vectors<UnusableFile>('invalid')) {
  test(`readCsv() refuses: ${vector.name}`, () => {
    assert.throws(
      () => readCsv(bytesOf(vector), FILE),
      (error) =>
        error instanceof UsageError &&
        error.flag === '--csv' &&
        error.message.startsWith('Cannot read f.csv as CSV: ') &&
        error.message.includes(vector.error),
    );
  });
}

test('readCsv() takes every cut-off file as rows, faults or a UsageError', () => {
  for (const vector of sound) {
    const bytes = bytesOf(vector);
    for (let length = 0; length < bytes.length; length += 1) readOrRefuse(bytes.subarray(0, length));
  }
});

/** Whatever is read from a damaged file, rows stand in order and on lines below the header. */
function readOrRefuse(bytes: Uint8Array): void {
  let csv: CsvFile;
  try {
    csv = readCsv(bytes, FILE);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return;
  }
  const lines = csv.rows.map((row) => row.line);
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
  for (const { line } of [...csv.rows, ...csv.faults]) assert.ok(line >= 2 && line <= bytes.length + 1);
}

function vectors<T>(kind: string): readonly T[] {
  const file = new URL(`../vectors/csv/${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly T[];
}

function bytesOf({ text, hex }: Vector): Uint8Array {
  return hex === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(hex, 'hex');
}
