/** How far a run is, on a terminal: names, rate, and the time that is left. Nothing where nobody looks. */

import type { Answer } from './answer.ts';
import type { Io } from './io.ts';

/** Shown at most once in so many milliseconds, and not in the first second. */
const INTERVAL_MS = 250;
const QUIET_MS = 1000;

export interface Progress {
  /** One more name has ended. */
  step(): void;
  /** Clears the line. */
  end(): void;
}

/** @param total how many names there are */
export function createProgress(io: Io, answer: Pick<Answer, 'quiet'>, total: number): Progress {
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
      io.err(`\r\u001b[2K${progressLine(done, total, (now - started) / 1000)}`);
    },
    end: () => {
      if (shown) io.err('\r\u001b[2K');
    },
  };
}

/** `1,200 of 5,000 names, 45/s, 1 m 24 s left` */
function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  const head = `${count(done)} of ${count(total)} names, ${rate.toFixed(rate < 10 ? 1 : 0)}/s`;
  return `${head}, ${duration((total - done) / rate)} left`;
}

function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} m ${whole % 60} s`;
}
