/**
 * The global catalog of a domain controller: some attributes of every account of the forest. [MS-ADTS] 3.1.1.1.8
 *
 * It tells whose SID one is where the account's own domain does not answer, and who of other domains is in the groups
 * of the server's own. It proves nothing about what it does not find, and is never asked about zones, of which it
 * would show parts only.
 */

import { EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import type { Dn } from '../../formats/dn.ts';
import type { Sid } from '../../formats/sid.ts';
import type { RawEntry, SourceCounters } from '../../records/source.ts';
import { ask } from '../ldap/ask.ts';
import { USUAL_PAGE_SIZE } from '../ldap/bulk-reader.ts';
import { ConnectionPool, type OpenConnection } from '../ldap/connection-pool.ts';
import { NO_PATIENCE, type PatienceOptions } from '../ldap/patience.ts';
import { ACCOUNT_ATTRIBUTES, MEMBER_ATTRIBUTES } from '../ldap/schema.ts';
import { sidFilters } from '../ldap/sid-filters.ts';
import type { AccountCatalog } from './forest-source.ts';

const NOTHING: SourceCounters = { requests: 0, pages: 0, entries: 0, bytes: 0 };

/**
 * Connects at the first question. Where there is no global catalog, nothing is found.
 *
 * @param open connects to the port of the global catalog and signs in
 * @param patience for failures that pass by themselves, once it has been connected to
 */
export function createGlobalCatalog(
  open: OpenConnection,
  patience: PatienceOptions = NO_PATIENCE,
): AccountCatalog {
  let opened: Promise<ConnectionPool | null> | null = null;
  let counters: () => SourceCounters = () => NOTHING;
  const connect = async (): Promise<ConnectionPool | null> => {
    try {
      const pool = new ConnectionPool(await open(), open);
      counters = () => pool.counters;
      return pool;
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return null;
    }
  };
  const opening = (): Promise<ConnectionPool | null> => {
    opened ??= connect();
    return opened;
  };
  const findAnywhere = async (filter: Filter, attributes: readonly string[]): Promise<RawEntry[]> => {
    const pool = await opening();
    if (pool === null) return [];
    const search = { base: '', scope: 'sub', filter, attributes, pageSize: USUAL_PAGE_SIZE } as const;
    return ask(pool, search, patience);
  };
  return {
    get counters() {
      return counters();
    },
    isThere: async () => (await opening()) !== null,
    bySid: async (sids: readonly Sid[]) => {
      const found: RawEntry[] = [];
      for (const filter of sidFilters(sids)) found.push(...(await findAnywhere(filter, ACCOUNT_ATTRIBUTES)));
      return found;
    },
    membersOf: (groupDns: readonly Dn[]) => {
      const filters = groupDns.map((value) => new EqualityFilter({ attribute: 'memberOf', value }));
      return findAnywhere(new OrFilter({ filters }), MEMBER_ATTRIBUTES);
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}
