/**
 * One zone at a time: what a switch breaks shows over days, and with two zones switched nobody can tell which it was.
 *
 * Replication metadata tells when the properties of a zone were last written, not which of them. A zone that was never
 * written since its creation (version 1) was not switched; of any other that is secure, the last write counts.
 */

import type { Dn } from '../formats/dn.ts';
import { isLoaded } from '../records/read.ts';
import type { Zone } from '../records/zone.ts';

/** A zone that may have been switched lately. */
export interface RecentSwitch {
  readonly zone: Zone;
  readonly at: Date;
  /** When the time is over. */
  readonly until: Date;
}

const MS_PER_DAY = 86_400_000;

/**
 * The latest among the other zones, or null.
 *
 * @param subject the zone that is to be switched now
 * @param days how long to keep from the next; 0 never finds one
 */
export function findRecentSwitch(
  zones: readonly Zone[],
  subject: Dn,
  days: number,
  now: Date,
): RecentSwitch | null {
  const recent = zones.flatMap((zone) => {
    const { version = 0, originatingTime: at = null } = zone.propertiesWritten ?? {};
    if (zone.dn === subject || !isLoaded(zone) || zone.dynamicUpdate !== 'secure-only') return [];
    if (version <= 1 || at === null) return [];
    const until = new Date(at.getTime() + days * MS_PER_DAY);
    return until > now ? [{ zone, at, until }] : [];
  });
  return recent.sort((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
}
