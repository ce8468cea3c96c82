/**
 * Opens what the where-options name: a domain controller or a snapshot, behind the same ports. Of the two only the
 * one that is named is loaded, and what writes only when something is written.
 */

import { existsSync } from 'node:fs';
import type { DescriptorStore, Target } from '../apply/store.ts';
import type { LdapConnection } from '../directory/ldap-connection.ts';
import type { TransportOptions } from '../directory/transport.ts';
import { UsageError } from '../errors.ts';
import type { DirectorySource } from '../records/source.ts';
import type { Io } from './io.ts';
import type { WhereFlags } from './options.ts';
import { insecureWarning, readCredentials, signInWay } from './sign-in.ts';

/** Something open to read from; `openStore` also opens it for writing. */
export interface Place {
  readonly source: DirectorySource;
  /** Opens the writing port for these names. */
  openStore(targets: readonly Target[]): Promise<DescriptorStore>;
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
  const connection = await open();
  const { createLdapSource } = await import('../directory/ldap-source.ts');
  const source = createLdapSource(connection, flags.pageSize ?? null, open);
  return {
    source,
    openStore: async () => {
      const { createLdapStore } = await import('../directory/ldap-store.ts');
      return createLdapStore(connection, open, io.sleep);
    },
    close: () => source.close(),
  };
}

async function openSnapshot(flags: WhereFlags, file: string, copy: string | undefined): Promise<Place> {
  if (flags.server !== undefined)
    throw new UsageError('Use either --server or --snapshot, not both', '--snapshot');
  // Told before anybody is asked or a journal is begun; the store itself never overwrites either.
  if (copy !== undefined && existsSync(copy)) {
    const message = `Cannot write the snapshot ${copy}: it exists already; name a new file`;
    throw new UsageError(message, '--write-snapshot');
  }
  const { createSnapshotSource } = await import('../directory/snapshot-source.ts');
  const source = createSnapshotSource(file);
  return {
    source,
    openStore: async (targets) => {
      if (copy === undefined) {
        const cure = 'give --write-snapshot NEWFILE, or connect to a directory with --server';
        throw new UsageError(`A snapshot is never changed in place: ${cure}`, '--write-snapshot');
      }
      const { openSnapshotStore } = await import('../directory/snapshot-store.ts');
      return openSnapshotStore(file, copy, targets);
    },
    close: () => source.close(),
  };
}

/** Settles where and as whom, asks for the password, and returns how to open a session, now and again later. */
async function prepareSession(flags: WhereFlags, io: Io): Promise<() => Promise<LdapConnection>> {
  if (flags.server === undefined) {
    throw new UsageError(
      'Where to? Give --server HOST for a domain controller, or --snapshot FILE',
      '--server',
    );
  }
  const way = signInWay(flags);
  const { openSession, parseServer } = await import('../directory/ldap-session.ts');
  const address = parseServer(flags.server, flags.tls ?? null, way === 'kerberos');
  if (flags.tlsInsecure === true) io.err(insecureWarning(way));
  const credentials = await readCredentials(way, flags, address, io);
  const options = {
    ...address,
    caFile: flags.ca ?? null,
    insecure: flags.tlsInsecure === true,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    timeoutMs: flags.timeout * 1000,
    credentials,
    ...(await clientCertificate(flags)),
  };
  return () => openSession(options);
}

async function clientCertificate(flags: WhereFlags): Promise<Pick<TransportOptions, 'clientCertificate'>> {
  if (flags.clientCert === undefined) return {};
  const { readClientCertificate } = await import('../directory/client-certificate.ts');
  return { clientCertificate: readClientCertificate(flags.clientCert, flags.clientKey ?? flags.clientCert) };
}
