/**
 * Everything that a snapshot holds, as LDAP searches: one pass over the directory, part after part.
 *
 *     rootDSE, crossRefs, domain, trusts, servers of the sites, DHCP servers
 *     accounts        whatever has a SID, deleted ones included; descriptors only of clusters' computers
 *     containers      CN=MicrosoftDNS of each partition, all zones in it
 *     names           of the zones asked for: every object below them, and what was deleted there
 *
 * Accounts, zones and names must be complete or there is no snapshot; the other parts may be missing, which is told.
 */

import { type Control, EqualityFilter } from 'ldapts';
import { isPartialFault, type Problem } from '../../errors.ts';
import { type Dn, dnKey, parentDn } from '../../formats/dn.ts';
import type { DirectoryInfo, DomainInfo, RawEntry, ZonePartition } from '../../records/source.ts';
import { CLUSTER_FILTER, EXPORT_ATTRIBUTES } from '../snapshot/snapshot-schema.ts';
import { DomainScopeControl, SD_FLAGS_READABLE, SdFlagsControl, ShowDeletedControl } from './controls.ts';
import type { SearchOptions } from './search-request.ts';

type Pages = AsyncIterable<readonly RawEntry[]>;

/** How to search: `search` for small answers, `sweep` for those that grow with the directory. */
export interface ExportReaders {
  search(search: SearchOptions): Promise<readonly RawEntry[]>;
  sweep(search: SearchOptions): Pages;
}

const NO_SUCH_OBJECT = 32;
const ANY = '(objectClass=*)';

/**
 * Yields what a snapshot of these zones holds, in the order of the table above.
 *
 * @param problems takes in what could not be read of the parts that may be missing
 * @throws DirectoryError when accounts, zones or names cannot be read
 */
export async function* exportEntries(
  info: DirectoryInfo,
  zones: readonly Dn[],
  { search, sweep }: ExportReaders,
  problems: Problem[],
): AsyncGenerator<readonly RawEntry[], void> {
  const { domain } = info;
  for (const part of placeSearches(info)) yield* optional(search(part), part.base, problems);
  if (domain !== null) {
    yield* withoutDomain(sweep(accountSearch(domain)), domain);
    yield await search(clusterSearch(domain));
  }
  for (const partition of info.partitions) {
    yield* optional(search(containerSearch(partition)), partition.container, problems);
    yield* optional(search(zoneSearch(partition)), partition.container, problems);
  }
  for (const zone of zones) {
    yield* sweep(nodeSearch(zone));
    const deleted = deletedNodeSearch(zone);
    yield* optional(search(deleted), deleted.base, problems);
  }
}

/** Yields what can be had. A part that is not there is an answer; one that is refused is told. */
async function* optional(
  entries: Promise<readonly RawEntry[]>,
  where: string,
  problems: Problem[],
): AsyncGenerator<readonly RawEntry[], void> {
  try {
    yield await entries;
  } catch (error) {
    if (!isPartialFault(error)) throw error;
    if (error.resultCode === NO_SUCH_OBJECT) return;
    problems.push({ severity: 'warning', code: 'not-saved', where, message: error.message });
  }
}

/** The domain has a SID as its accounts have, and is saved already. */
async function* withoutDomain(pages: Pages, domain: DomainInfo): AsyncGenerator<readonly RawEntry[], void> {
  for await (const page of pages) yield page.filter((entry) => dnKey(entry.dn) !== dnKey(domain.dn));
}

/** Few objects each: what the directory is made of. */
function placeSearches({ domain, configurationDn }: DirectoryInfo): readonly SearchOptions[] {
  const { root, crossRef, domain: ofDomain, trust, dhcp } = EXPORT_ATTRIBUTES;
  const searches: SearchOptions[] = [{ base: '', scope: 'base', filter: ANY, attributes: root }];
  if (configurationDn !== null) {
    const below = (name: string): string => `${name},${configurationDn}`;
    searches.push(
      { base: below('CN=Partitions'), scope: 'one', filter: '(objectClass=crossRef)', attributes: crossRef },
      serverSearch(configurationDn),
      {
        base: below('CN=NetServices,CN=Services'),
        scope: 'one',
        filter: '(objectClass=dHCPClass)',
        attributes: dhcp,
      },
    );
  }
  if (domain !== null) {
    const system = `CN=System,${domain.dn}`;
    searches.push(
      { base: domain.dn, scope: 'base', filter: ANY, attributes: ofDomain },
      { base: system, scope: 'one', filter: '(objectClass=trustedDomain)', attributes: trust },
    );
  }
  return searches;
}

/** By the SID: an account whose name this reader may not see is not an orphan all the same. */
function accountSearch({ dn }: DomainInfo): SearchOptions {
  return {
    base: dn,
    scope: 'sub',
    filter: '(objectSid=*)',
    attributes: EXPORT_ATTRIBUTES.account,
    controls: [new DomainScopeControl(), new ShowDeletedControl()],
  };
}

function clusterSearch({ dn }: DomainInfo): SearchOptions {
  return {
    base: dn,
    scope: 'sub',
    filter: CLUSTER_FILTER,
    attributes: EXPORT_ATTRIBUTES.cluster,
    controls: [new DomainScopeControl(), ...readableDescriptor()],
  };
}

function containerSearch({ container }: ZonePartition): SearchOptions {
  const attributes = EXPORT_ATTRIBUTES.container;
  return { base: container, scope: 'base', filter: ANY, attributes, controls: readableDescriptor() };
}

function zoneSearch({ container }: ZonePartition): SearchOptions {
  return {
    base: container,
    scope: 'one',
    filter: '(objectClass=dnsZone)',
    attributes: EXPORT_ATTRIBUTES.zone,
    controls: readableDescriptor(),
  };
}

function nodeSearch(zone: Dn): SearchOptions {
  const attributes = EXPORT_ATTRIBUTES.node;
  return { base: zone, scope: 'one', filter: ANY, attributes, controls: readableDescriptor() };
}

/** The domain controllers of the forest: the server objects and the NTDS Settings below them. */
export function serverSearch(configurationDn: Dn): SearchOptions {
  return {
    base: `CN=Sites,${configurationDn}`,
    scope: 'sub',
    filter: '(|(objectClass=server)(objectClass=nTDSDSA))',
    attributes: EXPORT_ATTRIBUTES.server,
  };
}

/** What was deleted from the zone while the directory remembers it, for who deleted it and when. */
export function deletedNodeSearch(zone: Dn): SearchOptions {
  const container = parentDn(zone) as Dn;
  const partition = parentDn(container) as Dn;
  const isLegacy = /^CN=System,/i.test(partition);
  return {
    base: `CN=Deleted Objects,${isLegacy ? parentDn(partition) : partition}`,
    scope: 'one',
    filter: new EqualityFilter({ attribute: 'lastKnownParent', value: zone }),
    attributes: EXPORT_ATTRIBUTES.deletedNode,
    controls: [new ShowDeletedControl()],
  };
}

function readableDescriptor(): readonly Control[] {
  return [new SdFlagsControl(SD_FLAGS_READABLE)];
}
