/**
 * What a secure dynamic update needs.
 *
 * On a name that exists: write access to dnsRecord, and to dNSTombstoned when the name is emptied or revived. For a
 * new name: the right to create a dnsNode in the zone. Nothing in an update needs more.
 */

import { ACCESS_RIGHTS } from '../formats/access-mask.ts';
import { SCHEMA_GUIDS } from '../formats/guid.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import {
  type AccessDecision,
  type AccessRequest,
  checkAccess,
  type SpeakingAce,
  speakingAces,
  type Token,
} from './access-check.ts';

const WRITE_RECORDS: AccessRequest = {
  rights: ACCESS_RIGHTS.WP,
  classGuid: SCHEMA_GUIDS.dnsNode,
  leafGuid: SCHEMA_GUIDS.dnsRecord,
};

const WRITE_TOMBSTONE: AccessRequest = { ...WRITE_RECORDS, leafGuid: SCHEMA_GUIDS.dNSTombstoned };

/** The object type tree of a creation is that of the child's class. [MS-ADTS] 5.1.3.3.3 */
const CREATE_NODE: AccessRequest = {
  rights: ACCESS_RIGHTS.CC,
  classGuid: SCHEMA_GUIDS.dnsNode,
  leafGuid: null,
};

/**
 * Can the holder of `token` update the name, emptying it included? One `no` of the two answers is the answer, else one
 * `unknown`, so `decidedBy` always points to what stands in the way.
 */
export function checkUpdate(descriptor: NodeDescriptor, token: Token): AccessDecision {
  const records = checkAccess(descriptor, token, WRITE_RECORDS);
  if (records.access === 'no') return records;
  const tombstone = checkAccess(descriptor, token, WRITE_TOMBSTONE);
  if (tombstone.access === 'no') return tombstone;
  return records.access === 'yes' && tombstone.access === 'unknown' ? tombstone : records;
}

/** The two decisions that checkUpdate() is made of: for dnsRecord, and for dNSTombstoned. */
export function updateParts(descriptor: NodeDescriptor, token: Token): readonly AccessDecision[] {
  return [WRITE_RECORDS, WRITE_TOMBSTONE].map((request) => checkAccess(descriptor, token, request));
}

/** Can the holder of `token` create a name in the zone that `zoneDescriptor` protects? */
export function checkCreate(zoneDescriptor: NodeDescriptor, token: Token): AccessDecision {
  return checkAccess(zoneDescriptor, token, CREATE_NODE);
}

/** The ACEs of a name that speak about updating it, in stored order, whoever they name. */
export function updateAces(descriptor: NodeDescriptor): readonly SpeakingAce[] {
  const records = speakingAces(descriptor, WRITE_RECORDS);
  const others = speakingAces(descriptor, WRITE_TOMBSTONE).filter((ace) => !records.includes(ace));
  if (others.length === 0) return records;
  const either: ReadonlySet<unknown> = new Set([...records, ...others]);
  const isEither = (ace: unknown): ace is SpeakingAce => either.has(ace);
  return [...descriptor.explicit, ...descriptor.inherited].filter(isEither);
}

/** The ACEs of a zone that speak about creating names in it. */
export function createAces(zoneDescriptor: NodeDescriptor): readonly SpeakingAce[] {
  return speakingAces(zoneDescriptor, CREATE_NODE);
}

/** Whom the ACEs about updating name. */
export function updateTrustees(descriptor: NodeDescriptor): readonly Sid[] {
  return updateAces(descriptor).map((ace) => ace.sid);
}
