/**
 * What a secure dynamic update needs on a name that exists: write access to dnsRecord, and to dNSTombstoned when the
 * name is emptied or revived. Nothing in an update needs more. domain.md 4.2
 */

import { ACCESS_RIGHTS } from '../formats/access-mask.ts';
import { SCHEMA_GUIDS } from '../formats/guid.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { type AccessDecision, type AccessRequest, checkAccess, type Token } from './access-check.ts';

const WRITE_RECORDS: AccessRequest = Object.freeze({
  rights: ACCESS_RIGHTS.WP,
  classGuid: SCHEMA_GUIDS.dnsNode,
  leafGuid: SCHEMA_GUIDS.dnsRecord,
});

const WRITE_TOMBSTONE: AccessRequest = Object.freeze({
  ...WRITE_RECORDS,
  leafGuid: SCHEMA_GUIDS.dNSTombstoned,
});

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
