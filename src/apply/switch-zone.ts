/**
 * The switch of one zone, from reading to its outcome.
 *
 * In this order: re-read the zone by its GUID; leave it alone when AllowUpdate is not what was shown; put the old
 * octets on the disk; exchange the one value; read back and compare all of them; put the outcome on the disk. The
 * directory itself refuses the exchange when the old octets are gone, so that of two administrators only one
 * succeeds. When the connection goes between the request and its answer, what happened is found out by reading.
 */

import type { Sid } from '../formats/sid.ts';
import { findMode, holdsValue, isOnlySwap } from '../plan/switch.ts';
import type { Journal, Outcome } from './journal.ts';
import type { Target } from './store.ts';
import type { SwitchEvent } from './switch-record.ts';
import { isTransient, messageOfRefusal } from './trouble.ts';
import type { StoredProperties, ZoneStore } from './zone-store.ts';

/** What is to be done. */
export interface ZoneSwitch extends Target {
  readonly zone: string;
  /** The octets of AllowUpdate that are taken out, and those that are put in. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What the record says besides. */
export interface SwitchContext {
  readonly tool: string;
  readonly domainSid: Sid | null;
}

/** How it ended. */
export interface SwitchResult {
  readonly outcome: Outcome;
  /** Why it did not go as planned; null when it did. */
  readonly message: string | null;
  /** What was read back; null when nothing was. */
  readonly back: StoredProperties | null;
}

/**
 * Brings a switch to its outcome.
 *
 * @param openRecord called once, right before the write; nothing is written when it fails
 * @throws DirectoryError when the store is lost for the second time; whether it was written is not known then, and the
 *   record holds the old octets
 */
export async function switchZone(
  change: ZoneSwitch,
  store: ZoneStore,
  openRecord: () => Promise<Journal<SwitchEvent>>,
  context: SwitchContext,
): Promise<SwitchResult> {
  const found = await readAgain(change, store);
  if (found === null) return gone();
  const settled = settledBeforeWriting(change, found);
  if (settled !== null) return settled;
  const record = await openRecord();
  try {
    return await writeRecorded(change, found, store, record, context);
  } finally {
    await record.close();
  }
}

async function writeRecorded(
  change: ZoneSwitch,
  found: StoredProperties,
  store: ZoneStore,
  record: Journal<SwitchEvent>,
  context: SwitchContext,
): Promise<SwitchResult> {
  await record.append({
    event: 'switch',
    ...context,
    store: store.name,
    zone: change.zone,
    dn: change.dn,
    objectGuid: change.objectGuid,
    before: textOf(change.before),
    after: textOf(change.after),
    properties: found.values.map(textOf),
    version: found.version,
  });
  const result = await write(change, found, store, 'first');
  await record.append({
    event: 'switch-outcome',
    outcome: result.outcome,
    message: result.message,
    properties: result.back?.values.map(textOf) ?? null,
    version: result.back?.version ?? null,
  });
  return result;
}

/** What is clear before anything is written, or null when the zone is as it was shown. */
function settledBeforeWriting(change: ZoneSwitch, found: StoredProperties): SwitchResult | null {
  if (holdsValue(found.values, change.before)) return null;
  if (holdsValue(found.values, change.after))
    return { outcome: 'unchanged', message: 'somebody else has done it meanwhile', back: found };
  return movedSince(found, 'since it was shown');
}

/** Exchanges and verifies; what got no answer is looked at, and done once more only if it did not arrive. */
async function write(
  change: ZoneSwitch,
  found: StoredProperties,
  store: ZoneStore,
  attempt: 'first' | 'second',
): Promise<SwitchResult> {
  let exchanged: boolean | null;
  try {
    exchanged = await store.swap(change, change.before, change.after);
  } catch (error) {
    if (!isTransient(error)) return { outcome: 'refused', message: messageOfRefusal(error), back: null };
    if (attempt === 'second') throw error;
    await store.recover();
    exchanged = null;
  }
  const back = await readAgain(change, store);
  if (exchanged === false) return back === null ? gone() : movedSince(back, 'at the same moment');
  if (exchanged === null && back !== null && holdsValue(back.values, change.before))
    return write(change, found, store, 'second');
  const fault = faultAfterWriting(change, found, back);
  return { outcome: fault === null ? 'applied' : 'failed', message: fault, back };
}

/**
 * By the values, all of them. The version tells nothing here: one modify that takes a value out and puts another in
 * raises it by one or, on Samba, by two.
 */
function faultAfterWriting(
  { before, after }: ZoneSwitch,
  found: StoredProperties,
  back: StoredProperties | null,
): string | null {
  if (back === null) return 'the zone was deleted while it was switched';
  if (!holdsValue(back.values, after) || holdsValue(back.values, before))
    return `conflict: the directory holds another AllowUpdate than was written: ${wordsFor(back)}`;
  if (!isOnlySwap(found.values, back.values, before, after))
    return 'conflict: AllowUpdate was switched, and somebody else changed other properties of the zone at the same moment';
  return null;
}

/** Reads; after transient trouble once more. */
async function readAgain(change: ZoneSwitch, store: ZoneStore): Promise<StoredProperties | null> {
  try {
    return await store.read(change);
  } catch (error) {
    if (!isTransient(error)) throw error;
    await store.recover();
    return store.read(change);
  }
}

function gone(): SwitchResult {
  return { outcome: 'stale', message: 'the zone is gone', back: null };
}

function movedSince(back: StoredProperties, when: string): SwitchResult {
  const message = `somebody else changed it ${when}, and nothing was written: ${wordsFor(back)}`;
  return { outcome: 'stale', message, back };
}

function wordsFor({ values }: StoredProperties): string {
  const stored = findMode(values);
  return stored.kind === 'set' ? `it is ${stored.mode} now` : `now ${stored.reason}`;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
