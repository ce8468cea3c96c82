/** Rows that wait until all are there. */

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFileShelf, createShelf, type Shelf } from '../../src/cli/answer/shelf.ts';
import { tempFolder } from '../support/fake-io.ts';

const TEXTS: readonly string[] = [
  ...Array.from({ length: 3000 }, (_, at) => `row ${at} é ${'x'.repeat((at * 37) % 1500)}`),
  '',
  'longer than a block: '.padEnd(3_000_000, 'y'),
  'longer than one read: '.padEnd(10_000, 'z'),
  'the last one',
];

function assertKeeps(shelf: Shelf): void {
  const places = TEXTS.map((text) => shelf.put(text));
  assert.deepEqual([...shelf.texts(places)], TEXTS);
  assert.deepEqual([...shelf.texts(places.toReversed())], TEXTS.toReversed());
  const later = shelf.put('put after some were read');
  assert.deepEqual([...shelf.texts([later, places[0] as number])], ['put after some were read', TEXTS[0]]);
}

test('texts come back in whatever order they are wanted', () => {
  assertKeeps(createShelf());
});

test('a shelf on disk keeps the same, in its file, and takes the file away', (t) => {
  const path = join(tempFolder(t), 'rows.tmp');
  const shelf = createFileShelf(path);
  assertKeeps(shelf);
  const length = TEXTS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  assert.ok(statSync(path).size > length - 2 * 1024 * 1024, 'no more than the last block is in memory');
  shelf.close();
  shelf.close();
  assert.equal(existsSync(path), false);
});

test('a shelf never takes a file that is there', (t) => {
  const path = join(tempFolder(t), 'rows.tmp');
  const shelf = createFileShelf(path);
  assert.throws(() => createFileShelf(path), { code: 'EEXIST' });
  shelf.close();
});
