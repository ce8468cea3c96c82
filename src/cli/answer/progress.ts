/**
 * How far a run or a reading is, on a terminal: how many, the rate, and the time that is left, where it is known or can
 * be guessed how many there are. Nothing where nobody looks.
 */

import type { Io } from '../io.ts';

/** Shown at most once in so many milliseconds, and not in the first second. */
const INTERVAL_MS = 250;
const QUIET_MS = 1000;
const CLEAR_LINE = '\r\u001b[2K';

export interface Progress {
  /** One more name has ended. */
  step(): void;
  /** Clears the line. */
  end(): void;
}

/**
 * @param total how many names there are
 * @param what what is counted
 */
export function createProgress(
  io: Io,
  answer: { readonly quiet: boolean },
  total: number,
  what = 'names',
): Progress {
  if (!io.stderrIsTerminal || answer.quiet) return { step: () => {}, end: () => {} };
  const started = io.now().getTime();
  let shownAt = started + QUIET_MS - INTERVAL_MS;
  let shown = false;
  let done = 0;
  return {
    step: () => {
      done += 1;
      const now = io.now().getTime();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      shown = true;
      io.err(`${CLEAR_LINE}${progressLine(done, total, what, (now - started) / 1000)}`);
    },
    end: () => {
      if (shown) io.err(CLEAR_LINE);
    },
  };
}

export interface ReadingProgress {
  /** `what` is read from its beginning; `total` is about how many there are, null when nothing tells. */
  expect(what: string, total: number | null): void;
  /** So many more `what` (names, computers) were read. */
  read(what: string, entries: number): void;
  /** Clears the line, so that something else can be written. */
  clear(): void;
}

/** @param isHidden says whether nobody looks now, because the answer itself is being written there */
export function createReadingProgress(io: Io, isHidden: () => boolean): ReadingProgress {
  if (!io.stderrIsTerminal) return { expect: () => {}, read: () => {}, clear: () => {} };
  const counts = new Map<string, { readonly started: number; entries: number }>();
  const totals = new Map<string, number | null>();
  let shownAt = io.now().getTime() + QUIET_MS - INTERVAL_MS;
  let shown = false;
  return {
    expect: (what, total) => {
      counts.delete(what);
      totals.set(what, total);
    },
    read: (what, entries) => {
      const now = io.now().getTime();
      const known = counts.get(what) ?? { started: now, entries: 0 };
      known.entries += entries;
      counts.set(what, known);
      if (now - shownAt < INTERVAL_MS || isHidden()) return;
      shownAt = now;
      shown = true;
      io.err(
        `${CLEAR_LINE}${readingLine(what, known.entries, totals.get(what) ?? null, (now - known.started) / 1000)}`,
      );
    },
    clear: () => {
      if (shown) io.err(CLEAR_LINE);
      shown = false;
    },
  };
}

/** `12,000 names read, 8,500/s`, or `12,000 of about 50,000 names read, 8,500/s, 5 s left` */
function readingLine(what: string, entries: number, total: number | null, seconds: number): string {
  const isGuessed = total !== null && entries < total;
  const head = `${count(entries)}${isGuessed ? ` of about ${count(total)}` : ''} ${what} read`;
  if (seconds === 0) return head;
  const perSecond = entries / seconds;
  const left = isGuessed ? `, ${duration((total - entries) / perSecond)} left` : '';
  return `${head}, ${count(Math.round(perSecond))}/s${left}`;
}

/** `1,200 of 5,000 names, 45/s, 1 m 24 s left` */
function progressLine(done: number, total: number, what: string, seconds: number): string {
  const rate = done / seconds;
  const head = `${count(done)} of ${count(total)} ${what}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s`;
  return `${head}, ${duration((total - done) / rate)} left`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} m ${whole % 60} s`;
}
