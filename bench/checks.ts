/** Proves that what was measured did all of the work: counts that do not depend on the machine. */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { zoneFile } from './capture.ts';
import { EntrySet } from './entry-set.ts';
import type { ReplayCounters } from './replay.ts';

/** Asked of the server besides pages of names: who is who, and the accounts that pages bring up. */
const FIXED_REQUESTS = 80;
const REQUESTS_PER_PAGE = 4;
const PAGE_SIZE = 1000;
/** A reader that divides the names has one page more for each part. */
const MOST_PARTS = 4;

/** Says what was proved; throws when it is not so. */
export type Check = (
  what: string,
  found: number,
  isRight: (found: number) => boolean,
  needed: string,
) => void;

/** @param say told each count that is as it must be */
export function createCheck(say: (text: string) => void): Check {
  return (what, found, isRight, needed) => {
    if (!isRight(found)) throw new Error(`Cannot trust the bench: ${what}: found ${found}, needed ${needed}`);
    say(`  ${what}: ${found}`);
  };
}

/** The DNs of a zone's names, as captured. */
export async function namesOf(captureFolder: string, zone: string): Promise<ReadonlySet<string>> {
  const set = new EntrySet(await readFile(join(captureFolder, zoneFile(zone))));
  return new Set(Array.from({ length: set.count }, (_, index) => set.dn(index)));
}

/** Checks that an ndjson answer has a line for every one of these names, served `copies` times, and no other. */
export async function checkNames(
  check: Check,
  what: string,
  file: string,
  names: ReadonlySet<string>,
  copies = 1,
): Promise<void> {
  const found = new Set<string>();
  let lines = 0;
  let strangers = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    lines += 1;
    const dn = (JSON.parse(line) as { dn: string }).dn;
    found.add(dn);
    if (!names.has(dn) && !names.has(dn.replace(/x\d+,/, ','))) strangers += 1;
  }
  const needed = names.size * copies;
  check(`${what}: lines`, lines, (value) => value === needed, String(needed));
  check(`${what}: distinct names`, found.size, (value) => value === needed, String(needed));
  check(`${what}: names that the zone does not have`, strangers, (value) => value === 0, 'none');
}

/**
 * Checks what one reading command asked of the replay server: each name once, and nothing per name.
 *
 * @param told what the program said of itself with --verbose
 */
export function checkReading(
  check: Check,
  what: string,
  before: ReplayCounters,
  after: ReplayCounters,
  names: number,
  told: string,
): void {
  const pages = Math.ceil(names / PAGE_SIZE);
  const most = FIXED_REQUESTS + REQUESTS_PER_PAGE * pages;
  check(`${what}: names sent`, after.names - before.names, (found) => found === names, String(names));
  check(
    `${what}: pages of names`,
    after.namePages - before.namePages,
    (found) => found >= 1 && found <= pages + MOST_PARTS,
    `at most ${pages + MOST_PARTS}`,
  );
  const requests = after.requests - before.requests;
  check(`${what}: requests`, requests, (found) => found <= most, `at most ${most}`);
  const toldRequests = Number(/(\d+) requests/.exec(told)?.[1]);
  check(`${what}: requests, as -v tells`, toldRequests, (found) => found === requests, String(requests));
}
