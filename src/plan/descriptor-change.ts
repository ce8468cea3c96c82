/**
 * Changing the explicit ACEs of a descriptor and nothing else. [MS-ADTS] 6.1.3.1 for the order.
 *
 * Owner, group, SACL, control bits, inherited ACEs and ACEs of unknown type stay byte for byte as they were. A new
 * ACE goes where the canonical order has it: explicit before inherited, deny before allow, plain before object ACEs.
 * A list in another order keeps it. The new ACE then goes among the ACEs that stand before the first inherited one,
 * behind those of its kind or a lower one: an inherited deny can never stand before it, and an explicit deny of the
 * same principal is not got round. The caller checks whether it has effect there.
 */

import { type Ace, aceEffect, acesEqual, isInherited } from '../formats/ace.ts';
import { ACL_REVISIONS, type Acl, aclSizeBytes, MAX_ACL_BYTES } from '../formats/acl.ts';
import type { SecurityDescriptor } from '../formats/security-descriptor.ts';

const INHERITED_RANK = 4;

/**
 * The descriptor with `added` in its DACL; an ACE that is there already, explicitly and equal, is not added again.
 *
 * @throws RangeError when the descriptor has no DACL to add to, or the list would outgrow 65,535 bytes
 */
export function addAces(descriptor: SecurityDescriptor, added: readonly Ace[]): SecurityDescriptor {
  if (descriptor.dacl.kind !== 'present') {
    throw new RangeError(`Cannot add an ACE: the DACL is ${descriptor.dacl.kind}, needs one that is present`);
  }
  const { acl } = descriptor.dacl;
  let aces = acl.aces;
  for (const ace of added) aces = insert(aces, ace);
  return { ...descriptor, dacl: { kind: 'present', acl: withAces(acl, aces) } };
}

/** The descriptor without those explicit ACEs that `unwanted` names; inherited ones are never removed. */
export function removeAces(
  descriptor: SecurityDescriptor,
  unwanted: (ace: Ace) => boolean,
): SecurityDescriptor {
  if (descriptor.dacl.kind !== 'present') return descriptor;
  const { acl } = descriptor.dacl;
  const aces = acl.aces.filter((ace) => isInherited(ace) || !unwanted(ace));
  return { ...descriptor, dacl: { kind: 'present', acl: { ...acl, aces } } };
}

/** The ACEs that were set on the object itself. */
export function explicitAces(descriptor: SecurityDescriptor): readonly Ace[] {
  return descriptor.dacl.kind === 'present'
    ? descriptor.dacl.acl.aces.filter((ace) => !isInherited(ace))
    : [];
}

/** The bytes that the DACL takes with `added` in it, header and slack included; without a DACL 0. */
export function sizeWith(descriptor: SecurityDescriptor, added: readonly Ace[]): number {
  if (descriptor.dacl.kind !== 'present') return 0;
  const { acl } = descriptor.dacl;
  return aclSizeBytes({ ...acl, aces: [...acl.aces, ...added] });
}

function insert(aces: readonly Ace[], added: Ace): readonly Ace[] {
  if (aces.some((ace) => acesEqual(ace, added))) return aces;
  const rank = rankOf(added);
  let at = 0;
  for (const [index, ace] of aces.entries()) {
    if (isInherited(ace)) break;
    if (rankOf(ace) <= rank) at = index + 1;
  }
  return [...aces.slice(0, at), added, ...aces.slice(at)];
}

/** The place of an ACE in canonical order; unknown types count as plain allow ACEs. */
function rankOf(ace: Ace): number {
  if (isInherited(ace)) return INHERITED_RANK;
  return (aceEffect(ace) === 'denies' ? 0 : 2) + (ace.kind === 'object' ? 1 : 0);
}

function withAces(acl: Acl, aces: readonly Ace[]): Acl {
  const size = aclSizeBytes({ ...acl, aces });
  if (size > MAX_ACL_BYTES) {
    throw new RangeError(
      `Cannot add an ACE: the list would take ${size} bytes, at most ${MAX_ACL_BYTES} fit`,
    );
  }
  const needsObjects = aces.some((ace) => ace.kind === 'object');
  return {
    ...acl,
    aces,
    revision: needsObjects ? Math.max(acl.revision, ACL_REVISIONS.directoryService) : acl.revision,
  };
}
