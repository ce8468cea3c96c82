/**
 * Names: dnsNode objects with their records, descriptor and labels. [MS-DNSP] 2.3.2.2, [MS-ADTS] 2.2
 *
 * A name whose descriptor cannot be had keeps the reason in `descriptor`, so that nobody downstream can mistake it
 * for one with an empty list. A record that cannot be read is a problem; the other records of the name stand.
 */

import type { Problem } from '../errors.ts';
import { conflictOf, type Dn, rdnOf } from '../formats/dn.ts';
import { compareStoredRecords, type DnsRecord, decodeDnsRecord, isStatic } from '../formats/dns-record.ts';
import type { Guid } from '../formats/guid.ts';
import type { DescriptorDecoder, NodeDescriptor } from '../formats/node-descriptor.ts';
import { descriptorVersionOf, guidOf, isTrue, metadataOf, spanOf, valuesOf } from './entry.ts';
import type { RawEntry } from './source.ts';
import type { Zone } from './zone.ts';

/** The descriptor of a name, or why there is none. */
export type DescriptorState =
  | {
      readonly kind: 'read';
      readonly value: NodeDescriptor;
      /** As stored; null when they were not to be kept. */
      readonly bytes: Uint8Array | null;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** One dnsNode: one set of records, one descriptor, one owner. */
export interface DnsNode {
  readonly zone: string;
  /** Relative to the zone: `pc1`, `_ldap._tcp`, `@`. */
  readonly name: string;
  readonly fqdn: string;
  readonly dn: Dn;
  readonly objectGuid: Guid | null;
  readonly tombstoned: boolean;
  /** At least one record carries a timestamp. */
  readonly dynamic: boolean;
  readonly records: readonly DnsRecord[];
  /** `conflict`: lost a replication conflict, no server answers with it. */
  readonly label: 'conflict' | 'deleted' | null;
  readonly descriptor: DescriptorState;
  /** Why the name cannot be judged: its descriptor or one of its records could not be read. null when all could. */
  readonly unreadable: string | null;
  /** Version of nTSecurityDescriptor in the replication metadata; null when it was not asked for or is missing. */
  readonly descriptorVersion: number | null;
  /** replPropertyMetaData as stored: when which attribute was written; null as above, and when damaged. */
  readonly metadata: Uint8Array | null;
}

const NO_DESCRIPTOR =
  'this account may not read the descriptor (READ_CONTROL is missing), or the export left it out';

/** How the names of a zone are decoded. */
export interface NodeReading {
  readonly zone: Zone;
  readonly descriptors: DescriptorDecoder;
  /** Whoever plans a change needs the descriptor's bytes; for all others they would be most of the memory. */
  readonly keepBytes: boolean;
}

/**
 * Decodes a dnsNode; what is returned does not refer to the entry's bytes.
 *
 * @param problems gets what could not be read
 */
export function decodeNode(entry: RawEntry, reading: NodeReading, problems: Problem[]): DnsNode {
  const { zone } = reading;
  const { value: rdn } = rdnOf(entry.dn);
  const conflict = conflictOf(rdn);
  const name = conflict?.name ?? rdn;
  const records = readRecords(entry, problems);
  const descriptor = readDescriptor(entry, reading);
  if (descriptor.kind === 'unreadable') {
    problems.push({
      severity: 'warning',
      code: 'unreadable-descriptor',
      where: entry.dn,
      message: descriptor.reason,
    });
  }
  const metadata = metadataOf(entry, problems);
  return {
    zone: zone.name,
    name,
    fqdn: name === '@' ? zone.name : `${name}.${zone.name}`,
    dn: entry.dn,
    objectGuid: guidOf(entry),
    tombstoned: isTrue(entry, 'dnstombstoned'),
    dynamic: records.values.some((record) => !isStatic(record)),
    records: records.values,
    label: conflict?.kind ?? null,
    descriptor,
    unreadable: descriptor.kind === 'unreadable' ? descriptor.reason : records.fault,
    descriptorVersion: descriptorVersionOf(metadata),
    metadata,
  };
}

/**
 * The stored bytes of a descriptor that was read to be changed.
 *
 * @throws TypeError when they were not kept
 */
export function storedDescriptor(descriptor: DescriptorState): Uint8Array {
  if (descriptor.kind === 'read' && descriptor.bytes !== null) return descriptor.bytes;
  throw new TypeError('the bytes of this descriptor were not kept');
}

/** The records that can be read, and what is wrong with the first that cannot. */
interface ReadRecords {
  readonly values: readonly DnsRecord[];
  readonly fault: string | null;
}

const NO_RECORDS: ReadRecords = { values: [], fault: null };

function readRecords(entry: RawEntry, problems: Problem[]): ReadRecords {
  const span = spanOf(entry, 'dnsrecord');
  if (span === null) return NO_RECORDS;
  const { bytes, start, end, isLast } = span;
  if (!isLast) return readSeveral([...valuesOf(entry, 'dnsrecord')], entry.dn, problems);
  try {
    return { values: [decodeDnsRecord(bytes, start, end)], fault: null };
  } catch (error) {
    return { values: [], fault: noteFault(error, entry.dn, problems) };
  }
}

function readSeveral(stored: Uint8Array[], dn: Dn, problems: Problem[]): ReadRecords {
  const values: DnsRecord[] = [];
  let fault: string | null = null;
  for (const value of stored.sort(compareStoredRecords)) {
    try {
      values.push(decodeDnsRecord(value));
    } catch (error) {
      const found = noteFault(error, dn, problems);
      fault ??= found;
    }
  }
  return { values, fault };
}

function noteFault(error: unknown, where: Dn, problems: Problem[]): string {
  const { message } = error as Error;
  problems.push({ severity: 'warning', code: 'bad-record', where, message });
  return message;
}

function readDescriptor(entry: RawEntry, { descriptors, keepBytes }: NodeReading): DescriptorState {
  const span = spanOf(entry, 'ntsecuritydescriptor');
  if (span === null) return { kind: 'unreadable', reason: NO_DESCRIPTOR };
  const { bytes, start, end } = span;
  try {
    return {
      kind: 'read',
      value: descriptors.decode(bytes, start, end),
      bytes: keepBytes ? new Uint8Array(bytes.subarray(start, end)) : null,
    };
  } catch (error) {
    return { kind: 'unreadable', reason: (error as Error).message };
  }
}
