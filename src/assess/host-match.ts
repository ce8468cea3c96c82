/**
 * Which host a name belongs to, and which computer account is that host.
 *
 * In order of trust: service principal name HOST/<fqdn>, dNSHostName, msDS-AdditionalDnsHostName, and last the
 * sAMAccountName made from the first label, which truncation and disjoint suffixes make a guess.
 */

import { normalizeFqdn } from '../formats/dns-name.ts';
import { DNS_RECORD_TYPES } from '../formats/dns-record.ts';
import type { Account } from '../records/account.ts';
import type { DnsNode } from '../records/node.ts';

/** How an account was matched to a host name, strongest first. */
export type HostMatch = 'spn' | 'dns-host-name' | 'additional-name' | 'sam-account-name';

/** NetBIOS names, and so sAMAccountNames of computers, end after this many characters. */
const NETBIOS_LENGTH = 15;
const HOST_SPN = /^host\/([^/:]+)$/i;

/** The fully qualified names of the hosts behind a name: PTR targets in a reverse zone, else the name itself. */
export function hostsOf(node: DnsNode): readonly string[] {
  const targets = node.records
    .filter((record) => record.type === DNS_RECORD_TYPES.PTR && record.data.kind === 'name')
    .map((record) => (record.data.kind === 'name' ? normalizeFqdn(record.data.target) : ''));
  if (targets.length > 0) return [...new Set(targets)].sort();
  return isReverse(node.zone) ? [] : [normalizeFqdn(node.fqdn)];
}

/** Every host name that an account claims, with how; a name claimed twice keeps the stronger claim. */
export function hostNamesOf(account: Account): ReadonlyMap<string, HostMatch> {
  const names = new Map<string, HostMatch>();
  const claim = (name: string, match: HostMatch): void => {
    const key = normalizeFqdn(name);
    if (key.includes('.') && !names.has(key)) names.set(key, match);
  };
  for (const spn of account.servicePrincipalNames) {
    const host = HOST_SPN.exec(spn)?.[1];
    if (host !== undefined) claim(host, 'spn');
  }
  if (account.dnsHostName !== null) claim(account.dnsHostName, 'dns-host-name');
  for (const name of account.additionalDnsHostNames) claim(name, 'additional-name');
  return names;
}

/** The sAMAccountName that a computer of this host name would have, in upper case. */
export function samAccountNameFor(host: string): string {
  const label = host.split('.', 1)[0] ?? '';
  return `${label.slice(0, NETBIOS_LENGTH).toUpperCase()}$`;
}

/** How `account` matches `host`, or null when it does not. */
export function matchHost(account: Account, host: string): HostMatch | null {
  const strong = hostNamesOf(account).get(host);
  if (strong !== undefined) return strong;
  return account.samAccountName.toUpperCase() === samAccountNameFor(host) ? 'sam-account-name' : null;
}

/** True for a zone below in-addr.arpa or ip6.arpa. */
export function isReverse(zone: string): boolean {
  return /(?:^|\.)(?:in-addr|ip6)\.arpa$/i.test(zone);
}
