/**
 * After the switch: has the update that a name was due arrived? Judged by what every update leaves in the directory,
 * the replication metadata of the name and the TimeStamp of its records.
 *
 * How often a name is registered anew:
 *
 * | case       | cycle                        | source                                                           |
 * | ---------- | ---------------------------- | ---------------------------------------------------------------- |
 * | `computer` | 24 h unless told             | Microsoft Learn, "DNS dynamic update": clients register every    |
 * |            |                              | 24 hours; newer text has 7 days for a refresh in the background  |
 * | `dhcp`     | half the lease, which is     | RFC 2131 4.4.5: clients renew at half the lease, and the DHCP    |
 * |            | 8 days unless told           | server registers with it                                         |
 * | other      | the longer of both           | nobody can tell which of them it is, and so no false alarm       |
 *
 * What a registration that changes nothing leaves behind, and so until when it may be awaited:
 *
 * | aging | leaves                                             | awaited until                                 |
 * | ----- | -------------------------------------------------- | --------------------------------------------- |
 * | on    | nothing within no-refresh; then a new TimeStamp    | TimeStamp + no-refresh, or the switch if that |
 * |       |                                                    | is later; + cycle + 1 h                       |
 * | off   | nothing                                            | silence proves nothing: `unknown`             |
 *
 * Source: Microsoft Learn, "DNS aging and scavenging". The hour more is because a TimeStamp is cut to the hour,
 * [MS-DNSP] 2.3.2.2. A name whose time was up before the switch had been silent already and is `unknown` too: the
 * switch did not silence it.
 */

import type { Aging } from '../formats/dns-property.ts';
import { DNS_RECORD_TYPES, type DnsRecord } from '../formats/dns-record.ts';
import { filetimeToDate, hoursToDate } from '../formats/filetime.ts';
import type { Guid } from '../formats/guid.ts';
import { ATTRIBUTE_IDS, attributeWrittenAt } from '../formats/repl-metadata.ts';
import type { DnsNode } from '../records/node.ts';
import type { Case } from './case.ts';

/** What became of a name since the switch, in the order in which reports list it. */
export const WATCH_CLASSES = ['refreshed', 'due', 'overdue', 'lost', 'created', 'unknown'] as const;

export type WatchClass = (typeof WATCH_CLASSES)[number];

/** What an object tells about the updates of a name. Times are null where neither metadata nor records tell. */
export interface WatchTrace {
  readonly kind: 'dynamic' | 'static' | 'empty' | 'tombstoned' | 'conflict' | 'unreadable';
  readonly objectGuid: Guid | null;
  /** The newest TimeStamp, start of its hour; null when every record is static. */
  readonly timestamp: Date | null;
  readonly createdAt: Date | null;
  readonly recordsWrittenAt: Date | null;
  readonly tombstonedAt: Date | null;
}

/** What a baseline knew of the same name. */
export interface WatchBefore {
  readonly objectGuid: Guid | null;
  /** It was alive and had a dynamic record. */
  readonly dynamic: boolean;
}

/** From when to when a zone is watched, and how its records age. */
export interface WatchFrame {
  readonly since: Date;
  readonly now: Date;
  readonly aging: Aging;
  /** A baseline was given, so that a name it does not hold is new. */
  readonly hasBaseline: boolean;
}

/** What became of one name. */
export interface WatchJudgement {
  readonly class: WatchClass;
  readonly reason: string;
  /** The last registration that is known of. */
  readonly lastSeen: Date | null;
  /** Until when the next may be awaited; null when nothing can be said. */
  readonly dueBy: Date | null;
}

/** How often hosts register. */
export interface Cycles {
  readonly clientHours: number;
  readonly leaseHours: number;
}

const HOUR_MS = 3_600_000;

/** The hours within which whoever registers a name of this case does it again. */
export function cycleHoursOf(judged: Case, { clientHours, leaseHours }: Cycles): number {
  switch (judged) {
    case 'computer':
      return clientHours;
    case 'dhcp':
      return leaseHours / 2;
    case 'unsure':
    case 'none':
      return Math.max(clientHours, leaseHours / 2);
    default:
      return judged satisfies never;
  }
}

/** What a name tells; with metadata it has to have been read in that detail. */
export function traceOf(node: DnsNode): WatchTrace {
  const { metadata } = node;
  const writtenAt = (attid: number): Date | null =>
    metadata === null ? null : attributeWrittenAt(metadata, attid);
  return {
    kind: kindOf(node),
    objectGuid: node.objectGuid,
    timestamp: hoursToDate(newestHours(node.records)),
    createdAt: writtenAt(ATTRIBUTE_IDS.whenCreated),
    recordsWrittenAt: writtenAt(ATTRIBUTE_IDS.dnsRecord),
    tombstonedAt: writtenAt(ATTRIBUTE_IDS.dNSTombstoned) ?? entombedAt(node.records),
  };
}

/** The newest TimeStamp of a name's records, in hours since 1601; 0 when all are static. */
export function newestHours(records: readonly Pick<DnsRecord, 'timestampHours'>[]): number {
  return records.reduce((newest, { timestampHours }) => Math.max(newest, timestampHours), 0);
}

/**
 * Judges one name that is there.
 *
 * @param before what the baseline knew of it; null when it did not, or there is none
 * @returns null for a name that the switch does not touch: static, tombstoned long before, the loser of a conflict
 */
