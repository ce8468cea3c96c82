/**
 * Planning a grant for one name: which of its expected updaters cannot update it yet, and which ACEs would let them.
 *
 * The result is checked before it is planned: the descriptor as it would be is put through the same access check that
 * found the gap. An ACE that would change nothing, because a deny ACE stands before it, is not planned.
 */

import type { ExpectedUpdater } from '../assess/expected-updaters.ts';
import { isCanonical } from '../assess/find-findings.ts';
import type { OwnedName } from '../assess/owner-class.ts';
import { checkUpdate } from '../assess/update-right.ts';
import { ACCESS_RIGHTS, FULL_CONTROL } from '../formats/access-mask.ts';
import { ACE_TYPES, type Ace, aceKey, isInherited, OBJECT_ACE_FLAGS } from '../formats/ace.ts';
import { MAX_ACL_BYTES } from '../formats/acl.ts';
import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import {
  createDescriptorDecoder,
  type DescriptorDecoder,
  type NodeDescriptor,
} from '../formats/node-descriptor.ts';
import { formatAce, type SddlContext } from '../formats/sddl.ts';
import type { SecurityDescriptor } from '../formats/security-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import { storedDescriptor } from '../records/node.ts';
import { type ChangeTarget, change, skip } from './change.ts';
import { explicitAces, sizeWith } from './descriptor-change.ts';
import { addAcesOnce, decodeOnce, encodeOnce } from './descriptor-forms.ts';
import type { NameOutcome, WithheldGrant } from './plan.ts';

/** `full` is what a client that creates its own name gets; `update` is what an update needs and no more. */
export type GrantRights = 'full' | 'update';

/** What all names of one plan share. */
export interface GrantPolicy {
  readonly rights: GrantRights;
  /** Rights of single principals that differ from the rest. */
  readonly exceptions?: ReadonlyMap<Sid, GrantRights>;
  readonly sddl: SddlContext;
}

const decoder: DescriptorDecoder = createDescriptorDecoder();

/** The ACEs that give `rights` on a dnsNode to `sid`. */
export function grantingAces(sid: Sid, rights: GrantRights): readonly Ace[] {
  if (rights === 'update')
    return [writeAttribute(sid, SCHEMA_GUIDS.dnsRecord), writeAttribute(sid, SCHEMA_GUIDS.dNSTombstoned)];
  return [
    {
      kind: 'basic',
      aceType: ACE_TYPES.accessAllowed,
      aceFlags: 0,
      mask: FULL_CONTROL,
      sid,
      extra: new Uint8Array(0),
    },
  ];
}

/**
 * Plans one name for `updaters`. Whoever can update it already gets nothing; whoever an ACE would not help is withheld
 * with the reason. The name is skipped when nobody is left.
 */
export function planGrant(
  name: OwnedName,
  updaters: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): NameOutcome {
  if (name.descriptor.kind === 'unreadable') return skip(name, 'unreadable', name.descriptor.reason);
  if (updaters.length === 0) return skip(name, 'no-updater', 'no account was matched to this name');
  const current = name.descriptor.value;
  const answers = updaters.map((updater) => ({ updater, ...checkUpdate(current, updater.token) }));
  const missing = answers.filter(({ access }) => access === 'no').map(({ updater }) => updater);
  const withheld = answers.filter(({ access }) => access === 'unknown').map(({ updater }) => unsure(updater));
  if (missing.length + withheld.length === 0) {
    return skip(name, 'already', answers.map((answer) => alreadyWords(answer, policy.sddl)).join('; '));
  }
  const beforeBytes = storedDescriptor(name.descriptor);
  const before = decodeOnce(beforeBytes);
  const tried = grantsFor(before, missing, policy);
  const { helped, stopped } = splitByEffect(tried, missing, policy);
  withheld.push(...stopped);
  if (helped.length === 0) return skip(name, 'no-effect', withheld.map(({ reason }) => reason).join('; '));
  const { grants, size, after } = stopped.length === 0 ? tried : grantsFor(before, helped, policy);
  if (after === null) {
    const reason = `the list would take ${size} bytes, at most ${MAX_ACL_BYTES} fit; remove dead entries first`;
    return skip(name, 'too-large', reason);
  }
  const notes = orderNotes(current);
  const add = grants.map(({ ace, updater }) => ({
    ace,
    principal: updater.principal,
    reason: updater.reason,
  }));
  const content = {
    before,
    beforeBytes,
    after,
    add,
    remove: [],
    withheld,
    notes,
  };
  return change(targetOf(name), content, policy.sddl);
}

