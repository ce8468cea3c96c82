/** Which zone of the directory a name lies in: the one with the longest name that fits. */

import { isLoaded } from '../records/read.ts';
import type { Zone } from '../records/zone.ts';
import { hostKey } from './host-match.ts';

/** Finds zones by the names in them. */
export interface ZoneFinder {
  /** null when no zone of the directory holds the name. */
  find(fqdn: string): Zone | null;
}

export function createZoneFinder(zones: readonly Zone[]): ZoneFinder {
  const byName = new Map(zones.filter(isLoaded).map((zone) => [zone.name.toLowerCase(), zone]));
  return {
    find: (fqdn) => {
      for (let rest = hostKey(fqdn); rest !== ''; rest = withoutFirstLabel(rest)) {
        const zone = byName.get(rest);
        if (zone !== undefined) return zone;
      }
      return null;
    },
  };
}

function withoutFirstLabel(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}
