/**
 * The live filling of the reading port: every question the program asks of a directory, as LDAP searches.
 * All of what goes over the network for reading is decided here.
 */

import { type Control, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { DirectoryError, type DirectoryFault, type Problem } from '../../errors.ts';
import { childDn, type Dn } from '../../formats/dn.ts';
import type { Sid } from '../../formats/sid.ts';
import type {
  DirectoryInfo,
  DirectorySource,
  EntryDecoder,
  NodeDetail,
  RawEntry,
  Replica,
  SourceCounters,
  ZonePartition,
} from '../../records/source.ts';
import { TRUST_ATTRIBUTES } from '../forest/trusted-domains.ts';
import { CLUSTER_FILTER } from '../snapshot/snapshot-schema.ts';
import { ask } from './ask.ts';
import { BulkReader, USUAL_PAGE_SIZE } from './bulk-reader.ts';
import { ConnectionPool, type OpenConnection } from './connection-pool.ts';
import { DomainScopeControl, SD_FLAGS_READABLE, SdFlagsControl, ShowDeletedControl } from './controls.ts';
import { readDirectoryInfo } from './directory-info.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { deletedNodeSearch, exportEntries, serverSearch } from './ldap-export.ts';
import { NO_PATIENCE, type PatienceOptions } from './patience.ts';
import { readReplicas } from './replicas.ts';
import {
  ACCOUNT_ATTRIBUTES,
  CLUSTER_ATTRIBUTES,
  DHCP_ATTRIBUTES,
  HEALTH_ATTRIBUTES,
  MEMBER_ATTRIBUTES,
  NODE_ATTRIBUTES,
  ZONE_ATTRIBUTES,
} from './schema.ts';
import type { SearchOptions } from './search-request.ts';
import { sidFilters } from './sid-filters.ts';

const NO_SUCH_OBJECT = 32;
/** How a container answers that this account may not look into. */
const HIDDEN: readonly DirectoryFault[] = ['not-found', 'rights'];
/** Not by class: a name whose objectClass this account may not read would be missing from the answer. */
const ANY_CLASS = '(objectClass=*)';
const SUGGESTIONS_ASKED = 100;

/**
 * Reads from a live domain controller over an open, signed-in connection. Closing the source closes it.
 *
 * @param pageSize entries in one answer; null for the fastest way that the server allows
 * @param open opens and signs in another connection to the same server; null when there is to be only one
 * @param patience for failures that pass by themselves; a lost connection is one where another can be opened
 */
export function createLdapSource(
  connection: LdapConnection,
  pageSize: number | null,
  open: OpenConnection | null = null,
  patience: PatienceOptions = NO_PATIENCE,
): DirectorySource {
  return new LdapSource(new ConnectionPool(connection, open), pageSize, patience);
}

class LdapSource implements DirectorySource {
  readonly #pool: ConnectionPool;
  readonly #pageSize: number;
  readonly #patience: PatienceOptions;
  readonly #bulk: BulkReader;
  #info: Promise<DirectoryInfo> | null = null;

  constructor(pool: ConnectionPool, pageSize: number | null, patience: PatienceOptions) {
    this.#pool = pool;
    this.#pageSize = pageSize ?? USUAL_PAGE_SIZE;
    this.#patience = patience;
    this.#bulk = new BulkReader(pool, pageSize, patience);
  }

  get counters(): SourceCounters {
    return this.#pool.counters;
  }

  describe(): Promise<DirectoryInfo> {
    this.#info ??= this.#readInfo();
    return this.#info;
  }

  async *zones(partition: ZonePartition): AsyncGenerator<readonly RawEntry[], void> {
    // A partition without DNS has no container at all, which is an answer and not a fault.
    const zones = await unlessMissing(
      this.#ask({
        base: partition.container,
        scope: 'one',
        filter: '(objectClass=dnsZone)',
        attributes: ZONE_ATTRIBUTES,
        controls: [new SdFlagsControl(SD_FLAGS_READABLE)],
        pageSize: this.#pageSize,
      }),
    );
    if (zones !== null) yield zones;
  }

  nodes<T>(zoneDn: Dn, detail: NodeDetail, decode: EntryDecoder<T>): AsyncGenerator<readonly T[], void> {
    return this.#bulk.read(searchNodes(zoneDn, detail), decode);
  }

  node(zoneDn: Dn, name: string, detail: NodeDetail): Promise<RawEntry | null> {
    return this.#readObject(childDn('DC', name, zoneDn), NODE_ATTRIBUTES[detail]);
  }

  account(dn: Dn): Promise<RawEntry | null> {
    return this.#readObject(dn, [...ACCOUNT_ATTRIBUTES, ...HEALTH_ATTRIBUTES]);
  }

  async *computers<T>(decode: EntryDecoder<T>): AsyncGenerator<readonly T[], void> {
    const search = await this.#domainSearch('(objectCategory=computer)', [], ACCOUNT_ATTRIBUTES);
    if (search !== null) yield* this.#bulk.read(search, decode);
  }

  async bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]> {
    const found: RawEntry[] = [];
    for (const filter of sidFilters(sids)) {
      // Deleted accounts keep their SID and name for a while: an orphan that can be called by its name.
      found.push(...(await this.#askDomain(filter, [new ShowDeletedControl()])));
    }
    return found;
  }

  byName(reference: string): Promise<readonly RawEntry[]> {
    // dNSHostName has no index: asking for what cannot be one would make a server look at every account.
    const terms = [
      equals('sAMAccountName', reference),
      equals('sAMAccountName', `${reference}$`),
      ...(reference.includes('@') ? [equals('userPrincipalName', reference)] : []),
      ...(reference.includes('.') ? [equals('dNSHostName', reference)] : []),
      ...(/^[a-z]+=/i.test(reference) ? [equals('distinguishedName', reference)] : []),
    ];
    return this.#askDomain(new OrFilter({ filters: terms }), []);
  }

  async byPrefix(prefix: string): Promise<readonly RawEntry[]> {
    const filter = `(sAMAccountName=${escapeFilterValue(prefix)}*)`;
    const search = await this.#domainSearch(filter, [], ACCOUNT_ATTRIBUTES);
    if (search === null) return [];
    const pages = this.#pool.first.search({
      ...search,
      pageSize: Math.min(SUGGESTIONS_ASKED, this.#pageSize),
    });
    for await (const page of pages) return page;
    return [];
  }

  clusterComputers(): Promise<readonly RawEntry[]> {
    return this.#askDomain(
      CLUSTER_FILTER,
      [new SdFlagsControl(SD_FLAGS_READABLE)],
      [...ACCOUNT_ATTRIBUTES, ...CLUSTER_ATTRIBUTES],
    );
  }

  membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]> {
    const filters = groupDns.map((dn) => equals('memberOf', dn));
    return this.#askDomain(new OrFilter({ filters }), [], MEMBER_ATTRIBUTES);
  }

  async dhcpServers(): Promise<readonly RawEntry[]> {
    const { configurationDn } = await this.describe();
    if (configurationDn === null) return [];
    const options = {
      base: `CN=NetServices,CN=Services,${configurationDn}`,
      scope: 'one',
      filter: '(objectClass=dHCPClass)',
      attributes: DHCP_ATTRIBUTES,
      pageSize: this.#pageSize,
    } as const;
    return this.#ask(options);
  }

  async trusts(): Promise<readonly RawEntry[]> {
    const { domain } = await this.describe();
    if (domain === null) return [];
    const options = {
      base: `CN=System,${domain.dn}`,
      scope: 'one',
      filter: '(objectClass=trustedDomain)',
      attributes: TRUST_ATTRIBUTES,
      pageSize: this.#pageSize,
    } as const;
    return (await unlessMissing(this.#ask(options))) ?? [];
  }

  async replicasOf(namingContext: Dn): Promise<readonly Replica[] | null> {
    const { configurationDn } = await this.describe();
    if (configurationDn === null) return null;
    return readReplicas((search) => this.#ask(search), configurationDn, namingContext);
  }

  async *deletedNodes(zoneDn: Dn): AsyncGenerator<readonly RawEntry[], void> {
    try {
      yield await this.#ask({ ...deletedNodeSearch(zoneDn), pageSize: this.#pageSize });
    } catch (error) {
      // Most accounts may not look into the container of deleted objects, which then seems not to be there.
      if (!(error instanceof DirectoryError) || !HIDDEN.includes(error.fault)) throw error;
    }
  }

  async directoryServers(): Promise<readonly RawEntry[]> {
    const { configurationDn } = await this.describe();
    if (configurationDn === null) return [];
    return this.#ask({ ...serverSearch(configurationDn), pageSize: this.#pageSize });
  }

  async *everything(zones: readonly Dn[], problems: Problem[]): AsyncGenerator<readonly RawEntry[], void> {
    const readers = {
      search: (search: SearchOptions) => this.#ask({ ...search, pageSize: this.#pageSize }),
      sweep: (search: SearchOptions) => this.#bulk.read(search, (entry) => entry.keep()),
    };
    yield* exportEntries(await this.describe(), zones, readers, problems);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #ask(search: SearchOptions): Promise<RawEntry[]> {
    return ask(this.#pool, search, this.#patience);
  }

  async #askDomain(
    filter: string | Filter,
    controls: readonly Control[],
    attributes: readonly string[] = ACCOUNT_ATTRIBUTES,
  ): Promise<RawEntry[]> {
    const search = await this.#domainSearch(filter, controls, attributes);
    return search === null ? [] : this.#ask({ ...search, pageSize: this.#pageSize });
  }

  async #domainSearch(
    filter: string | Filter,
    controls: readonly Control[],
    attributes: readonly string[],
  ): Promise<SearchOptions | null> {
    const { domain } = await this.describe();
    if (domain === null) return null;
    return {
      base: domain.dn,
      scope: 'sub',
      filter,
      attributes,
      controls: [new DomainScopeControl(), ...controls],
    };
  }

  async #readObject(base: Dn, attributes: readonly string[]): Promise<RawEntry | null> {
    const controls = [new SdFlagsControl(SD_FLAGS_READABLE)];
    const search = { base, scope: 'base', filter: ANY_CLASS, attributes, controls } as const;
    const found = await unlessMissing(this.#ask(search));
    return found?.[0] ?? null;
  }

  async #readInfo(): Promise<DirectoryInfo> {
    const { server } = this.#pool.first;
    const { info, vendorName } = await readDirectoryInfo(
      (search) => this.#ask(search),
      server,
      this.#pageSize,
    );
    this.#bulk.meetServer(vendorName);
    return info;
  }
}

function searchNodes(zoneDn: Dn, detail: NodeDetail): SearchOptions {
  return {
    base: zoneDn,
    scope: 'one',
    filter: ANY_CLASS,
    attributes: NODE_ATTRIBUTES[detail],
    controls: [new SdFlagsControl(SD_FLAGS_READABLE)],
  };
}

function equals(attribute: string, value: string): EqualityFilter {
  return new EqualityFilter({ attribute, value });
}

function escapeFilterValue(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 4515 escapes NUL
  return value.replace(/[\\*()\u0000]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Null when the object that was asked for is not there, or hidden from this account. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
}
