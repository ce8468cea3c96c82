/** Questions with small answers: each is read as a whole before anybody sees it, and asked again when that may help. */

import type { RawEntry } from '../../records/source.ts';
import { completeRanges } from './complete-ranges.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { Patience, type PatienceOptions } from './patience.ts';
import type { WireDecoder } from './search-exchange.ts';
import type { SearchOptions } from './search-request.ts';

/**
 * Every entry of a search, asked for over the first connection.
 *
 * @throws DirectoryError when the server did not give all there is
 */
export async function ask(
  pool: ConnectionPool,
  search: SearchOptions,
  options: PatienceOptions,
): Promise<RawEntry[]> {
  const patience = new Patience(options);
  for (;;) {
    try {
      await pool.mendFirst();
      return await allEntries(pool.first, search);
    } catch (error) {
      if (pool.isOver) throw error;
      await patience.endure(error, false);
    }
  }
}

async function allEntries(connection: LdapConnection, search: SearchOptions): Promise<RawEntry[]> {
  const entries: RawEntry[] = [];
  const ranged: RawEntry[] = [];
  for await (const page of connection.read(search, keepWhole(ranged))) entries.push(...page);
  for (const entry of ranged) {
    const whole = await completeRanges(connection, entry, search.controls);
    if (whole !== null) entries.push(whole);
  }
  return entries;
}

/** Keeps entries, those aside that came with a part of their values. */
function keepWhole(ranged: RawEntry[]): WireDecoder<RawEntry> {
  return (entry) => {
    if (!entry.isRanged) return entry.keep();
    ranged.push(entry.keep());
    return null;
  };
}
