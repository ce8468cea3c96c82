/** Counting the names of a zone by sign, and by the day on which scavenging may take them. */

import type { StaleFrame, StaleName, StaleSign } from './stale.ts';

/** How many names scavenging may take on one day, and how many it may have taken by then. */
export interface ScavengeDay {
  /** `2026-11-28`, UTC; null for those that the next scavenging may take at once. */
  readonly day: string | null;
  readonly names: number;
  readonly total: number;
}

/** A zone in numbers. */
export interface StaleSummary {
  readonly zone: string;
  /** Dynamic names that were looked at. */
  readonly dynamic: number;
  readonly bySign: Readonly<Record<StaleSign, number>>;
  readonly forecast: readonly ScavengeDay[];
  /** Refreshed so lately that they could not have been refreshed again: not in the forecast. */
  readonly withinNoRefresh: number;
}

const HOUR_MS = 3_600_000;

/** @param names every dynamic name of the zone, listed or not */
export function summarizeStale(zone: string, names: readonly StaleName[], frame: StaleFrame): StaleSummary {
  const bySign: Record<StaleSign, number> = {
    aged: 0,
    disabled: 0,
    'other-machine': 0,
    'shared-address': 0,
    'no-account': 0,
  };
  const days = new Map<string, number>();
  const { now, aging } = frame;
  let withinNoRefresh = 0;
  for (const { signs, lastSeen, takenAt } of names) {
    for (const sign of signs) bySign[sign] += 1;
    if (lastSeen.getTime() + aging.noRefreshHours * HOUR_MS > now.getTime()) withinNoRefresh += 1;
    else if (takenAt !== null) {
      const day = takenAt <= now ? '' : takenAt.toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
  }
  return { zone, dynamic: names.length, bySign, forecast: forecastOf(days), withinNoRefresh };
}

function forecastOf(days: ReadonlyMap<string, number>): readonly ScavengeDay[] {
  let total = 0;
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, names]) => {
      total += names;
      return { day: day === '' ? null : day, names, total };
    });
}
