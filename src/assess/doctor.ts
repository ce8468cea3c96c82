/** Judges everything that doctor found out: the connection, who is who, and each zone, with the cure of what fails. */

import type { Principal } from '../records/account.ts';
import type { Check } from './check.ts';
import { checkConnection, type LiveFacts } from './connection-checks.ts';
import { type Delegation, smallestDelegation } from './delegation.ts';
import { checkZone, type ZoneFacts } from './zone-rights.ts';

/** What doctor found out. */
export interface DoctorFacts {
  /** The pinned DC, or the snapshot's file name. */
  readonly server: string;
  /** null offline. */
  readonly live: LiveFacts | null;
  /** The account that a delegation would name; null when its SID is not known. */
  readonly principal: Principal | null;
  /** Computer accounts in the first answer, and whether there are more. */
  readonly computers: { readonly seen: number; readonly complete: boolean };
  readonly dhcpAccounts: readonly FoundAccount[];
  /** Members of DnsUpdateProxy at whatever depth; null when there is no such group. */
  readonly proxyMembers: number | null;
  readonly zones: readonly ZoneFacts[];
  /** Zones that could have been tried. */
  readonly zonesSeen: number;
}

/** A DHCP account as it was named, and what became of looking for it. */
export interface FoundAccount {
  readonly reference: string;
  readonly found: Principal | null;
  /** Why it was not found. */
  readonly reason: string | null;
}

/** A check, and the zone that it is about; null when it is about the place as a whole. */
export interface DoctorCheck extends Check {
  readonly zone: string | null;
}

/** What doctor says. */
export interface Diagnosis {
  readonly checks: readonly DoctorCheck[];
  readonly delegations: readonly Delegation[];
}

/** Judges the facts; checks come in the order in which one depends on the other. */
export function diagnose(facts: DoctorFacts): Diagnosis {
  const place = [
    ...(facts.live === null ? [checkOffline()] : checkConnection(facts.live)),
    checkComputers(facts),
    ...checkDhcpAccounts(facts.dhcpAccounts),
    checkProxy(facts.proxyMembers),
    checkZones(facts),
  ];
  const checks: DoctorCheck[] = place.map((check) => ({ zone: null, ...check }));
  const delegations: Delegation[] = [];
  for (const zone of facts.zones) {
    const judged = checkZone(zone, facts.live !== null);
    checks.push(...judged.checks.map((check) => ({ zone: zone.zone, ...check })));
    if (facts.live === null || facts.principal === null) continue;
    const { dn, objectGuid } = zone;
    const delegation = smallestDelegation({ zone: zone.zone, dn, objectGuid }, facts.principal, judged.lacks);
    if (delegation !== null) delegations.push(delegation);
  }
  return { checks, delegations };
}

function checkOffline(): Check {
  const message = 'a snapshot was read: who holds the zones and what an account may do is not in it';
  return {
    id: 'connection',
    status: 'unknown',
    message,
    cure: 'connect to a domain controller with --server',
  };
}

function checkComputers({ computers: { seen, complete } }: DoctorFacts): Check {
  const id = 'computers';
  if (seen === 0) {
    const message = 'no computer account can be seen, so that no name could be matched to its host';
    const cure = 'let this account list the computers of the domain, or export them too';
    return { id, status: 'fail', message, cure };
  }
  const number = complete ? `${seen}` : `${seen} or more`;
  return { id, status: 'pass', message: `computer accounts can be seen: ${number}`, cure: null };
}

function checkDhcpAccounts(accounts: readonly FoundAccount[]): readonly Check[] {
  const id = 'dhcp-account';
  if (accounts.length === 0) {
    const message = 'the account that DHCP servers use for DNS was not named';
    const cure =
      'name it with --dhcp-account or dhcpAccounts in the configuration, if DHCP servers register names';
    return [{ id, status: 'warn', message, cure }];
  }
  return accounts.map(({ reference, found, reason }) =>
    found !== null
      ? { id, status: 'pass', message: `${reference} is ${found.name ?? found.sid}`, cure: null }
      : {
          id,
          status: 'fail',
          message: reason ?? `${reference} cannot be found`,
          cure: 'name the account that the DHCP servers use',
        },
  );
}

function checkProxy(members: number | null): Check {
  const id = 'dns-update-proxy';
  if (members === null) {
    const message = 'there is no group DnsUpdateProxy: names that its members left open are not told apart';
    const cure = 'nothing, unless the group was renamed or belongs to another domain';
    return { id, status: 'warn', message, cure };
  }
  return { id, status: 'pass', message: `DnsUpdateProxy is there; members: ${members}`, cure: null };
}

function checkZones({ zones, zonesSeen }: DoctorFacts): Check {
  const id = 'zones';
  if (zonesSeen === 0) {
    const message = 'no zone that takes updates can be seen';
    const cure = 'let this account list the DNS partitions, or choose others with --partition';
    return { id, status: 'fail', message, cure };
  }
  if (zones.length === zonesSeen) {
    return { id, status: 'pass', message: `zones that were looked at: ${zonesSeen}`, cure: null };
  }
  const message = `zones that were looked at: ${zones.length} of ${zonesSeen}`;
  return { id, status: 'pass', message, cure: '-z ZONE looks at others' };
}
