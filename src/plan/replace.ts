/**
 * Planning a replacement for one name: every explicit entry of the old principal goes, and the new one gets the same.
 * For a computer that was made anew under its old name, or a DHCP account that was changed. One change per name.
 */

import type { ExpectedUpdater } from '../assess/expected-updaters.ts';
import { isCanonical } from '../assess/find-findings.ts';
import type { OwnedName } from '../assess/owner-class.ts';
import { checkUpdate } from '../assess/update-right.ts';
import { type Ace, aceKey } from '../formats/ace.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import type { SddlContext } from '../formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../formats/security-descriptor.ts';
import type { Principal } from '../records/account.ts';
import { change, skip } from './change.ts';
import { addAces, explicitAces, removeAces } from './descriptor-change.ts';
import { KEPT_ORDER, targetOf } from './grant.ts';
import type { NameOutcome } from './plan.ts';

/** Who is replaced by whom. */
export interface Replacement {
  readonly old: Principal;
  readonly new: ExpectedUpdater;
}

const decoder: DescriptorDecoder = createDescriptorDecoder();

/** Plans one name; it is skipped when the old principal has no entry of its own there. */
export function planReplace(
  name: OwnedName,
  { old, new: successor }: Replacement,
  context: SddlContext,
): NameOutcome {
  if (name.descriptor.kind === 'unreadable') return skip(name, 'unreadable', name.descriptor.reason);
  const before = decodeSecurityDescriptor(name.descriptor.bytes);
  const removed = explicitAces(before).filter((ace) => ace.kind !== 'unknown' && ace.sid === old.sid);
  if (removed.length === 0)
    return skip(name, 'nothing-to-remove', `${nameOf(old)} has no entry of its own on it`);
  const held = new Set(explicitAces(before).map(aceKey));
  const added = removed.map((ace) => withSid(ace, successor)).filter((ace) => !held.has(aceKey(ace)));
  const after = addAces(
    removeAces(before, (ace) => removed.includes(ace)),
    added,
  );
  const { value } = name.descriptor;
  const result = decoder.decode(encodeSecurityDescriptor(after));
  const could = checkUpdate(value, successor.token).access === 'yes';
  if (could && checkUpdate(result, successor.token).access !== 'yes') {
    return skip(name, 'would-lose', `${nameOf(successor.principal)} could not update it any more`);
  }
  const content = {
    before,
    beforeBytes: name.descriptor.bytes,
    after,
    add: added.map((ace) => ({ ace, principal: successor.principal, reason: `replaces ${nameOf(old)}` })),
    remove: removed.map((ace) => ({
      ace,
      principal: old,
      reason: `replaced by ${nameOf(successor.principal)}`,
    })),
    notes: isCanonical(value) ? [] : [KEPT_ORDER],
  };
  return change(targetOf(name), content, context);
}

function withSid(ace: Ace, successor: ExpectedUpdater): Ace {
  return ace.kind === 'unknown' ? ace : { ...ace, sid: successor.principal.sid };
}

function nameOf(principal: Principal): string {
  return principal.name ?? principal.sid;
}
