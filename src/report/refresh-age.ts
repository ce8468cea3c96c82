/** When a name was last refreshed, as dates and in steps that follow the usual aging times. */

import { hoursToDate } from '../formats/filetime.ts';
import type { DnsNode } from '../records/node.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NEVER = 'static';

/** The steps in order, with the days below which each ends. */
const STEPS: readonly (readonly [label: string, belowDays: number])[] = [
  ['under 1 day', 1],
  ['1 to 7 days', 7],
  ['7 to 14 days', 14],
  ['14 to 30 days', 30],
  ['30 to 90 days', 90],
  ['90 days and more', Number.POSITIVE_INFINITY],
];

/** Every step, `static` last: names without a timestamp. */
export const REFRESH_AGES: readonly string[] = [...STEPS.map(([label]) => label), NEVER];

/** The newest timestamp of its records; null for a name that has none. */
export function lastRefresh({ records }: Pick<DnsNode, 'records'>): Date | null {
  return hoursToDate(records.reduce((newest, { timestampHours }) => Math.max(newest, timestampHours), 0));
}

/** The step that a refresh falls in. */
export function refreshAge(refreshed: Date | null, now: Date): string {
  if (refreshed === null) return NEVER;
  const days = (now.getTime() - refreshed.getTime()) / DAY_MS;
  return STEPS.find(([, below]) => days < below)?.[0] ?? NEVER;
}
