/**
 * The access check for one right on one attribute of an object, or on one class of child. [MS-ADTS] 5.1.3.3.2 and
 * 5.1.3.3.3, [MS-DTYP] 2.5.3.2.
 *
 * Premise: the question is always about single bits on a single leaf of the object type tree, so the tree of the
 * specification collapses to three questions per ACE: does it name the whole object, this leaf, or something else.
 *
 * Steps: (1) no DACL grants everything; (2) the owner has READ_CONTROL and WRITE_DAC, unless an ACE for OWNER RIGHTS
 * takes their place; (3) ACEs in stored order, the first that speaks about the bit decides it; (4) what nobody
 * granted is denied.
 *
 * An ACE with a condition cannot be judged from here. Both of its outcomes are followed: only if they end differently
 * is the answer `unknown`. Sorting the list first, or letting denies win, would be simpler and wrong: a server walks
 * the list as it is stored.
 */

import { hasRights, mapGenericRights } from '../formats/access-mask.ts';
import {
  type Ace,
  aceEffect,
  type BasicAce,
  isConditional,
  isInheritOnly,
  type ObjectAce,
} from '../formats/ace.ts';
import type { Guid } from '../formats/guid.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { type Sid, WELL_KNOWN_SIDS } from '../formats/sid.ts';

export type Access = 'yes' | 'no' | 'unknown';

/** The identity a server sees: the account's own SID and every group that counts. */
export interface Token {
  readonly sids: { has(sid: Sid): boolean };
}

/** What is asked for: bits of the access mask on one leaf of the object type tree. */
export interface AccessRequest {
  /** Access mask bits, generic ones mapped. Each bit is decided by itself; all must be granted. */
  readonly rights: number;
  /** schemaIDGUID of the object's class: an ACE for it counts as one for the whole object. */
  readonly classGuid: Guid;
  /** schemaIDGUID of the attribute or child class; null asks about the whole object. */
  readonly leafGuid: Guid | null;
}

/** An ACE of a kind that the access check understands. */
export type SpeakingAce = BasicAce | ObjectAce;

/** What one ACE that was looked at did. */
export interface AccessStep {
  readonly ace: Ace;
  readonly effect: 'grants' | 'denies' | 'cannot be judged';
}

/** The answer and how it came about. `decidedBy` is null when no ACE spoke: denied, or granted by rule (1) or (2). */
export interface AccessDecision {
  readonly access: Access;
  readonly decidedBy: Ace | null;
  readonly reason: string;
  readonly steps: readonly AccessStep[];
}

const READ_CONTROL = 0x20000;
const WRITE_DAC = 0x40000;
const OWNER_IMPLICIT = READ_CONTROL | WRITE_DAC;

/**
 * Decides whether `token` has every bit of `request` on the object that `descriptor` protects.
 *
 * @param speaking speakingAces() of the same descriptor and request, for a caller that has them already
 */
export function checkAccess(
  descriptor: NodeDescriptor,
  token: Token,
  request: AccessRequest,
  speaking: readonly SpeakingAce[] = speakingAces(descriptor, request),
): AccessDecision {
  const steps: AccessStep[] = [];
  if (descriptor.dacl !== 'present') {
    const reason = `the DACL is ${descriptor.dacl === 'null' ? 'NULL' : 'absent'}: everyone has every right`;
    return { access: 'yes', decidedBy: null, reason, steps };
  }
  let granted: AccessDecision | null = null;
  let unsure: AccessDecision | null = null;
  for (let left = mapGenericRights(request.rights); left !== 0; left &= left - 1) {
    const lowestBit = (left & -left) >>> 0;
    const decision = decideBit(descriptor, token, lowestBit, speaking, steps);
    if (decision.access === 'no') return decision;
    if (decision.access === 'unknown') unsure ??= decision;
    else granted ??= decision;
  }
  return unsure ?? granted ?? { access: 'yes', decidedBy: null, reason: 'nothing was asked for', steps };
}

