/** Small JSON files in the user's cache folder. One that cannot be read or written is done without. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the file holds; null when there is none, or another kind of file is in its place. */
export async function readCacheFile(file: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Exchanges the file. What two runs spoil by writing at once, the next one reads as no file and writes anew. */
export async function writeCacheFile(file: string, value: Readonly<Record<string, unknown>>): Promise<void> {
  const draft = `${file}.partial`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify({ schemaVersion: 1, ...value })}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}
