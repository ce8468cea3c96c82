/**
 * The global catalog of a domain controller: some attributes of every account of the forest. [MS-ADTS] 3.1.1.1.8
 *
 * It tells whose SID one is where the account's own domain does not answer, and who of other domains is in the groups
 * of the server's own. It proves nothing about what it does not find, and is never asked about zones, of which it
 * would show parts only.
 */

import { EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import type { Sid } from '../formats/sid.ts';
import type { RawEntry, SourceCounters } from '../records/source.ts';
import { USUAL_PAGE_SIZE } from './bulk-reader.ts';
import type { AccountCatalog } from './forest-source.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { ACCOUNT_ATTRIBUTES, MEMBER_ATTRIBUTES } from './schema.ts';
import { sidFilters } from './sid-filters.ts';

const NOTHING: SourceCounters = { requests: 0, pages: 0, entries: 0, bytes: 0 };

/**
 * Connects at the first question. Where there is no global catalog, nothing is found.
 *
 * @param open connects to the port of the global catalog and signs in
 */
export function createGlobalCatalog(open: () => Promise<LdapConnection>): AccountCatalog {
  let opened: Promise<LdapConnection | null> | null = null;
  let counters: () => SourceCounters = () => NOTHING;
  const connect = async (): Promise<LdapConnection | null> => {
    try {
      const connection = await open();
      counters = () => connection.counters;
      return connection;
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      return null;
    }
  };
  const opening = (): Promise<LdapConnection | null> => {
    opened ??= connect();
    return opened;
  };
  const findAnywhere = async (filter: Filter, attributes: readonly string[]): Promise<RawEntry[]> => {
    const connection = await opening();
    if (connection === null) return [];
    const search = { base: '', scope: 'sub', filter, attributes, pageSize: USUAL_PAGE_SIZE } as const;
    const found: RawEntry[] = [];
    for await (const page of connection.search(search)) found.push(...page);
    return found;
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
