/**
 * Connects and signs in: to the server that was named, else to one of the domain that was named, else to one of the
 * domain that this machine belongs to.
 */

import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { normalizeFqdn } from '../formats/dns-name.ts';
import { connectToDomain } from './domain-servers.ts';
import type { Io } from './io.ts';
import type { TalkFlags, WhereFlags } from './options.ts';
import { type Prepared, type Session, sessionOf } from './session-kinds.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws UsageError when it is not clear where to connect, or as whom */
export async function connect(flags: WhereFlags & TalkFlags, io: Io): Promise<Session> {
  if (flags.server !== undefined) {
    if (flags.domain !== undefined)
      throw new UsageError('Use either --server or --domain, not both', '--domain');
    return sessionOf(await prepareSession({ ...flags, server: flags.server }, io), {}, null);
  }
  const domain = flags.domain ?? (await io.machineDomain());
  if (domain === null) {
    throw new UsageError(
      'Where to? Give --server HOST for a domain controller, --domain FQDN, or --snapshot FILE',
      '--server',
    );
  }
  return connectToDomain(normalizeFqdn(domain), flags, io, (server) =>
    prepareSession({ ...flags, server }, io),
  );
}

/** Settles as whom, asks for the password, and says how to open a session, now and again later. */
async function prepareSession(flags: WhereFlags & { readonly server: string }, io: Io): Promise<Prepared> {
  const { catalogPort, openSession, parseServer, usualPort } = await import('../directory/ldap-session.ts');
  const address = parseServer(flags.server, flags.tls ?? null);
  if (flags.user === undefined) {
    throw new UsageError('As whom? Give --user NAME; the password is asked for', '--user');
  }
  if (flags.tlsInsecure === true) {
    io.err('WARNING: --tls-insecure: the server is not verified; whoever answers gets the password\n');
  }
  // Before the password is even asked for: there is no way in which it could be sent.
  if (address.tls === 'off') {
    const cure = 'use --tls ldaps or --tls starttls';
    throw new UsageError(`Refused to send a password over an unprotected connection; ${cure}`, '--tls');
  }
  const password = await readPassword(flags, io);
  const options = {
    ...address,
    caFile: flags.ca ?? null,
    insecure: flags.tlsInsecure === true,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    timeoutMs: flags.timeout * 1000,
    readOnly: flags.readOnly === true,
    credentials: { kind: 'simple', user: flags.user, password } as const,
  };
  return {
    openAt: ({ service, ...target }) => {
      // A port that was named belongs to the server that was named with it.
      const isOther = target.host !== undefined && target.host !== address.host;
      const directoryPort = isOther ? usualPort(address.tls) : address.port;
      const port = service === 'catalog' ? catalogPort(address.tls) : directoryPort;
      return openSession({ ...options, ...target, port });
    },
    signIn: `${options.credentials.kind} bind`,
  };
}

/** The password from its file, standard input, the environment, or the terminal; never from the command line. */
async function readPassword(flags: WhereFlags, io: Io): Promise<string> {
  if (flags.passwordFile !== undefined) return firstLine(readFile(flags.passwordFile));
  if (flags.passwordStdin === true) return firstLine(await io.readStdin());
  const fromEnvironment = io.env.DNSACL_PASSWORD;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (!io.stdinIsTerminal) {
    const ways = '--password-file FILE, --password-stdin or the variable DNSACL_PASSWORD';
    throw new UsageError(`No password: there is no terminal to ask on; use ${ways}`, '--password-file');
  }
  return io.ask(`Password for ${flags.user}: `, { hidden: true });
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `Cannot read the password file ${file}: ${(error as Error).message}`;
    throw new UsageError(message, '--password-file', { cause: error });
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
