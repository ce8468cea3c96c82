/**
 * Opens what the where-options name: a domain controller, one of a domain, or a snapshot, behind the same ports. Of
 * live and offline only the one that is meant is loaded, and what writes only when something is written.
 */

import { existsSync } from 'node:fs';
import type { DescriptorReader, DescriptorStore, Target } from '../../apply/store.ts';
import type { ZoneReader, ZoneStore } from '../../apply/zone-store.ts';
import type { DomainController } from '../../directory/forest/domain-controllers.ts';
import type { Forest } from '../../directory/forest/forest-source.ts';
import type { LdapConnection } from '../../directory/ldap/ldap-connection.ts';
import { UsageError } from '../../errors.ts';
import type { Inspection } from '../../records/inspection.ts';
import type { DirectorySource } from '../../records/source.ts';
import type { Io } from '../io.ts';
import type { TalkFlags, WhereFlags } from '../options.ts';
import { connect } from './session.ts';
import type { Session } from './session-kinds.ts';

/** Something open to read from; `openStore` also opens it for writing. */
export interface Place {
  readonly source: DirectorySource;
  /** Opens the port that tells about the connection itself; null where there is none. */
  inspect(): Promise<Inspection | null>;
  /** Who these names are written on, as shown to people. */
  serversOf(targets: readonly Target[]): Promise<readonly string[]>;
  /** Opens the writing port for these names. */
  openStore(targets: readonly Target[]): Promise<DescriptorStore>;
  /** Opens another server of the same domain, one not used before; null where there is no choice. */
  readonly elsewhere: (() => Promise<Place>) | null;
  /**
   * Opens a domain controller for reading single descriptors, signed in and protected as here.
   *
   * @param hostName another one of the forest; null for another connection to the one at hand
   */
  openReader(hostName: string | null): Promise<DescriptorReader>;
  /** Opens the port for switching this zone. */
  openZoneStore(zone: Target): Promise<ZoneStore>;
  /** Opens another domain controller for reading single zones, as openReader() does. */
  openZoneReader(hostName: string): Promise<ZoneReader>;
  close(): Promise<void>;
}

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

async function openLive(session: Session, flags: WhereFlags, io: Io): Promise<Place> {
  const { connection, open, signIn, elsewhere } = session;
  const { source, serversOf, openStore } = await openForest(session, flags, io);
  return {
    source,
    inspect: async () => {
      const { createLdapInspection } = await import('../../directory/ldap/ldap-inspection.ts');
      return createLdapInspection(connection, { signIn, verified: flags.tlsInsecure !== true });
    },
    serversOf,
    openStore,
    elsewhere: elsewhere === null ? null : async () => openLive(await elsewhere(), flags, io),
    openReader: async (hostName) => {
      const { createLdapReader } = await import('../../directory/ldap/ldap-store.ts');
      return createLdapReader(await open(hostName));
    },
    openZoneStore: async () => {
      const { createLdapZoneStore } = await import('../../directory/ldap/ldap-zone-store.ts');
      return createLdapZoneStore(connection, open, io.sleep);
    },
    openZoneReader: async (hostName) => {
      const { createLdapZoneReader } = await import('../../directory/ldap/ldap-zone-store.ts');
      return createLdapZoneReader(await open(hostName));
    },
    close: () => source.close(),
  };
}

/** Behind the session; further servers are connected to only when something is asked that this one does not hold. */
async function openForest({ connection, open }: Session, flags: WhereFlags, io: Io): Promise<Forest> {
  const { createForest } = await import('../../directory/forest/forest-source.ts');
  const { createGlobalCatalog } = await import('../../directory/forest/global-catalog.ts');
  const { createLdapSource } = await import('../../directory/ldap/ldap-source.ts');
  const patience = { retries: flags.retries, wait: io.sleep };
  const controllerOf = (first: LdapConnection, reopen: () => Promise<LdapConnection>): DomainController => ({
    source: createLdapSource(first, flags.pageSize ?? null, reopen, patience),
    openStore: async () => {
      const { createLdapStore } = await import('../../directory/ldap/ldap-store.ts');
      return createLdapStore(first, reopen, io.sleep);
    },
  });
  return createForest({
    pinned: controllerOf(connection, () => open()),
    connect: async (hostName) => controllerOf(await open(hostName), () => open(hostName)),
    findServers: async ({ dnsName }) => (await import('./domain-servers.ts')).namedServers(dnsName, io),
    catalog: createGlobalCatalog(() => open(null, 'catalog'), patience),
    wholeForest: flags.forest === true,
  });
}

async function openSnapshot(flags: WhereFlags, file: string, copy: string | undefined): Promise<Place> {
  for (const other of ['server', 'domain'] as const)
    if (flags[other] !== undefined)
      throw new UsageError(`Use either --${other} or --snapshot, not both`, '--snapshot');
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
  const { createSnapshotSource } = await import('../../directory/snapshot/snapshot-source.ts');
  const source = createSnapshotSource(file);
  const demandCopy = (): string => {
    if (copy !== undefined) return copy;
    const cure = 'give --write-snapshot NEWFILE, or connect to a directory with --server';
    throw new UsageError(`A snapshot is never changed in place: ${cure}`, '--write-snapshot');
  };
  const refuseReader = async (): Promise<never> => {
    throw new UsageError(`${file} is a snapshot: it has no domain controllers to ask`, '--snapshot');
  };
  return {
    source,
    inspect: async () => null,
    serversOf: async () => [(await source.describe()).server],
    openStore: async (targets) => {
      const target = demandCopy();
      const { openSnapshotStore } = await import('../../directory/snapshot/snapshot-store.ts');
      return openSnapshotStore(file, target, targets);
    },
    elsewhere: null,
    openReader: refuseReader,
    openZoneStore: async (zone) => {
      const { openSnapshotZoneStore } = await import('../../directory/snapshot/snapshot-zone-store.ts');
      return openSnapshotZoneStore(file, copy ?? null, zone);
    },
    openZoneReader: refuseReader,
    close: () => source.close(),
  };
}
