/** How every command that reads zones begins once it is connected: which zones, and who is who. */

import type { NodeDetail } from '../records/source.ts';
import type { Answer } from './answer/answer.ts';
import { patternsFor, type TargetFile } from './changes/targets.ts';
import type { WhereFlags, ZoneFlags } from './options.ts';
import type { Place } from './place/connect.ts';
import { type Reading, startReading } from './reading.ts';
import type { Settings } from './settings/settings.ts';
import { openSizeCache } from './size-cache.ts';
import { noteZones } from './zone-cache.ts';

/** What a command has opened by then. */
export interface Opened {
  readonly settings: Pick<Settings<WhereFlags>, 'estate' | 'problems' | 'zoneCache'>;
  readonly answer: Answer;
  readonly place: Place;
}

/**
 * @param detail what will be asked of every name; null when only single names will be
 * @param file the names the command is about, when it was given any
 * @throws UsageError when no zone matches, none was named, or an account cannot be found
 */
export async function beginReading(
  flags: ZoneFlags & { readonly partition: string },
  { settings, answer, place }: Opened,
  detail: NodeDetail | null,
  file: TargetFile | null = null,
): Promise<Reading> {
  const sizes = await openSizeCache(settings.zoneCache);
  const source = answer.stages.watch(place.source, sizes);
  const patterns = await patternsFor(flags, source, file);
  const { partition } = flags;
  const reading = await startReading(source, patterns, partition, settings.estate, detail, answer.stages);
  if (detail !== null) answer.stages.expectNames(sizes.total(reading.zones));
  reading.problems.push(...settings.problems);
  if (partition === 'all') await noteZones(settings.zoneCache, reading.allZones);
  return reading;
}
