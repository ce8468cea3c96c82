/**
 * Who registers a name: the computer itself (case 1), a DHCP server for it (case 2), or nobody can tell.
 *
 * What counts, strongest first: the DHCP servers' own leases; the owner, when it is the host or one of DHCP's
 * accounts; a DHCID record, which only DHCP servers write. The TTL is a habit (900 s of DHCP servers, 1,200 s of
 * Windows clients) and never decides alone. In doubt the case is `unsure` and both are expected.
 */

import { reverseAddressOf } from '../formats/dns-name.ts';
import { DNS_RECORD_TYPES, formatRdata, isStatic } from '../formats/dns-record.ts';
import type { LeaseIndex, LeaseMatch } from '../records/leases.ts';
import { hostsOf, isReverse } from './host-match.ts';
import type { OwnedName, OwnerClass } from './owner-class.ts';

export const CASES = ['computer', 'dhcp', 'unsure', 'none'] as const;

export type Case = (typeof CASES)[number];

/** The case of a name, with what speaks for it in words. */
export interface JudgedCase {
  readonly case: Case;
  readonly evidence: readonly string[];
}

const DHCP_TTL_SECONDS = 900;
const CLIENT_TTL_SECONDS = 1200;

interface TtlEvidence {
  readonly of: 'dhcp' | 'computer';
  readonly words: string;
}

const DHCP_TTL: TtlEvidence = { of: 'dhcp', words: 'its TTL is 900 s, as DHCP servers set it' };
const CLIENT_TTL: TtlEvidence = { of: 'computer', words: 'its TTL is 1200 s, as Windows clients set it' };
const DHCP_OWNERS: ReadonlySet<OwnerClass> = new Set(['dhcp-server', 'dhcp-account', 'proxy']);
const ADDRESS_TYPES: readonly number[] = [DNS_RECORD_TYPES.A, DNS_RECORD_TYPES.AAAA];

/**
 * @param computerFound a computer account was matched to the name
 * @param leases null when no lease list was given; a list that was given is taken as complete
 */
export function judgeCase(name: OwnedName, computerFound: boolean, leases: LeaseIndex | null): JudgedCase {
  if (!name.dynamic && !name.tombstoned) return { case: 'none', evidence: ['it has no dynamic record'] };
  const evidence: string[] = [];
  const lease = leases === null ? null : findLease(name, leases);
  if (lease !== null) evidence.push(leaseWords(lease));
  else if (leases !== null) evidence.push('no DHCP lease has its name or address');
  if (name.owner.class === 'self')
    evidence.push('its owner is the host itself, so the host registered it securely');
  if (DHCP_OWNERS.has(name.owner.class)) evidence.push(`its owner is ${ownerWords(name.owner.class)}`);
  const dhcid = hasDhcid(name);
  if (dhcid) evidence.push('it has a DHCID record, which DHCP servers write');
  const ttl = ttlEvidence(name);
  if (ttl !== null) evidence.push(ttl.words);
  return { case: decide(name, { computerFound, lease, leases, dhcid, ttl: ttl?.of ?? null }), evidence };
}

interface Facts {
  readonly computerFound: boolean;
  readonly lease: LeaseMatch | null;
  readonly leases: LeaseIndex | null;
  readonly dhcid: boolean;
  readonly ttl: 'dhcp' | 'computer' | null;
}

function decide(name: OwnedName, facts: Facts): Case {
  const leased = facts.lease !== null && facts.lease.lease.state !== 'expired';
  const selfOwned = name.owner.class === 'self';
  // A leased address whose name the host owns is registered by both: clients ignore what the server answers.
  if (leased) return selfOwned ? 'unsure' : 'dhcp';
  if (selfOwned) return 'computer';
  if (DHCP_OWNERS.has(name.owner.class) || facts.dhcid) return 'dhcp';
  if (facts.leases !== null && facts.lease === null) return facts.computerFound ? 'computer' : 'none';
  if (!facts.computerFound && facts.ttl === 'dhcp') return 'dhcp';
  return 'unsure';
}

function findLease(name: OwnedName, leases: LeaseIndex): LeaseMatch | null {
  // An emptied reverse name has no target any more, but still spells its address.
  return leases.find(hostsOf(name)[0] ?? name.fqdn, addressesOf(name));
}

/** The addresses that a name stands for: its A and AAAA records, or the address that a reverse name spells. */
export function addressesOf(name: Pick<OwnedName, 'zone' | 'fqdn' | 'records'>): readonly string[] {
  if (isReverse(name.zone)) {
    const address = reverseAddressOf(name.fqdn);
    return address === null ? [] : [address];
  }
  return name.records.filter((record) => ADDRESS_TYPES.includes(record.type)).map(formatRdata);
}

/** True when the name has a DHCID record. RFC 4701 */
export function hasDhcid({ records }: Pick<OwnedName, 'records'>): boolean {
  for (const { type } of records) if (type === DNS_RECORD_TYPES.DHCID) return true;
  return false;
}

function ttlEvidence({ records }: OwnedName): TtlEvidence | null {
  let found: TtlEvidence | null = null;
  for (const record of records) {
    if (isStatic(record)) continue;
    if (record.ttlSeconds === DHCP_TTL_SECONDS) return DHCP_TTL;
    if (record.ttlSeconds === CLIENT_TTL_SECONDS) found = CLIENT_TTL;
  }
  return found;
}

function leaseWords({ lease, by }: LeaseMatch): string {
  const what =
    lease.state === 'expired'
      ? 'an expired DHCP lease'
      : lease.state === 'active'
        ? 'a DHCP lease'
        : 'a DHCP reservation';
  const how =
    by === 'name-and-address' ? 'its name and address' : by === 'address' ? 'its address' : 'its name';
  return `${what} has ${how}`;
}

function ownerWords(ownerClass: OwnerClass): string {
  if (ownerClass === 'dhcp-server') return 'a DHCP server';
  return ownerClass === 'proxy' ? 'a member of DnsUpdateProxy' : 'the DHCP account';
}
