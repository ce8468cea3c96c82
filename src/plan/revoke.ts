/**
 * Planning removals for one name: the explicit entries of named principals, of accounts that are gone, or those that
 * let everybody write. Inherited entries are never touched, deny entries only when asked for.
 *
 * Nobody whom the audit expects may lose the right to update: a removal that would take it is not planned, but listed
 * with the cure. Only a principal that was named outright may lose it.
 */

import type { AuditedName } from '../assess/audit.ts';
import { checkUpdate } from '../assess/update-right.ts';
import { ACCESS_RIGHTS, hasRights, mapGenericRights } from '../formats/access-mask.ts';
import { type Ace, aceEffect } from '../formats/ace.ts';
import {
  createDescriptorDecoder,
  type DescriptorDecoder,
  type NodeDescriptor,
} from '../formats/node-descriptor.ts';
import type { SddlContext } from '../formats/sddl.ts';
import { type Sid, sidRid, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import type { Principal } from '../records/account.ts';
import { storedDescriptor } from '../records/node.ts';
import { type AceChange, change, skip } from './change.ts';
import { explicitAces, removeAces } from './descriptor-change.ts';
import { decodeOnce, encodeOnce } from './descriptor-forms.ts';
import { orderNotes, targetOf } from './grant.ts';
import type { NameOutcome } from './plan.ts';

/** What is to go. */
export interface RevokePolicy {
  /** Entries of these principals. */
  readonly principals: readonly Principal[];
  /** Also their deny entries. */
  readonly includeDeny: boolean;
  /** Entries of accounts whose domain answered that they do not exist. */
  readonly orphans: boolean;
  /** Entries that let everybody who can sign in write. */
  readonly open: boolean;
  /** Is this SID an orphan? */
  readonly isOrphan: (sid: Sid) => boolean;
  readonly principalOf: (sid: Sid) => Principal;
  readonly sddl: SddlContext;
}

const DOMAIN_USERS_RID = 513;
const DOMAIN_COMPUTERS_RID = 515;
const EVERYBODY: readonly Sid[] = [WELL_KNOWN_SIDS.everyone, WELL_KNOWN_SIDS.authenticatedUsers];

const decoder: DescriptorDecoder = createDescriptorDecoder();

/** The SIDs that the entries of a name hold; they have to be resolved before it is planned. */
export function explicitTrustees(name: AuditedName): readonly Sid[] {
  if (name.descriptor.kind !== 'read') return [];
  const { explicit, inherited } = name.descriptor.value;
  return [...explicit, ...inherited].flatMap((ace) => (ace.kind === 'unknown' ? [] : [ace.sid]));
}

/** Plans the removals on one name; it is skipped when there is nothing to remove, or somebody would lose by it. */
export function planRevoke(name: AuditedName, policy: RevokePolicy): NameOutcome {
  if (name.descriptor.kind === 'unreadable') return skip(name, 'unreadable', name.descriptor.reason);
  const beforeBytes = storedDescriptor(name.descriptor);
  const before = decodeOnce(beforeBytes);
  const remove: AceChange[] = [];
  for (const ace of explicitAces(before)) {
    const reason = reasonToRemove(ace, policy);
    if (reason !== null && ace.kind !== 'unknown')
      remove.push({ ace, principal: policy.principalOf(ace.sid), reason });
  }
  if (remove.length === 0) return skip(name, 'nothing-to-remove', 'it has no such entry of its own');
  const unwanted = new Set<Ace>(remove.map(({ ace }) => ace));
  const after = removeAces(before, (ace) => unwanted.has(ace));
  const result = decoder.decode(encodeOnce(after));
  const losers = whoWouldLose(
    name,
    result,
    policy.principals.map((principal) => principal.sid),
  );
  if (losers !== null) {
    return skip(name, 'would-lose', `${losers} could not update it any more; grant first, then revoke`);
  }
  const notes = orderNotes(name.descriptor.value);
  const content = { before, beforeBytes, after, add: [], remove, notes };
  return change(targetOf(name), content, policy.sddl);
}

/** The expected updaters, in words, who can update the name now and could not any more; null when nobody would lose. */
export function whoWouldLose(
  name: AuditedName,
  after: NodeDescriptor,
  except: readonly Sid[],
): string | null {
  const losers = name.updaters.filter(
    ({ principal, access, token }) =>
      !except.includes(principal.sid) && access === 'yes' && checkUpdate(after, token).access !== 'yes',
  );
  if (losers.length === 0) return null;
  return losers.map(({ principal }) => principal.name ?? principal.sid).join(' and ');
}

function reasonToRemove(ace: Ace, policy: RevokePolicy): string | null {
  if (ace.kind === 'unknown') return null;
  if (policy.principals.some((principal) => principal.sid === ace.sid)) {
    if (aceEffect(ace) === 'denies' && !policy.includeDeny) return null;
    return 'named to be revoked';
  }
  if (aceEffect(ace) !== 'grants') return null;
  if (policy.orphans && policy.isOrphan(ace.sid)) return 'its domain answered that there is no such account';
  if (policy.open && isEverybody(ace.sid) && writes(ace)) return 'it lets everybody who can sign in write';
  return null;
}

function isEverybody(sid: Sid): boolean {
  const rid = sidRid(sid);
  return EVERYBODY.includes(sid) || rid === DOMAIN_USERS_RID || rid === DOMAIN_COMPUTERS_RID;
}

function writes(ace: Ace): boolean {
  return ace.kind !== 'unknown' && hasRights(mapGenericRights(ace.mask), ACCESS_RIGHTS.WP);
}
