/**
 * What the directory says about DHCP around a zone: the servers, the account they register with, and the members of
 * DnsUpdateProxy.
 *
 * The verdicts count on the credential account, so one that cannot sign in stops the switch. Which account a server
 * really uses is kept on that server only; everything else here warns.
 */

import type { Principal } from '../records/account.ts';
import type { AccountFault } from '../records/account-health.ts';
import type { DhcpServer } from '../records/estate.ts';
import type { Check } from './check.ts';

/** A DHCP server with its part in the domain. */
export interface DhcpServerFacts extends DhcpServer {
  readonly isDomainController: boolean;
  readonly isProxy: boolean;
}

/** An account that was named as the one DHCP servers register with. */
export interface CredentialFacts {
  readonly name: string;
  readonly faults: readonly AccountFault[];
  /** False when the directory does not tell whether it is locked, and how old its password is. */
  readonly told: boolean;
  readonly passwordExpires: Date | 'never' | null;
}

/** A member of DnsUpdateProxy, by whatever way. */
export interface ProxyMember {
  readonly name: string;
  readonly kind: Principal['kind'];
  readonly isDomainController: boolean;
  readonly isDhcpServer: boolean;
}

/** What is known of DHCP. */
export interface DhcpFacts {
  /** False for an export without a single DHCP object: it may have left them out. */
  readonly told: boolean;
  readonly servers: readonly DhcpServerFacts[];
  readonly credentials: readonly CredentialFacts[];
  readonly proxies: readonly ProxyMember[];
}

const SET_CREDENTIAL = 'Set-DhcpServerDnsCredential on each DHCP server, and --dhcp-account here';

export function checkDhcp(facts: DhcpFacts): readonly Check[] {
  return [checkServers(facts), checkProxies(facts), checkCredentials(facts)];
}

function checkServers({ told, servers, credentials }: DhcpFacts): Check {
  const id = 'dhcp-servers';
  if (!told) {
    const message = 'the export holds no DHCP server; it may have left CN=NetServices out';
    return {
      id,
      status: 'unknown',
      message,
      cure: 'export CN=NetServices too, or name them with --dhcp-server',
    };
  }
  if (servers.length === 0) {
    const message = 'the directory authorises no DHCP server';
    return { id, status: 'pass', message, cure: null };
  }
  const gone = servers.filter(({ account }) => account === null);
  const onDc = servers.filter(({ isDomainController }) => isDomainController);
  if (gone.length > 0) {
    const words = gone.map(({ name, matches }) => `${name} (computer accounts: ${matches})`).join(', ');
    const cure = 'take dead servers off the list with Remove-DhcpServerInDC';
    return { id, status: 'warn', message: `DHCP servers without one computer account: ${words}`, cure };
  }
  if (onDc.length > 0 && credentials.length === 0) {
    const message = `DHCP runs on a domain controller, which may overwrite every name: ${listOf(onDc)}; no credential account was named`;
    return { id, status: 'warn', message, cure: `there a credential account is a must: ${SET_CREDENTIAL}` };
  }
  const where = onDc.length === 0 ? '' : `; on a domain controller: ${listOf(onDc)}`;
  return { id, status: 'pass', message: `DHCP servers: ${listOf(servers)}${where}`, cure: null };
}

