/** A changed copy of a snapshot, as a rehearsal leaves it: what was changed differs, everything else is as it was. */

import { createWriteStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Target } from '../../apply/store.ts';
import { UsageError } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import { formatLdifRecord, type LdifItem, type LdifRecord } from '../../formats/ldif.ts';
import { decodeReplPropertyMetaData, encodeReplPropertyMetaData } from '../../formats/repl-metadata.ts';
import { readSnapshot } from './snapshot-file.ts';

export type ReplacedAttributes = ReadonlyMap<string, readonly Uint8Array[]>;

/** What the copy holds of a record in place of its attributes; null leaves it as it is. */
export type ChangeRecord = (record: LdifRecord) => ReplacedAttributes | null;

const CANNOT_WRITE = 'Cannot write the snapshot';
const TAKEN = 'it exists already; name a new file';

/** Said before the work, not after it; the flag of the write itself still decides. @throws UsageError */
export function demandNewFile(copy: string): void {
  if (existsSync(copy)) throw new UsageError(`${CANNOT_WRITE} ${copy}: ${TAKEN}`, '--write-snapshot');
}

/** @throws UsageError when the copy exists already or cannot be written; no half of one stays then */
export async function writeSnapshotCopy(file: string, copy: string, change: ChangeRecord): Promise<void> {
  const lines = Readable.from(copyLines(file, change));
  const target = createWriteStream(copy, { flags: 'wx', mode: 0o600 });
  try {
    if (copy.toLowerCase().endsWith('.gz')) await pipeline(lines, createGzip(), target);
    else await pipeline(lines, target);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    // Half a snapshot would be read as a whole one later.
    if (!taken) await rm(copy, { force: true });
    const reason = taken ? TAKEN : (error as Error).message;
    throw new UsageError(`${CANNOT_WRITE} ${copy}: ${reason}`, '--write-snapshot', { cause: error });
  }
}

/** The metadata after one more write of an attribute. */
export function withNextVersion(metadata: Uint8Array, attid: number): Uint8Array {
  const entries = decodeReplPropertyMetaData(metadata).map((item) =>
    item.attid === attid ? { ...item, version: item.version + 1 } : item,
  );
  return encodeReplPropertyMetaData(entries);
}

/** Under what an object is known: its GUID, or its DN where a snapshot holds none. */
export function keyOfTarget(target: Target): string {
  return target.objectGuid ?? dnKey(target.dn as Dn);
}

async function* copyLines(file: string, change: ChangeRecord): AsyncGenerator<string, void> {
  for await (const item of readSnapshot(file)) yield lineOf(item, change);
}

function lineOf(item: LdifItem, change: ChangeRecord): string {
  if (item.kind === 'comment') return `# ${item.text.trim()}\n`;
  if (item.kind === 'problem') return `# not copied: ${item.message}\n`;
  return formatLdifRecord(item.dn, change(item) ?? item.attributes);
}
