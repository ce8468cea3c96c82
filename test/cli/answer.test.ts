/** How an answer is written: in few pieces, and with a word about tables that are longer than the terminal. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Answer, openAnswer } from '../../src/cli/answer/answer.ts';
import type { Io } from '../../src/cli/io.ts';
import type { OutputFlags } from '../../src/cli/options.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const OWNERS = ['owners', '-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT];
const ADVICE =
  /^\d+ lines; to page them: … \| less -S; to keep them: -o FILE; for fewer: the filters in --help$/m;

async function open(out: (text: string) => Promise<void>): Promise<Answer> {
  const write = (content: string | Uint8Array) =>
    out(typeof content === 'string' ? content : Buffer.from(content).toString());
  const io = { out: write, err: () => {}, now: () => new Date(0), env: {}, height: null } as unknown as Io;
  return openAnswer({ color: false, format: 'csv' } as OutputFlags, io, 'dnsacl');
}

test('writeAll() joins small texts and keeps their order', async () => {
  const writes: string[] = [];
  const answer = await open(async (text) => void writes.push(text));
  const texts = Array.from({ length: 5000 }, (_, at) => `${at}`.padStart(50));
  await answer.writeAll(texts);
  await answer.writeAll([]);
  assert.equal(writes.join(''), texts.join(''));
  assert.equal(writes.length, 4);
});

test('writeAll() makes no text before the reader has taken those before', async () => {
  let made = 0;
  let taken = 0;
  const answer = await open(async (text) => {
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(made - taken, text.length / 1000);
    taken = made;
  });
  const texts = (function* () {
    while (made < 500) {
      made += 1;
      yield 'x'.repeat(1000);
    }
  })();
  await answer.writeAll(texts);
  assert.equal(taken, 500);
});

test('a table that is longer than the terminal says how to page it', async (t) => {
  const { err, out } = await runCli(OWNERS, { width: 100, height: 20 });
  assert.match(err, ADVICE);
  assert.equal(Number(/^\d+/m.exec(ADVICE.exec(err)?.[0] ?? '')), out.split('\n').length - 1);
  const lines = out.split('\n').length - 1;
  assert.doesNotMatch((await runCli(OWNERS, { width: 100, height: lines + 1 })).err, ADVICE);
  assert.match((await runCli(OWNERS, { width: 100, height: lines })).err, ADVICE);
  for (const [args, world] of [
    [[], {}],
    [['-q'], { width: 100, height: 20 }],
    [['-f', 'csv'], { width: 100, height: 20 }],
    [['-o', join(tempFolder(t), 'owners.txt')], { width: 100, height: 20 }],
  ] as const) {
    assert.doesNotMatch((await runCli([...OWNERS, ...args], world)).err, ADVICE, args.join(' '));
  }
});

test('a list of names is in the file as it is on stdout, in every form', async (t) => {
  const folder = tempFolder(t);
  for (const format of ['table', 'csv', 'json', 'ndjson']) {
    const file = join(folder, `owners.${format}`);
    const { out } = await runCli([...OWNERS, '-f', format]);
    await runCli([...OWNERS, '-f', format, '-o', file]);
    assert.equal(readFileSync(file, 'utf8'), out);
  }
});

test('a table whose cells were cut to fit says so, and how to see them whole', async (t) => {
  const cut = /^What ends in … was cut to fit; /m;
  const narrow = await runCli(OWNERS, { width: 60 });
  assert.match(narrow.err, cut);
  assert.ok(narrow.out.includes('…'));
  for (const [args, world] of [
    [[], {}],
    [[], { width: 400 }],
    [['-q'], { width: 60 }],
    [['-o', join(tempFolder(t), 'owners.txt')], { width: 60 }],
  ] as const)
    assert.doesNotMatch((await runCli([...OWNERS, ...args], world)).err, cut);
});
