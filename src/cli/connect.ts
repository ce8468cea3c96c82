/**
 * Opens what the where-options name: a domain controller, one of a domain, or a snapshot, behind the same ports. Of
 * live and offline only the one that is meant is loaded, and what writes only when something is written.
 */

import { existsSync, readFileSync } from 'node:fs';
import type { DescriptorStore, Target } from '../apply/store.ts';
import type { LdapConnection } from '../directory/ldap-connection.ts';
import { UsageError } from '../errors.ts';
import { normalizeFqdn } from '../formats/dns-name.ts';
import type { Inspection } from '../records/inspection.ts';
import type { DirectorySource } from '../records/source.ts';
import { connectToDomain, type Prepared, type Session } from './domain-servers.ts';
import type { Io } from './io.ts';
import type { TalkFlags, WhereFlags } from './options.ts';

/** Something open to read from; `openStore` also opens it for writing. */
export interface Place {
  readonly source: DirectorySource;
  /** Opens the port that tells about the connection itself; null where there is none. */
  inspect(): Promise<Inspection | null>;
  /** Opens the writing port for these names. */
  openStore(targets: readonly Target[]): Promise<DescriptorStore>;
  /** Opens another server of the same domain, one not used before; null where there is no choice. */
  readonly elsewhere: (() => Promise<Place>) | null;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a snapshot or connects and signs in.
 *
 * @param copy the file that changes to a snapshot are written to
 * @throws UsageError when it is not clear where to read, or as whom
 */
export async function openPlace(flags: WhereFlags & TalkFlags, io: Io, copy?: string): Promise<Place> {
  if (flags.snapshot !== undefined) return openSnapshot(flags, flags.snapshot, copy);
  if (copy !== undefined) throw new UsageError('--write-snapshot needs --snapshot', '--write-snapshot');
  return openLive(await connect(flags, io), flags, io);
}

/** Connects to the server that was named, else to one of the domain. */
async function connect(flags: WhereFlags & TalkFlags, io: Io): Promise<Session> {
  if (flags.server !== undefined) {
    if (flags.domain !== undefined)
      throw new UsageError('Use either --server or --domain, not both', '--domain');
    const { openAt, signIn } = await prepareSession({ ...flags, server: flags.server }, io);
    const open = (): Promise<LdapConnection> => openAt({});
    return { connection: await open(), open, signIn, elsewhere: null };
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

async function openLive(session: Session, flags: WhereFlags, io: Io): Promise<Place> {
  const { connection, open, signIn, elsewhere } = session;
  const { createLdapSource } = await import('../directory/ldap-source.ts');
  const patience = { retries: flags.retries, wait: io.sleep };
  const source = createLdapSource(connection, flags.pageSize ?? null, open, patience);
  return {
    source,
    inspect: async () => {
      const { createLdapInspection } = await import('../directory/ldap-inspection.ts');
      return createLdapInspection(connection, { signIn, verified: flags.tlsInsecure !== true });
    },
    openStore: async () => {
      const { createLdapStore } = await import('../directory/ldap-store.ts');
      return createLdapStore(connection, open, io.sleep);
    },
    elsewhere: elsewhere === null ? null : async () => openLive(await elsewhere(), flags, io),
    close: () => source.close(),
  };
}

async function openSnapshot(flags: WhereFlags, file: string, copy: string | undefined): Promise<Place> {
  for (const other of ['server', 'domain'] as const)
    if (flags[other] !== undefined)
      throw new UsageError(`Use either --${other} or --snapshot, not both`, '--snapshot');
  // Told before anybody is asked or a journal is begun; the store itself never overwrites either.
  if (copy !== undefined && existsSync(copy)) {
    const message = `Cannot write the snapshot ${copy}: it exists already; name a new file`;
    throw new UsageError(message, '--write-snapshot');
  }
  const { createSnapshotSource } = await import('../directory/snapshot-source.ts');
  const source = createSnapshotSource(file);
  return {
    source,
    inspect: async () => null,
    openStore: async (targets) => {
      if (copy === undefined) {
        const cure = 'give --write-snapshot NEWFILE, or connect to a directory with --server';
        throw new UsageError(`A snapshot is never changed in place: ${cure}`, '--write-snapshot');
      }
      const { openSnapshotStore } = await import('../directory/snapshot-store.ts');
      return openSnapshotStore(file, copy, targets);
    },
    elsewhere: null,
    close: () => source.close(),
  };
}

/** Settles as whom, asks for the password, and says how to open a session, now and again later. */
async function prepareSession(flags: WhereFlags & { readonly server: string }, io: Io): Promise<Prepared> {
  const { openSession, parseServer } = await import('../directory/ldap-session.ts');
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
    openAt: (server) => openSession({ ...options, ...server }),
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
