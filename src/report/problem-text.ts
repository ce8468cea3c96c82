/** Where something went wrong, in few words. */

import { type Dn, parentDn, type Rdn, rdnOf } from '../formats/dn.ts';

/** What the containers of zones are called, in whatever partition. */
const ZONE_CONTAINER = /^(?:DC=.*,)?CN=MicrosoftDNS,/i;

/**
 * The zone or name that a DN stands for, with its partition; whatever is no such DN stays as it is.
 *
 * | DN | in few words |
 * | --- | --- |
 * | `DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,…` | `pc1 in corp.example.com (DomainDnsZones)` |
 * | `DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,…` | `corp.example.com (DomainDnsZones)` |
 */
export function shortPlace(where: string): string {
  if (!ZONE_CONTAINER.test(where)) return where;
  const rdns = rdnsOf(where as Dn);
  const container = rdns.findIndex(({ type }) => type.toUpperCase() === 'CN');
  const partition = rdns[container + 1]?.value;
  const [first, second] = rdns;
  if (first === undefined || partition === undefined) return where;
  if (container === 1) return `${first.value} (${partition})`;
  return container === 2 && second !== undefined ? `${first.value} in ${second.value} (${partition})` : where;
}

function rdnsOf(dn: Dn): readonly Rdn[] {
  const rdns: Rdn[] = [];
  for (let rest: Dn | null = dn; rest !== null; rest = parentDn(rest)) rdns.push(rdnOf(rest));
  return rdns;
}
