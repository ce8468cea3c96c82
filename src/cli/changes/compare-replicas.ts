/**
 * Compares descriptors between the domain controller at hand and every other one that hosts them. What the one at
 * hand holds is read once; the others are asked again and again, as long as there is time, for what is not the same
 * yet.
 */

import { differenceFromPlan } from '../../apply/compare.ts';
import type { DescriptorReader, Target } from '../../apply/store.ts';
import type { ReplicaState } from '../../assess/replica-check.ts';
import { DirectoryError } from '../../errors.ts';
import { type Dn, dnEndsWith } from '../../formats/dn.ts';
import type { DirectorySource, Replica } from '../../records/source.ts';
import type { Progress } from '../answer/progress.ts';
import type { Io } from '../io.ts';
import type { Place } from '../place/connect.ts';

/** How often the others are asked again, and how many domain controllers and names at once. */
const POLL_MS = 2000;
const SERVERS_AT_ONCE = 8;
const NAMES_AT_ONCE = 16;

/** How long to wait for the others. */
export interface Patience {
  /** 0 looks once. */
  readonly waitMs: number;
  /** Ends the waiting when aborted; what was found until then stands. */
  readonly signal?: AbortSignal;
  /** Called before the first wait with the servers that are waited for. */
  readonly onWait?: (servers: readonly string[]) => void;
  /** Shows how far each round is. @param names how many are asked for, on all servers together */
  readonly showProgress?: (names: number) => Progress;
}

/** What came out. */
export interface Comparison {
  /** How many names were compared: those that are still there and can be read. */
  readonly names: number;
  /** The other domain controllers, by name; null when it cannot be known which they are. */
  readonly states: readonly ReplicaState[] | null;
}

/** One name as it is on the domain controller at hand. */
interface Expected {
  readonly target: Target;
  readonly bytes: Uint8Array;
}

/** One other domain controller while it is compared. */
interface Job {
  readonly replica: Replica;
  readonly server: string;
  readonly names: number;
  reader: DescriptorReader | null;
  /** What was not the same when it was looked at last. */
  pending: readonly Expected[];
  failure: string | null;
}

/** @throws DirectoryError when the domain controller at hand does not answer */
export async function compareReplicas(
  place: Pick<Place, 'source' | 'openReader'>,
  targets: readonly Target[],
  clock: Pick<Io, 'now' | 'sleep'>,
  patience: Patience,
): Promise<Comparison> {
  const expected = await readExpected(place, targets);
  const jobs = await listJobs(place.source, expected);
  if (jobs === null) return { names: expected.length, states: null };
  try {
    await converge(place, jobs, clock, patience);
  } finally {
    await Promise.all(jobs.map((job) => job.reader?.close()));
  }
  const states = jobs.map(({ server, names, pending, failure }) => {
    return { server, names, same: names - pending.length, failure };
  });
  return { names: expected.length, states };
}

async function readExpected(
  place: Pick<Place, 'openReader'>,
  targets: readonly Target[],
): Promise<readonly Expected[]> {
  const reader = await place.openReader(null);
  const found: (Expected | null)[] = [];
  try {
    await forEachAtOnce([...targets.entries()], NAMES_AT_ONCE, async ([index, target]) => {
      const stored = await readIfPossible(reader, target);
      found[index] = stored === null ? null : { target, bytes: stored };
    });
  } finally {
    await reader.close();
  }
  return found.filter((item) => item !== null);
}

/** A job for each other domain controller that hosts any of the names. */
async function listJobs(
  source: DirectorySource,
  expected: readonly Expected[],
): Promise<readonly Job[] | null> {
  const { partitions } = await source.describe();
  const contexts = partitions.map((partition) => partition.namingContext);
  const byContext = Map.groupBy(expected, ({ target }) => contextOf(target.dn as Dn, contexts));
  const byServer = new Map<Dn, { replica: Replica; pending: Expected[] }>();
  for (const [context, names] of byContext) {
    const replicas = context === null ? null : await source.replicasOf(context);
    if (replicas === null) return null;
    for (const replica of replicas.filter(({ pinned }) => !pinned)) {
      const known = byServer.get(replica.dn) ?? { replica, pending: [] };
      known.pending.push(...names);
      byServer.set(replica.dn, known);
    }
  }
  return [...byServer.values()].map(({ replica, pending }) => {
    const server = replica.hostName ?? replica.dn;
    return { replica, server, names: pending.length, reader: null, pending, failure: null };
  });
}

/** The naming context that a DN lies in: application partitions lie inside of a domain's. */
function contextOf(dn: Dn, contexts: readonly Dn[]): Dn | null {
  const around = contexts.filter((context) => dnEndsWith(dn, context));
  return around.reduce<Dn | null>(
    (best, one) => (best === null || one.length > best.length ? one : best),
    null,
  );
}

async function converge(
  place: Pick<Place, 'openReader'>,
  jobs: readonly Job[],
  clock: Pick<Io, 'now' | 'sleep'>,
  { waitMs, signal, onWait, showProgress }: Patience,
): Promise<void> {
  const deadline = clock.now().getTime() + waitMs;
  for (let round = 0; ; round++) {
    const open = jobs.filter((job) => job.failure === null && job.pending.length > 0);
    const progress = showProgress?.(open.reduce((sum, { pending }) => sum + pending.length, 0)) ?? null;
    await forEachAtOnce(open, SERVERS_AT_ONCE, (job) => look(place, job, progress));
    progress?.end();
    const behind = open.filter((job) => job.failure === null && job.pending.length > 0);
    const left = deadline - clock.now().getTime();
    if (behind.length === 0 || left <= 0 || signal?.aborted === true) return;
    if (round === 0) onWait?.(behind.map(({ server }) => server));
    await clock.sleep(Math.min(POLL_MS, left));
  }
}

/** Asks one domain controller for everything that was not the same yet. One that fails is not asked again. */
async function look(place: Pick<Place, 'openReader'>, job: Job, progress: Progress | null): Promise<void> {
  const { hostName } = job.replica;
  if (hostName === null) {
    job.failure = 'the directory does not tell its host name';
    return;
  }
  try {
    job.reader ??= await place.openReader(hostName);
    const { reader } = job;
    const same = new Set<Expected>();
    await forEachAtOnce(job.pending, NAMES_AT_ONCE, async (item) => {
      const bytes = await readIfPossible(reader, item.target);
      progress?.step();
      if (bytes !== null && differenceFromPlan(item.bytes, bytes) === null) same.add(item);
    });
    job.pending = job.pending.filter((item) => !same.has(item));
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    job.failure = error.message;
  }
}

/** The descriptor, or null when the name is not there or this account may not read it. */
async function readIfPossible(reader: DescriptorReader, target: Target): Promise<Uint8Array | null> {
  try {
    return (await reader.read(target))?.bytes ?? null;
  } catch (error) {
    if (error instanceof DirectoryError && ['rights', 'not-found'].includes(error.fault)) return null;
    throw error;
  }
}

/** Runs `work` on every item, at most `limit` at a time; the first error ends it. */
async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