/** The object that a name is, as plans have it. */
export function targetOf(name: OwnedName): ChangeTarget {
  const { zone, fqdn, dn, objectGuid, descriptorVersion: version, owner } = name;
  return { zone, fqdn, dn, objectGuid, ownerClass: owner.class, version };
}

/** What a reviewer should know of a list in another order than servers give it. */
export function orderNotes(descriptor: NodeDescriptor): readonly string[] {
  return isCanonical(descriptor) ? [] : ['its access list is not in the usual order; the order was kept'];
}

/** An ACE that is to be added, and for whom. */
interface Grant {
  readonly ace: Ace;
  readonly updater: ExpectedUpdater;
}

/** Grants on one name. */
interface Grants {
  readonly grants: readonly Grant[];
  /** What the list takes with them. */
  readonly size: number;
  /** The descriptor with them; null when the list would be too long. */
  readonly after: SecurityDescriptor | null;
}

/**
 * Tries all grants at once and asks who could update then. Allow ACEs never take anything from anybody, so that what
 * works together works for each part of it too.
 */
function splitByEffect(
  { after }: Grants,
  missing: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): { readonly helped: readonly ExpectedUpdater[]; readonly stopped: readonly WithheldGrant[] } {
  // A list that would be too long cannot be encoded; the caller says so.
  if (after === null) return { helped: missing, stopped: [] };
  const result = decoder.decode(encodeOnce(after));
  const helped: ExpectedUpdater[] = [];
  const stopped: WithheldGrant[] = [];
  for (const updater of missing) {
    const { access, decidedBy } = checkUpdate(result, updater.token);
    if (access === 'yes') helped.push(updater);
    else stopped.push({ principal: updater.principal, reason: whyNoEffect(updater, decidedBy, policy.sddl) });
  }
  return { helped, stopped };
}

/** The ACEs for these updaters that are not there yet. */
function grantsFor(
  before: SecurityDescriptor,
  updaters: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): Grants {
  const held = new Set(explicitAces(before).map(aceKey));
  const grants = updaters.flatMap((updater) =>
    grantingAces(updater.principal.sid, policy.exceptions?.get(updater.principal.sid) ?? policy.rights)
      .filter((ace) => !held.has(aceKey(ace)))
      .map((ace) => ({ ace, updater })),
  );
  const added = grants.map(({ ace }) => ace);
  const size = sizeWith(before, added);
  return { grants, size, after: size > MAX_ACL_BYTES ? null : addAcesOnce(before, added) };
}

function unsure(updater: ExpectedUpdater): WithheldGrant {
  const reason = `whether ${nameOf(updater)} can update it hangs on a conditional ACE; judge it by hand`;
  return { principal: updater.principal, reason };
}

function writeAttribute(sid: Sid, objectType: Guid): Ace {
  return {
    kind: 'object',
    aceType: ACE_TYPES.accessAllowedObject,
    aceFlags: 0,
    mask: ACCESS_RIGHTS.WP,
    objectFlags: OBJECT_ACE_FLAGS.objectTypePresent,
    objectType,
    inheritedObjectType: null,
    sid,
    extra: new Uint8Array(0),
  };
}

function whyNoEffect(updater: ExpectedUpdater, decidedBy: Ace | null, context: SddlContext): string {
  const cause =
    decidedBy === null
      ? 'no ACE would grant it'
      : `the deny ACE ${formatAce(decidedBy, context)} stands before it`;
  return `an ACE for ${nameOf(updater)} would have no effect: ${cause}; remove that first`;
}

/** Who can already, and by which entry: his own, that of a group, or one that is inherited. */
function alreadyWords(
  { updater, decidedBy }: { readonly updater: ExpectedUpdater; readonly decidedBy: Ace | null },
  context: SddlContext,
): string {
  const who = `${nameOf(updater)} can update it already`;
  if (decidedBy === null) return who;
  const own = decidedBy.kind !== 'unknown' && decidedBy.sid === updater.principal.sid;
  if (own && !isInherited(decidedBy)) return who;
  return `${who} by ${isInherited(decidedBy) ? 'the inherited entry' : 'the entry'} ${formatAce(decidedBy, context)}`;
}

function nameOf(updater: ExpectedUpdater): string {
  return updater.principal.name ?? updater.principal.sid;
}
