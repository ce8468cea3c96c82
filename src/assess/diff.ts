/**
 * What became of a name or a zone between two readings. Pure: it gets both states and says what differs, with the
 * stamp of the write that explains it.
 *
 * | difference                      | told as                                   | stamp of        |
 * | ------------------------------- | ----------------------------------------- | --------------- |
 * | only the later reading has it   | `new`                                     | objectClass     |
 * | only the earlier one has it     | `gone`                                    | isDeleted       |
 * | another object, the same name   | `changed`: recreated                      | objectClass     |
 * | the same object, another name   | `changed`: renamed                        | dc              |
 * | ACEs, owner, group, DACL        | `changed`: per ACE, as multisets          | nTSecurityDescriptor |
 * | records, timestamps, tombstone  | `changed`: per record; type, data and TTL | dnsRecord, dNSTombstoned |
 * | properties of a zone            | `changed`: per property                   | dNSProperty     |
 */

import { type Ace, aceKey } from '../formats/ace.ts';
import type { Dn } from '../formats/dn.ts';
import type { DnsProperty } from '../formats/dns-property.ts';
import { type DnsRecord, encodeDnsRecord } from '../formats/dns-record.ts';
import type { Guid } from '../formats/guid.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { ATTRIBUTE_IDS, type AttributeMetadata } from '../formats/repl-metadata.ts';
import { CONTROL_FLAGS } from '../formats/security-descriptor.ts';
import type { Sid } from '../formats/sid.ts';
import type { ChangeStamps } from '../records/change-stamps.ts';
import { compareMultisets } from './multiset.ts';

export const DIFF_STATUSES = ['match', 'new', 'gone', 'changed'] as const;
export type DiffStatus = (typeof DIFF_STATUSES)[number];

/** One reading of a name or a zone, as far as it is compared. */
export interface ObjectState {
  readonly name: string;
  readonly objectGuid: Guid | null;
  readonly tombstoned: boolean;
  readonly records: readonly DnsRecord[];
  /** Empty for names. */
  readonly properties: readonly DnsProperty[];
  /** null when it could not be read. */
  readonly descriptor: NodeDescriptor | null;
  readonly stamps: ChangeStamps;
}

/** The write that explains a difference: the last one of the attribute. */
export interface Stamp {
  readonly time: Date | null;
  readonly invocationId: Guid;
  /** Writes of the attribute since the earlier reading; null when that is not known. */
  readonly writes: number | null;
}

/** One difference. */
export type Difference = { readonly stamp: Stamp | null } & (
  | { readonly kind: 'recreated'; readonly before: Guid; readonly after: Guid }
  | { readonly kind: 'renamed'; readonly before: string; readonly after: string }
  | { readonly kind: 'owner' | 'group'; readonly before: Sid | null; readonly after: Sid | null }
  | { readonly kind: 'ace-added' | 'ace-removed'; readonly ace: Ace }
  | { readonly kind: 'dacl'; readonly before: string; readonly after: string }
  | { readonly kind: 'record-added' | 'record-removed'; readonly record: DnsRecord }
  | { readonly kind: 'timestamp'; readonly before: DnsRecord; readonly after: DnsRecord }
  | { readonly kind: 'tombstoned' | 'revived' }
  | { readonly kind: 'property'; readonly before: DnsProperty | null; readonly after: DnsProperty | null }
);

/** A zone or a name of which the two readings differ. */
export interface ObjectDiff {
  readonly kind: 'zone' | 'name';
  readonly status: Exclude<DiffStatus, 'match'>;
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: Dn;
  readonly objectGuid: Guid | null;
  /** Of the creation of a new one, the deletion of one that is gone; null when not known, and for changed ones. */
  readonly stamp: Stamp | null;
  /** Empty for what is new or gone. */
  readonly differences: readonly Difference[];
}

