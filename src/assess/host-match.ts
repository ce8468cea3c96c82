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

/** Calls `claim` for every host name that an account claims, the stronger claims first; some come more than once. */
export function eachHostName(account: Account, claim: (host: string, match: HostMatch) => void): void {
  for (const name of account.serviceNames.hosts) claimFull(name, 'spn', claim);
  if (account.dnsHostName !== null) claimFull(account.dnsHostName, 'dns-host-name', claim);
  for (const name of account.additionalDnsHostNames) claimFull(name, 'additional-name', claim);
}

function claimFull(name: string, match: HostMatch, claim: (host: string, match: HostMatch) => void): void {
  if (!name.includes('.')) return;
  const host = hostKey(name);
  if (host.includes('.')) claim(host, match);
}

/** The start of a host's sAMAccountName, before the `$`, in small letters. */
export function samAccountStem(host: string): string {
  const dot = host.indexOf('.');
  return host.slice(0, dot === -1 ? NETBIOS_LENGTH : Math.min(dot, NETBIOS_LENGTH)).toLowerCase();
}

/** How `account` matches `host`, or null when it does not. */
export function matchHost(account: Account, host: string): HostMatch | null {
  if (host.includes('.')) {
    const isHost = (name: string | null): boolean => name?.includes('.') === true && hostKey(name) === host;
    if (account.serviceNames.hosts.some(isHost)) return 'spn';
    if (isHost(account.dnsHostName)) return 'dns-host-name';
    if (account.additionalDnsHostNames.some(isHost)) return 'additional-name';
  }
  return stemOf(account) === samAccountStem(host) ? 'sam-account-name' : null;
}

/** What stands before the `$` of a computer's sAMAccountName, in small letters; null when it has none at its end. */
export function stemOf({ samAccountName }: Account): string | null {
  return samAccountName.endsWith('$') ? samAccountName.slice(0, -1).toLowerCase() : null;
}

/** True for a zone below in-addr.arpa or ip6.arpa. */
export function isReverse(zone: string): boolean {
  // Asked several times for each name, and most zones are told by their last letter.
  return (zone.endsWith('a') || zone.endsWith('A')) && /(?:^|\.)(?:in-addr|ip6)\.arpa$/i.test(zone);
}
