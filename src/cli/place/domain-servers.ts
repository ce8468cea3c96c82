/**
 * Connects to a domain whose servers nobody named: finds one that answers and keeps to it. The first that lets itself
 * be connected to is pinned: every further connection of the run goes to the same one, at the same address.
 */

import type { LocatedServer } from '../../directory/locate/locate-server.ts';
import { DirectoryError, type DirectoryFault } from '../../errors.ts';
import { normalizeFqdn } from '../../formats/dns-name.ts';
import { safeForTerminal } from '../../report/safe-text.ts';
import type { Io } from '../io.ts';
import type { TalkFlags, WhereFlags } from '../options.ts';
import { type Prepared, type Session, sessionOf } from './session-kinds.ts';
import { signInWay } from './sign-in.ts';

/** Of a server with one of these the next may do better; what says no to us would say so anywhere. */
const FAULTS_OF_ONE_SERVER: readonly DirectoryFault[] = ['unreachable', 'tls', 'busy'];
const REASONS_TOLD = 5;

/**
 * Connects to the domain controller of `domain` that serves this machine best.
 *
 * @param prepare settles as whom to sign in, once, when the first server has answered
 * @throws DirectoryError `unreachable` when no server of the domain can be used, else as signing in fails
 */
export async function connectToDomain(
  domain: string,
  flags: WhereFlags & TalkFlags,
  io: Io,
  prepare: (host: string) => Promise<Prepared>,
): Promise<Session> {
  const find = await createFinder(domain, flags, io);
  const avoid = new Set<string>();
  let prepared: Prepared | null = null;
  const connect = async (): Promise<Session> => {
    const skipped: string[] = [];
    const onSkip = (host: string, reason: string): void => {
      skipped.push(reason);
      if (flags.verbose === true) io.err(`${safeForTerminal(`Skipped ${host}: ${reason}`)}\n`);
    };
    for await (const server of find(avoid, onSkip)) {
      prepared ??= await prepare(server.host);
      const { host, address } = server;
      avoid.add(host);
      try {
        const session = await sessionOf(prepared, { host, address }, connect);
        if (flags.quiet !== true) io.err(`${safeForTerminal(choiceText(server, domain))}\n`);
        return session;
      } catch (error) {
        if (!(error instanceof DirectoryError) || !FAULTS_OF_ONE_SERVER.includes(error.fault)) throw error;
        onSkip(host, error.message);
      }
    }
    throw noServer(domain, skipped);
  };
  return connect();
}

/** The host names that DNS has for the domain controllers of a domain; when it has none, its own name stands for them. */
export async function namedServers(domain: string, io: Io): Promise<readonly string[]> {
  const { DnsClient } = await import('../../directory/locate/dns-client.ts');
  const { orderSrv } = await import('../../directory/locate/srv-records.ts');
  const name = normalizeFqdn(domain);
  try {
    const { records } = await new DnsClient(io.dnsServers(), io.random).srv(`_ldap._tcp.dc._msdcs.${name}`);
    const targets = orderSrv(records, io.random).flat();
    // As in locate-server.ts: a forged name outside of the domain could have a certificate of its own.
    const hosts = targets
      .map(({ target }) => normalizeFqdn(target))
      .filter((host) => host.endsWith(`.${name}`));
    return hosts.length > 0 ? hosts : [name];
  } catch (error) {
    if (error instanceof DirectoryError) return [name];
    throw error;
  }
}

type Find = (
  avoid: ReadonlySet<string>,
  onSkip: (host: string, reason: string) => void,
) => AsyncIterable<LocatedServer>;

async function createFinder(domain: string, flags: WhereFlags, io: Io): Promise<Find> {
  const { DnsClient } = await import('../../directory/locate/dns-client.ts');
  const { pingServer } = await import('../../directory/locate/ldap-ping.ts');
  const { parseServer } = await import('../../directory/ldap/ldap-session.ts');
  const { locateServers } = await import('../../directory/locate/locate-server.ts');
  const { port, tls } = parseServer(domain, flags.tls ?? null, signInWay(flags) === 'kerberos');
  const transport = { port, tls, caFile: flags.ca ?? null, insecure: flags.tlsInsecure === true };
  return (avoid, onSkip) =>
    locateServers({
      domain,
      dns: new DnsClient(io.dnsServers(), io.random),
      ping: (target, signal) => pingServer(target, { transport }, signal),
      random: io.random,
      avoid,
      onSkip,
    });
}

function choiceText({ host, site }: LocatedServer, domain: string): string {
  return `Using ${host}, found for the domain ${domain}${site === null ? '' : `, site ${site}`}`;
}

function noServer(domain: string, skipped: readonly string[]): DirectoryError {
  const more = skipped.length - REASONS_TOLD;
  const told = [...skipped.slice(0, REASONS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])];
  const reasons = told.length === 0 ? '' : `\n${told.map((reason) => `  ${reason}`).join('\n')}`;
  const message = `Cannot use any domain controller of ${domain}; name one with --server HOST${reasons}`;
  return new DirectoryError('unreachable', message, { operation: 'find a domain controller' });
}
