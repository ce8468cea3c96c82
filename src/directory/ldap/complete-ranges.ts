/** Gets the values of an attribute that the server left out of an entry because there are too many. */

import { DirectoryError } from '../../errors.ts';
import type { RawEntry } from '../../records/source.ts';
import { type AttributeRange, rangeOf } from './attribute-range.ts';
import type { LdapConnection } from './ldap-connection.ts';
import type { SearchOptions } from './search-request.ts';

const NO_SUCH_OBJECT = 32;

/**
 * Asks for the values that are missing.
 *
 * @param controls those that the entry was read with
 * @returns the entry with every value; null when it is gone by now
 * @throws DirectoryError when the server does not go on with the values
 */
export async function completeRanges(
  connection: LdapConnection,
  entry: RawEntry,
  controls: SearchOptions['controls'],
): Promise<RawEntry | null> {
  const attributes = new Map<string, readonly Uint8Array[]>();
  for (const [name, values] of entry.attributes) {
    let range = rangeOf(name);
    const all = [...values];
    while (range !== null && !range.isFinal) {
      const next = await readRange(connection, entry, range, controls);
      if (next === null) return null;
      for (const value of next.values) all.push(value);
      range = next.range;
    }
    const attribute = rangeOf(name)?.attribute ?? name;
    // Windows gives the attribute itself as well, without values.
    attributes.set(attribute, [...(attributes.get(attribute) ?? []), ...all]);
  }
  return { dn: entry.dn, attributes };
}

/** The values behind `range`. */
async function readRange(
  connection: LdapConnection,
  { dn }: RawEntry,
  { attribute, last }: AttributeRange,
  controls: SearchOptions['controls'],
): Promise<{ readonly values: readonly Uint8Array[]; readonly range: AttributeRange } | null> {
  const wanted = `${attribute};range=${last + 1}-*`;
  const search = {
    base: dn,
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: [wanted],
    ...(controls === undefined ? {} : { controls }),
  } as const;
  try {
    for await (const page of connection.search(search)) {
      for (const [name, values] of page[0]?.attributes ?? []) {
        const range = rangeOf(name);
        if (range?.attribute === attribute && range.first === last + 1) return { values, range };
      }
    }
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
  const message = `Cannot read all values of ${attribute} of ${dn}: ${connection.server} did not give ${wanted}`;
  throw new DirectoryError('server', message, { operation: 'read a range of values', dn });
}
