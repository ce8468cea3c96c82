/**
 * One change of a plan, from reading to its outcome.
 *
 * In this order: re-read the object by its GUID; leave it alone when it already holds the change or is not what the
 * plan saw; put the intent with the bytes that are there on the disk; write the DACL; read back and compare; put the
 * outcome on the disk. When the connection goes between the request and its answer nobody knows what happened: then it
 * is found out by reading, never assumed.
 */

import type { PlannedChange } from '../plan/plan.ts';
import { differenceFromPlan, holdsChange } from './compare.ts';
import type { Journal, Outcome } from './journal.ts';
import type { DescriptorStore, StoredDescriptor } from './store.ts';
import { isTransient, messageOfRefusal } from './trouble.ts';

/** What happened to one name. */
export interface ChangeResult {
  readonly change: PlannedChange;
  readonly outcome: Outcome;
  /** Why it did not go as planned; null when it did. */
  readonly message: string | null;
}

/** An outcome before it is in the journal. */
interface Settled {
  readonly outcome: Outcome;
  readonly message: string | null;
  readonly back: StoredDescriptor | null;
}

/**
 * Brings one change to its outcome.
 *
 * @throws DirectoryError when the store is lost for the second time; the journal tells how far it got
 */
export async function applyChange(
  change: PlannedChange,
  store: DescriptorStore,
  journal: Journal,
): Promise<ChangeResult> {
  const looked = await look(change, store);
  const settled =
    looked.kind === 'as-planned'
      ? await writeJournaled(change, looked.found, store, journal)
      : looked.settled;
  return finish(journal, change, settled);
}

/**
 * Settles a change whose intent is in the journal and whose outcome is not: the process was killed in between. What
 * was written is counted as applied, what was not is done now. When it cannot be told, because somebody changed the
 * name since, it is counted as failed, so that taking the run back looks at it.
 */
export async function settleChange(
  change: PlannedChange,
  store: DescriptorStore,
  journal: Journal,
): Promise<ChangeResult> {
  const looked = await look(change, store);
  const settled =
    looked.kind === 'as-planned'
      ? await writeJournaled(change, looked.found, store, journal)
      : unsure(looked);
  return finish(journal, change, settled);
}

/** What is there now: what the plan saw, or something about which there is nothing to be written. */
type Look =
  | { readonly kind: 'as-planned'; readonly found: StoredDescriptor }
  | { readonly kind: 'settled'; readonly found: StoredDescriptor | null; readonly settled: Settled };

async function look(change: PlannedChange, store: DescriptorStore): Promise<Look> {
  let found: StoredDescriptor | null;
  try {
    found = await readAgain(store, change);
  } catch (error) {
    const settled: Settled = { outcome: 'refused', message: messageOfRefusal(error), back: null };
    return { kind: 'settled', found: null, settled };
  }
  if (found === null) {
    return { kind: 'settled', found, settled: { outcome: 'stale', message: 'the name is gone', back: null } };
  }
  const settled = settledBeforeWriting(change, found);
  return settled === null ? { kind: 'as-planned', found } : { kind: 'settled', found, settled };
}

/** An outcome that came without a write, of a change that may have been written before the interruption. */
function unsure({ settled: { outcome, message }, found }: Extract<Look, { kind: 'settled' }>): Settled {
  if (outcome === 'unchanged') {
    return {
      outcome: 'applied',
      message: 'it had been written before the run was interrupted',
      back: found,
    };
  }
  const words = `the run was interrupted while it was being written, and whether it was is not known: ${message}`;
  return { outcome: 'failed', message: words, back: found };
}

async function writeJournaled(
  change: PlannedChange,
  now: StoredDescriptor,
  store: DescriptorStore,
  journal: Journal,
): Promise<Settled> {
  await journal.append({
    event: 'intent',
    dn: change.dn,
    fqdn: change.fqdn,
    base64: Buffer.from(now.bytes).toString('base64'),
    version: now.version,
  });
  return write(change, now, store, 'first');
}

/** Writes and verifies; a write whose answer was lost is looked at, and done once more only if it did not arrive. */
async function write(
  change: PlannedChange,
  now: StoredDescriptor,
  store: DescriptorStore,
  attempt: 'first' | 'second',
): Promise<Settled> {
  const wanted = bytesOf(change.after.base64);
  let answered = true;
  try {
    await store.writeDacl(change, wanted);
  } catch (error) {
    if (!isTransient(error)) return { outcome: 'refused', message: messageOfRefusal(error), back: null };
    if (attempt === 'second') throw error;
    await store.recover();
    answered = false;
  }
  let back: StoredDescriptor | null;
  try {
    back = await readAgain(store, change);
  } catch (error) {
    const what = answered ? 'it was written' : 'the connection was lost while it was being written';
    const message = `${what}, but it cannot be read back: ${messageOfRefusal(error)}`;
    return { outcome: 'failed', message, back: null };
  }
  if (!answered && back !== null && isAsBefore(wanted, now, back)) {
    return write(change, now, store, 'second');
  }
  return verified(wanted, now.version, back);
}

function isAsBefore(wanted: Uint8Array, before: StoredDescriptor, back: StoredDescriptor): boolean {
  return !holdsChange(wanted, back.bytes) && differenceFromPlan(before.bytes, back.bytes) === null;
}

/** Reads; after transient trouble once more. */
async function readAgain(store: DescriptorStore, change: PlannedChange): Promise<StoredDescriptor | null> {
  try {
    return await store.read(change);
  } catch (error) {
    if (!isTransient(error)) throw error;
    await store.recover();
    return store.read(change);
  }
}

/** What is clear before anything is written, or null when the change is still as planned. */
function settledBeforeWriting(change: PlannedChange, found: StoredDescriptor): Settled | null {
  if (holdsChange(bytesOf(change.after.base64), found.bytes)) {
    return { outcome: 'unchanged', message: 'it holds the change already', back: null };
  }
  const difference = differenceFromPlan(bytesOf(change.before.base64), found.bytes);
  if (difference !== null) {
    return { outcome: 'stale', message: `since the plan was made, ${difference}`, back: null };
  }
  if (change.before.version !== null && found.version !== null && found.version !== change.before.version) {
    const message = `its descriptor was written since the plan was made: version ${found.version}, was ${change.before.version}`;
    return { outcome: 'stale', message, back: null };
  }
  return null;
}

/** Compares what was read back: exactly the change, and nobody else wrote. */
function verified(wanted: Uint8Array, version: number | null, back: StoredDescriptor | null): Settled {
  const fault = faultAfterWriting(wanted, version, back);
  return { outcome: fault === null ? 'applied' : 'failed', message: fault, back };
}

function faultAfterWriting(
  wanted: Uint8Array,
  version: number | null,
  back: StoredDescriptor | null,
): string | null {
  if (back === null) return 'the name was deleted while it was being changed';
  if (!holdsChange(wanted, back.bytes))
    return 'conflict: the directory holds another descriptor than was written';
  if (version !== null && back.version !== null && back.version !== version + 1) {
    return `conflict: somebody else wrote its descriptor at the same moment: version ${back.version}, should be ${version + 1}`;
  }
  return null;
}

async function finish(journal: Journal, change: PlannedChange, settled: Settled): Promise<ChangeResult> {
  const { outcome, message, back } = settled;
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

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
