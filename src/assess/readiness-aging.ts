/**
 * What aging will do after a switch: names that stop updating keep their old TimeStamp, and scavenging takes them
 * weeks later, when nobody thinks of the switch any more.
 */

import type { Aging } from '../formats/dns-property.ts';
import type { Check } from './check.ts';

/** The blocked names, as scavenging will see them. */
export interface ThreatenedNames {
  readonly names: number;
  /** How many of them it may take at once. */
  readonly overdue: number;
  /** When it may take the first of the others; null when it would take none. */
  readonly first: Date | null;
}

/** How long DHCP lets a client keep its address. */
export interface LeaseTime {
  readonly hours: number;
  /** Where that is from: `--lease`, or an export. */
  readonly source: string;
}

/** What Windows sets unless somebody says otherwise. */
export const USUAL_LEASE: LeaseTime = { hours: 8 * 24, source: 'the usual lease, give --lease' };

/** @param aging null when the properties of the zone cannot be read */
export function checkScavenging(aging: Aging | null, { names, overdue, first }: ThreatenedNames): Check {
  const id = 'aging';
  if (aging === null) return unread(id);
  if (!aging.enabled) {
    return { id, status: 'pass', message: 'aging is off: nothing is scavenged', cure: null };
  }
  if (overdue === 0 && first === null) {
    return { id, status: 'pass', message: 'aging is on; no blocked name would be scavenged', cure: null };
  }
  const when = [
    overdue > 0 && `${overdue} at once`,
    first !== null && `${overdue > 0 ? 'others' : 'the first'} from ${first.toISOString().slice(0, 10)} on`,
  ].filter((word) => word !== false);
  const message = `aging is on: of ${names} blocked names scavenging may take ${when.join(', ')}, if nothing refreshes them`;
  const cure = 'grant what is missing, or switch scavenging off until it is done';
  return { id, status: 'warn', message, cure };
}

/**
 * A DHCP server refreshes a name when the client renews, so a record must live longer than a lease.
 *
 * @param aging as above
 * @param leases the longest of each source
 */
export function checkLeases(aging: Aging | null, leases: readonly LeaseTime[]): Check {
  const id = 'aging-lease';
  if (aging === null) return unread(id);
  const hours = aging.noRefreshHours + aging.refreshHours;
  const life = `no-refresh + refresh is ${daysOf(hours)}`;
  const words = (some: readonly LeaseTime[]): string =>
    some.map((lease) => `${daysOf(lease.hours)} (${lease.source})`).join(', ');
  const longer = leases.filter((lease) => lease.hours > hours);
  if (longer.length === 0) {
    return { id, status: 'pass', message: `${life}, leases last ${words(leases)}`, cure: null };
  }
  const message = `${life}, but leases last ${words(longer)}: names of hosts that are there look stale`;
  const status = aging.enabled ? 'warn' : 'pass';
  const cure = aging.enabled ? 'lengthen the intervals of the zone, or shorten the leases' : null;
  return { id, status, message: aging.enabled ? message : `${message}; aging is off`, cure };
}

function unread(id: string): Check {
  const message = 'how the zone ages cannot be read, or the export left dNSProperty out';
  return { id, status: 'unknown', message, cure: 'read it with an account that may, or export it again' };
}

function daysOf(hours: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'for ever';
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.round(hours * 10) / 10} h`;
}
