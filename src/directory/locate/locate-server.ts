/**
 * Finds the domain controllers of a domain: those that its SRV records name, of each priority first, the ones of the
 * client's own site before all others. [MS-ADTS] 6.3.2.3 and 6.3.6, RFC 2782
 *
 * A few are pinged at once, and whichever answers first comes first. The site is not configured anywhere on a client:
 * the first answer tells it, and whether that server is in it; if not, the servers of the site are asked before it.
 *
 * DNS can be forged, and a forged name can have a valid certificate of its own. So only names within the domain are
 * used, which nobody else gets a certificate for.
 */

import { DirectoryError } from '../../errors.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import type { DnsClient, SrvAnswer } from './dns-client.ts';
import type { PingTarget } from './ldap-ping.ts';
import { NETLOGON_FLAGS, type NetlogonAnswer } from './netlogon-answer.ts';
import { orderSrv } from './srv-records.ts';

/** A domain controller that answered. */
export interface LocatedServer {
  /** Its name, which its certificate and its Kerberos principal must hold. */
  readonly host: string;
  /** The IP address at which it answered. */
  readonly address: string;
  /** Its site; null when it did not tell. */
  readonly site: string | null;
}

export interface LocateOptions {
  /** FQDN of the domain. */
  readonly domain: string;
  readonly dns: Pick<DnsClient, 'srv' | 'addresses'>;
  /** Asks one server; rejects with a DirectoryError when it is of no use. */
  ping(target: PingTarget, signal: AbortSignal): Promise<NetlogonAnswer | null>;
  /** From 0 to below 1. */
  random(): number;
  /** Hosts that are not asked, in the spelling of `LocatedServer.host`. */
  readonly avoid: ReadonlySet<string>;
  /** Told of each server that is of no use. */
  onSkip(host: string, reason: string): void;
}

interface Answered extends LocatedServer {
  readonly answer: NetlogonAnswer | null;
}

const PINGS_AT_ONCE = 3;

/**
 * Yields the domain controllers that answer, the one to use first; each is asked only when it is needed.
 *
 * @throws DirectoryError `unreachable` when DNS does not answer, or knows of no domain controller
 */
export async function* locateServers(options: LocateOptions): AsyncGenerator<LocatedServer, void> {
  const { domain, dns } = options;
  const all = await dns.srv(`_ldap._tcp.dc._msdcs.${domain}`);
  if (all.records.length === 0) throw nothingInDns(domain);
  const settled = new Set(options.avoid);
  const first = await firstOf(pingAll(all, settled, options));
  if (first === null) return;
  const site = siteToPrefer(first);
  if (site !== null) {
    yield* pingAll(await dns.srv(`_ldap._tcp.${site}._sites.dc._msdcs.${domain}`), settled, options);
  }
  yield first;
  yield* pingAll(all, settled, options);
}

/** Ends what comes after it: those that are still being asked by then are asked again, in their site's turn. */
async function firstOf<T>(items: AsyncGenerator<T, void>): Promise<T | null> {
  for await (const item of items) return item;
  return null;
}

/** The client's site, when this server is of another. */
function siteToPrefer({ answer }: Answered): string | null {
  if (answer === null || (answer.flags & NETLOGON_FLAGS.closest) !== 0) return null;
  return answer.clientSite;
}

/** @param settled the hosts that have answered or failed; one that is only being asked may be asked besides */
async function* pingAll(
  srv: SrvAnswer,
  settled: Set<string>,
  options: LocateOptions,
): AsyncGenerator<Answered, void> {
  for (const group of orderSrv(srv.records, options.random)) {
    const hosts = group.map(({ target }) => normalizeFqdn(target));
    yield* firstAnswers(hosts, async (host, signal) => {
      if (settled.has(host)) return null;
      const found = await askHost(host, srv, options, signal).catch(asUseless);
      if (signal.aborted || settled.has(host)) return null;
      settled.add(host);
      if (!(found instanceof DirectoryError)) return found;
      options.onSkip(host, found.message);
      return null;
    });
  }
}

/** Asks a server at all of its addresses. */
async function askHost(
  host: string,
  { addresses }: SrvAnswer,
  { domain, dns, ping }: LocateOptions,
  signal: AbortSignal,
): Promise<Answered> {
  if (!host.endsWith(`.${normalizeFqdn(domain)}`)) {
    throw useless(`Cannot trust ${host}: its name lies outside of ${domain}; give --server to use it`);
  }
  const known = addresses.get(host) ?? (await dns.addresses(host));
  if (known.length === 0) throw useless(`Cannot use ${host}: its name does not resolve`);
  const attempts = known.map(async (address) => {
    const answer = await ping({ domain, host, address }, signal);
    return { host, address, site: answer?.site ?? null, answer };
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw (error as AggregateError).errors[0];
  }
}

/** Works on a few items at once and yields what comes of them as it comes; null is nothing. */
async function* firstAnswers<T>(
  items: readonly string[],
  work: (item: string, signal: AbortSignal) => Promise<T | null>,
): AsyncGenerator<T, void> {
  const waiting = [...items];
  const running = new Map<string, Promise<{ readonly item: string; readonly result: T | null }>>();
  const end = new AbortController();
  try {
    for (;;) {
      for (const item of waiting.splice(0, PINGS_AT_ONCE - running.size)) {
        const attempt = work(item, end.signal).then((result) => ({ item, result }));
        // One that fails when nobody waits for it any more must not end the process.
        attempt.catch(() => {});
        running.set(item, attempt);
      }
      if (running.size === 0) return;
      const { item, result } = await Promise.race(running.values());
      running.delete(item);
      if (result !== null) yield result;
    }
  } finally {
    end.abort();
  }
}

/** @throws whatever says nothing about the server */
function asUseless(error: unknown): DirectoryError {
  if (error instanceof DirectoryError) return error;
  throw error;
}

function nothingInDns(domain: string): DirectoryError {
  return useless(
    `Cannot find a domain controller of ${domain}: DNS has no record _ldap._tcp.dc._msdcs.${domain}; ` +
      "check the name, ask the domain's own DNS servers, or give --server HOST",
  );
}

function useless(message: string): DirectoryError {
  return new DirectoryError('unreachable', message, { operation: 'find a domain controller' });
}
