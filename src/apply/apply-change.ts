/**
 * One change of a plan, from reading to its outcome. design.md 6.3
 *
 * In this order: re-read the object by its GUID; leave it alone when it already holds the change or is not what the
 * plan saw; put the intent with the bytes that are there on the disk; write the DACL; read back and compare; put the
 * outcome on the disk. When the connection goes between the request and its answer nobody knows what happened: then it
 * is found out by reading, never assumed.
 */

import { DirectoryError } from '../errors.ts';
import type { PlannedChange } from '../plan/plan.ts';
import { differenceFromPlan, holdsChange } from './compare.ts';
import type { Journal, Outcome } from './journal.ts';
import type { DescriptorStore, StoredDescriptor } from './store.ts';

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
  return finish(journal, change, await settle(change, store, journal));
}

/**
 * Settles a change whose intent is in the journal and whose outcome is not: the process was killed in between. What
 * was written is counted as applied, what was not is done now, and anything else is somebody else's work.
 */
export async function settleChange(
  change: PlannedChange,
  store: DescriptorStore,
  journal: Journal,
): Promise<ChangeResult> {
  const found = await readOrRefuse(store, change);
  if ('outcome' in found) return finish(journal, change, found);
  const { descriptor } = found;
  const wanted = bytesOf(change.after.base64);
  if (descriptor !== null && holdsChange(wanted, descriptor.bytes)) {
    const message = 'it had been written before the run was interrupted';
    return finish(journal, change, { outcome: 'applied', message, back: descriptor });
  }
  return finish(journal, change, await settle(change, store, journal));
}

async function settle(change: PlannedChange, store: DescriptorStore, journal: Journal): Promise<Settled> {
  const wanted = bytesOf(change.after.base64);
  const found = await readOrRefuse(store, change);
  if ('outcome' in found) return found;
  const early = settledBeforeWriting(change, wanted, found.descriptor);
  if (early !== null) return early;
  const now = found.descriptor as StoredDescriptor;
  await journal.append({
    event: 'intent',
    dn: change.dn,
    fqdn: change.fqdn,
    base64: Buffer.from(now.bytes).toString('base64'),
    version: now.version,
  });
  return write(change, wanted, now, store, 'first');
}

/** Writes and verifies; a write whose answer was lost is looked at, and done once more only if it did not arrive. */
async function write(
  change: PlannedChange,
  wanted: Uint8Array,
  now: StoredDescriptor,
  store: DescriptorStore,
  attempt: 'first' | 'second',
): Promise<Settled> {
  try {
    await store.writeDacl(change, wanted);
  } catch (error) {
    if (!isTransient(error)) return { outcome: 'refused', message: messageOfRefusal(error), back: null };
    if (attempt === 'second') throw error;
    await store.recover();
    const back = await store.read(change);
    const arrived = back !== null && holdsChange(wanted, back.bytes);
    if (!arrived && back !== null && differenceFromPlan(now.bytes, back.bytes) === null) {
      return write(change, wanted, now, store, 'second');
    }
    return verified(wanted, now.version, back);
  }
  let back: StoredDescriptor | null;
  try {
    back = await readAgain(store, change);
  } catch (error) {
    const message = `it was written, but cannot be read back: ${messageOfRefusal(error)}`;
    return { outcome: 'failed', message, back: null };
  }
  return verified(wanted, now.version, back);
}

/** Reads the descriptor, or gives the refusal as an outcome. */
async function readOrRefuse(
  store: DescriptorStore,
  change: PlannedChange,
): Promise<{ readonly descriptor: StoredDescriptor | null } | Settled> {
  try {
    return { descriptor: await readAgain(store, change) };
  } catch (error) {
    return { outcome: 'refused', message: messageOfRefusal(error), back: null };
  }
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
function settledBeforeWriting(
  change: PlannedChange,
  wanted: Uint8Array,
  found: StoredDescriptor | null,
): Settled | null {
  if (found === null) return { outcome: 'stale', message: 'the name is gone', back: null };
  if (holdsChange(wanted, found.bytes)) {
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

/** Trouble that may pass: the server is busy, or the connection went. */
function isTransient(error: unknown): boolean {
  return error instanceof DirectoryError && (error.fault === 'busy' || error.fault === 'unreachable');
}

/** A server that says no to one name does not stop the others: its words. Any other error is thrown on. */
function messageOfRefusal(error: unknown): string {
  const stops =
    !(error instanceof DirectoryError) ||
    isTransient(error) ||
    error.fault === 'tls' ||
    error.fault === 'credentials';
  if (stops) throw error;
  return (error as DirectoryError).message;
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
