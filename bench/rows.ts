/** What was measured, as rows of the bench's table. */

import type { Samples } from './measure.ts';

export type Unit = 'x' | 'MB' | 'us';

/** One thing measured. */
export interface Row {
  readonly what: string;
  /** What the program took, and what its rival did, in words. */
  readonly ours: string;
  readonly rival: string;
  /** Compared with the limit: mostly our time divided by the rival's. */
  readonly value: number;
  readonly unit: Unit;
  /** No more than this is wanted; null where nothing was promised. */
  readonly limit: number | null;
  /** Seconds of each run, for those who want to look closer. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

/** A program that ours is compared with. */
export interface Rival {
  readonly name: string;
  readonly samples: Samples;
}

/** Our time divided by the rival's. */
export function ratioRow(what: string, ours: Samples, rival: Rival, limit: number | null): Row {
  return {
    what,
    ours: seconds(ours.wallSeconds),
    rival: `${rival.name} ${seconds(rival.samples.wallSeconds)}`,
    value: ours.wallSeconds / rival.samples.wallSeconds,
    unit: 'x',
    limit,
    samples: { ours: wallsOf(ours), rival: wallsOf(rival.samples) },
  };
}

/** The largest peak of resident memory. */
export function memoryRow(what: string, ours: Samples, limitMegabytes: number): Row {
  const megabytes = ours.peakBytes / 2 ** 20;
  return {
    what,
    ours: `${megabytes.toFixed(0)} MB`,
    rival: '-',
    value: megabytes,
    unit: 'MB',
    limit: limitMegabytes,
    samples: { peakMegabytes: ours.costs.map((cost) => cost.peakBytes / 2 ** 20) },
  };
}

/** Microseconds for one descriptor. */
export function microRow(what: string, microseconds: number, limit: number | null): Row {
  const ours = `${microseconds.toFixed(2)} us`;
  return { what, ours, rival: '-', value: microseconds, unit: 'us', limit, samples: {} };
}

function wallsOf(samples: Samples): readonly number[] {
  return samples.costs.map((cost) => cost.wallSeconds);
}

function seconds(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 2)} s`;
}
