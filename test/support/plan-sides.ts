/** Where the names of a plan stand: as they were when it was made, or exactly as planned. */

import assert from 'node:assert/strict';
import { differenceFromPlan, holdsChange } from '../../src/apply/compare.ts';
import type { JournalState } from '../../src/apply/journal-state.ts';
import type { StoredDescriptor } from '../../src/apply/store.ts';
import { aceKey } from '../../src/formats/ace.ts';
import { parseAce } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { explicitAces } from '../../src/plan/descriptor-change.ts';
import type { Plan, PlannedChange } from '../../src/plan/plan.ts';

/** What a directory holds, by DN. */
export type Held = ReadonlyMap<string, StoredDescriptor | null>;

/** Which side a name is on; null when it is on neither. */
export function sideOf(change: PlannedChange, held: Held): 'before' | 'after' | null {
  const bytes = held.get(change.dn)?.bytes;
  if (bytes === undefined) return null;
  if (differenceFromPlan(Buffer.from(change.before.base64, 'base64'), bytes) === null) return 'before';
  return holdsChange(Buffer.from(change.after.base64, 'base64'), bytes) ? 'after' : null;
}

/** Every name as it was when the plan was made. */
export function assertUntouched(plan: Plan, held: Held): void {
  for (const change of plan.changes) assert.equal(sideOf(change, held), 'before', change.fqdn);
}

/**
 * Every name as planned, and no planned entry twice.
 *
 * @param writes how often each was written; each write raises its version by one
 */
export function assertApplied(plan: Plan, held: Held, writes: number | null = 1): void {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  for (const change of plan.changes) {
    assert.equal(sideOf(change, held), 'after', change.fqdn);
    const keys = explicitAces(decodeSecurityDescriptor(held.get(change.dn)?.bytes as Uint8Array)).map(aceKey);
    for (const { ace } of change.add) {
      const key = aceKey(parseAce(ace, context));
      assert.equal(keys.filter((found) => found === key).length, 1, `${ace} on ${change.fqdn}`);
    }
    if (writes === null) continue;
    assert.equal(held.get(change.dn)?.version, (change.before.version ?? 0) + writes, change.fqdn);
  }
}

/** What the journal says of a name is what is there; only between intent and outcome both are possible. */
export function assertKnown({ names }: JournalState, held: Held): void {
  for (const { change, intent, outcome } of names) {
    const side = sideOf(change, held);
    assert.notEqual(side, null, `${change.fqdn} is neither as it was nor as planned`);
    if (outcome !== null) assert.equal(side, outcome.outcome === 'applied' ? 'after' : 'before', change.fqdn);
    else if (intent === null) assert.equal(side, 'before', change.fqdn);
  }
}
