/**
 * The global catalog of a domain controller: some attributes of every account of the forest. [MS-ADTS] 3.1.1.1.8
 *
 * It tells whose SID one is where the account's own domain does not answer. It proves nothing about a SID it does
 * not find, and is never asked about zones, of which it would show parts only.
 */

import type { Sid } from '../formats/sid.ts';
import type { RawEntry, SourceCounters } from '../records/source.ts';
import type { SidCatalog } from './forest-source.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { ACCOUNT_ATTRIBUTES } from './schema.ts';
import { sidFilters } from './sid-filters.ts';

const NOTHING: SourceCounters = { requests: 0, pages: 0, entries: 0, bytes: 0 };

/**
 * Connects at the first question. Where there is no global catalog, nothing is found.
 *
 * @param open connects to the port of the global catalog and signs in
 */
export function createGlobalCatalog(open: () => Promise<LdapConnection>): SidCatalog {
  let opened: Promise<LdapConnection | null> | null = null;
  let counters: () => SourceCounters = () => NOTHING;
  const connect = async (): Promise<LdapConnection | null> => {
    try {
      const connection = await open();
      counters = () => connection.counters;
      return connection;
    } catch {
      // That its domain did not answer was said already; without a catalog it stays at that.
      return null;
    }
  };
  return {
    get counters() {
      return counters();
    },
    bySid: async (sids) => {
      opened ??= connect();
      const connection = await opened;
      return connection === null ? [] : findAnywhere(connection, sids);
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}

async function findAnywhere(connection: LdapConnection, sids: readonly Sid[]): Promise<readonly RawEntry[]> {
  const found: RawEntry[] = [];
  for (const filter of sidFilters(sids)) {
    const options = { base: '', scope: 'sub', filter, attributes: ACCOUNT_ATTRIBUTES } as const;
    for await (const page of connection.search(options)) found.push(...page);
  }
  return found;
}
