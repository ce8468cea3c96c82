/**
 * Taking a run back: exactly the entries that it added go, exactly those that it removed come back, and whatever
 * somebody changed since stays. The result is a plan like any other: it is shown, executed and journaled, and so can
 * be taken back itself.
 */

import { type Ace, aceKey, isInherited } from '../formats/ace.ts';
import { MAX_ACL_BYTES } from '../formats/acl.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import { decodeSecurityDescriptor, type SecurityDescriptor } from '../formats/security-descriptor.ts';
import { type AceChange, change, skip } from '../plan/change.ts';
import { addAces, explicitAces, removeAces, sizeWith } from '../plan/descriptor-change.ts';
import type { NameOutcome, PlannedAce } from '../plan/plan.ts';
import { holdsChange } from './compare.ts';
import type { JournalName } from './journal-state.ts';
import type { StoredDescriptor } from './store.ts';

/** What is said of a name that is not as the run left it. */
const CHANGED_SINCE = 'it was changed after the run; that change is kept';
const TOMBSTONED = 'it is tombstoned now; its access list decides who may register it again';

/**
 * Plans the undoing of one name of a run.
 *
 * @param current what the store holds now, or null when the name is gone
 */
export function planUndo(
  name: JournalName,
  current: StoredDescriptor | null,
  context: SddlContext,
): NameOutcome {
  const { change: done } = name;
  if (!mayHaveWritten(name)) return skip(done, 'nothing-to-undo', 'the run did not change it');
  if (current === null) return skip(done, 'not-found', 'it was deleted after the run');
  const [before, after] = [decode(done.before.base64), decode(done.after.base64)];
  const now = decodeSecurityDescriptor(current.bytes);
  if (now.dacl.kind !== 'present') {
    return skip(
      done,
      'nothing-to-undo',
      `its access list is ${now.dacl.kind} now: nothing of the run is in it`,
    );
  }
  const added = difference(explicitAces(after), explicitAces(before));
  const removed = difference(explicitAces(before), explicitAces(after));
  const present = new Set(explicitAces(now).map(aceKey));
  const toRemove = added.filter((ace) => present.has(aceKey(ace)));
  const toAdd = removed.filter((ace) => !present.has(aceKey(ace)));
  if (toRemove.length + toAdd.length === 0) {
    return skip(done, 'nothing-to-undo', 'nothing of what the run did is left on it');
  }
  const left = withoutAces(now, toRemove);
  if (sizeWith(left, toAdd) > MAX_ACL_BYTES) {
    return skip(
      done,
      'too-large',
      'its access list has grown since; what the run removed does not fit into it',
    );
  }
  const untouched = holdsChange(Buffer.from(done.after.base64, 'base64'), current.bytes);
  const content = {
    before: now,
    beforeBytes: current.bytes,
    after: untouched && sameInherited(now, before) ? { ...now, dacl: before.dacl } : addAces(left, toAdd),
    add: described(toAdd, done.remove, 'removed by the run', context),
    remove: described(toRemove, done.add, 'added by the run', context),
    notes: [...(untouched ? [] : [CHANGED_SINCE]), ...(current.tombstoned ? [TOMBSTONED] : [])],
  };
  const { zone, fqdn, dn, objectGuid, ownerClass } = done;
  return change({ zone, fqdn, dn, objectGuid, ownerClass, version: current.version }, content, context);
}

/** Applied, written with a fault afterwards, or cut off between the intent and its outcome. */
function mayHaveWritten({ intent, outcome }: JournalName): boolean {
  return outcome === null ? intent !== null : outcome.outcome === 'applied' || outcome.outcome === 'failed';
}

function withoutAces(descriptor: SecurityDescriptor, aces: readonly Ace[]): SecurityDescriptor {
  const unwanted = new Set(aces.map(aceKey));
  return removeAces(descriptor, (ace) => unwanted.has(aceKey(ace)));
}

/** The old list can come back as it was, order and all, when nothing else in it has moved. */
function sameInherited(a: SecurityDescriptor, b: SecurityDescriptor): boolean {
  const [left, right] = [inheritedKeys(a), inheritedKeys(b)];
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

function inheritedKeys(descriptor: SecurityDescriptor): readonly string[] {
  return descriptor.dacl.kind === 'present' ? descriptor.dacl.acl.aces.filter(isInherited).map(aceKey) : [];
}

/** The ACEs of `a` that `b` does not have, each once. */
function difference(a: readonly Ace[], b: readonly Ace[]): readonly Ace[] {
  const others = new Set(b.map(aceKey));
  return [...new Map(a.map((ace) => [aceKey(ace), ace])).values()].filter((ace) => !others.has(aceKey(ace)));
}

function described(
  aces: readonly Ace[],
  planned: readonly PlannedAce[],
  reason: string,
  context: SddlContext,
): readonly AceChange[] {
  const principals = new Map(planned.map((item) => [aceKey(parseAce(item.ace, context)), item.principal]));
  return aces.flatMap((ace) => {
    if (ace.kind === 'unknown') return [];
    const principal = principals.get(aceKey(ace)) ?? { sid: ace.sid, name: null, kind: 'unknown' as const };
    return [{ ace, principal, reason }];
  });
}

function decode(base64: string): SecurityDescriptor {
  return decodeSecurityDescriptor(Buffer.from(base64, 'base64'));
}
