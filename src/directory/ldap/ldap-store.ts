/** The live filling of the writing port: descriptors of single objects, addressed by GUID on the pinned DC. */

import { Attribute, Change } from 'ldapts';
import type { DescriptorReader, DescriptorStore, StoredDescriptor, Target } from '../../apply/store.ts';
import { DirectoryError } from '../../errors.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../../formats/repl-metadata.ts';
import type { RawEntry } from '../../records/source.ts';
import { SD_FLAGS, SD_FLAGS_READABLE, SdFlagsControl } from './controls.ts';
import { createLastingConnection } from './lasting-connection.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { addressOf, readTarget } from './target.ts';

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
  const lasting = createLastingConnection(connection, reconnect, wait);
  return {
    name: connection.server,
    read: (target) => read(lasting.current, target),
    writeDacl: (target, descriptor) => writeDacl(lasting.current, target, descriptor),
    recover: lasting.recover,
    close: lasting.close,
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

async function read(connection: LdapConnection, target: Target): Promise<StoredDescriptor | null> {
  const attributes = ['nTSecurityDescriptor', 'replPropertyMetaData', 'dNSTombstoned'];
  const controls = [new SdFlagsControl(SD_FLAGS_READABLE)];
  const entry = await readTarget(connection, target, attributes, controls);
  if (entry === null) return null;
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