function decideBit(
  descriptor: NodeDescriptor,
  token: Token,
  bit: number,
  speaking: readonly SpeakingAce[],
  steps: AccessStep[],
): AccessDecision {
  if ((bit & OWNER_IMPLICIT) !== 0 && ownerHolds(descriptor, token)) {
    return { access: 'yes', decidedBy: null, reason: 'the owner may always read and change the DACL', steps };
  }
  let open: { effect: 'grants' | 'denies'; ace: Ace } | null = null;
  for (const ace of speaking) {
    if (!hasRights(mapGenericRights(ace.mask), bit) || !isNamed(ace.sid, descriptor, token)) continue;
    const effect = aceEffect(ace) === 'denies' ? 'denies' : 'grants';
    const conditional = isConditional(ace);
    steps.push({ ace, effect: conditional ? 'cannot be judged' : effect });
    if (open !== null && open.effect !== effect) return undecided(open.ace, steps);
    if (conditional) {
      open ??= { effect, ace };
      continue;
    }
    return effect === 'grants'
      ? { access: 'yes', decidedBy: ace, reason: 'an allow ACE grants it', steps }
      : { access: 'no', decidedBy: ace, reason: 'a deny ACE stands before any that grants it', steps };
  }
  if (open?.effect === 'grants') return undecided(open.ace, steps);
  const reason = isEmpty(descriptor) ? 'the DACL is empty: nobody has any right' : 'no ACE grants it';
  return { access: 'no', decidedBy: open?.ace ?? null, reason, steps };
}

/**
 * The ACEs that speak about any bit of `request`, in stored order, whoever they name.
 *
 * The inherited part is the same list for nearly every name of a zone, so what speaks in it is worked out once per
 * list and request; both have to be kept as objects for that to help.
 */
export function speakingAces(descriptor: NodeDescriptor, request: AccessRequest): readonly SpeakingAce[] {
  const aces: SpeakingAce[] = [];
  for (const ace of descriptor.explicit) if (speaks(ace, request)) aces.push(ace);
  const inherited = speakingTail(descriptor.inherited, request);
  if (aces.length === 0) return inherited;
  for (const ace of inherited) aces.push(ace);
  return aces;
}

const tailsByRequest = new WeakMap<AccessRequest, WeakMap<readonly Ace[], readonly SpeakingAce[]>>();

function speakingTail(tail: readonly Ace[], request: AccessRequest): readonly SpeakingAce[] {
  let tails = tailsByRequest.get(request);
  if (tails === undefined) {
    tails = new WeakMap();
    tailsByRequest.set(request, tails);
  }
  let speaking = tails.get(tail);
  if (speaking === undefined) {
    speaking = tail.filter((ace) => speaks(ace, request));
    tails.set(tail, speaking);
  }
  return speaking;
}

function speaks(ace: Ace, request: AccessRequest): ace is SpeakingAce {
  if (ace.kind === 'unknown' || isInheritOnly(ace)) return false;
  if ((mapGenericRights(ace.mask) & mapGenericRights(request.rights)) === 0) return false;
  return reaches(ace, request) && aceEffect(ace) !== null;
}

/**
 * True when an ACE for `sid` counts for the holder of `token`; one for OWNER RIGHTS does when it owns the object.
 *
 * PRINCIPAL_SELF means the SID of the object itself, which a dnsNode does not have; CREATOR OWNER in an effective ACE
 * names nobody. Neither is ever in a token, so they need no case of their own.
 */
export function isNamed(sid: Sid, descriptor: NodeDescriptor, token: Token): boolean {
  if (sid === WELL_KNOWN_SIDS.ownerRights)
    return descriptor.owner !== null && token.sids.has(descriptor.owner);
  return token.sids.has(sid);
}

function reaches(ace: Ace, request: AccessRequest): boolean {
  if (ace.kind !== 'object' || ace.objectType === null) return true;
  return ace.objectType === request.classGuid || ace.objectType === request.leafGuid;
}

function ownerHolds(descriptor: NodeDescriptor, token: Token): boolean {
  if (descriptor.owner === null || !token.sids.has(descriptor.owner)) return false;
  return ![...descriptor.explicit, ...descriptor.inherited].some(
    (ace) => ace.kind !== 'unknown' && ace.sid === WELL_KNOWN_SIDS.ownerRights && !isInheritOnly(ace),
  );
}

function isEmpty(descriptor: NodeDescriptor): boolean {
  return descriptor.explicit.length === 0 && descriptor.inherited.length === 0;
}

function undecided(ace: Ace, steps: readonly AccessStep[]): AccessDecision {
  const reason = 'it hangs on a condition that only the server can evaluate';
  return { access: 'unknown', decidedBy: ace, reason, steps };
}