export function judgeWatch(
  trace: WatchTrace,
  before: WatchBefore | null,
  cycleHours: number,
  frame: WatchFrame,
): WatchJudgement | null {
  switch (trace.kind) {
    case 'conflict':
      return null;
    case 'tombstoned':
      return judgeTombstoned(trace, before, frame);
    case 'empty':
      return before?.dynamic === true ? said('lost', 'it has no record any more') : null;
    case 'unreadable':
      return said('unknown', 'its records cannot be read');
    case 'static':
      return before?.dynamic === true ? said('unknown', 'somebody made it static since the baseline') : null;
    case 'dynamic':
      return isNew(trace, before, frame)
        ? { ...said('created', 'it was registered for the first time'), lastSeen: lastSeenOf(trace) }
        : judgeDynamic(trace, cycleHours, frame);
    default:
      return trace.kind satisfies never;
  }
}

/** Judges a name of the baseline that is not there any more; null when it was not dynamic then either. */
export function judgeGone(before: WatchBefore): WatchJudgement | null {
  return before.dynamic ? said('lost', 'the baseline has it, and its object is gone') : null;
}

function judgeTombstoned(
  { tombstonedAt }: WatchTrace,
  before: WatchBefore | null,
  { since }: WatchFrame,
): WatchJudgement | null {
  if (tombstonedAt !== null) {
    if (tombstonedAt < since) return null;
    return { ...said('lost', 'its last record was deleted since (tombstoned)'), lastSeen: tombstonedAt };
  }
  if (before === null) return said('unknown', 'tombstoned, and nothing tells when');
  return before.dynamic ? said('lost', 'tombstoned since the baseline') : null;
}

function isNew(trace: WatchTrace, before: WatchBefore | null, frame: WatchFrame): boolean {
  // Both are cut to the second, so that of the same second is taken for older.
  if (trace.createdAt !== null) return trace.createdAt > frame.since;
  if (!frame.hasBaseline) return false;
  return before === null || (before.objectGuid !== null && before.objectGuid !== trace.objectGuid);
}

function judgeDynamic(trace: WatchTrace, cycleHours: number, frame: WatchFrame): WatchJudgement {
  return frame.aging.enabled ? judgeAging(trace, cycleHours, frame) : judgeWithoutAging(trace, frame);
}

function judgeAging(
  trace: WatchTrace,
  cycleHours: number,
  { since, now, aging }: WatchFrame,
): WatchJudgement {
  const lastSeen = lastSeenOf(trace);
  if (lastSeen === null) return said('unknown', 'no record of it tells when it was registered');
  const waitsFrom = lastSeen.getTime() + aging.noRefreshHours * HOUR_MS;
  const waitMs = (cycleHours + 1) * HOUR_MS;
  const dueBy = new Date(Math.max(waitsFrom, since.getTime()) + waitMs);
  const refreshed = lastSeen >= since;
  if (waitsFrom + waitMs < since.getTime())
    return { class: 'unknown', reason: 'it had gone silent before the switch', lastSeen, dueBy: null };
  if (now > dueBy) {
    const reason = refreshed
      ? 'updated once since the switch, and then no more'
      : overdueReason(trace, since);
    return { class: 'overdue', reason, lastSeen, dueBy };
  }
  if (refreshed) return { class: 'refreshed', reason: 'updated since the switch', lastSeen, dueBy };
  return { class: 'due', reason: 'its next update is not due yet', lastSeen, dueBy };
}

/** Deleting one record of several, or an edit by hand, writes the records without registering anything. */
function overdueReason({ recordsWrittenAt }: WatchTrace, since: Date): string {
  return recordsWrittenAt !== null && recordsWrittenAt >= since
    ? 'its records were written since, but no TimeStamp moved: that was no registration'
    : 'the update that was due has not come';
}

function judgeWithoutAging(trace: WatchTrace, { since }: WatchFrame): WatchJudgement {
  const { timestamp, recordsWrittenAt } = trace;
  const times = [timestamp, recordsWrittenAt].filter((time) => time !== null);
  const last = times.sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
  if (last !== null && last >= since)
    return {
      class: 'refreshed',
      reason: 'its records were written since the switch',
      lastSeen: last,
      dueBy: null,
    };
  const reason = 'aging is off, so an update that changes nothing leaves no trace';
  return { class: 'unknown', reason, lastSeen: last, dueBy: null };
}

/** The newest TimeStamp; to the second when the records were last written in its hour, as a registration does. */
function lastSeenOf({ timestamp, recordsWrittenAt }: WatchTrace): Date | null {
  if (timestamp === null || recordsWrittenAt === null) return timestamp;
  const afterMs = recordsWrittenAt.getTime() - timestamp.getTime();
  return afterMs >= 0 && afterMs < HOUR_MS ? recordsWrittenAt : timestamp;
}

function said(watchClass: WatchClass, reason: string): WatchJudgement {
  return { class: watchClass, reason, lastSeen: null, dueBy: null };
}

function kindOf(node: DnsNode): WatchTrace['kind'] {
  if (node.label !== null) return 'conflict';
  if (node.tombstoned) return 'tombstoned';
  if (node.dynamic) return 'dynamic';
  if (node.descriptor.kind === 'read' && node.unreadable !== null) return 'unreadable';
  return node.records.length === 0 ? 'empty' : 'static';
}

function entombedAt(records: readonly DnsRecord[]): Date | null {
  for (const { type, data } of records) {
    if (type === DNS_RECORD_TYPES.ZERO && data.kind === 'tombstone') return filetimeToDate(data.entombedTime);
  }
  return null;
}
