/**
 * Who wrote an attribute last, and when, as far as the replication metadata tells: which domain controller took the
 * write, never which account asked for it. [MS-ADTS] 3.1.1.1.9
 */

import type { Problem } from '../errors.ts';
import { parentDn, rdnOf } from '../formats/dn.ts';
import { decodeGuid, type Guid } from '../formats/guid.ts';
import { type AttributeMetadata, decodeReplPropertyMetaData } from '../formats/repl-metadata.ts';
import { bytesOf } from './entry.ts';
import type { DirectorySource, RawEntry } from './source.ts';

/** The last write of each attribute, by attid. */
export type ChangeStamps = ReadonlyMap<number, AttributeMetadata>;

const NO_STAMPS: ChangeStamps = new Map();

/** The stamps of an entry; none when the metadata is missing, or damaged, which becomes a problem. */
export function changeStampsOf(entry: RawEntry, problems: Problem[]): ChangeStamps {
  const bytes = bytesOf(entry, 'replpropertymetadata');
  if (bytes === null) return NO_STAMPS;
  try {
    return new Map(decodeReplPropertyMetaData(bytes).map((item) => [item.attid, item]));
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'bad-metadata', where: entry.dn, message });
    return NO_STAMPS;
  }
}

/** The names of the domain controllers by the invocation ids of their databases. */
export async function readInvocations(source: DirectorySource): Promise<ReadonlyMap<Guid, string>> {
  const names = new Map<Guid, string>();
  for (const entry of await source.directoryServers()) {
    const id = bytesOf(entry, 'invocationid');
    const server = parentDn(entry.dn);
    if (id?.length === 16 && server !== null) names.set(decodeGuid(id), rdnOf(server).value);
  }
  return names;
}
