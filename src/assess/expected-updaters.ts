/**
 * Who should be able to update a name after the switch: the computer it belongs to (case 1) and the account that DHCP
 * servers use (case 2); in doubt both. design.md 1
 */

import { type Account, type Principal, principalOf } from '../records/account.ts';
import type { Estate } from '../records/estate.ts';
import type { DnsNode } from '../records/node.ts';
import type { Token } from './access-check.ts';
import type { ComputerIndex, MatchedComputer } from './computer-index.ts';
import { type HostMatch, hostsOf } from './host-match.ts';
import { tokenOf, tokenOfSid } from './token.ts';

export type Because = 'computer' | 'dhcp-account' | 'named';

/** A principal that should be able to update the name, with the reason in words. */
export interface ExpectedUpdater {
  readonly principal: Principal;
  readonly because: Because;
  readonly reason: string;
  readonly token: Token;
}

/** The expected updaters of one name, and what kept a computer from being among them. */
export interface Expectation {
  readonly updaters: readonly ExpectedUpdater[];
  /** Several accounts claim the same host: listed, never picked. */
  readonly ambiguous: readonly MatchedComputer[];
}

const MATCH_WORDS: Readonly<Record<HostMatch, string>> = Object.freeze({
  spn: 'its SPN HOST names this host',
  'dns-host-name': 'its dNSHostName is this host',
  'additional-name': 'its additional DNS host name is this host',
  'sam-account-name': 'weak match: only its account name fits this host',
});

/** The computers of a name by their host names, and every DHCP account that the user named. */
export function expectUpdaters(node: DnsNode, computers: ComputerIndex, estate: Estate): Expectation {
  const updaters = new Map<string, ExpectedUpdater>();
  const ambiguous: MatchedComputer[] = [];
  for (const host of hostsOf(node)) {
    const matches = computers.find(host);
    const [only] = matches;
    if (only !== undefined && matches.length === 1) updaters.set(only.account.sid, fromComputer(only));
    else ambiguous.push(...matches);
  }
  for (const principal of estate.dhcpAccounts) {
    if (!updaters.has(principal.sid)) updaters.set(principal.sid, fromDhcpAccount(principal));
  }
  return { updaters: [...updaters.values()], ambiguous };
}

/** The expected updater that a matched computer makes. */
export function fromComputer(match: MatchedComputer): ExpectedUpdater {
  return {
    principal: principalOf(match.account),
    because: 'computer',
    reason: `computer account: ${MATCH_WORDS[match.match]}`,
    token: tokenOf(match.account),
  };
}

/** The expected updater that a DHCP credential account makes. */
export function fromDhcpAccount(principal: Principal): ExpectedUpdater {
  return {
    principal,
    because: 'dhcp-account',
    reason: 'the account that DHCP servers use for DNS',
    token: tokenOfSid(principal.sid),
  };
}

/** The expected updater that the user named in line `line` of a CSV file; `account` when the directory has one. */
export function fromNamed(principal: Principal, account: Account | null, line: number): ExpectedUpdater {
  return {
    principal,
    because: 'named',
    reason: `named in line ${line} of the CSV file`,
    token: account === null ? tokenOfSid(principal.sid) : tokenOf(account),
  };
}
