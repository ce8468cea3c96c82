/** `--verify-replicas`: after a run, says how far its descriptors have come on the other domain controllers. */

import { type Command, InvalidArgumentError } from 'commander';
import type { Target } from '../../apply/store.ts';
import { replicaStatus } from '../../assess/replica-check.ts';
import { DirectoryError, UsageError } from '../../errors.ts';
import type { ReplicaReport } from '../../report/replica-rows.ts';
import type { Answer } from '../answer/answer.ts';
import { createProgress } from '../answer/progress.ts';
import type { Io } from '../io.ts';
import { wholeNumber } from '../options.ts';
import type { Place } from '../place/connect.ts';
import { compareReplicas } from './compare-replicas.ts';
import { createSpread } from './spread.ts';

/** As typed. */
export interface ReplicaFlags {
  /** How many names to compare, Infinity for all; true when no number was given. */
  readonly verifyReplicas?: number | true;
  /** Seconds. */
  readonly replicaWait: number;
}

const USUAL_SAMPLE = 1000;
const USUAL_WAIT_SECONDS = 60;

/** Adds the options to a command that writes. */
export function addReplicaOptions(command: Command): Command {
  return command
    .option(
      '--verify-replicas [all|n]',
      `compare what was written with every other domain controller that hosts it: all names, or so many, evenly spread (default: all up to ${USUAL_SAMPLE}); exits with 2 when one does not hold it`,
      sampleOf,
    )
    .option(
      '--replica-wait <seconds>',
      'how long --verify-replicas waits for replication; 0 looks once',
      wholeNumber(0, 86_400),
      USUAL_WAIT_SECONDS,
    );
}

/** @throws UsageError when the flag was given and there are no domain controllers to compare */
export async function demandReplicas({ verifyReplicas }: ReplicaFlags, place: Place): Promise<void> {
  if (verifyReplicas === undefined || (await place.source.describe()).live) return;
  throw new UsageError(
    '--verify-replicas needs a directory: a snapshot has no other domain controllers',
    '--verify-replicas',
  );
}

/**
 * Compares what the run wrote. Trouble with the domain controller at hand is told in the report: by then the run is
 * over, and its results must not be lost.
 *
 * @returns null when the flag was not given
 */
export async function verifyReplicas(
  { verifyReplicas: wanted, replicaWait }: ReplicaFlags,
  written: readonly Target[],
  place: Place,
  answer: Answer,
  io: Io,
): Promise<ReplicaReport | null> {
  if (wanted === undefined) return null;
  const spread = createSpread<Target>(wanted === true ? USUAL_SAMPLE : wanted);
  for (const target of written) spread.add(target);
  const interrupt = new AbortController();
  const stopListening = io.onInterrupt(() => interrupt.abort());
  try {
    const { names, states } = await compareReplicas(place, spread.items(), io, {
      waitMs: replicaWait * 1000,
      signal: interrupt.signal,
      onWait: (servers) =>
        answer.say(`Waiting up to ${replicaWait} s for ${servers.join(', ')}; Ctrl-C stops waiting`),
      showProgress: (names) => createProgress(io, answer, names, 'names compared'),
    });
    const failure = states === null ? 'the directory does not tell which others host the names' : null;
    const servers = (states ?? []).map((state) => ({ ...state, status: replicaStatus(state) }));
    return { names, of: written.length, servers, failure };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { names: 0, of: written.length, servers: [], failure: error.message };
  } finally {
    stopListening();
  }
}

/** True when every domain controller holds what was compared, or nobody asked. */
export function hasConverged(report: ReplicaReport | null): boolean {
  if (report === null) return true;
  return report.failure === null && report.servers.every(({ status }) => status === 'converged');
}

function sampleOf(text: string): number {
  if (text.toLowerCase() === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It needs all or a number from 1; a plan file goes before it.');
}
