/**
 * Names that nobody seems to need any more, by their age and by other signs, and when scavenging would take which.
 *
 * | sign             | when                                                                                       |
 * | ---------------- | ------------------------------------------------------------------------------------------ |
 * | `aged`           | its newest TimeStamp is older than no-refresh + refresh, or than the age given             |
 * | `disabled`       | the computer account of its host is disabled                                               |
 * | `other-machine`  | its owner is another computer, or an account that is gone                                  |
 * | `shared-address` | another name with the same address was refreshed later: the address has moved on           |
 * | `no-account`     | no computer account fits its host; true of every printer, so it lists no name by itself    |
 *
 * Scavenging deletes a record once its TimeStamp is older than no-refresh + refresh. It is said here of names of
 * which nothing would be left, and which could have been refreshed by now: those within no-refresh are left out.
 */

import type { Aging } from '../formats/dns-property.ts';
import { isStatic } from '../formats/dns-record.ts';
import { hoursToDate } from '../formats/filetime.ts';
import { isDisabled } from '../records/account.ts';
import { addressesOf } from './case.ts';
import type { ComputerIndex } from './computer-index.ts';
import { matchComputers } from './expected-updaters.ts';
import { hostsOf, isReverse } from './host-match.ts';
import { infrastructureReason } from './infrastructure.ts';
import type { OwnedName, Owner } from './owner-class.ts';
import { newestHours } from './watch.ts';

/** Signs in the order in which reports list them. */
export const STALE_SIGNS = ['aged', 'disabled', 'other-machine', 'shared-address', 'no-account'] as const;

export type StaleSign = (typeof STALE_SIGNS)[number];

/** How the records of a zone age, and what counts as old. */
export interface StaleFrame {
  readonly now: Date;
  readonly aging: Aging;
  /** null: no-refresh + refresh. */
  readonly olderThanHours: number | null;
}

/** A dynamic name with what speaks against it. */
export interface StaleName {
  readonly zone: string;
  readonly name: string;
  readonly fqdn: string;
  readonly dn: string;
  readonly owner: Owner;
  readonly host: string | null;
  readonly addresses: readonly string[];
  /** The newest TimeStamp. */
  readonly lastSeen: Date;
  readonly signs: readonly StaleSign[];
  /** The name that has its address now; null without that sign. */
  readonly addressNow: string | null;
  /** When scavenging may take the whole name, if nothing refreshes it; null while a static record would stay. */
  readonly takenAt: Date | null;
}

const HOUR_MS = 3_600_000;

/** Judges one name by itself; null for one that does not age: without dynamic records, tombstoned, in conflict. */
export function judgeStale(name: OwnedName, computers: ComputerIndex, frame: StaleFrame): StaleName | null {
  const lastSeen = hoursToDate(newestHours(name.records));
  if (lastSeen === null || name.tombstoned || name.label !== null) return null;
  const { zone, fqdn, dn, owner } = name;
  return {
    ...{ zone, name: name.name, fqdn, dn, owner, lastSeen },
    host: hostsOf(name)[0] ?? null,
    addresses: isReverse(zone) ? [] : addressesOf(name),
    signs: signsOf(name, lastSeen, computers, frame),
    addressNow: null,
    takenAt: name.records.some(isStatic) ? null : scavengedAt(lastSeen, frame),
  };
}

/** The same names, those whose address has moved on with that sign. */
export function withSharedAddresses(names: readonly StaleName[]): readonly StaleName[] {
  const newest = new Map<string, StaleName>();
  for (const name of names) {
    // A name with several addresses stands for several hosts, who have names of their own.
    if (holdsSeveral(name)) continue;
    for (const address of name.addresses) {
      const known = newest.get(address);
      if (known === undefined || isLater(name, known)) newest.set(address, name);
    }
  }
  return names.map((name) => {
    const holder = name.addresses.map((address) => newest.get(address)).find((other) => isNewer(other, name));
    if (holder === undefined) return name;
    const signs = STALE_SIGNS.filter((sign) => sign === 'shared-address' || name.signs.includes(sign));
    return { ...name, signs, addressNow: holder.fqdn };
  });
}

/** True for a name to list: a missing account alone speaks against half of the devices of a network. */
export function isListed({ signs }: StaleName): boolean {
  return signs.some((sign) => sign !== 'no-account');
}

function signsOf(
  name: OwnedName,
  lastSeen: Date,
  index: ComputerIndex,
  { now, aging, olderThanHours }: StaleFrame,
): readonly StaleSign[] {
  const signs: StaleSign[] = [];
  const limitHours = olderThanHours ?? aging.noRefreshHours + aging.refreshHours;
  if (lastSeen.getTime() + limitHours * HOUR_MS < now.getTime()) signs.push('aged');
  // Domain controllers register theirs from one to the other, and no host is called like a service.
  if (infrastructureReason(name, index) !== null) return signs;
  const { computers, ambiguous } = matchComputers(name, index);
  if (computers.length > 0 && computers.every(({ account }) => isDisabled(account))) signs.push('disabled');
  if (name.owner.class === 'computer' || name.owner.class === 'orphan') signs.push('other-machine');
  if (computers.length === 0 && ambiguous.length === 0) signs.push('no-account');
  return signs;
}

/**
 * When scavenging may take a name that is not refreshed any more. Where aging is off: if it were switched on now,
 * nothing would be taken before another refresh interval is over.
 */
export function scavengedAt(lastSeen: Date, { now, aging }: Pick<StaleFrame, 'now' | 'aging'>): Date {
  const { enabled, noRefreshHours, refreshHours } = aging;
  const at = lastSeen.getTime() + (noRefreshHours + refreshHours) * HOUR_MS;
  return new Date(enabled ? at : Math.max(at, now.getTime() + refreshHours * HOUR_MS));
}

function holdsSeveral({ addresses }: StaleName): boolean {
  const ipv6 = addresses.filter((address) => address.includes(':')).length;
  return ipv6 > 1 || addresses.length - ipv6 > 1;
}

function isNewer(other: StaleName | undefined, name: StaleName): other is StaleName {
  return other !== undefined && other.lastSeen > name.lastSeen;
}

/** Of two that are as new the first by name, so that the order of reading does not matter. */
function isLater(name: StaleName, known: StaleName): boolean {
  const laterMs = name.lastSeen.getTime() - known.lastSeen.getTime();
  return laterMs > 0 || (laterMs === 0 && name.fqdn < known.fqdn);
}
