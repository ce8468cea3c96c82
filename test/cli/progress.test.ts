import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProgress, createReadingProgress } from '../../src/cli/answer/progress.ts';
import type { Io } from '../../src/cli/io.ts';
import { auditSnapshot } from '../support/audit-snapshot.ts';
import { NOW, runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

/** A terminal with a clock that the test moves. */
function terminal(isTerminal = true) {
  const shown: string[] = [];
  let ms = 0;
  const io = {
    stderrIsTerminal: isTerminal,
    now: () => new Date(ms),
    err: (text: string) => shown.push(text),
  } as unknown as Io;
  return {
    io,
    shown,
    at: (seconds: number) => {
      ms = seconds * 1000;
    },
  };
}

const CLEAR = '\r\u001b[2K';

test('createProgress() shows names, rate and the time that is left', () => {
  const { io, shown, at } = terminal();
  const progress = createProgress(io, { quiet: false }, 12_000);
  at(2);
  for (let count = 0; count < 100; count += 1) progress.step();
  at(4);
  for (let count = 0; count < 1100; count += 1) progress.step();
  at(300);
  for (let count = 0; count < 10_800; count += 1) progress.step();
  progress.end();
  assert.deepEqual(shown, [
    `${CLEAR}1 of 12,000 names, 0.5/s, 399 m 58 s left`,
    `${CLEAR}101 of 12,000 names, 25/s, 7 m 52 s left`,
    `${CLEAR}1,201 of 12,000 names, 4.0/s, 44 m 58 s left`,
    CLEAR,
  ]);
});

test('createProgress() is silent in the first second, and where nobody looks', () => {
  const early = terminal();
  const progress = createProgress(early.io, { quiet: false }, 10);
  early.at(0.9);
  progress.step();
  progress.end();
  assert.deepEqual(early.shown, []);
  for (const [isTerminal, quiet] of [
    [false, false],
    [true, true],
  ] as const) {
    const { io, shown, at } = terminal(isTerminal);
    const silent = createProgress(io, { quiet }, 10);
    at(5);
    silent.step();
    silent.end();
    assert.deepEqual(shown, []);
  }
});

test('createReadingProgress() shows how many were read and the rate, in place, and clears the line', () => {
  const { io, shown, at } = terminal();
  const progress = createReadingProgress(io, () => false);
  progress.read('computers', 1000);
  at(0.5);
  progress.read('computers', 1000);
  at(2);
  progress.read('names', 1000);
  at(2.1);
  progress.read('names', 1000);
  at(4);
  progress.read('names', 10_000);
  progress.clear();
  progress.clear();
  assert.deepEqual(shown, [`${CLEAR}1,000 names read`, `${CLEAR}12,000 names read, 6,000/s`, CLEAR]);
});

test('createReadingProgress() tells the time that is left as long as there are fewer than expected', () => {
  const { io, shown, at } = terminal();
  const progress = createReadingProgress(io, () => false);
  progress.expect('names', 50_000);
  progress.read('names', 1000);
  at(2);
  progress.read('names', 11_000);
  at(4);
  progress.read('names', 48_000);
  progress.expect('names', null);
  at(6);
  progress.read('names', 1000);
  assert.deepEqual(shown, [
    `${CLEAR}12,000 of about 50,000 names read, 6,000/s, 7 s left`,
    `${CLEAR}60,000 names read, 15,000/s`,
    `${CLEAR}1,000 names read`,
  ]);
});

test('createReadingProgress() is silent in the first second, and where nobody looks', () => {
  for (const [isTerminal, hidden, seconds] of [
    [true, false, 0.9],
    [false, false, 5],
    [true, true, 5],
  ] as const) {
    const { io, shown, at } = terminal(isTerminal);
    const progress = createReadingProgress(io, () => hidden);
    progress.read('names', 1);
    at(seconds);
    progress.read('names', 1);
    progress.clear();
    assert.deepEqual(shown, []);
  }
});

test('the second run of a zone tells how long reading will take, from what the first one found', async (t) => {
  let ms = Date.parse(NOW);
  const now = () => {
    ms += 400;
    return new Date(ms);
  };
  const folder = tempFolder(t);
  const world = { width: 100, stderrIsTerminal: true, now, env: { XDG_CACHE_HOME: folder } };
  const args = ['owners', '-z', 'corp.example.com', 'lab*', '--snapshot', auditSnapshot(folder)];
  assert.doesNotMatch((await runCli(args, world)).err, /of about/);
  const sizes = JSON.parse(readFileSync(join(folder, 'dnsacl', 'sizes.json'), 'utf8'));
  assert.equal(Object.keys(sizes.names).length, 2);
  // A zone that is larger by now, so that there is something left when the last page comes.
  for (const zone of Object.keys(sizes.names)) sizes.names[zone] = 1000;
  writeFileSync(join(folder, 'dnsacl', 'sizes.json'), JSON.stringify(sizes));
  assert.match(
    (await runCli(args, world)).err,
    /\d+ of about 2,000 names read, \d+\/s, \d+ (?:m \d+ )?s left/,
  );
  for (const more of [['--no-cache'], ['--partition', 'forest', '-z', '*']])
    assert.doesNotMatch((await runCli([...args, ...more], world)).err, /of about/);
});

for (const args of [
  ['owners', '-z', 'corp.example.com'],
  ['audit', '-z', 'corp.example.com'],
  ['stale', '-z', 'corp.example.com'],
  ['readiness', '-z', 'corp.example.com'],
  ['grant', '-z', 'corp.example.com'],
  ['watch', 'corp.example.com', '--since', '2026-11-13'],
  ['zones'],
]) {
  test(`${args[0]} shows progress on a terminal, gone before the answer; none with -q or in a pipe`, async () => {
    const err = async (more: readonly string[], stderrIsTerminal: boolean): Promise<string> => {
      let ms = Date.parse(NOW);
      // Every look at the clock takes a while, as pages of a large zone do.
      const now = () => {
        ms += 400;
        return new Date(ms);
      };
      const world = { width: 100, stderrIsTerminal, now };
      return (await runCli([...args, '--snapshot', SMALL_SNAPSHOT, ...more], world)).err;
    };
    const shown = await err([], true);
    assert.match(shown, /\d (?:names|computers) read/);
    for (const after of shown.split(/\d (?:names|computers) read(?:, [\d,]+\/s)?/).slice(1))
      assert.ok(after.startsWith(CLEAR), JSON.stringify(shown));
    assert.doesNotMatch(await err(['-q'], true), /(?:names|computers) read/);
    const piped = await err([], false);
    assert.equal(piped.includes(CLEAR), false);
    assert.doesNotMatch(piped, /(?:names|computers) read/);
  });
}
