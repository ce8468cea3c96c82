/**
 * Planning a replacement for one name: every explicit entry of the old principal goes, and the new one gets the same.
 * For a computer that was made anew under its old name, or a DHCP account that was changed. One change per name.
 */

import type { AuditedName } from '../assess/audit.ts';
import type { ExpectedUpdater } from '../assess/expected-updaters.ts';
import { checkUpdate } from '../assess/update-right.ts';
import { type Ace, aceKey } from '../formats/ace.ts';
import { MAX_ACL_BYTES } from '../formats/acl.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import type { SddlContext } from '../formats/sddl.ts';
import type { Principal } from '../records/account.ts';
import { storedDescriptor } from '../records/node.ts';
import { change, skip } from './change.ts';
import { addAces, explicitAces, removeAces, sizeWith } from './descriptor-change.ts';
import { decodeOnce, encodeOnce } from './descriptor-forms.ts';
import { orderNotes, targetOf } from './grant.ts';
import type { NameOutcome } from './plan.ts';
import { whoWouldLose } from './revoke.ts';

/** Who is replaced by whom. */
export interface Replacement {
  readonly old: Principal;
  readonly new: ExpectedUpdater;
}

const decoder: DescriptorDecoder = createDescriptorDecoder();

/** Plans one name; it is skipped when the old principal has no entry of its own there, or somebody would lose by it. */
export function planReplace(
  name: AuditedName,
  { old, new: successor }: Replacement,
  context: SddlContext,
): NameOutcome {
  if (name.descriptor.kind === 'unreadable') return skip(name, 'unreadable', name.descriptor.reason);
  const beforeBytes = storedDescriptor(name.descriptor);
  const before = decodeOnce(beforeBytes);
  const removed = explicitAces(before).filter((ace) => ace.kind !== 'unknown' && ace.sid === old.sid);
  if (removed.length === 0)
    return skip(name, 'nothing-to-remove', `${nameOf(old)} has no entry of its own on it`);
  const left = removeAces(before, (ace) => removed.includes(ace));
  const held = new Set(explicitAces(left).map(aceKey));
  const added = oncePerKey(removed.map((ace) => withSid(ace, successor))).filter(
    (ace) => !held.has(aceKey(ace)),
  );
  if (sizeWith(left, added) > MAX_ACL_BYTES) {
    return skip(
      name,
      'too-large',
      `the entries for ${nameOf(successor.principal)} do not fit into its access list`,
    );
  }
  const after = addAces(left, added);
  const { value } = name.descriptor;
  const result = decoder.decode(encodeOnce(after));
  const losers = whoWouldLose(name, result, [old.sid]);
  if (losers !== null) {
    return skip(name, 'would-lose', `${losers} could not update it any more; grant first, then replace`);
  }
  const could = checkUpdate(value, successor.token).access === 'yes';
  if (could && checkUpdate(result, successor.token).access !== 'yes') {
    return skip(name, 'would-lose', `${nameOf(successor.principal)} could not update it any more`);
  }
  const content = {
    before,
    beforeBytes,
    after,
    add: added.map((ace) => ({ ace, principal: successor.principal, reason: `replaces ${nameOf(old)}` })),
    remove: removed.map((ace) => ({
      ace,
      principal: old,
      reason: `replaced by ${nameOf(successor.principal)}`,
    })),
    notes: orderNotes(value),
  };
  return change(targetOf(name), content, context);
}

function withSid(ace: Ace, successor: ExpectedUpdater): Ace {
  return ace.kind === 'unknown' ? ace : { ...ace, sid: successor.principal.sid };
}

function oncePerKey(aces: readonly Ace[]): readonly Ace[] {
  return [...new Map(aces.map((ace) => [aceKey(ace), ace])).values()];
}

function nameOf(principal: Principal): string {
  return principal.name ?? principal.sid;
}
