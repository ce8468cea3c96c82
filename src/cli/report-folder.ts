/**
 * The folder of a report: it is there whole or not at all. Everything is written into a folder beside it, which takes
 * its name in the end.
 */

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DnsaclError, UsageError } from '../errors.ts';
import { createFileShelf, type Shelf } from './answer/shelf.ts';

/** Read at once for a checksum: the files of a large zone have some hundred megabytes. */
const READ_BYTES = 1024 * 1024;

export interface ReportFolder {
  /** Where a file is written until the folder is finished. */
  path(name: string): string;
  /** Where rows wait until they are written in order. */
  readonly shelf: Shelf;
  /** Adds SHA256SUMS, as `sha256sum --check` takes it, and puts the folder in its place. */
  finish(): Promise<void>;
  /** Leaves nothing behind, unless it is finished. */
  discard(): Promise<void>;
}

/** @throws UsageError when `folder` holds something, or cannot be made */
export async function openReportFolder(folder: string): Promise<ReportFolder> {
  await demandEmpty(folder);
  const target = resolve(folder);
  const work = `${target}.partial`;
  try {
    await mkdir(work);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const found = isThere
      ? `${work} is there: another report is being written, or one was killed; remove it then`
      : (error as Error).message;
    throw unusable(folder, found, error);
  }
  const shelf = createFileShelf(join(work, 'rows.tmp'));
  return {
    path: (name) => join(work, name),
    shelf,
    finish: async () => {
      try {
        shelf.close();
        await writeFile(join(work, 'SHA256SUMS'), await sumsOf(work));
        await rmdir(target).catch(() => undefined);
        await rename(work, target);
      } catch (error) {
        const message = `Cannot finish the report ${folder}: ${(error as Error).message}`;
        throw new DnsaclError('output', message, { cause: error });
      }
    },
    discard: async () => {
      shelf.close();
      await rm(work, { recursive: true, force: true });
    },
  };
}

async function demandEmpty(folder: string): Promise<void> {
  let found: readonly string[];
  try {
    found = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unusable(folder, (error as Error).message, error);
  }
  if (found.length > 0) throw unusable(folder, `it holds ${found.length} files; needs a new or empty folder`);
}

function unusable(folder: string, found: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot write the report ${folder}: ${found}`, '--out', { cause });
}

async function sumsOf(folder: string): Promise<string> {
  const lines = [];
  for (const name of (await readdir(folder)).sort()) {
    lines.push(`${await sumOf(join(folder, name))}  ${name}\n`);
  }
  return lines.join('');
}

async function sumOf(path: string): Promise<string> {
  await using file = await open(path);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
