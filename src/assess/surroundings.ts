/**
 * The environment half of readiness: everything besides the names that can make a switch fail or regretted.
 *
 * | id                             | about                                                          |
 * | ------------------------------ | -------------------------------------------------------------- |
 * | update-mode                    | how the zone takes updates                                     |
 * | reverse-zones, forward-zones   | the zones at the other end of its names                        |
 * | zone-copies                    | other zone objects of the same name                            |
 * | zone-create, -properties, -control | who may do what with the zone object                       |
 * | dhcp-servers, dns-update-proxy | who they are, and who is in the group                          |
 * | dhcp-account                   | the account they register with; the only one that can `fail`   |
 * | dhcp-owners                    | names that DHCP servers own themselves                         |
 * | aging, aging-lease             | when what stops would be scavenged, and what looks stale       |
 * | name-protection                | names with and without a DHCID                                 |
 * | dhcp-export-…                  | what exports of the DHCP servers add, when there are any       |
 */

import { counted } from '../formats/counted.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import type { DhcpExport } from '../records/dhcp-export.ts';
import type { Zone } from '../records/zone.ts';
import type { Check } from './check.ts';
import { checkZoneAccess, type Trustees } from './readiness-access.ts';
import { checkLeases, checkScavenging, type LeaseTime, USUAL_LEASE } from './readiness-aging.ts';
import { checkDhcp, checkDhcpOwners, type DhcpFacts } from './readiness-dhcp.ts';
import { checkDhcpExports, leaseTimes } from './readiness-dhcp-export.ts';
import { checkCopies, checkPartners, checkUpdateMode } from './readiness-zone.ts';
import type { NameFacts, NameProtection } from './surroundings-tally.ts';

/** Everything that is known around one zone. */
export interface SurroundingsFacts {
  readonly zone: Zone;
  /** Every zone object of the directory. */
  readonly zones: readonly Zone[];
  /** The zone's own; null when it cannot be read. */
  readonly descriptor: NodeDescriptor | null;
  readonly trustees: Trustees;
  readonly dhcp: DhcpFacts;
  readonly names: NameFacts;
  /** As typed; null when it was not. */
  readonly lease: LeaseTime | null;
  readonly exports: readonly DhcpExport[];
}

/** Judges the surroundings of a zone; always the same checks in the same order. */
export function checkSurroundings(facts: SurroundingsFacts): readonly Check[] {
  const { zone, names, dhcp, exports } = facts;
  // Without properties the intervals of a zone are only what is usual.
  const aging = zone.dynamicUpdate === 'unknown' ? null : zone.aging;
  return [
    checkUpdateMode(zone),
    checkPartners(zone, names.partners, names.orphans),
    checkCopies(zone, facts.zones),
    ...checkZoneAccess(facts.descriptor, facts.trustees),
    ...checkDhcp(dhcp),
    checkDhcpOwners(names.dhcpOwners, dhcp),
    checkScavenging(aging, names.threatened),
    checkLeases(aging, leasesOf(facts)),
    checkProtection(names.protection),
    ...checkDhcpExports(exports),
  ];
}

/** What was typed counts before what the exports say, and that before what is usual. */
function leasesOf({ lease, exports }: SurroundingsFacts): readonly LeaseTime[] {
  if (lease !== null) return [lease];
  const found = leaseTimes(exports);
  return found.length > 0 ? found : [USUAL_LEASE];
}

function checkProtection({ protected: kept, unprotected }: NameProtection): Check {
  const id = 'name-protection';
  const message = `a DHCID protects ${counted(kept, 'name')}; ${counted(unprotected, 'name of a host outside the domain has', 'names of hosts outside the domain have')} none`;
  if (unprotected === 0) return { id, status: 'pass', message, cure: null };
  const cure =
    'after the switch, Set-DhcpServerv4DnsSetting -NameProtection $true: until then any DHCP client of the same name takes theirs';
  return { id, status: 'warn', message, cure };
}
