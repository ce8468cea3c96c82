/** Who a domain controller is and what it holds: its rootDSE, the crossRef objects of the forest, its own domain. */

import { DirectoryError } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import type { DirectoryInfo, DomainInfo, RawEntry } from '../../records/source.ts';
import { domainsOf, partitionsOf, sidOf, textOf, textsOf } from './naming-contexts.ts';
import { CROSS_REF_ATTRIBUTES } from './schema.ts';
import type { SearchOptions } from './search-request.ts';

/** Gives every entry of a search. */
type Ask = (search: SearchOptions) => Promise<readonly RawEntry[]>;

/**
 * Asks a server who it is.
 *
 * @param address by which it was reached, shown when it does not tell its name
 * @throws DirectoryError `server` when it is no domain controller of Active Directory
 */
export async function readDirectoryInfo(
  ask: Ask,
  address: string,
  pageSize: number,
): Promise<{ readonly info: DirectoryInfo; readonly vendorName: string | null }> {
  const root = await readBase(ask, address, '', ['*']);
  const configurationDn = required(root, 'configurationnamingcontext', address) as Dn;
  const domainDn = required(root, 'defaultnamingcontext', address) as Dn;
  const rootDn = required(root, 'rootdomainnamingcontext', address) as Dn;
  const crossRefs = await ask({
    base: `CN=Partitions,${configurationDn}`,
    scope: 'one',
    filter: '(objectClass=crossRef)',
    attributes: CROSS_REF_ATTRIBUTES,
    pageSize,
  });
  const domainSid = sidOf(await readBase(ask, address, domainDn, ['objectSid']));
  const domains = domainsOf(crossRefs, domainDn, domainSid);
  const find = (dn: Dn): DomainInfo | null => domains.find((item) => dnKey(item.dn) === dnKey(dn)) ?? null;
  const server = textOf(root, 'dnshostname') ?? address;
  const held = new Set(textsOf(root, 'namingcontexts').map((dn) => dnKey(dn as Dn)));
  // A global catalog has every domain, but only its own as a whole.
  for (const { dn } of domains) if (dnKey(dn) !== dnKey(domainDn)) held.delete(dnKey(dn));
  const info: DirectoryInfo = {
    server,
    live: true,
    takenAt: null,
    namesOf: null,
    domains,
    domain: find(domainDn),
    rootDomain: find(rootDn),
    configurationDn,
    partitions: partitionsOf(crossRefs, domainDn, (dn) => (held.has(dnKey(dn)) ? server : null)),
    problems: [],
  };
  return { info, vendorName: textOf(root, 'vendorname') };
}

async function readBase(
  ask: Ask,
  address: string,
  base: string,
  attributes: readonly string[],
): Promise<RawEntry> {
  const [entry] = await ask({ base, scope: 'base', filter: '(objectClass=*)', attributes });
  if (entry !== undefined) return entry;
  const message = `Cannot read ${base || 'the root of the directory'} on ${address}: no entry came back`;
  throw new DirectoryError('server', message, { operation: 'read', dn: base });
}

function required(root: RawEntry, attribute: string, address: string): string {
  const value = textOf(root, attribute);
  if (value !== null) return value;
  const message = `Cannot use ${address}: its rootDSE has no ${attribute}, so it is not an Active Directory domain controller`;
  throw new DirectoryError('server', message, { operation: 'read the rootDSE' });
}
