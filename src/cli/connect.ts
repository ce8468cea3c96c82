/**
 * Opens what the where-options name: a domain controller or a snapshot, behind the same ports. Of the two only the
 * one that is named is loaded, and what writes only when something is written.
 */

import { existsSync, readFileSync } from 'node:fs';
import type { DescriptorReader, DescriptorStore, Target } from '../apply/store.ts';
import type { DomainController } from '../directory/domain-controllers.ts';
import type { Forest } from '../directory/forest-source.ts';
import type { LdapConnection } from '../directory/ldap-connection.ts';
import { UsageError } from '../errors.ts';
import type { DirectorySource } from '../records/source.ts';
import type { Io } from './io.ts';
import type { WhereFlags } from './options.ts';

/** Something open to read from; `openStore` also opens it for writing. */
export interface Place {
  readonly source: DirectorySource;
  /** Who these names are written on, as shown to people. */
  serversOf(targets: readonly Target[]): Promise<readonly string[]>;
  /** Opens the writing port for these names. */
  openStore(targets: readonly Target[]): Promise<DescriptorStore>;
  /**
   * Opens a domain controller for reading single descriptors, signed in and protected as here.
   *
   * @param hostName another one of the forest; null for another connection to the one at hand
   */
  openReader(hostName: string | null): Promise<DescriptorReader>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a snapshot or connects and signs in.
 *
 * @param copy the file that changes to a snapshot are written to
 * @throws UsageError when it is not clear where to read, or as whom
 */
export async function openPlace(flags: WhereFlags, io: Io, copy?: string): Promise<Place> {
  if (flags.snapshot !== undefined) return openSnapshot(flags, flags.snapshot, copy);
  if (copy !== undefined) throw new UsageError('--write-snapshot needs --snapshot', '--write-snapshot');
  const open = await prepareSession(flags, io);
  const { source, serversOf, openStore } = await openForest(flags, io, open);
  return {
    source,
    serversOf,
    openStore,
    openReader: async (hostName) => {
      const { createLdapReader } = await import('../directory/ldap-store.ts');
      return createLdapReader(await open(hostName));
    },
    close: () => source.close(),
  };
}

/** Connects to the server that was named; to further ones only when something is asked that it does not hold. */
async function openForest(flags: WhereFlags, io: Io, open: OpenSession): Promise<Forest> {
  const { createForest } = await import('../directory/forest-source.ts');
  const { createGlobalCatalog } = await import('../directory/global-catalog.ts');
  const { createLdapSource } = await import('../directory/ldap-source.ts');
  const connect = async (hostName: string | null): Promise<DomainController> => {
    const connection = await open(hostName);
    const reopen = () => open(hostName);
    return {
      source: createLdapSource(connection, flags.pageSize ?? null, reopen),
      openStore: async () => {
        const { createLdapStore } = await import('../directory/ldap-store.ts');
        return createLdapStore(connection, reopen, io.sleep);
      },
    };
  };
  return createForest({
    pinned: await connect(null),
    connect,
    // Every server of a domain has an address record for the domain's own name.
    findServers: async ({ dnsName }) => [dnsName],
    catalog: createGlobalCatalog(() => open(null, 'catalog')),
    wholeForest: flags.forest === true,
  });
}

async function openSnapshot(flags: WhereFlags, file: string, copy: string | undefined): Promise<Place> {
  if (flags.server !== undefined)
    throw new UsageError('Use either --server or --snapshot, not both', '--snapshot');
  if (flags.forest === true) {
    const message =
      '--forest asks the domains of a directory; a snapshot is read as far as it goes without it';
    throw new UsageError(message, '--forest');
  }
  // Told before anybody is asked or a journal is begun; the store itself never overwrites either.
  if (copy !== undefined && existsSync(copy)) {
    const message = `Cannot write the snapshot ${copy}: it exists already; name a new file`;
    throw new UsageError(message, '--write-snapshot');
  }
  const { createSnapshotSource } = await import('../directory/snapshot-source.ts');
  const source = createSnapshotSource(file);
  return {
    source,
    serversOf: async () => [(await source.describe()).server],
    openStore: async (targets) => {
      if (copy === undefined) {
        const cure = 'give --write-snapshot NEWFILE, or connect to a directory with --server';
        throw new UsageError(`A snapshot is never changed in place: ${cure}`, '--write-snapshot');
      }
      const { openSnapshotStore } = await import('../directory/snapshot-store.ts');
      return openSnapshotStore(file, copy, targets);
    },
    openReader: async () => {
      throw new UsageError(`${file} is a snapshot: it has no domain controllers to ask`, '--snapshot');
    },
    close: () => source.close(),
  };
}

/** Opens a session with the server that was named or, in the same way, with another one. */
type OpenSession = (otherHost?: string | null, service?: 'directory' | 'catalog') => Promise<LdapConnection>;

/** Settles where and as whom, asks for the password, and returns how to open a session, now and again later. */
async function prepareSession(flags: WhereFlags, io: Io): Promise<OpenSession> {
  if (flags.server === undefined) {
    throw new UsageError(
      'Where to? Give --server HOST for a domain controller, or --snapshot FILE',
      '--server',
    );
  }
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
    credentials: { kind: 'simple', user: flags.user, password } as const,
  };
  return (otherHost = null, service = 'directory') => {
    // A port that was named belongs to the server that was named with it.
    const other = otherHost === null ? {} : { host: otherHost, port: usualPort(address.tls) };
    const port = service === 'catalog' ? { port: catalogPort(address.tls) } : {};
    return openSession({ ...options, ...other, ...port });
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
