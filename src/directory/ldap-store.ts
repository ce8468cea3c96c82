/** The live filling of the writing port: descriptors of single objects, addressed by GUID on the pinned DC. */

import { Attribute, Change, PresenceFilter } from 'ldapts';
import type { DescriptorReader, DescriptorStore, StoredDescriptor, Target } from '../apply/store.ts';
import { DirectoryError } from '../errors.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../formats/repl-metadata.ts';
import type { RawEntry } from '../records/source.ts';
import { SD_FLAGS, SD_FLAGS_READABLE, SdFlagsControl } from './controls.ts';
import type { LdapConnection } from './ldap-connection.ts';

const NO_SUCH_OBJECT = 32;
/** Not parsed again for each name. */
const ANYTHING = new PresenceFilter({ attribute: 'objectClass' });

/** Waits between attempts to connect again, in milliseconds: together long enough for a server to restart. */
const BACK_OFF_MS: readonly number[] = [500, 1000, 2000, 4000, 8000];

/**
 * Reads and writes descriptors over a signed-in connection. Closing the store leaves the connection open.
 *
 * @param reconnect opens another connection to the same server and signs in again
 * @param wait resolves after so many milliseconds
 */
export function createLdapStore(
  connection: LdapConnection,
  reconnect: () => Promise<LdapConnection>,
  wait: (ms: number) => Promise<void>,
): DescriptorStore {
  let current = connection;
  let recovering: Promise<void> | null = null;
  return {
    name: connection.server,
    read: (target) => read(current, target),
    writeDacl: (target, descriptor) => writeDacl(current, target, descriptor),
    recover: () => {
      // Several names meet the same trouble at once; one of them mends it for all.
      recovering ??= recover(current, reconnect, wait)
        .then((next) => {
          current = next;
        })
        .finally(() => {
          recovering = null;
        });
      return recovering;
    },
    close: async () => {
      if (current !== connection) await current.close();
    },
  };
}

/** Reads descriptors over a signed-in connection. Closing the reader closes it. */
export function createLdapReader(connection: LdapConnection): DescriptorReader {
  return {
    name: connection.server,
    read: (target) => read(connection, target),
    close: () => connection.close(),
  };
}

async function recover(
  connection: LdapConnection,
  reconnect: () => Promise<LdapConnection>,
  wait: (ms: number) => Promise<void>,
): Promise<LdapConnection> {
  let failure: unknown = null;
  for (const ms of BACK_OFF_MS) {
    await wait(ms);
    if (!connection.isLost) return connection;
    try {
      return await reconnect();
    } catch (error) {
      failure = error;
      if (!(error instanceof DirectoryError) || error.fault !== 'unreachable') break;
    }
  }
  throw failure;
}

async function read(connection: LdapConnection, target: Target): Promise<StoredDescriptor | null> {
  const found: RawEntry[] = [];
  try {
    for await (const page of connection.search({
      base: addressOf(target),
      scope: 'base',
      filter: ANYTHING,
      attributes: ['nTSecurityDescriptor', 'replPropertyMetaData', 'dNSTombstoned'],
      controls: [new SdFlagsControl(SD_FLAGS_READABLE)],
    })) {
      found.push(...page);
    }
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
  const [entry] = found;
  if (entry === undefined) return null;
  const bytes = entry.attributes.get('ntsecuritydescriptor')?.[0];
  if (bytes === undefined) throw unreadable(target);
  return { bytes, version: versionOf(entry), tombstoned: isTombstoned(entry) };
}

async function writeDacl(connection: LdapConnection, target: Target, descriptor: Uint8Array): Promise<void> {
  const modification = new Attribute({ type: 'nTSecurityDescriptor', values: [Buffer.from(descriptor)] });
  const change = new Change({ operation: 'replace', modification });
  await connection.request({ operation: 'change the descriptor of a name', dn: target.dn }, (client) =>
    client.modify(addressOf(target), change, new SdFlagsControl(SD_FLAGS.dacl)),
  );
}

/** By GUID a rename during the run does no harm. [MS-ADTS] 3.1.1.3.1.2.4 */
function addressOf(target: Target): string {
  return target.objectGuid === null ? target.dn : `<GUID=${target.objectGuid}>`;
}

function versionOf(entry: RawEntry): number | null {
  const bytes = entry.attributes.get('replpropertymetadata')?.[0];
  if (bytes === undefined) return null;
  return attributeVersion(bytes, ATTRIBUTE_IDS.nTSecurityDescriptor);
}

function isTombstoned(entry: RawEntry): boolean {
  const [value] = entry.attributes.get('dnstombstoned') ?? [];
  return value !== undefined && Buffer.from(value).toString('latin1') === 'TRUE';
}

function unreadable(target: Target): DirectoryError {
  const message = `Cannot read the descriptor of ${target.dn}: this account lacks READ_CONTROL, so nothing was written`;
  return new DirectoryError('rights', message, { operation: 'read a descriptor', dn: target.dn });
}
