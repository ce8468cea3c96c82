/**
 * Planning a grant for one name: which of its expected updaters cannot update it yet, and which ACEs would let them.
 *
 * The result is checked before it is planned: the descriptor as it would be is put through the same access check that
 * found the gap. An ACE that would change nothing, because a deny ACE stands before it, is not planned. design.md 6.2
 */

import type { ExpectedUpdater } from '../assess/expected-updaters.ts';
import { checkUpdate } from '../assess/update-right.ts';
import { ACCESS_RIGHTS, FULL_CONTROL } from '../formats/access-mask.ts';
import { ACE_TYPES, type Ace, aceKey, OBJECT_ACE_FLAGS } from '../formats/ace.ts';
import { MAX_ACL_BYTES } from '../formats/acl.ts';
import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import { formatAce, formatSddl, type SddlContext } from '../formats/sddl.ts';
import {
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../formats/security-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import type { DnsNode } from '../records/node.ts';
import { addAces, explicitAces, sizeWith } from './descriptor-change.ts';
import type { NameOutcome, PlannedAce, PlannedChange, SkipCode, WithheldGrant } from './plan.ts';

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
  node: DnsNode,
  updaters: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): NameOutcome {
  if (node.descriptor.kind === 'unreadable') return skip(node, 'unreadable', node.descriptor.reason);
  if (updaters.length === 0) return skip(node, 'no-updater', 'no account was matched to this name');
  const { value: current, bytes } = node.descriptor;
  const answers = updaters.map((updater) => ({
    updater,
    access: checkUpdate(current, updater.token).access,
  }));
  const missing = answers.filter(({ access }) => access === 'no').map(({ updater }) => updater);
  const withheld = answers.filter(({ access }) => access === 'unknown').map(({ updater }) => unsure(updater));
  if (missing.length + withheld.length === 0) {
    return skip(node, 'already', `${listNames(updaters)} can update it already`);
  }
  const before = decodeSecurityDescriptor(bytes);
  const { helped, stopped } = splitByEffect(before, missing, policy);
  withheld.push(...stopped);
  if (helped.length === 0) return skip(node, 'no-effect', withheld.map(({ reason }) => reason).join('; '));
  const grants = newGrants(before, helped, policy);
  const size = sizeWith(
    before,
    grants.map(({ ace }) => ace),
  );
  if (size > MAX_ACL_BYTES) {
    const reason = `the list would take ${size} bytes, at most ${MAX_ACL_BYTES} fit; remove dead entries first`;
    return skip(node, 'too-large', reason);
  }
  const after = withGrants(before, grants);
  const change: PlannedChange = {
    zone: node.zone,
    fqdn: node.fqdn,
    dn: node.dn,
    objectGuid: node.objectGuid,
    before: { sddl: formatSddl(before, policy.sddl), base64: base64(bytes), version: node.descriptorVersion },
    after: { sddl: formatSddl(after, policy.sddl), base64: base64(encodeSecurityDescriptor(after)) },
    add: grants.map(({ ace, updater }) => plannedAce(ace, updater, policy)),
    remove: [],
    withheld,
  };
  return { kind: 'change', change };
}

/** An ACE that is to be added, and for whom. */
interface Grant {
  readonly ace: Ace;
  readonly updater: ExpectedUpdater;
}

/**
 * Tries all grants at once and asks who could update then. Allow ACEs never take anything from anybody, so that what
 * works together works for each part of it too.
 */
function splitByEffect(
  before: SecurityDescriptor,
  missing: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): { readonly helped: readonly ExpectedUpdater[]; readonly stopped: readonly WithheldGrant[] } {
  const grants = newGrants(before, missing, policy);
  const added = grants.map(({ ace }) => ace);
  // A list that would be too long cannot be encoded; the caller says so.
  if (sizeWith(before, added) > MAX_ACL_BYTES) return { helped: missing, stopped: [] };
  const result = decoder.decode(encodeSecurityDescriptor(withGrants(before, grants)));
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
function newGrants(
  before: SecurityDescriptor,
  updaters: readonly ExpectedUpdater[],
  policy: GrantPolicy,
): readonly Grant[] {
  const held = new Set(explicitAces(before).map(aceKey));
  return updaters.flatMap((updater) =>
    grantingAces(updater.principal.sid, policy.exceptions?.get(updater.principal.sid) ?? policy.rights)
      .filter((ace) => !held.has(aceKey(ace)))
      .map((ace) => ({ ace, updater })),
  );
}

function withGrants(before: SecurityDescriptor, grants: readonly Grant[]): SecurityDescriptor {
  return addAces(
    before,
    grants.map(({ ace }) => ace),
  );
}

function unsure(updater: ExpectedUpdater): WithheldGrant {
  const reason = `whether ${nameOf(updater)} can update it hangs on a conditional ACE; judge it by hand`;
  return { principal: updater.principal, reason };
}

/** A skipped name. */
export function skip(node: Pick<DnsNode, 'zone' | 'fqdn'>, code: SkipCode, reason: string): NameOutcome {
  return { kind: 'skipped', skipped: { zone: node.zone, fqdn: node.fqdn, code, reason } };
}

function plannedAce(ace: Ace, updater: ExpectedUpdater, policy: GrantPolicy): PlannedAce {
  return { ace: formatAce(ace, policy.sddl), principal: updater.principal, reason: updater.reason };
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

function listNames(updaters: readonly ExpectedUpdater[]): string {
  return updaters.map(nameOf).join(' and ');
}

function nameOf(updater: ExpectedUpdater): string {
  return updater.principal.name ?? updater.principal.sid;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
