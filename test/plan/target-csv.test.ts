import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { parseTargetCsv, type TargetRow } from '../../src/plan/target-csv.ts';

interface Vector {
  readonly name: string;
  readonly source: string;
  readonly text?: string;
  readonly hex?: string;
}
interface GoodFile extends Vector {
  readonly value: readonly TargetRow[];
}
interface FileWithBadRows extends GoodFile {
  readonly problems: readonly { readonly where: string; readonly message: string }[];
}
interface UnusableFile extends Vector {
  readonly error: string;
}

const good: readonly GoodFile[] = [...vectors<GoodFile>('valid'), ...vectors<GoodFile>('noncanonical')];
const withBadRows = vectors<FileWithBadRows>('bad-rows');

for (const vector of good) {
  test(`parseTargetCsv() reads: ${vector.name}`, () => {
    assert.deepEqual(parseTargetCsv(bytesOf(vector), 'f.csv'), { values: vector.value, problems: [] });
  });
}

for (const vector of withBadRows) {
  test(`parseTargetCsv() reports: ${vector.name}`, () => {
    const { values, problems } = parseTargetCsv(bytesOf(vector), 'f.csv');
    assert.deepEqual(values, vector.value);
    assert.deepEqual(
      problems.map((problem) => problem.where),
      vector.problems.map((problem) => problem.where),
    );
    problems.forEach((problem, index) => {
      assert.equal(problem.severity, 'error');
      assert.equal(problem.code, 'bad-csv-row');
      const expected = vector.problems[index]?.message ?? '';
      assert.ok(problem.message.includes(expected), `${problem.message} lacks ${expected}`);
      assert.doesNotMatch(problem.message, /\.$/);
    });
  });
}

for (const vector of vectors<UnusableFile>('invalid')) {
  test(`parseTargetCsv() refuses: ${vector.name}`, () => {
    assert.throws(
      () => parseTargetCsv(bytesOf(vector), 'f.csv'),
      (error) =>
        error instanceof UsageError &&
        error.flag === '--csv' &&
        error.message.startsWith('Cannot read f.csv as ') &&
        error.message.includes(vector.error),
    );
  });
}

test('parseTargetCsv() takes every cut-off file as rows, problems or a UsageError', () => {
  for (const vector of [...good, ...withBadRows]) {
    const bytes = bytesOf(vector);
    for (let length = 0; length < bytes.length; length += 1) readOrRefuse(bytes.subarray(0, length));
  }
});

test('parseTargetCsv() takes every damaged file as rows, problems or a UsageError', () => {
  const random = seededRandom(20261120);
  for (const vector of [...good, ...withBadRows]) {
    for (let round = 0; round < 40; round += 1) {
      const bytes = Uint8Array.from(bytesOf(vector));
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      readOrRefuse(bytes);
    }
  }
});

test('parseTargetCsv() loses no row of a long file', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `pc${index}`);
  const { values, problems } = parseTargetCsv(Buffer.from(`name\r\n${names.join('\r\n')}\r\n`), 'f.csv');
  assert.deepEqual(
    values.map((row) => row.name),
    names,
  );
  assert.equal(values.at(-1)?.line, 100_001);
  assert.deepEqual(problems, []);
});

/** Whatever is read from a damaged file, each value is a name that could be looked up, on a line of the file. */
function readOrRefuse(bytes: Uint8Array): void {
  try {
    const { values, problems } = parseTargetCsv(bytes, 'f.csv');
    for (const row of values) {
      assert.notEqual(row.name, '');
      assert.ok(row.line >= 2 && row.line <= bytes.length + 1);
    }
    for (const problem of problems) assert.match(problem.where, /^f\.csv:\d+:/);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

function vectors<T>(kind: string): readonly T[] {
  const file = new URL(`../vectors/target-csv/${kind}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly T[];
}

function bytesOf({ text, hex }: Vector): Uint8Array {
  return hex === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(hex, 'hex');
}

/** Mulberry32: the same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
