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
/** Nothing in upper case, and no dot at the end. */
const IS_HOST_KEY = /^[^A-Z]*[^A-Z.]$/;

/** The fully qualified names of the hosts behind a name: PTR targets in a reverse zone, else the name itself. */
export function hostsOf(node: DnsNode): readonly string[] {
  let targets: Set<string> | null = null;
  for (const { type, data } of node.records) {
    if (type !== DNS_RECORD_TYPES.PTR || data.kind !== 'name') continue;
    targets ??= new Set();
    targets.add(hostKey(data.target));
  }
  if (targets !== null) return [...targets].sort();
  return isReverse(node.zone) ? [] : [hostKey(node.fqdn)];
}

/** The form in which host names are compared; nearly every name of a zone has it already. */
export function hostKey(name: string): string {
  return IS_HOST_KEY.test(name) ? name : normalizeFqdn(name);
}

/** Every host name that an account claims, with how; a name claimed twice keeps the stronger claim. */
export function hostNamesOf(account: Account): ReadonlyMap<string, HostMatch> {
  const names = new Map<string, HostMatch>();
  const claim = (name: string, match: HostMatch): void => {
    if (!name.includes('.')) return;
    const key = hostKey(name);
    if (key.includes('.') && !names.has(key)) names.set(key, match);
  };
  for (const host of account.serviceNames.hosts) claim(host, 'spn');
  if (account.dnsHostName !== null) claim(account.dnsHostName, 'dns-host-name');
  for (const name of account.additionalDnsHostNames) claim(name, 'additional-name');
  return names;
}

/** The sAMAccountName that a computer of this host name would have, in upper case. */
export function samAccountNameFor(host: string): string {
  const dot = host.indexOf('.');
  const length = dot === -1 ? NETBIOS_LENGTH : Math.min(dot, NETBIOS_LENGTH);
  return `${host.slice(0, length).toUpperCase()}$`;
}

/** How `account` matches `host`, or null when it does not. */
export function matchHost(account: Account, host: string): HostMatch | null {
  if (host.includes('.')) {
    const isHost = (name: string | null): boolean => name?.includes('.') === true && hostKey(name) === host;
    if (account.serviceNames.hosts.some(isHost)) return 'spn';
    if (isHost(account.dnsHostName)) return 'dns-host-name';
    if (account.additionalDnsHostNames.some(isHost)) return 'additional-name';
  }
  return account.samAccountName.toUpperCase() === samAccountNameFor(host) ? 'sam-account-name' : null;
}

/** True for a zone below in-addr.arpa or ip6.arpa. */
export function isReverse(zone: string): boolean {
  // Asked several times for each name, and most zones are told by their last letter.
  return (zone.endsWith('a') || zone.endsWith('A')) && /(?:^|\.)(?:in-addr|ip6)\.arpa$/i.test(zone);
}
