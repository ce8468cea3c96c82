/**
 * The bench's own domain controller: a Samba whose domain has a large zone, a small one and one to write to.
 * size.ts says how many names each has. Filling takes minutes, so the folder stays between runs and is made anew only when what it
 * should hold has changed.
 */

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../test/support/lab/config.ts';
import { findFreeAddress } from '../test/support/lab/dc.ts';
import { toHours, zoneProperties } from '../test/support/lab/dns-bytes.ts';
import { Lab } from '../test/support/lab/lab.ts';
import { installPackages } from '../test/support/lab/packages.ts';
import { mustRun } from '../test/support/lab/run.ts';
import { type BenchFolders, type BenchSize, REALM, ZONES } from './size.ts';

/** What is written beside the domain controller once it is filled. */
interface Filled {
  /** Says what the directory was filled with; another key means that it must be filled again. */
  readonly key: string;
  readonly filledAt: string;
  readonly place: Place;
  readonly password: string;
}

/** The lab's certificates hold for 30 days. */
const KEEP_DAYS = 25;
const DAY_MS = 86_400_000;
const FILL_TIMEOUT_MS = 3_600_000;

/**
 * Starts the domain controller, after filling it when there is none of this size.
 *
 * @param say told what takes long, and how long it took
 */
export async function startLargeLab(
  size: BenchSize,
  folders: BenchFolders,
  now: Date,
  say: (text: string) => void,
): Promise<Lab> {
  await installPackages();
  const key = await keyOf(size);
  const kept = await readFilled(folders);
  const usable = kept?.key === key && now.getTime() - Date.parse(kept.filledAt) < KEEP_DAYS * DAY_MS;
  const filled = usable ? kept : await makeLab(size, folders, key, now, say);
  const lab = new Lab(filled.place, hireKeeper(), filled.password);
  try {
    await lab.startDc();
  } catch (error) {
    await lab.stop();
    throw error;
  }
  return lab;
}

/** Tells fillings apart, for the captured answers too. */
export async function keyOf(size: BenchSize): Promise<string> {
  const { names, fewNames, writeNames, computers } = size;
  const script = await readFile(join(import.meta.dirname, 'fill.py'));
  return createHash('sha256')
    .update(JSON.stringify({ names, fewNames, writeNames, computers }))
    .update(script)
    .digest('hex');
}

async function readFilled(folders: BenchFolders): Promise<Filled | null> {
  const file = filledFile(folders);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Filled) : null;
}

/** Outside the domain controller's folder, so that it can be told that there is none. */
function filledFile(folders: BenchFolders): string {
  return join(folders.root, 'filled.json');
}

async function makeLab(
  size: BenchSize,
  folders: BenchFolders,
  key: string,
  now: Date,
  say: (text: string) => void,
): Promise<Filled> {
  await rm(filledFile(folders), { force: true });
  await rm(folders.dc, { recursive: true, force: true });
  // What the domain before this one answered has other SIDs in it.
  await rm(folders.capture, { recursive: true, force: true });
  await mkdir(folders.dc, { recursive: true, mode: 0o700 });
  const place: Place = {
    folder: folders.dc,
    address: await findFreeAddress(),
    hostName: `dc1.${REALM.toLowerCase()}`,
    realm: REALM,
    domain: 'BIG',
    // As Samba runs by default: one search does not hold up the other connections.
    model: 'prefork',
  };
  const password = `Aa1+${randomBytes(12).toString('base64url')}`;
  const lab = new Lab(place, hireKeeper(), password);
  try {
    await lab.provision('nonsecure');
    await fill(lab, size, now, say);
  } finally {
    await lab.stop();
  }
  const filled: Filled = { key, filledAt: now.toISOString(), place, password };
  await writeFile(filledFile(folders), JSON.stringify(filled), { mode: 0o600 });
  return filled;
}

async function fill(lab: Lab, size: BenchSize, now: Date, say: (text: string) => void): Promise<void> {
  const properties = zoneProperties(1, true);
  const task = {
    computers: size.computers,
    nowHours: toHours(now),
    zones: [
      { name: ZONES.large, names: size.names, owners: 'mixed', properties },
      { name: ZONES.few, names: size.fewNames, owners: 'mixed', properties },
      { name: ZONES.write, names: size.writeNames, owners: 'system', properties },
    ],
  };
  say(`Filling the directory with ${size.names} names and ${size.computers} computers, once`);
  const started = performance.now();
  const answer = await mustRun('/usr/bin/python3', [join(import.meta.dirname, 'fill.py')], {
    env: lab.env,
    stdin: JSON.stringify(task),
    timeoutMs: FILL_TIMEOUT_MS,
  });
  const { names, descriptors } = JSON.parse(answer) as { names: number; descriptors: number };
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`Filled ${names} names with ${descriptors} distinct descriptors in ${seconds} s`);
}

/** Stands where a lab of the tests has its janitor, and leaves the folder alone. */
function hireKeeper(): ReturnType<typeof spawn> {
  const keeper = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] });
  keeper.stdin.on('error', () => {});
  keeper.unref();
  return keeper;
}
