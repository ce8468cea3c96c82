/**
 * Domains outside of the forest whose accounts may own names here or stand in access lists, by the trustedDomain
 * objects of the domains that trust them. [MS-ADTS] 6.1.6.7
 *
 * | attribute          | holds                                                      |
 * | ------------------ | ---------------------------------------------------------- |
 * | trustPartner       | the DNS name; the NetBIOS name for one without Active Directory |
 * | flatName           | the NetBIOS name                                           |
 * | securityIdentifier | the domain's SID; missing for a realm that is not Windows  |
 * | trustDirection     | 1 it trusts us, 2 we trust it; both may be set             |
 * | trustAttributes    | 0x20 within the forest, besides other things               |
 */

import { FormatError } from '../../errors.ts';
import { type Dn, dnOfDnsName } from '../../formats/dn.ts';
import { decodeSid, type Sid } from '../../formats/sid.ts';
import type { DomainInfo, RawEntry } from '../../records/source.ts';
import { textOf } from '../ldap/naming-contexts.ts';

export const TRUST_ATTRIBUTES: readonly string[] = Object.freeze([
  'trustPartner',
  'flatName',
  'securityIdentifier',
  'trustDirection',
  'trustAttributes',
]);

const OUTBOUND = 2;
const WITHIN_FOREST = 0x20;

/**
 * Each trusted domain once, by name; none of them has answered yet.
 *
 * @param forest the domains of the forest, which trust each other as well
 */
export function trustedDomainsOf(
  trusts: readonly RawEntry[],
  forest: readonly DomainInfo[],
): readonly DomainInfo[] {
  const inside = new Set(forest.map(({ dnsName }) => dnsName.toLowerCase()));
  const bySid = new Map<Sid, DomainInfo>();
  for (const entry of trusts) {
    const domain = isOutsideAndTrusted(entry) ? decodeTrust(entry) : null;
    if (domain?.sid && !inside.has(domain.dnsName.toLowerCase())) bySid.set(domain.sid, domain);
  }
  return [...bySid.values()].sort((a, b) => (a.dnsName < b.dnsName ? -1 : 1));
}

function isOutsideAndTrusted(entry: RawEntry): boolean {
  const direction = Number(textOf(entry, 'trustdirection') ?? '0');
  const attributes = Number(textOf(entry, 'trustattributes') ?? '0');
  return (direction & OUTBOUND) !== 0 && (attributes & WITHIN_FOREST) === 0;
}

/** Null for what is no Windows domain, or cannot be told apart by its SID. */
function decodeTrust(entry: RawEntry): DomainInfo | null {
  const dnsName = textOf(entry, 'trustpartner');
  const sid = entry.attributes.get('securityidentifier')?.[0];
  if (dnsName === null || sid === undefined) return null;
  try {
    const dn: Dn = dnOfDnsName(dnsName);
    const netbiosName = textOf(entry, 'flatname');
    return { dn, dnsName, netbiosName, sid: decodeSid(sid), inForest: false, answered: false };
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
