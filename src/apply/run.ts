/**
 * Executes a plan. A plan is data: nothing is computed again here, every name is only compared, written and verified.
 *
 * For each change, in this order: re-read the object by its GUID; leave it alone when it already holds the change or
 * is not what the plan saw; put the intent with the old bytes on the disk; write the DACL; read back and compare; put
 * the outcome on the disk. Several names are in flight at once, each in that order. design.md 6.3
 */

import { DirectoryError, type DirectoryFault } from '../errors.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';
import { differenceFromPlan, holdsChange } from './compare.ts';
import type { Journal, Outcome } from './journal.ts';
import type { DescriptorStore, StoredDescriptor } from './store.ts';

/** With these the store is lost or wants to be left alone: the run stops and can be resumed. */
const STOPPING_FAULTS: ReadonlySet<DirectoryFault> = new Set(['unreachable', 'tls', 'busy']);

/** What happened to one name. */
export interface ChangeResult {
  readonly change: PlannedChange;
  readonly outcome: Outcome;
  /** Why it did not go as planned; null when it did. */
  readonly message: string | null;
}

/** Counts that add up: planned = applied + unchanged + stale + refused + failed. */
export interface RunSummary {
  readonly planned: number;
  readonly counts: Readonly<Record<Outcome, number>>;
}

/** How a plan is executed. */
export interface RunOptions {
  readonly tool: string;
  /** How many names are worked on at once. */
  readonly concurrency: number;
  /** Called after each name, in the order in which they end. */
  readonly onResult: (result: ChangeResult) => void;
}

/**
 * Executes every change of `plan` against `store`.
 *
 * @throws DirectoryError when the store is lost; what was in flight is in the journal
 */
export async function runPlan(
  plan: Plan,
  store: DescriptorStore,
  journal: Journal,
  options: RunOptions,
): Promise<RunSummary> {
  const counts: Record<Outcome, number> = { applied: 0, unchanged: 0, stale: 0, refused: 0, failed: 0 };
  await journal.append({
    event: 'run-start',
    tool: options.tool,
    store: store.name,
    planChecksum: plan.checksum,
    changes: plan.changes.length,
  });
  await forEachAtOnce(plan.changes, options.concurrency, async (change) => {
    const result = await applyChange(change, store, journal);
    counts[result.outcome] += 1;
    options.onResult(result);
  });
  await journal.append({ event: 'run-end', counts });
  return { planned: plan.changes.length, counts };
}

async function applyChange(
  change: PlannedChange,
  store: DescriptorStore,
  journal: Journal,
): Promise<ChangeResult> {
  const wanted = Buffer.from(change.after.base64, 'base64');
  let found: StoredDescriptor | null;
  try {
    found = await store.read(change);
  } catch (error) {
    return finish(journal, change, 'refused', messageOfRefusal(error), null);
  }
  const early = settledBeforeWriting(change, wanted, found);
  if (early !== null) return finish(journal, change, early.outcome, early.message, null);
  await journal.append({ event: 'intent', change });
  try {
    await store.writeDacl(change, wanted);
  } catch (error) {
    return finish(journal, change, 'refused', messageOfRefusal(error), null);
  }
  let back: StoredDescriptor | null;
  try {
    back = await store.read(change);
  } catch (error) {
    const message = `it was written, but cannot be read back: ${messageOfRefusal(error)}`;
    return finish(journal, change, 'failed', message, null);
  }
  const fault = faultAfterWriting(wanted, found?.version ?? null, back);
  return finish(journal, change, fault === null ? 'applied' : 'failed', fault, back);
}

/** What is clear before anything is written, or null when the change is still as planned. */
function settledBeforeWriting(
  change: PlannedChange,
  wanted: Uint8Array,
  found: StoredDescriptor | null,
): { outcome: Outcome; message: string | null } | null {
  if (found === null) return { outcome: 'stale', message: 'the name is gone' };
  if (holdsChange(wanted, found.bytes))
    return { outcome: 'unchanged', message: 'it holds the change already' };
  const difference = differenceFromPlan(Buffer.from(change.before.base64, 'base64'), found.bytes);
  if (difference !== null) return { outcome: 'stale', message: `since the plan was made, ${difference}` };
  if (change.before.version !== null && found.version !== null && found.version !== change.before.version) {
    const message = `its descriptor was written since the plan was made: version ${found.version}, was ${change.before.version}`;
    return { outcome: 'stale', message };
  }
  return null;
}

/** What is wrong with what was read back, or null when it is exactly the change and nobody else wrote. */
function faultAfterWriting(
  wanted: Uint8Array,
  version: number | null,
  back: StoredDescriptor | null,
): string | null {
  if (back === null) return 'the name was deleted while it was being changed';
  if (!holdsChange(wanted, back.bytes)) return 'the directory holds another descriptor than was written';
  if (version !== null && back.version !== null && back.version !== version + 1) {
    return `somebody else wrote its descriptor at the same moment: version ${back.version}, should be ${version + 1}`;
  }
  return null;
}

async function finish(
  journal: Journal,
  change: PlannedChange,
  outcome: Outcome,
  message: string | null,
  back: StoredDescriptor | null,
): Promise<ChangeResult> {
  await journal.append({
    event: 'outcome',
    dn: change.dn,
    fqdn: change.fqdn,
    outcome,
    message,
    base64: back === null ? null : Buffer.from(back.bytes).toString('base64'),
    version: back?.version ?? null,
  });
  return { change, outcome, message };
}

/** A server that says no to one name does not stop the others: its words. Any other error is thrown on. */
function messageOfRefusal(error: unknown): string {
  if (error instanceof DirectoryError && !STOPPING_FAULTS.has(error.fault)) return error.message;
  throw error;
}

/** Runs `work` on every item, at most `limit` at a time, in order of the items; the first error ends it. */
async function forEachAtOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const item = items[next] as T;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.max(1, limit) }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
