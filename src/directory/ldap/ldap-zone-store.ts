/** The live filling of the port for zones: one value of dNSProperty, exchanged on the pinned DC by one modify. */

import { Attribute, Change } from 'ldapts';
import type { Target } from '../../apply/store.ts';
import type { StoredProperties, ZoneReader, ZoneStore } from '../../apply/zone-store.ts';
import { DirectoryError } from '../../errors.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../../formats/repl-metadata.ts';
import { createLastingConnection } from './lasting-connection.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { addressOf, readTarget } from './target.ts';

/** What a server answers when the value to be deleted is not there. RFC 4511 A.1 */
const NO_SUCH_ATTRIBUTE = 16;
const ATTRIBUTE = 'dNSProperty';

/**
 * Reads and switches zones over a signed-in connection. Closing the store leaves the connection open.
 *
 * @param reconnect opens another connection to the same server and signs in again
 * @param wait resolves after so many milliseconds
 */
export function createLdapZoneStore(
  connection: LdapConnection,
  reconnect: () => Promise<LdapConnection>,
  wait: (ms: number) => Promise<void>,
): ZoneStore {
  const lasting = createLastingConnection(connection, reconnect, wait);
  return {
    name: connection.server,
    read: (zone) => readProperties(lasting.current, zone),
    swap: (zone, removed, added) => swap(lasting.current, zone, removed, added),
    recover: lasting.recover,
    close: lasting.close,
  };
}

/** Reads zones over a signed-in connection. Closing the reader closes it. */
export function createLdapZoneReader(connection: LdapConnection): ZoneReader {
  return {
    name: connection.server,
    read: (zone) => readProperties(connection, zone),
    close: () => connection.close(),
  };
}

async function readProperties(connection: LdapConnection, zone: Target): Promise<StoredProperties | null> {
  const entry = await readTarget(connection, zone, [ATTRIBUTE, 'replPropertyMetaData'], []);
  if (entry === null) return null;
  const metadata = entry.attributes.get('replpropertymetadata')?.[0];
  return {
    values: entry.attributes.get('dnsproperty') ?? [],
    version: metadata === undefined ? null : attributeVersion(metadata, ATTRIBUTE_IDS.dNSProperty),
  };
}

/** No permissive modify: with it the server would take the deletion of a value that is not there for done. */
async function swap(
  connection: LdapConnection,
  zone: Target,
  removed: Uint8Array,
  added: Uint8Array,
): Promise<boolean> {
  const changes = [changeOf('delete', removed), changeOf('add', added)];
  try {
    await connection.request({ operation: 'switch the zone', dn: zone.dn }, (client) =>
      client.modify(addressOf(zone), changes),
    );
    return true;
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_ATTRIBUTE) return false;
    throw error;
  }
}

function changeOf(operation: 'delete' | 'add', value: Uint8Array): Change {
  return new Change({
    operation,
    modification: new Attribute({ type: ATTRIBUTE, values: [Buffer.from(value)] }),
  });
}