/** The SIDs that differences speak of. */
export function sidsOfDiff({ differences }: ObjectDiff): readonly Sid[] {
  return differences.flatMap((item) => {
    switch (item.kind) {
      case 'owner':
      case 'group':
        return [item.before, item.after].filter((sid) => sid !== null);
      case 'ace-added':
      case 'ace-removed':
        return item.ace.kind === 'unknown' ? [] : [item.ace.sid];
      default:
        return [];
    }
  });
}

/** Type of the one record that a tombstoned name has. [MS-DNSP] 2.2.2.1.1 */
const TOMBSTONE_RECORD = 0;

/** Everything in which `after` differs from `before`; empty when they match. */
export function compareStates(before: ObjectState, after: ObjectState): readonly Difference[] {
  return [
    ...compareIdentity(before, after),
    ...compareDescriptors(before, after),
    ...compareRecords(before, after),
    ...compareProperties(before, after),
  ];
}

/** The stamp of one attribute of `after`. @param before null when only one reading has the object */
export function stampOf(attid: number, before: ObjectState | null, after: ObjectState): Stamp | null {
  const latest = after.stamps.get(attid);
  if (latest === undefined) return null;
  const earlier = before?.stamps.get(attid);
  // Another object has a history of its own.
  const isSame = before !== null && before.objectGuid === after.objectGuid;
  return {
    time: latest.originatingTime,
    invocationId: latest.invocationId,
    writes: isSame ? writesBetween(earlier, latest) : null,
  };
}

function writesBetween(earlier: AttributeMetadata | undefined, latest: AttributeMetadata): number {
  return latest.version - (earlier?.version ?? 0);
}

function compareIdentity(before: ObjectState, after: ObjectState): readonly Difference[] {
  const differences: Difference[] = [];
  const [old, now] = [before.objectGuid, after.objectGuid];
  if (old !== null && now !== null && old !== now) {
    const stamp = stampOf(ATTRIBUTE_IDS.objectClass, before, after);
    differences.push({ kind: 'recreated', before: old, after: now, stamp });
  }
  if (before.name.toLowerCase() !== after.name.toLowerCase()) {
    const stamp = stampOf(ATTRIBUTE_IDS.dc, before, after);
    differences.push({ kind: 'renamed', before: before.name, after: after.name, stamp });
  }
  return differences;
}

function compareDescriptors(before: ObjectState, after: ObjectState): readonly Difference[] {
  const [old, now] = [before.descriptor, after.descriptor];
  // What one of the readers could not see did not change by that.
  if (old === null || now === null || isSameDescriptor(old, now)) return [];
  const stamp = stampOf(ATTRIBUTE_IDS.nTSecurityDescriptor, before, after);
  const differences: Difference[] = [];
  if (old.owner !== now.owner)
    differences.push({ kind: 'owner', before: old.owner, after: now.owner, stamp });
  if (old.group !== now.group)
    differences.push({ kind: 'group', before: old.group, after: now.group, stamp });
  const { removed, added } = compareMultisets(acesOf(old), acesOf(now), aceKey);
  for (const ace of removed) differences.push({ kind: 'ace-removed', ace, stamp });
  for (const ace of added) differences.push({ kind: 'ace-added', ace, stamp });
  const [wasDacl, isDacl] = [daclWords(old), daclWords(now)];
  if (wasDacl !== isDacl) differences.push({ kind: 'dacl', before: wasDacl, after: isDacl, stamp });
  else if (removed.length === 0 && added.length === 0 && !sameOrder(old, now))
    differences.push({ kind: 'dacl', before: 'in one order', after: 'in another order', stamp });
  return differences;
}

/** By identity, which one decoder gives to equal ACEs: most names differ in nothing but a timestamp. */
function isSameDescriptor(old: NodeDescriptor, now: NodeDescriptor): boolean {
  return (
    old.owner === now.owner &&
    old.group === now.group &&
    old.control === now.control &&
    old.dacl === now.dacl &&
    old.inherited === now.inherited &&
    old.explicit.length === now.explicit.length &&
    old.explicit.every((ace, at) => ace === now.explicit[at])
  );
}

