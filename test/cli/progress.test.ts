import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Io } from '../../src/cli/io.ts';
import { createProgress } from '../../src/cli/progress.ts';

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
