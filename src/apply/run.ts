/**
 * Executes a plan, or goes on with a run that was interrupted. A plan is data: nothing is computed again here, every
 * name is only compared, written and verified (apply-change.ts). Several names are in flight at once, the journal
 * stays in order for each.
 */

import type { Plan, PlannedChange } from '../plan/plan.ts';
import { applyChange, type ChangeResult, settleChange } from './apply-change.ts';
import type { Journal, Outcome } from './journal.ts';
import type { JournalState } from './journal-state.ts';
import type { DescriptorStore } from './store.ts';

export type { ChangeResult } from './apply-change.ts';

/** Counts that add up: planned = applied + unchanged + stale + refused + failed + left. */
export interface RunSummary {
  readonly planned: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Not reached: the run was stopped, or limited. */
  readonly left: number;
}

/** How a plan is executed. */
export interface RunOptions {
  readonly tool: string;
  /** How many names are worked on at once. */
  readonly concurrency: number;
  /** At most so many names begin in a second; without it there is no limit. */
  readonly ratePerSecond?: number | undefined;
  /** Stop after so many names; the rest is left. */
  readonly limit?: number | undefined;
  /** Stop at the first name that changed since the plan was made. */
  readonly strict?: boolean | undefined;
  /** Stop after so many names that were refused or failed. */
  readonly stopOnErrors?: number | undefined;
  /** Stops the run when aborted: what is in flight is finished, nothing new begins. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each name, in the order in which they end. */
  readonly onResult: (result: ChangeResult) => void;
}

/** So many lines of the plan go into the journal at once. */
const PLANNED_AT_ONCE = 256;

/** One name that is to be brought to its outcome. */
interface Task {
  readonly change: PlannedChange;
  /** Its intent is in the journal, its outcome is not. */
  readonly interrupted: boolean;
}

/**
 * Executes every change of `plan` against `store`. The journal gets the whole plan first, so that it alone is enough
 * to go on, to show and to take back.
 *
 * @throws DirectoryError when the store is lost for the second time; what was in flight is in the journal
 */
export async function runPlan(
  plan: Plan,
  store: DescriptorStore,
  journal: Journal,
  options: RunOptions,
): Promise<RunSummary> {
  const { changes, skipped: _, ...head } = plan;
  await journal.append({ event: 'run-start', tool: options.tool, store: store.name, plan: head });
  // Lines that wait for the disk are in memory, and those of a whole plan may be too long for one string.
  for (let at = 0; at < changes.length; at += PLANNED_AT_ONCE) {
    const some = changes.slice(at, at + PLANNED_AT_ONCE);
    await Promise.all(some.map((change) => journal.append({ event: 'planned', change })));
  }
  return execute(
    changes.map((change) => ({ change, interrupted: false })),
    store,
    journal,
    options,
  );
}

/** Goes on where the journal of an interrupted run ends. Names that have their outcome are not touched again. */
export async function resumeRun(
  state: JournalState,
  store: DescriptorStore,
  journal: Journal,
  options: RunOptions,
): Promise<RunSummary> {
  const open = state.names.filter((name) => name.outcome === null);
  await journal.append({ event: 'run-resume', tool: options.tool, store: store.name, open: open.length });
  return execute(
    open.map(({ change, intent }) => ({ change, interrupted: intent !== null })),
    store,
    journal,
    options,
  );
}

async function execute(
  tasks: readonly Task[],
  store: DescriptorStore,
  journal: Journal,
  options: RunOptions,
): Promise<RunSummary> {
  const counts: Record<Outcome, number> = { applied: 0, unchanged: 0, stale: 0, refused: 0, failed: 0 };
  const pace = createPace(options.ratePerSecond);
  let stop = false;
  const mayBegin = (): boolean => !stop && options.signal?.aborted !== true;
  const done = await forEachAtOnce(
    tasks.slice(0, options.limit),
    options.concurrency,
    mayBegin,
    pace,
    async (task) => {
      const work = task.interrupted ? settleChange : applyChange;
      const result = await work(task.change, store, journal);
      counts[result.outcome] += 1;
      const errors = counts.refused + counts.failed;
      if (options.strict === true && counts.stale > 0) stop = true;
      if (options.stopOnErrors !== undefined && errors >= options.stopOnErrors) stop = true;
      options.onResult(result);
    },
  );
  const left = tasks.length - done;
  await journal.append({ event: 'run-end', counts, left });
  return { planned: tasks.length, counts, left };
}

/** A function that resolves when the next name may begin. */
function createPace(ratePerSecond: number | undefined): () => Promise<void> {
  if (ratePerSecond === undefined) return async () => {};
  const intervalMs = 1000 / ratePerSecond;
  let turn: Promise<void> = Promise.resolve();
  return () => {
    const mine = turn;
    turn = mine.then(() => new Promise((resolve) => setTimeout(resolve, intervalMs)));
    return mine;
  };
}

/**
 * Runs `work` on the items in their order, at most `limit` at a time and each after its `pace`, as long as `mayBegin`;
 * the first error ends it once what is in flight has ended.
 *
 * @returns how many items were finished
 */
async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  mayBegin: () => boolean,
  pace: () => Promise<void>,
  work: (item: T) => Promise<void>,
): Promise<number> {
  let next = 0;
  let done = 0;
  let failed = false;
  const goesOn = (): boolean => !failed && mayBegin();
  const worker = async (): Promise<void> => {
    while (next < items.length && goesOn()) {
      const item = items[next] as T;
      next += 1;
      await pace();
      // The wait may have been long; what did not begin before the stop does not begin after it.
      if (!goesOn()) return;
      try {
        await work(item);
        done += 1;
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.max(1, limit) }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return done;
}
