/**
 * Who should be able to update a name after the switch: the computer it belongs to (case 1), the account that DHCP
 * servers use (case 2), in doubt both; the cluster of a clustered name; and whom the configuration names.
 */

import type { Sid } from '../formats/sid.ts';
import { type Account, type Principal, principalOf } from '../records/account.ts';
import type { Estate } from '../records/estate.ts';
import type { Memberships } from '../records/group-book.ts';
import type { DnsNode } from '../records/node.ts';
import type { PrincipalBook } from '../records/principal-book.ts';
import type { Token } from './access-check.ts';
import type { Case } from './case.ts';
import type { ComputerIndex, MatchedComputer } from './computer-index.ts';
import { type HostMatch, hostsOf } from './host-match.ts';
import type { OwnedName, OwnerClass } from './owner-class.ts';
import { tokenOf, tokenOfSid } from './token.ts';

/** Why a principal is expected. `named`: a CSV row or `why --as` names it. */
export type Because = 'computer' | 'dhcp-account' | 'cluster' | 'config' | 'owner' | 'named';

/** A principal that should be able to update the name, with the reason in words. */
export interface ExpectedUpdater {
  readonly principal: Principal;
  readonly because: Because;
  readonly reason: string;
  readonly token: Token;
}

/** The computers behind a name. */
export interface ComputerMatch {
  /** Lower case, fully qualified; several for a reverse name with several targets. */
  readonly hosts: readonly string[];
  readonly computers: readonly MatchedComputer[];
  /** Several accounts claim the same host: listed, never picked. */
  readonly ambiguous: readonly MatchedComputer[];
}

/** A principal that the configuration expects on the names it lists. */
export interface ExtraUpdater {
  readonly matches: (node: DnsNode) => boolean;
  readonly principal: Principal;
  readonly reason: string;
}

/** What has to be known to say who is expected. */
export interface ExpectationContext {
  readonly estate: Estate;
  readonly book: PrincipalBook;
  readonly groups: Memberships;
  /** The cluster name objects that register the name of a virtual computer object, by its SID. */
  readonly clusters: ReadonlyMap<Sid, readonly Account[]>;
  readonly extras: readonly ExtraUpdater[];
}

const MATCH_WORDS: Readonly<Record<HostMatch, string>> = {
  spn: 'computer account: its SPN HOST names this host',
  'dns-host-name': 'computer account: its dNSHostName is this host',
  'additional-name': 'computer account: its additional DNS host name is this host',
  'sam-account-name': 'computer account: weak match: only its account name fits this host',
};

const NO_COMPUTERS: readonly MatchedComputer[] = [];
const NO_UPDATERS: readonly ExpectedUpdater[] = [];

/** Owners that register for themselves or for others when no computer and no DHCP account is known. */
const REGISTERING_OWNERS: ReadonlySet<OwnerClass> = new Set(['dhcp-server', 'proxy', 'computer', 'other']);

/** The computer accounts of a name, by its host names. */
export function matchComputers(node: DnsNode, computers: ComputerIndex): ComputerMatch {
  const hosts = hostsOf(node);
  const [host] = hosts;
  if (host !== undefined && hosts.length === 1) {
    const found = computers.find(host);
    return found.length > 1
      ? { hosts, computers: NO_COMPUTERS, ambiguous: found }
      : { hosts, computers: found, ambiguous: NO_COMPUTERS };
  }
  const matched: MatchedComputer[] = [];
  const ambiguous: MatchedComputer[] = [];
  for (const each of hosts) {
    const found = computers.find(each);
    if (found.length > 1) ambiguous.push(...found);
    else matched.push(...found);
  }
  return { hosts, computers: matched, ambiguous };
}

/**
 * The expected updaters of a name, each once, the computers first.
 *
 * The case decides between computer and DHCP account. A name without a computer whose owner is some other account was
 * registered by that account, so it is the one to go on. What is left empty falls back to what there is.
 */
export function expectUpdaters(
  name: OwnedName,
  judged: Case,
  match: ComputerMatch,
  context: ExpectationContext,
): readonly ExpectedUpdater[] {
  const found: ExpectedUpdater[] = [];
  const computers = fromComputers(match.computers, context);
  const dhcp = fromDhcpAccounts(context);
  const owner = fromOwner(name, context);
  if (judged === 'computer' || judged === 'unsure') addNew(found, computers);
  if (judged === 'unsure' && computers.length === 0) addNew(found, owner);
  if (judged === 'dhcp' || (judged === 'unsure' && (computers.length > 0 || owner.length === 0)))
    addNew(found, dhcp);
  if (judged === 'dhcp' && dhcp.length === 0)
    addNew(found, owner.length > 0 ? owner : fromDhcpServers(context));
  if (judged !== 'none' && found.length === 0) addNew(found, computers);
  for (const extra of context.extras) if (extra.matches(name)) addNew(found, [fromConfig(extra, context)]);
  return found;
}

