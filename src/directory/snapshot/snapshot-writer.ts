/**
 * Writes snapshots: LDIF as ldapsearch prints it, compressed when the file's name ends in .gz, with the marks of
 * snapshot-marks.ts before and after the entries.
 *
 * Entries stream: memory does not grow with the directory. The file gets its name when it is whole and on the disk.
 */

import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { DnsaclError, type Problem, UsageError } from '../../errors.ts';
import type { Dn } from '../../formats/dn.ts';
import { formatLdifRecord } from '../../formats/ldif.ts';
import type { DirectoryInfo, DirectorySource, RawEntry } from '../../records/source.ts';
import type { Anonymizer } from './anonymize.ts';
import { type EntryKind, kindOf } from './snapshot-file.ts';
import { formatMark } from './snapshot-marks.ts';
import { spellingOf } from './snapshot-schema.ts';
import { noCounts } from './snapshot-survey.ts';

/** What to save, and what is said about it. */
export interface SnapshotRequest {
  /** The zones whose names are saved; all others are saved without names. */
  readonly zones: readonly Dn[];
  /** Name and version of the program. */
  readonly tool: string;
  /** Used when the source is live; the copy of a snapshot keeps its own time. */
  readonly now: Date;
  /** Replaces names, SIDs, GUIDs and addresses by others; left out: everything stays as it is. */
  readonly anonymizer?: Anonymizer;
}

/** What was saved. */
export interface SavedSnapshot {
  readonly file: string;
  /** Objects by kind. */
  readonly counts: Readonly<Record<EntryKind, number>>;
  /** What could not be read, and is not in the file. */
  readonly problems: readonly Problem[];
}

/** Where a snapshot grows until it is whole. */
const UNFINISHED = '.partial';

/**
 * Saves everything that a later answer about some zones may need. The file is whole and synced when this resolves;
 * after an error there is none.
 *
 * @throws UsageError when the file exists already or cannot be written
 * @throws DirectoryError when accounts, zones or names cannot be read
 */
export async function writeSnapshot(
  source: DirectorySource,
  file: string,
  request: SnapshotRequest,
): Promise<SavedSnapshot> {
  refuseTaken(file, 'it exists already; name a new file');
  refuseTaken(`${file}${UNFINISHED}`, 'it is being written, or its writing was killed: remove it then');
  const info = await source.describe();
  const counts = noCounts();
  const problems: Problem[] = [];
  await writeWhole(file, snapshotLines(source, info, request, counts, problems));
  return { file, counts, problems };
}

function refuseTaken(file: string, reason: string): void {
  if (existsSync(file)) throw new UsageError(`Cannot write the snapshot ${file}: ${reason}`, '--out');
}

async function* snapshotLines(
  source: DirectorySource,
  info: DirectoryInfo,
  request: SnapshotRequest,
  counts: Record<EntryKind, number>,
  problems: Problem[],
): AsyncGenerator<string, void> {
  const { anonymizer } = request;
  yield header(info, request);
  for await (const page of source.everything(request.zones, problems)) {
    let text = '';
    for (const entry of page) {
      counts[kindOf(entry)] += 1;
      const { dn, attributes } = anonymizer === undefined ? entry : anonymizer.entry(entry);
      text += formatLdifRecord(dn, withSpelling(attributes));
    }
    yield text;
  }
  for (const { where, message } of problems) {
    yield formatMark('not-saved', anonymizer === undefined ? `${where}: ${message}` : 'a part');
  }
}

function header(info: DirectoryInfo, { zones, tool, now, anonymizer }: SnapshotRequest): string {
  const { domain } = info;
  const complete = domain?.answered === true && domain.sid !== null ? [domain.sid] : [];
  return [
    formatMark('tool', tool),
    formatMark('taken', (info.takenAt ?? now).toISOString()),
    anonymizer === undefined ? formatMark('server', info.server) : formatMark('anonymized', 'yes'),
    ...complete.map((sid) => formatMark('complete-domain', anonymizer?.names.sid(sid) ?? sid)),
    ...zones.map((zone) => formatMark('names-of', anonymizer?.dn(zone) ?? zone)),
    '# In it: zones, the names of the zones above, accounts, groups, DHCP servers and domain controllers.\n',
    '# Not in it: passwords and other secrets, objects that the reader may not see, settings of DNS and DHCP servers.\n\n',
  ].join('');
}

/** Without what no snapshot holds, which the export of another tool may. */
function* withSpelling(
  attributes: RawEntry['attributes'],
): Generator<readonly [string, readonly Uint8Array[]]> {
  for (const [name, values] of attributes) {
    const spelling = spellingOf(name);
    if (spelling !== null) yield [spelling, values];
  }
}

async function writeWhole(file: string, lines: AsyncIterable<string>): Promise<void> {
  const unfinished = `${file}${UNFINISHED}`;
  // Nobody but the owner: it holds who may change what.
  const target = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
  const chunks = Readable.from(lines);
  try {
    if (file.toLowerCase().endsWith('.gz')) await pipeline(chunks, createGzip(), target);
    else await pipeline(chunks, target);
    refuseTaken(file, 'it was made by somebody else meanwhile; name a new file');
    await rename(unfinished, file);
  } catch (error) {
    // Without a descriptor the file was not ours.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(unfinished, { force: true });
    if (error instanceof DnsaclError) throw error;
    const message = `Cannot write the snapshot ${file}: ${(error as Error).message}`;
    throw new UsageError(message, '--out', { cause: error });
  }
}
