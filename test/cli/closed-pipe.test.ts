/** Who reads the answer decides how far the directory is read: no further once the reader is gone. */

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEndlessDirectory } from '../support/endless-directory.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

// What is spawned leaves nothing in the cache of whoever runs the tests.
process.env.DNSACL_NO_CACHE = '1';

const PROGRAM = fileURLToPath(new URL('../../bin/dnsacl-dev.ts', import.meta.url));
const ZONE = ['-z', 'corp.example.com'] as const;
/** Pages between the server and the reader: asked for ahead, being judged, and in the buffers of the pipe. */
const PAGES_IN_FLIGHT = 8;
const skip = process.platform === 'win32';

for (const command of ['owners', 'audit'] as const) {
  test(`${command}: a reader that goes away ends the reading of a zone that has no end`, {
    skip,
  }, async (t) => {
    const { where, seen } = await startEndlessDirectory(t);
    const child = start(t, [command, ...ZONE, '-q', '-f', 'ndjson', ...where]);
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    assert.match(first.toString(), /^\{"zone":"corp\.example\.com",/);
    child.stdout.destroy();
    const pages = seen.pages;
    assert.deepEqual(await endOf(child), { code: 0, stderr: '' });
    assert.ok(seen.pages <= pages + PAGES_IN_FLIGHT, `${seen.pages} pages, ${pages} when it went away`);
    assert.equal(await settled(() => seen.open), 0);
  });
}

test('a reader that takes nothing stops the reading, and one that goes on lets it go on', {
  skip,
}, async (t) => {
  const { where, seen } = await startEndlessDirectory(t);
  const child = start(t, ['owners', ...ZONE, '-q', '-f', 'ndjson', ...where]);
  await once(child.stdout, 'readable');
  const pages = await settled(() => seen.pages);
  assert.ok(pages <= PAGES_IN_FLIGHT, `${pages} pages`);
  for (let taken = 0; taken < 4; taken += 1) {
    child.stdout.read();
    await once(child.stdout, 'readable');
  }
  assert.ok((await settled(() => seen.pages)) <= pages + PAGES_IN_FLIGHT);
  child.stdout.resume();
  while (seen.pages < pages + 2 * PAGES_IN_FLIGHT) await setTimeout(10);
  child.stdout.destroy();
  assert.deepEqual(await endOf(child), { code: 0, stderr: '' });
});

test('a stdin that is no stream and a stderr that nobody reads change nothing', { skip }, async (t) => {
  const { where, seen } = await startEndlessDirectory(t);
  const folder = openSync('/', 'r');
  t.after(() => closeSync(folder));
  const child = start(t, ['owners', ...ZONE, '-v', '-f', 'ndjson', ...where], folder);
  child.stderr.destroy();
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.equal(await settled(() => seen.open), 0);
});

for (const [command, formats] of [
  ['zones', ['table', 'csv', 'json', 'ndjson']],
  ['owners', ['table', 'csv', 'json', 'ndjson', 'html']],
  ['audit', ['table', 'csv', 'json', 'ndjson', 'html']],
  ['readiness', ['table', 'csv', 'json', 'ndjson']],
  ['grant', ['table', 'csv', 'json', 'ndjson', 'markdown', 'html']],
] as const) {
  test(`${command}: a reader that is gone before the answer begins is no failure`, { skip }, async (t) => {
    const zone = command === 'zones' ? [] : ZONE;
    for (const format of formats) {
      const child = start(t, [command, ...zone, '-q', '-f', format, '--snapshot', SMALL_SNAPSHOT]);
      child.stdout.destroy();
      assert.deepEqual(await endOf(child), { code: 0, stderr: '' }, format);
    }
  });
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Killed when the test ends, should it still run. */
function start(t: TestContext, args: readonly string[], stdin: 'ignore' | number = 'ignore'): Child {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: [stdin, 'pipe', 'pipe'] }) as Child;
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function endOf(child: Child): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const [[code], stderr] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  return { code: code as number | null, stderr };
}

/** The count, once it has not changed for a second. */
async function settled(count: () => number): Promise<number> {
  let last = -1;
  while (count() !== last) {
    last = count();
    await setTimeout(1000);
  }
  return last;
}
