/** Counting the names of a zone by kind without reading a single descriptor. */

import { rdnOf } from '../formats/dn.ts';
import { isTrue, valuesOf } from './entry.ts';
import type { DirectorySource, RawEntry } from './source.ts';
import type { Zone } from './zone.ts';

/** Counts that add up: names = dynamic + static + tombstoned + empty. */
export interface Census {
  readonly names: number;
  readonly dynamic: number;
  readonly static: number;
  readonly tombstoned: number;
  /** Names without any record. */
  readonly empty: number;
}

type Kind = Exclude<keyof Census, 'names'>;

/** Offset of TimeStamp in a dnsRecord. [MS-DNSP] 2.3.2.2 */
const TIMESTAMP_OFFSET = 20;

/** Counts every dnsNode of a zone. */
export async function countNames(source: DirectorySource, zone: Zone): Promise<Census> {
  const census = { names: 0, dynamic: 0, static: 0, tombstoned: 0, empty: 0 };
  const kindOfName = (entry: RawEntry): Kind | null =>
    rdnOf(entry.dn).type.toUpperCase() === 'DC' ? kindOf(entry) : null;
  for await (const kinds of source.nodes(zone.dn, 'census', kindOfName)) {
    census.names += kinds.length;
    for (const kind of kinds) census[kind] += 1;
  }
  return census;
}

function kindOf(entry: RawEntry): Kind {
  if (isTrue(entry, 'dnstombstoned')) return 'tombstoned';
  const records = valuesOf(entry, 'dnsrecord');
  if (records.length === 0) return 'empty';
  return records.some(hasTimestamp) ? 'dynamic' : 'static';
}

function hasTimestamp(record: Uint8Array): boolean {
  return record.subarray(TIMESTAMP_OFFSET, TIMESTAMP_OFFSET + 4).some((byte) => byte !== 0);
}
