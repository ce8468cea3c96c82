/** One bench at a time: two would measure each other, and empty each other's folders. */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @returns what gives the lock back  @throws Error when another bench runs */
export async function takeLock(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'lock');
  const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (holder > 0 && isRunning(holder)) {
    throw new Error(`Cannot run the bench: process ${holder} runs it in ${folder} already`);
  }
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
