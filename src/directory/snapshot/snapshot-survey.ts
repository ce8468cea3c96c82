/** What a snapshot holds, counted in one pass: objects by kind, and the names of each zone. */

import { type Dn, dnKey, parentDn } from '../../formats/dn.ts';
import { type EntryKind, kindOf, readSnapshot } from './snapshot-file.ts';
import { createMarkCollector, type SnapshotMarks } from './snapshot-marks.ts';

/** The counts of one file. */
export interface SnapshotSurvey {
  readonly marks: SnapshotMarks;
  readonly counts: Readonly<Record<EntryKind, number>>;
  /** Names by the key of the DN that they lie below: their zone, or the container of deleted objects. */
  readonly namesBelow: ReadonlyMap<string, number>;
  /** Entries that could not be read. */
  readonly unreadable: number;
}

/** How many objects of each kind there are, before any was counted. */
export function noCounts(): Record<EntryKind, number> {
  return { root: 0, zone: 0, node: 0, account: 0, crossref: 0, dhcp: 0, domain: 0, other: 0 };
}

/** @throws UsageError when the file cannot be read */
export async function surveySnapshot(file: string): Promise<SnapshotSurvey> {
  const collector = createMarkCollector();
  const counts = noCounts();
  const namesBelow = new Map<string, number>();
  let unreadable = 0;
  for await (const item of readSnapshot(file)) {
    if (item.kind === 'comment') collector.add(item.text);
    else if (item.kind === 'problem') unreadable += 1;
    else {
      const kind = kindOf(item);
      counts[kind] += 1;
      if (kind !== 'node') continue;
      const key = dnKey(parentDn(item.dn) ?? ('' as Dn));
      namesBelow.set(key, (namesBelow.get(key) ?? 0) + 1);
    }
  }
  return { marks: collector.marks(), counts, namesBelow, unreadable };
}
