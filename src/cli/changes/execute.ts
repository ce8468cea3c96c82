/** Executes a plan for a person: asks, guards, shows how far it is, stops on Ctrl-C, and says how to take it back. */

import type { Command } from 'commander';
import type { Journal, Outcome } from '../../apply/journal.ts';
import { createJournal } from '../../apply/journal.ts';
import { type ChangeResult, type RunOptions, type RunSummary, runPlan } from '../../apply/run.ts';
import type { Target } from '../../apply/store.ts';
import { UsageError } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import type { ChangeLimit } from '../../plan/guards.ts';
import type { Plan } from '../../plan/plan.ts';
import { planTotals } from '../../report/plan-rows.ts';
import { shellWord } from '../../report/plan-summary.ts';
import type { ReplicaReport } from '../../report/replica-rows.ts';
import type { Answer } from '../answer/answer.ts';
import { createProgress } from '../answer/progress.ts';
import { writeResults } from '../answer/results.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { amountOf, type WhereFlags, wholeNumber } from '../options.ts';
import type { Place } from '../place/connect.ts';
import { writeOptions } from '../suggested-command.ts';
import { demandSameDomain, demandWithinLimits, type LimitFlags } from './run-limits.ts';
import {
  addReplicaOptions,
  demandReplicas,
  hasConverged,
  type ReplicaFlags,
  verifyReplicas,
} from './verify-replicas.ts';

/** How a plan is executed, as typed. */
export interface ExecuteFlags extends ReplicaFlags, LimitFlags {
  readonly yes?: boolean;
  readonly input: boolean;
  readonly journal?: string;
  readonly concurrency: number;
  readonly rate?: number;
  readonly strict?: boolean;
  readonly stopOnErrors?: number;
  /** Where the changed copy of a snapshot goes. */
  readonly writeSnapshot?: string;
}

/** Adds the options of everything that writes. */
export function addExecuteOptions(command: Command): Command {
  command
    .optionsGroup('Writing:')
    .option('-y, --yes', 'do not ask')
    .option('--no-input', 'never ask: without --yes nothing is done')
    .option(
      '--journal <file>',
      'where to keep the journal (default: a new file beside the plan, or the journal to undo)',
    )
    .option('--concurrency <n>', 'names in flight at once', wholeNumber(1, 256), 48)
    .option('--rate <n>', 'at most so many names in a second', wholeNumber(1, 100_000))
    .option('--strict', 'stop at the first name that changed since the plan was made')
    .option(
      '--stop-on-errors <n>',
      'stop after so many names that were refused or failed',
      wholeNumber(1, 1_000_000),
    )
    .option(
      '--approve <checksum>',
      'apply only the plan with this checksum, whatever share of a zone it changes',
    )
    .option('--max-change <n|p%>', 'how much of a zone may change without --approve (default 25%)', amountOf);
  return addReplicaOptions(command);
}

/** What a plan is executed with. */
export interface Execution {
  readonly plan: Plan;
  readonly place: Place;
  readonly flags: ExecuteFlags & WhereFlags;
  /** How much of a zone may change when --max-change does not say so; null for what is usual. */
  readonly configuredLimit: ChangeLimit | null;
  /** Only so many names; the rest is left for later. */
  readonly limit?: number | undefined;
  /** What an earlier part of the run wrote. */
  readonly writtenBefore?: readonly Target[];
  /** What the journal is named after when no --journal was given. */
  readonly nameJournalAfter: string;
  readonly answer: Answer;
  readonly deps: Deps;
}

/** Checks, asks, executes. @throws SafetyError when a guard refuses, UsageError when there is nobody to ask */
export async function executePlan(execution: Execution): Promise<ExitCode> {
  const { plan, place, flags, configuredLimit, answer, deps } = execution;
  await demandReplicas(flags, place);
  await demandSameDomain(plan, place);
  demandWithinLimits(plan, flags, configuredLimit);
  if (!(await confirm(execution))) {
    answer.say('Nothing was changed');
    return EXIT_CODES.ok;
  }
  const journalFile = flags.journal ?? journalPath(execution.nameJournalAfter, deps.io.now());
  const store = await place.openStore(plan.changes);
  const journal = await createJournal(journalFile, deps.io.now);
  return run(execution, plan.changes.length, journalFile, journal, store.close, (options) =>
    runPlan(plan, store, journal, options),
  );
}