function acesOf({ explicit, inherited }: NodeDescriptor): readonly Ace[] {
  return [...explicit, ...inherited];
}

function sameOrder(old: NodeDescriptor, now: NodeDescriptor): boolean {
  const [left, right] = [acesOf(old), acesOf(now)];
  return left.every((ace, at) => aceKey(ace) === aceKey(right[at] as Ace));
}

function daclWords({ dacl, control }: NodeDescriptor): string {
  const isProtected = (control & CONTROL_FLAGS.daclProtected) !== 0;
  return isProtected ? `${dacl}, protected from inheritance` : dacl;
}

function compareRecords(before: ObjectState, after: ObjectState): readonly Difference[] {
  const differences: Difference[] = [];
  if (before.tombstoned !== after.tombstoned) {
    const stamp = stampOf(ATTRIBUTE_IDS.dNSTombstoned, before, after);
    differences.push({ kind: after.tombstoned ? 'tombstoned' : 'revived', stamp });
  }
  const stamp = stampOf(ATTRIBUTE_IDS.dnsRecord, before, after);
  const [old, now] = [recordsOf(before), recordsOf(after)];
  const { removed, added } = compareMultisets(old, now, recordKey);
  const { pairs, left, right } = pairUp(removed, added);
  for (const record of left) differences.push({ kind: 'record-removed', record, stamp });
  for (const record of right) differences.push({ kind: 'record-added', record, stamp });
  for (const [was, is] of pairs) differences.push({ kind: 'timestamp', before: was, after: is, stamp });
  return differences;
}

/** Without the mark of a tombstone, which dNSTombstoned tells already. */
function recordsOf({ records }: ObjectState): readonly DnsRecord[] {
  return records.filter(({ type }) => type !== TOMBSTONE_RECORD);
}

/** What people call the record: the serial moves with every write of the zone. */
function recordKey(record: DnsRecord): string {
  return `${contentKey(record)}:${record.timestampHours}`;
}

function contentKey(record: DnsRecord): string {
  const content = { ...record, serial: 0, timestampHours: 0, reserved: 0 };
  return Buffer.from(encodeDnsRecord(content)).toString('latin1');
}

/** Records that differ in nothing but their timestamps belong together. */
function pairUp(
  removed: readonly DnsRecord[],
  added: readonly DnsRecord[],
): {
  readonly pairs: readonly (readonly [DnsRecord, DnsRecord])[];
  readonly left: readonly DnsRecord[];
  readonly right: readonly DnsRecord[];
} {
  const pairs: (readonly [DnsRecord, DnsRecord])[] = [];
  const left: DnsRecord[] = [];
  const right = [...added];
  for (const record of removed) {
    const at = right.findIndex((other) => contentKey(other) === contentKey(record));
    if (at === -1) left.push(record);
    else pairs.push([record, ...right.splice(at, 1)] as unknown as readonly [DnsRecord, DnsRecord]);
  }
  return { pairs, left, right };
}

function compareProperties(before: ObjectState, after: ObjectState): readonly Difference[] {
  const stamp = stampOf(ATTRIBUTE_IDS.dNSProperty, before, after);
  const { removed, added } = compareMultisets(before.properties, after.properties, propertyKey);
  const differences: Difference[] = [];
  const rest = [...added];
  for (const was of removed) {
    const at = rest.findIndex(({ id }) => id === was.id);
    const [is = null] = at === -1 ? [] : rest.splice(at, 1);
    differences.push({ kind: 'property', before: was, after: is, stamp });
  }
  for (const is of rest) differences.push({ kind: 'property', before: null, after: is, stamp });
  return differences;
}

/** Without NameLength and what follows Data, which servers fill with whatever they like. */
function propertyKey({ id, data }: DnsProperty): string {
  return `${id}:${Buffer.from(data).toString('hex')}`;
}
