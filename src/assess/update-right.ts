/**
 * What a secure dynamic update needs.
 *
 * On a name that exists: write access to dnsRecord, and to dNSTombstoned when the name is emptied or revived. For a
 * new name: the right to create a dnsNode in the zone. Nothing in an update needs more.
 */

import { ACCESS_RIGHTS } from '../formats/access-mask.ts';
import type { Ace } from '../formats/ace.ts';
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

/** The ACEs of a name that speak about updating it, in stored order, whoever they name. */
export interface UpdateAces {
  /** About writing dnsRecord. */
  readonly records: readonly SpeakingAce[];
  /** About writing dNSTombstoned; the very same list when none is about one of the two attributes alone. */
  readonly tombstone: readonly SpeakingAce[];
  /** About one or both. */
  readonly either: readonly SpeakingAce[];
}

/**
 * Can the holder of `token` update the name, emptying it included? One `no` of the two answers is the answer, else one
 * `unknown`, so `decidedBy` always points to what stands in the way.
 *
 * @param aces updateAces() of the same descriptor, for a caller that has them already
 */
export function checkUpdate(
  descriptor: NodeDescriptor,
  token: Token,
  aces: UpdateAces = updateAces(descriptor),
): AccessDecision {
  const records = checkAccess(descriptor, token, WRITE_RECORDS, aces.records);
  // The same ACEs decide alike: the two questions differ in nothing but the attribute.
  if (records.access === 'no' || aces.tombstone === aces.records) return records;
  const tombstone = checkAccess(descriptor, token, WRITE_TOMBSTONE, aces.tombstone);
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

/** Sorts out which ACEs of a name speak about updating it. */
export function updateAces(descriptor: NodeDescriptor): UpdateAces {
  const records = speakingAces(descriptor, WRITE_RECORDS);
  if (!descriptor.explicit.some(namesOneAttribute) && !tailNamesOneAttribute(descriptor.inherited)) {
    return { records, tombstone: records, either: records };
  }
  const tombstone = speakingAces(descriptor, WRITE_TOMBSTONE);
  const speaking: ReadonlySet<unknown> = new Set([...records, ...tombstone]);
  const speaks = (ace: unknown): ace is SpeakingAce => speaking.has(ace);
  return { records, tombstone, either: [...descriptor.explicit, ...descriptor.inherited].filter(speaks) };
}

function namesOneAttribute(ace: Ace): boolean {
  if (ace.kind !== 'object') return false;
  return ace.objectType === SCHEMA_GUIDS.dnsRecord || ace.objectType === SCHEMA_GUIDS.dNSTombstoned;
}

/** The inherited part is the same list for nearly every name of a zone. */
const tails = new WeakMap<readonly Ace[], boolean>();

function tailNamesOneAttribute(tail: readonly Ace[]): boolean {
  let found = tails.get(tail);
  if (found === undefined) {
    found = tail.some(namesOneAttribute);
    tails.set(tail, found);
  }
  return found;
}

/** The ACEs of a zone that speak about creating names in it. */
export function createAces(zoneDescriptor: NodeDescriptor): readonly SpeakingAce[] {
  return speakingAces(zoneDescriptor, CREATE_NODE);
}

/** Whom the ACEs about updating a page of names name. */
export function updateTrustees(aces: Iterable<UpdateAces | null>): ReadonlySet<Sid> {
  const sids = new Set<Sid>();
  let last: readonly SpeakingAce[] | null = null;
  for (const found of aces) {
    // Names whose ACEs are all inherited share one list.
    if (found === null || found.either === last) continue;
    last = found.either;
    for (const { sid } of last) sids.add(sid);
  }
  return sids;
}
