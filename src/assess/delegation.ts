/**
 * The smallest set of rights that lets an account do what it cannot do yet. Each entry stands on the zone object:
 *
 * | for                                | entry                                 | reaches                           |
 * | ---------------------------------- | ------------------------------------- | --------------------------------- |
 * | reading the zone's own list        | `(A;;RC;;;SID)`                       | the zone                          |
 * | reading the lists of names         | `(OA;CIIO;RC;;dnsNode;SID)`           | every name that inherits          |
 * | changing the lists of names        | `(OA;CIIO;RCWD;;dnsNode;SID)`         | every name that inherits          |
 * | the switch                         | `(OA;;WP;dNSProperty;;SID)`           | the zone                          |
 *
 * WRITE_DAC comes with READ_CONTROL: nothing is written that was not read before.
 */

import type { Dn } from '../formats/dn.ts';
import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import type { Principal } from '../records/account.ts';

/** What an account lacks in a zone. */
export interface Lacks {
  readonly readZone: boolean;
  readonly readNames: boolean;
  readonly changeNames: boolean;
  readonly switchZone: boolean;
}

/** One entry of a delegation, as SDDL, with whom it names and what it is for. */
export interface DelegatedAce {
  readonly ace: string;
  readonly principal: Principal;
  readonly reason: string;
}

/** What somebody with WRITE_DAC on the zone has to add to it. */
export interface Delegation {
  readonly zone: string;
  readonly dn: Dn;
  readonly objectGuid: Guid | null;
  readonly aces: readonly DelegatedAce[];
}

/** The zone that a delegation is for. */
export type DelegatedZone = Pick<Delegation, 'zone' | 'dn' | 'objectGuid'>;

/** The delegation that makes up for what `principal` lacks; null when it lacks nothing. */
export function smallestDelegation(
  zone: DelegatedZone,
  principal: Principal,
  lacks: Lacks,
): Delegation | null {
  const { sid } = principal;
  const entries: [ace: string, reason: string][] = [];
  if (lacks.readZone) entries.push([`(A;;RC;;;${sid})`, 'read the access list of the zone']);
  if (lacks.changeNames) {
    entries.push([
      `(OA;CIIO;RCWD;;${SCHEMA_GUIDS.dnsNode};${sid})`,
      'read and change the access lists of its names',
    ]);
  } else if (lacks.readNames) {
    entries.push([`(OA;CIIO;RC;;${SCHEMA_GUIDS.dnsNode};${sid})`, 'read the access lists of its names']);
  }
  if (lacks.switchZone)
    entries.push([`(OA;;WP;${SCHEMA_GUIDS.dNSProperty};;${sid})`, 'change the update mode of the zone']);
  if (entries.length === 0) return null;
  return { ...zone, aces: entries.map(([ace, reason]) => ({ ace, principal, reason })) };
}