/** What both a new run and one that goes on need. @param names how many there are to do */
export async function run(
  execution: Pick<Execution, 'flags' | 'limit' | 'writtenBefore' | 'answer' | 'deps' | 'place'>,
  names: number,
  journalFile: string,
  journal: Journal,
  closeStore: () => Promise<void>,
  start: (options: RunOptions) => Promise<RunSummary>,
): Promise<ExitCode> {
  const { flags, limit, writtenBefore = [], answer, deps, place } = execution;
  answer.say(`Journal: ${journalFile}`);
  answer.stages.begin('changes');
  const results: ChangeResult[] = [];
  const interrupt = new AbortController();
  const stopListening = deps.io.onInterrupt(() => {
    answer.say('Stopping: finishing what is in flight; Ctrl-C again stops at once');
    interrupt.abort();
  });
  const progress = createProgress(deps.io, answer, Math.min(names, limit ?? names));
  let summary: RunSummary;
  try {
    summary = await start({
      tool: deps.tool,
      concurrency: flags.concurrency,
      ratePerSecond: flags.rate,
      limit,
      strict: flags.strict,
      stopOnErrors: flags.stopOnErrors,
      signal: interrupt.signal,
      onResult: (result) => {
        results.push(result);
        progress.step();
      },
    });
  } catch (error) {
    answer.say(
      `The run stopped after ${counted(results.length, 'name')}; go on with: dnsacl apply --resume ${againOptions(journalFile, flags)}`,
    );
    throw error;
  } finally {
    stopListening();
    progress.end();
    await closeAll(closeStore, journal);
  }
  const written = [...writtenBefore, ...results.filter(isDone).map((result) => result.change)];
  const replicas = interrupt.signal.aborted
    ? null
    : await verifyReplicas(flags, written, place, answer, deps.io);
  const code = interrupt.signal.aborted ? EXIT_CODES.interrupted : exitCodeOf(summary, replicas);
  // It stands even if nobody reads the answer to its end.
  deps.finish(code);
  await writeResults(results, summary, journalFile, answer, place, deps, replicas);
  await answer.end();
  answer.tellCost(place.source.counters);
  sayNext(summary, journalFile, flags, answer);
  return code;
}

/** The copy of a snapshot and the journal are closed whatever happened, the journal last. */
async function closeAll(closeStore: () => Promise<void>, journal: Journal): Promise<void> {
  try {
    await closeStore();
  } finally {
    await journal.close();
  }
}

async function confirm({ plan, place, flags, limit, deps }: Execution): Promise<boolean> {
  if (flags.yes === true) return true;
  const { live } = await place.source.describe();
  const servers = (await place.serversOf(plan.changes)).join(' and ');
  if (!flags.input || !deps.io.stdinIsTerminal) {
    throw new UsageError(
      'Nothing was changed: there is nobody to ask; give --yes to apply without asking',
      '--yes',
    );
  }
  deps.io.err(`${planTotals(plan)}\n`);
  const names = Math.min(plan.changes.length, limit ?? plan.changes.length);
  const answer = await deps.io.ask(
    `Change ${counted(names, 'name')} on ${live ? servers : `a copy of ${servers}`}? [y/N] `,
    {
      hidden: false,
    },
  );
  return /^y(?:es)?$/i.test(answer.trim());
}

function sayNext(
  { counts, left }: RunSummary,
  journalFile: string,
  flags: ExecuteFlags & WhereFlags,
  answer: Answer,
): void {
  const copy = flags.writeSnapshot;
  if (copy !== undefined) answer.say(`Changed copy: ${copy}`);
  const options = againOptions(journalFile, flags);
  if (left > 0)
    answer.say(
      `${counted(left, 'name was', 'names were')} not reached; go on with: dnsacl apply --resume ${options}`,
    );
  if (counts.applied > 0) answer.say(`To take it back: dnsacl undo ${options}`);
}

/** What a command that follows a run begins with: its journal, and where the run left things. */
function againOptions(journalFile: string, flags: ExecuteFlags & WhereFlags): string {
  return `${shellWord(journalFile)}${writeOptions(flags, flags.writeSnapshot)}`;
}

function isDone({ outcome }: ChangeResult): boolean {
  return outcome === 'applied' || outcome === 'unchanged';
}

function exitCodeOf({ planned, counts, left }: RunSummary, replicas: ReplicaReport | null): ExitCode {
  const done = counts.applied + counts.unchanged;
  const reached = planned - left;
  if (done === reached) return hasConverged(replicas) ? EXIT_CODES.ok : EXIT_CODES.findings;
  const only = (outcome: Outcome): boolean => counts[outcome] === reached;
  if (only('stale')) return EXIT_CODES.stale;
  if (only('refused')) return EXIT_CODES.rights;
  return done === 0 ? EXIT_CODES.failed : EXIT_CODES.partlyApplied;
}

/** `change.json` gives `change.2026-11-20T21-41-07-123.journal.ndjson` in the same folder. */
function journalPath(base: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 23).replace(/[:.]/g, '-');
  return `${base.replace(/(?:\.journal)?\.(?:json|ndjson)$/i, '')}.${stamp}.journal.ndjson`;
}
