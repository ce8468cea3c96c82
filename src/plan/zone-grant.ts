/**
 * Planning one inheritable entry on a zone instead of one on each name.
 *
 * One write and one to take back, and names that do not exist yet are covered. The price is in the plan's notes.
 */

import type { ExpectedUpdater } from '../assess/expected-updaters.ts';
import { FULL_CONTROL } from '../formats/access-mask.ts';
import { ACE_FLAGS, ACE_TYPES, type Ace, acesEqual, OBJECT_ACE_FLAGS } from '../formats/ace.ts';
import { MAX_ACL_BYTES } from '../formats/acl.ts';
import { SCHEMA_GUIDS } from '../formats/guid.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import type { SddlContext } from '../formats/sddl.ts';
import { decodeSecurityDescriptor } from '../formats/security-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import type { Zone } from '../records/zone.ts';
import { change, skip } from './change.ts';
import { addAces, explicitAces, sizeWith } from './descriptor-change.ts';
import { orderNotes } from './grant.ts';
import type { NameOutcome } from './plan.ts';

/** What a reviewer of such a plan has to know. */
const PRICE: readonly string[] = [
  'gives full control of every name in the zone, present and future, those of domain controllers and servers too',
  'names whose access list is protected from inheritance are not reached',
  'each domain controller passes it on to the names by itself, some time after it has the change; a name has it when dnsacl audit says so',
];

const decoder: DescriptorDecoder = createDescriptorDecoder();

/** The entry: full control of every dnsNode below, none of the zone itself. */
export function inheritableGrant(sid: Sid): Ace {
  return {
    kind: 'object',
    aceType: ACE_TYPES.accessAllowedObject,
    aceFlags: ACE_FLAGS.containerInherit | ACE_FLAGS.inheritOnly,
    mask: FULL_CONTROL,
    objectFlags: OBJECT_ACE_FLAGS.inheritedObjectTypePresent,
    objectType: null,
    inheritedObjectType: SCHEMA_GUIDS.dnsNode,
    sid,
    extra: new Uint8Array(0),
  };
}

/** Plans the entries for `updaters` on one zone object. */
export function planZoneGrant(
  zone: Zone,
  updaters: readonly ExpectedUpdater[],
  context: SddlContext,
): NameOutcome {
  const name = { zone: zone.name, fqdn: zone.name };
  if (zone.descriptor === null) return skip(name, 'unreadable', "the zone's own descriptor cannot be read");
  const before = decodeSecurityDescriptor(zone.descriptor);
  if (before.dacl.kind !== 'present') {
    const reason = `the zone's access list is ${before.dacl.kind}: the first entry would shut everybody else out`;
    return skip(name, 'no-effect', reason);
  }
  const explicit = explicitAces(before);
  const missing = updaters.filter(
    ({ principal }) => !explicit.some((ace) => acesEqual(ace, inheritableGrant(principal.sid))),
  );
  if (missing.length === 0) return skip(name, 'already', 'the zone passes it on already');
  const add = missing.map(({ principal, reason }) => ({
    ace: inheritableGrant(principal.sid),
    principal,
    reason,
  }));
  const aces = add.map(({ ace }) => ace);
  const size = sizeWith(before, aces);
  if (size > MAX_ACL_BYTES) {
    return skip(name, 'too-large', `the zone's list would take ${size} bytes, at most ${MAX_ACL_BYTES} fit`);
  }
  const notes = [...PRICE, ...orderNotes(decoder.decode(zone.descriptor))];
  const target = {
    ...name,
    dn: zone.dn,
    objectGuid: zone.objectGuid,
    ownerClass: 'zone',
    version: zone.descriptorVersion,
  };
  const after = addAces(before, aces);
  return change(target, { before, beforeBytes: zone.descriptor, after, add, remove: [], notes }, context);
}
