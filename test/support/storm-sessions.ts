/**
 * Sessions that read a directory through a storm: each ends with all there is or with a DirectoryError. What went
 * wrong with one is told with its seed, by which it can be had again: `braveStorm(target, [seed], …)`.
 */

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { createLdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { DirectoryError, type Problem } from '../../src/errors.ts';
import { readNodes, readZones } from '../../src/records/read.ts';
import type { DirectorySource } from '../../src/records/source.ts';
import type { Zone } from '../../src/records/zone.ts';
import { type StormDeeds, type StormProxy, startStormProxy } from './storm-proxy.ts';

/** A directory server, and how to sign in to it through a proxy at this port of 127.0.0.1. */
export interface StormTarget {
  readonly server: { readonly host: string; readonly port: number };
  open(port: number): Promise<LdapConnection>;
}

/** How the sessions of one kind went. */
export interface Tally {
  complete: number;
  failed: number;
}

/** What became of all sessions. */
export interface StormReport {
  readonly without: Tally;
  readonly withRetries: Tally;
  readonly deeds: Readonly<StormDeeds>;
}

/** How a session reads. */
interface Reading {
  readonly seed: number;
  readonly pageSize: number | null;
  /** Whether it may open connections besides the first. */
  readonly canOpen: boolean;
  readonly retries: number;
  /** All zones at the same time, and not one after the other. */
  readonly together: boolean;
  /** How long it works on every page, or on every thousand names. */
  readonly worksMs: number;
}

const PAGE_SIZES: readonly (number | null)[] = [null, 7, null, 40, 1000];
const RETRIES = 6;
const AT_A_TIME = 10;
/** No session may take longer, whatever happened to it. */
const DEADLINE_MS = 30_000;
/** How much faster than the program a test loses its patience. */
const HASTE = 50;

/** Everything that a directory gives, as lines in order; a name that came twice is there twice. */
async function readEverything(
  source: DirectorySource,
  how: Pick<Reading, 'together' | 'worksMs'>,
): Promise<readonly string[]> {
  const { values: zones, problems } = await readZones(source);
  const lines = problems.map(lineOfProblem);
  const read = async (zone: Zone): Promise<void> => {
    lines.push(lineOf('zone', zone.dn, zone));
    for await (const page of readNodes(source, zone, 'metadata')) {
      if (how.worksMs > 0) await pause(how.worksMs);
      for (const node of page.nodes) lines.push(lineOf('name', node.dn, node));
      lines.push(...page.problems.map(lineOfProblem));
    }
  };
  if (how.together) await Promise.all(zones.map(read));
  else for (const zone of zones) await read(zone);
  return lines.sort();
}

function lineOf(kind: string, dn: string, value: unknown): string {
  return `${kind} ${dn} ${JSON.stringify(value, plain)}`;
}

function lineOfProblem({ code, where }: Problem): string {
  return `problem ${code} ${where}`;
}

/** What JSON has no form for. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}

/** Runs two sessions for each seed, in the same storm: one that gives up at once, and one that tries again. */
export async function braveStorm(target: StormTarget, seeds: readonly number[]): Promise<StormReport> {
  const calm = await readCalm(target);
  const report: StormReport = {
    without: { complete: 0, failed: 0 },
    withRetries: { complete: 0, failed: 0 },
    deeds: {
      ...{ connections: 0, splits: 0, merges: 0, delays: 0 },
      ...{ resets: 0, halfCloses: 0, silences: 0 },
    },
  };
  const waiting = seeds.flatMap((seed) => [0, RETRIES].map((retries) => readingOf(seed, retries)));
  const work = async (): Promise<void> => {
    for (let reading = waiting.shift(); reading !== undefined; reading = waiting.shift()) {
      const tally = reading.retries > 0 ? report.withRetries : report.without;
      tally[await braveOne(target, reading, calm, report.deeds)] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return report;
}

/** What there is, and about how many bytes a session gets over one connection. */
async function readCalm({
  server,
  open,
}: StormTarget): Promise<{ readonly lines: readonly string[]; readonly bytes: number }> {
  const source = createLdapSource(await open(server.port), null);
  try {
    const lines = await readEverything(source, { together: false, worksMs: 0 });
    assert.ok(lines.length > 100, `${lines.length} lines`);
    return { lines, bytes: source.counters.bytes };
  } finally {
    await source.close();
  }
}

function readingOf(seed: number, retries: number): Reading {
  const pageSize = PAGE_SIZES[seed % PAGE_SIZES.length] ?? null;
  const canOpen = seed % 7 > 1;
  return { seed, pageSize, canOpen, retries, together: seed % 2 === 0, worksMs: seed % 4 === 0 ? 20 : 0 };
}

async function braveOne(
  target: StormTarget,
  reading: Reading,
  calm: { readonly lines: readonly string[]; readonly bytes: number },
  deeds: StormDeeds,
): Promise<keyof Tally> {
  const proxy = await startStormProxy(target.server, reading.seed, calm.bytes);
  const overdue = new AbortController();
  try {
    return await Promise.race([
      judge(readThrough(target, proxy, reading), calm.lines),
      pause(DEADLINE_MS, undefined, { signal: overdue.signal }).then(() => assert.fail('it never ended')),
    ]);
  } catch (error) {
    throw new Error(`In the storm of ${JSON.stringify(reading)}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    overdue.abort();
    for (const deed of Object.keys(deeds) as (keyof StormDeeds)[]) deeds[deed] += proxy.deeds[deed];
    await proxy.close();
  }
}

async function readThrough(
  target: StormTarget,
  proxy: StormProxy,
  reading: Reading,
): Promise<readonly string[]> {
  const { pageSize, canOpen, retries } = reading;
  const open = (): Promise<LdapConnection> => target.open(proxy.port);
  const wait = (ms: number): Promise<void> => pause(ms / HASTE);
  try {
    const source = createLdapSource(await open(), pageSize, canOpen ? open : null, { retries, wait });
    try {
      return await readEverything(source, reading);
    } finally {
      await source.close();
    }
  } finally {
    assert.ok(await proxy.isLeft(2000), 'a connection was left open');
  }
}

/** @throws AssertionError when the answer is neither the right one nor an error that says so */
async function judge(work: Promise<readonly string[]>, calm: readonly string[]): Promise<keyof Tally> {
  try {
    const lines = await work;
    const strange = lines.find((line, at) => line !== calm[at])?.slice(0, 200) ?? null;
    assert.deepEqual([lines.length, strange], [calm.length, null], 'it was called complete');
    return 'complete';
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    assert.match(error.message, /^Cannot /);
    return 'failed';
  }
}
