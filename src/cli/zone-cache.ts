/**
 * The names of the zones that the last run listed, for completion: `dnsacl/zones.json` in the user's cache folder.
 * Nothing else is in it. Only names that no shell has to quote are kept, because zones are named by strangers too.
 */

import { isAbsolute, join } from 'node:path';
import { isLoaded } from '../records/read.ts';
import type { Zone } from '../records/zone.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';
import type { Io } from './io.ts';

const PLAIN_NAME = /^[a-z\d_][a-z\d_.-]*$/i;
/** A list that is longer is no help at a prompt. */
const MOST_ZONES = 5000;

/** The file; null with DNSACL_NO_CACHE, or when nothing says where the user's files are: XDG Base Directory, %LOCALAPPDATA% on Windows. */
export function zoneCacheFile(env: Io['env']): string | null {
  if ((env.DNSACL_NO_CACHE ?? '') !== '') return null;
  const { XDG_CACHE_HOME: cache = '', LOCALAPPDATA: local = '', HOME: home = '' } = env;
  const folder = isAbsolute(cache) ? cache : isAbsolute(local) ? local : join(home, '.cache');
  return isAbsolute(folder) ? join(folder, 'dnsacl', 'zones.json') : null;
}

/** Writes the names when they are not the same as those noted. A cache that cannot be written is done without. */
export async function noteZones(file: string | null, zones: readonly Zone[]): Promise<void> {
  if (file === null) return;
  const names = zones.filter(isLoaded).map(({ name }) => name);
  const plain = [...new Set(names)].filter((name) => PLAIN_NAME.test(name)).slice(0, MOST_ZONES);
  if (JSON.stringify(plain) === JSON.stringify(await notedZones(file))) return;
  await writeCacheFile(file, { zones: plain });
}

/** The names that were noted; none when there is no such file, or another kind of file is in its place. */
export async function notedZones(file: string | null): Promise<readonly string[]> {
  if (file === null) return [];
  const zones = (await readCacheFile(file))?.zones;
  return Array.isArray(zones)
    ? zones.filter((name) => typeof name === 'string' && PLAIN_NAME.test(name))
    : [];
}