function checkProxies({ servers, proxies }: DhcpFacts): Check {
  const id = 'dns-update-proxy';
  const inside = servers.filter(({ isProxy }) => isProxy);
  const outside = servers.filter(({ isProxy, account }) => !isProxy && account !== null);
  if (proxies.length === 0) {
    return { id, status: 'pass', message: 'DnsUpdateProxy has no members', cure: null };
  }
  const dcs = proxies.filter(({ isDomainController }) => isDomainController);
  const others = proxies.filter(
    ({ isDomainController, isDhcpServer, kind }) => !isDomainController && !isDhcpServer && kind !== 'group',
  );
  const words = [
    dcs.length > 0 && `domain controllers, whose own names are open to everybody then: ${listOf(dcs)}`,
    inside.length > 0 && `DHCP servers: ${listOf(inside)}`,
    others.length > 0 && `others: ${listOf(others)}`,
  ].filter((word) => word !== false);
  const missing = inside.length > 0 && outside.length > 0 ? `; not in it: ${listOf(outside)}` : '';
  const message = `names that members of DnsUpdateProxy register are open to everybody; in it are ${words.join('; ')}${missing}`;
  return {
    id,
    status: 'warn',
    message,
    cure: `empty it once DHCP has a credential account: ${SET_CREDENTIAL}`,
  };
}

function checkCredentials({ told, servers, credentials }: DhcpFacts): Check {
  const id = 'dhcp-account';
  const [first] = credentials;
  if (first === undefined) {
    if (told && servers.length === 0) {
      return { id, status: 'pass', message: 'no DHCP server is known, and no account was named', cure: null };
    }
    const message =
      'no account was named with --dhcp-account; the directory does not hold which one DHCP uses';
    return {
      id,
      status: 'unknown',
      message,
      cure: 'Get-DhcpServerDnsCredential on each DHCP server tells it',
    };
  }
  const faults = credentials.flatMap(({ name, faults }) => faults.map((fault) => ({ name, ...fault })));
  const words = faults.map(({ name, message }) => `${name}: ${message}`).join('; ');
  if (faults.some(({ severity }) => severity === 'stops')) {
    return { id, status: 'fail', message: words, cure: 'mend the account, or name the right one' };
  }
  if (credentials.length > 1) {
    const message = `several accounts were named, ${listOf(credentials)}: what one registers the other cannot change${words === '' ? '' : `; ${words}`}`;
    return {
      id,
      status: 'warn',
      message,
      cure: 'use one account on all DHCP servers, failover partners too',
    };
  }
  if (faults.length > 0) return { id, status: 'warn', message: words, cure: 'mend the account' };
  return healthOf(first);
}

/** Of an account that has no fault as far as is known. */
function healthOf({ name, told, passwordExpires }: CredentialFacts): Check {
  const id = 'dhcp-account';
  if (!told) {
    const message = `${name}: nothing tells whether it is locked, and whether its password is good`;
    const cure = 'ask a directory, or export msDS-User-Account-Control-Computed of it';
    return { id, status: 'unknown', message, cure };
  }
  if (passwordExpires !== 'never') {
    const message = `${name} can sign in, but nothing tells when its password expires`;
    const cure = 'ask a directory, or export msDS-UserPasswordExpiryTimeComputed of it';
    return { id, status: 'unknown', message, cure };
  }
  return { id, status: 'pass', message: `${name} can sign in, and its password never expires`, cure: null };
}

/** @param owners how many dynamic names each DHCP server owns itself */
export function checkDhcpOwners(
  owners: ReadonlyMap<string, number>,
  { credentials }: Pick<DhcpFacts, 'credentials'>,
): Check {
  const id = 'dhcp-owners';
  const words = [...owners]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, names]) => `${name} owns ${names}`)
    .join(', ');
  if (owners.size === 0) {
    return { id, status: 'pass', message: 'no DHCP server owns names itself', cure: null };
  }
  if (credentials.length > 0) {
    const message = `${words}; the account named for DHCP needs a right on them, which the verdicts tell`;
    return { id, status: 'pass', message, cure: null };
  }
  const message =
    owners.size === 1
      ? `${words}, and no other DHCP server, nor its successor, can change them`
      : `${words}, and none can change the names of another: there is no common account`;
  return { id, status: 'warn', message, cure: `give them one account: ${SET_CREDENTIAL}` };
}

function listOf(named: readonly { readonly name: string }[]): string {
  return named
    .map(({ name }) => name)
    .sort()
    .join(', ');
}
