/**
 * Which domain controllers hold a copy of a naming context. [MS-ADTS] 6.1.1.2.2.1.2.1
 *
 * | naming context        | told by                                              | on                      |
 * | --------------------- | ---------------------------------------------------- | ----------------------- |
 * | application partition | msDS-NC-Replica-Locations, …-RO-Replica-Locations    | its crossRef            |
 * | domain                | msDS-hasMasterNCs, hasMasterNCs, …-hasFullReplicaNCs | each NTDS Settings      |
 *
 * Either way one comes to NTDS Settings objects; the server object above each has the name to connect to.
 */

import { AndFilter, EqualityFilter, OrFilter } from 'ldapts';
import { type Dn, dnKey, parentDn } from '../../formats/dn.ts';
import type { RawEntry, Replica } from '../../records/source.ts';
import { textOf } from './naming-contexts.ts';
import type { SearchOptions } from './search-request.ts';

/** Asks a question with a small answer. */
export type Ask = (search: SearchOptions) => Promise<readonly RawEntry[]>;

/** Below it a server answers page by page; above it some refuse. */
const PAGE_SIZE = 500;

const LOCATIONS = 'msDS-NC-Replica-Locations';
const READ_ONLY_LOCATIONS = 'msDS-NC-RO-Replica-Locations';
const MASTER_ATTRIBUTES: readonly string[] = ['msDS-hasMasterNCs', 'hasMasterNCs'];
const READ_ONLY_ATTRIBUTE = 'msDS-hasFullReplicaNCs';

/** An NTDS Settings object that holds the naming context. */
interface Holder {
  readonly dn: Dn;
  readonly writable: boolean;
}

/** The domain controllers that hold a copy of `namingContext`, sorted by name. */
export async function readReplicas(
  ask: Ask,
  configurationDn: Dn,
  namingContext: Dn,
): Promise<readonly Replica[]> {
  const located = await readLocations(ask, configurationDn, namingContext);
  // Only application partitions have locations; a domain is held by whoever says so.
  const holders = located.length > 0 ? located : await readDomainHolders(ask, configurationDn, namingContext);
  const hostNames = await readHostNames(ask, configurationDn);
  const self = await readSelf(ask);
  const replicas = holders.map(({ dn, writable }) => {
    const hostName = hostNames.get(dnKey(parentDn(dn) ?? dn)) ?? null;
    return { dn, hostName, writable, pinned: self !== null && dnKey(dn) === dnKey(self) };
  });
  return replicas.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

async function readLocations(ask: Ask, configurationDn: Dn, namingContext: Dn): Promise<readonly Holder[]> {
  const [crossRef] = await ask({
    base: `CN=Partitions,${configurationDn}`,
    scope: 'one',
    filter: new AndFilter({ filters: [equals('objectClass', 'crossRef'), equals('nCName', namingContext)] }),
    attributes: [LOCATIONS, READ_ONLY_LOCATIONS],
  });
  if (crossRef === undefined) return [];
  return [
    ...dnsOf(crossRef, LOCATIONS).map((dn) => ({ dn, writable: true })),
    ...dnsOf(crossRef, READ_ONLY_LOCATIONS).map((dn) => ({ dn, writable: false })),
  ];
}

async function readDomainHolders(
  ask: Ask,
  configurationDn: Dn,
  namingContext: Dn,
): Promise<readonly Holder[]> {
  const held = [...MASTER_ATTRIBUTES, READ_ONLY_ATTRIBUTE].map((name) => equals(name, namingContext));
  const found = await ask({
    base: `CN=Sites,${configurationDn}`,
    scope: 'sub',
    filter: new AndFilter({ filters: [equals('objectClass', 'nTDSDSA'), new OrFilter({ filters: held })] }),
    attributes: MASTER_ATTRIBUTES,
    pageSize: PAGE_SIZE,
  });
  const wanted = dnKey(namingContext);
  return found.map((entry) => {
    const masters = MASTER_ATTRIBUTES.flatMap((name) => dnsOf(entry, name));
    return { dn: entry.dn, writable: masters.some((dn) => dnKey(dn) === wanted) };
  });
}

/** The host name of every server of the forest, by the key of its server object: one sweep, however many there are. */
async function readHostNames(ask: Ask, configurationDn: Dn): Promise<ReadonlyMap<string, string>> {
  const servers = await ask({
    base: `CN=Sites,${configurationDn}`,
    scope: 'sub',
    filter: equals('objectClass', 'server'),
    attributes: ['dNSHostName'],
    pageSize: PAGE_SIZE,
  });
  return new Map(
    servers.flatMap((entry) => {
      const hostName = textOf(entry, 'dnshostname');
      return hostName === null ? [] : [[dnKey(entry.dn), hostName] as const];
    }),
  );
}

/** The NTDS Settings object of the server that answers. [MS-ADTS] 3.1.1.3.2.7 */
async function readSelf(ask: Ask): Promise<Dn | null> {
  const [root] = await ask({
    base: '',
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: ['dsServiceName'],
  });
  return root === undefined ? null : (textOf(root, 'dsservicename') as Dn | null);
}

function equals(attribute: string, value: string): EqualityFilter {
  return new EqualityFilter({ attribute, value });
}

function dnsOf(entry: RawEntry, attribute: string): readonly Dn[] {
  const values = entry.attributes.get(attribute.toLowerCase()) ?? [];
  return values.map((value) => Buffer.from(value).toString('utf8') as Dn);
}

function nameOf({ hostName, dn }: Pick<Replica, 'hostName' | 'dn'>): string {
  return (hostName ?? dn).toLowerCase();
}
