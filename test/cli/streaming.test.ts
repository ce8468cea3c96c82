/** `owners -f ndjson` on a large zone: the answer begins before the end was read, and no name is kept. */

import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { queryObjects } from 'node:v8';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { CORP_ZONE_DN, ldifOf, smallSnapshot } from '../support/make-small-snapshot.ts';
import { plainName } from '../support/small-names.ts';

const NAMES = 30_000;
const OWNERS = ['owners', '-z', 'corp.example.com', '-f', 'ndjson'] as const;

test('the first names are written while most of the file is unread', async (t) => {
  const { file, sizeBytes } = writeLargeSnapshot(t);
  let lines = 0;
  const { code } = await runCli([...OWNERS, '--snapshot', file], {
    // What is cut off here can only be missing below if it was not read yet.
    out: async (text) => {
      if (lines === 0) truncateSync(file, sizeBytes / 2);
      lines += text.split('\n').length - 1;
    },
  });
  assert.equal(code, 0);
  assert.equal(statSync(file).size, Math.floor(sizeBytes / 2));
  assert.ok(lines > 0.4 * NAMES && lines < 0.6 * NAMES, `${lines} lines`);
});

test('each page waits until the one before it is taken, and no name is kept', async (t) => {
  const { file } = writeLargeSnapshot(t);
  const seen = { lines: 0, writes: 0, open: 0, mostOpen: 0, longest: 0, buffersLeft: 0 };
  const { code } = await runCli([...OWNERS, '--snapshot', file], {
    out: async (text) => {
      seen.open += 1;
      seen.mostOpen = Math.max(seen.mostOpen, seen.open);
      await new Promise((resolve) => setImmediate(resolve));
      seen.open -= 1;
      seen.writes += 1;
      const lines = text.split('\n').length - 1;
      seen.longest = Math.max(seen.longest, lines);
      seen.lines += lines;
      // Every name holds at least the bytes of its descriptor and of its record.
      if (seen.lines === NAMES + 30) seen.buffersLeft = queryObjects(Uint8Array, { format: 'count' });
    },
  });
  assert.equal(code, 0);
  assert.equal(seen.lines, NAMES + 30);
  assert.equal(seen.mostOpen, 1);
  assert.ok(seen.longest <= 1000, `${seen.longest} names in one write`);
  assert.ok(seen.writes >= NAMES / 1000);
  assert.ok(seen.buffersLeft > 0 && seen.buffersLeft < NAMES / 3, `${seen.buffersLeft} buffers alive`);
});

/** The small snapshot with many more names in its largest zone. */
function writeLargeSnapshot(t: TestContext): { readonly file: string; readonly sizeBytes: number } {
  const file = join(tempFolder(t), 'large.ldif');
  const handle = openSync(file, 'w');
  writeSync(handle, smallSnapshot());
  const template = ldifOf([plainName(CORP_ZONE_DN, 0)]);
  for (let at = 0; at < NAMES; at += 1000) {
    const page = Array.from({ length: 1000 }, (_, index) => template.replace('host0', `host${at + index}`));
    writeSync(handle, page.join(''));
  }
  closeSync(handle);
  return { file, sizeBytes: statSync(file).size };
}