/** Adds those whom none of `found` is. */
function addNew(found: ExpectedUpdater[], updaters: readonly ExpectedUpdater[]): void {
  for (const updater of updaters) {
    const { sid } = updater.principal;
    if (!found.some(({ principal }) => principal.sid === sid)) found.push(updater);
  }
}

function fromComputers(
  computers: readonly MatchedComputer[],
  context: ExpectationContext,
): readonly ExpectedUpdater[] {
  const [only] = computers;
  if (only === undefined) return NO_UPDATERS;
  if (computers.length === 1) return fromComputer(only, context);
  return computers.flatMap((matched) => fromComputer(matched, context));
}

/** The expected updaters that a matched computer makes: itself, and the cluster that registers its name. */
export function fromComputer(
  match: MatchedComputer,
  context: Pick<ExpectationContext, 'clusters' | 'groups'>,
): readonly ExpectedUpdater[] {
  const { account } = match;
  const computer: ExpectedUpdater = {
    principal: principalOf(account),
    because: 'computer',
    reason: MATCH_WORDS[match.match],
    token: tokenOf(account, context.groups),
  };
  const registering = context.clusters.get(account.sid);
  if (registering === undefined) return [computer];
  const clusters = registering.map((cluster) => ({
    principal: principalOf(cluster),
    because: 'cluster' as const,
    reason: `the cluster that registers ${account.name}`,
    token: tokenOf(cluster, context.groups),
  }));
  return [computer, ...clusters];
}

/** The expected updater that a DHCP credential account makes. */
export function fromDhcpAccount(
  principal: Principal,
  context: Pick<ExpectationContext, 'book' | 'groups'>,
): ExpectedUpdater {
  const reason = 'the account that DHCP servers use for DNS';
  return { principal, because: 'dhcp-account', reason, token: tokenOfPrincipal(principal, context) };
}

/** They are expected on most names of a zone and the same on each, so one list serves a whole audit. */
const dhcpUpdaters = new WeakMap<ExpectationContext, readonly ExpectedUpdater[]>();

function fromDhcpAccounts(context: ExpectationContext): readonly ExpectedUpdater[] {
  let updaters = dhcpUpdaters.get(context);
  if (updaters === undefined) {
    updaters = context.estate.dhcpAccounts.map((principal) => fromDhcpAccount(principal, context));
    dhcpUpdaters.set(context, updaters);
  }
  return updaters;
}

/** Without an account of their own DHCP servers register as the computers they are. */
function fromDhcpServers(context: ExpectationContext): readonly ExpectedUpdater[] {
  const reason = 'a DHCP server; no account that it registers with was named';
  return [...context.estate.dhcpServerSids].map((sid) => {
    const principal = context.book.principal(sid);
    return { principal, because: 'dhcp-account', reason, token: tokenOfPrincipal(principal, context) };
  });
}

/** The expected updater that somebody named, with how. */
export function fromNamed(
  principal: Principal,
  reason: string,
  context: Pick<ExpectationContext, 'book' | 'groups'>,
): ExpectedUpdater {
  return { principal, because: 'named', reason, token: tokenOfPrincipal(principal, context) };
}

function fromOwner(name: OwnedName, context: ExpectationContext): readonly ExpectedUpdater[] {
  const { sid, class: ownerClass } = name.owner;
  if (sid === null || !REGISTERING_OWNERS.has(ownerClass)) return NO_UPDATERS;
  const principal = context.book.principal(sid);
  const reason = 'it owns the name, so it registered it';
  return [{ principal, because: 'owner', reason, token: tokenOfPrincipal(principal, context) }];
}

function fromConfig(extra: ExtraUpdater, context: ExpectationContext): ExpectedUpdater {
  const { principal, reason } = extra;
  return { principal, because: 'config', reason, token: tokenOfPrincipal(principal, context) };
}

function tokenOfPrincipal(
  principal: Principal,
  { book, groups }: Pick<ExpectationContext, 'book' | 'groups'>,
): Token {
  const account = book.account(principal.sid);
  return account === null ? tokenOfSid(principal.sid) : tokenOf(account, groups);
}
