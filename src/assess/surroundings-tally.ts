/** What the names of a zone tell about its surroundings, counted as they stream by. */

import { reverseNameOf } from '../formats/dns-name.ts';
import type { Aging } from '../formats/dns-property.ts';
import { DNS_RECORD_TYPES, isStatic } from '../formats/dns-record.ts';
import { hoursToDate } from '../formats/filetime.ts';
import type { Sid } from '../formats/sid.ts';
import type { Zone } from '../records/zone.ts';
import type { AuditedName } from './audit.ts';
import { addressesOf } from './case.ts';
import { hostsOf, isReverse } from './host-match.ts';
import type { ThreatenedNames } from './readiness-aging.ts';
import type { PartnerZone } from './readiness-zone.ts';
import { scavengedAt } from './stale.ts';
import { newestHours } from './watch.ts';
import type { ZoneFinder } from './zone-finder.ts';

/** The counts. */
export interface NameFacts {
  /** The zones at the other end, the largest first. */
  readonly partners: readonly PartnerZone[];
  /** Addresses or hosts that lie in no zone of the directory. */
  readonly orphans: number;
  /** By the name of a DHCP server, how many names it owns itself. */
  readonly dhcpOwners: ReadonlyMap<string, number>;
  readonly threatened: ThreatenedNames;
  readonly protection: NameProtection;
}

/** Names that a DHCID protects from other hosts, and names of devices that nothing protects. */
export interface NameProtection {
  readonly protected: number;
  /** Dynamic names of hosts without a computer account, and without a DHCID. */
  readonly unprotected: number;
}

/** Against what the names are held. */
export interface SurroundingsFrame {
  readonly zone: Pick<Zone, 'name'> & { readonly aging: Aging };
  readonly zones: ZoneFinder;
  readonly dhcpServerSids: ReadonlySet<Sid>;
  readonly now: Date;
}

export interface SurroundingsTally {
  add(name: AuditedName): void;
  result(): NameFacts;
}

const ADDRESS_TYPES: ReadonlySet<number> = new Set([DNS_RECORD_TYPES.A, DNS_RECORD_TYPES.AAAA]);

export function createSurroundingsTally(frame: SurroundingsFrame): SurroundingsTally {
  const { zone, zones, dhcpServerSids, now } = frame;
  const partners = new Map<Zone, number>();
  const dhcpOwners = new Map<string, number>();
  const threatened = { names: 0, overdue: 0, first: null as Date | null };
  const protection = { protected: 0, unprotected: 0 };
  const holdsHosts = isReverse(zone.name);
  let orphans = 0;
  const countPartners = (name: AuditedName): void => {
    for (const other of holdsHosts ? hostsOf(name) : addressesOf(name).map(reverseNameOf)) {
      const found = zones.find(other);
      if (found === null) orphans += 1;
      else count(partners, found);
    }
  };
  const countThreatened = (name: AuditedName): void => {
    const at = takenAt(name, zone.aging, now);
    threatened.names += 1;
    if (at === null) return;
    if (at <= now) threatened.overdue += 1;
    else if (threatened.first === null || at < threatened.first) threatened.first = at;
  };
  return {
    add: (name) => {
      if (isStopped(name)) countThreatened(name);
      if (!name.dynamic || name.tombstoned || name.label !== null) return;
      if (name.verdict !== 'infrastructure') countPartners(name);
      const { sid, class: ownerClass } = name.owner;
      if (sid !== null && ownerClass !== 'self' && dhcpServerSids.has(sid))
        count(dhcpOwners, name.owner.name ?? sid);
      if (name.records.some(({ type }) => type === DNS_RECORD_TYPES.DHCID)) protection.protected += 1;
      else if (isUnprotectedDevice(name)) protection.unprotected += 1;
    },
    result: () => {
      const found = [...partners].map(([partner, names]) => ({ zone: partner, names }));
      found.sort((a, b) => b.names - a.names || (a.zone.name < b.zone.name ? -1 : 1));
      return { partners: found, orphans, dhcpOwners, threatened, protection };
    },
  };
}

/** As readiness counts: blocked names, and those nobody can judge. */
function isStopped({ verdict }: AuditedName): boolean {
  return verdict === 'blocked' || verdict === 'unknown';
}

/** null while a static record would stay. */
function takenAt(name: AuditedName, aging: Aging, now: Date): Date | null {
  const lastSeen = name.records.some(isStatic) ? null : hoursToDate(newestHours(name.records));
  return lastSeen === null ? null : scavengedAt(lastSeen, { now, aging });
}

function isUnprotectedDevice({ records, verdict, updaters }: AuditedName): boolean {
  if (verdict === 'infrastructure' || !records.some(({ type }) => ADDRESS_TYPES.has(type))) return false;
  return updaters.every(({ because }) => because !== 'computer' && because !== 'cluster');
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
