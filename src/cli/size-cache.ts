/**
 * How many names each zone had when it was last read whole, by its DN, to tell how long reading will take. It lies
 * beside the list of zones, `dnsacl/sizes.json`, and is not kept either where that is not.
 */

import { dirname, join } from 'node:path';
import { type Dn, dnKey } from '../formats/dn.ts';
import type { Zone } from '../records/zone.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

export interface SizeCache {
  /** The names of all these zones together; null when one of them was never read whole. */
  total(zones: readonly Pick<Zone, 'dn'>[]): number | null;
  /** A zone was read to its end. */
  note(zoneDn: Dn, names: number): void;
  /** Writes what was noted, when it is not what was there. */
  save(): Promise<void>;
}

const MOST_ZONES = 5000;

/** @param zoneCache the file of the list of zones; null keeps nothing */
export async function openSizeCache(zoneCache: string | null): Promise<SizeCache> {
  const file = zoneCache === null ? null : join(dirname(zoneCache), 'sizes.json');
  const sizes = new Map(file === null ? [] : await readSizes(file));
  let isChanged = false;
  return {
    total: (zones) => {
      const known = zones.map(({ dn }) => sizes.get(dnKey(dn)));
      return known.reduce<number | null>(
        (sum, size) => (sum === null || size === undefined ? null : sum + size),
        0,
      );
    },
    note: (zoneDn, names) => {
      const key = dnKey(zoneDn);
      if (sizes.get(key) === names) return;
      isChanged = true;
      sizes.set(key, names);
    },
    save: async () => {
      if (file === null || !isChanged) return;
      isChanged = false;
      await writeCacheFile(file, { names: Object.fromEntries([...sizes].slice(-MOST_ZONES)) });
    },
  };
}

async function readSizes(file: string): Promise<readonly (readonly [string, number])[]> {
  const names = (await readCacheFile(file))?.names;
  if (typeof names !== 'object' || names === null) return [];
  return Object.entries(names).filter(([, size]) => Number.isSafeInteger(size) && size >= 0);
}
