/**
 * Names that are not for hosts to register: what domain controllers register for themselves, and names whose owner
 * could answer for others. Nothing is granted on them unless that is asked for.
 */

import type { DnsNode } from '../records/node.ts';
import type { ComputerIndex } from './computer-index.ts';
import { hostKey } from './host-match.ts';

/** Names that netlogon registers besides those that begin with an underscore. */
const LOCATOR_NAMES = new Set(['gc', 'domaindnszones', 'forestdnszones']);
/** Names that clients ask for by custom; whoever answers leads them. [MS-DNSP] 3.1.1.1.4 GlobalQueryBlockList */
const GUESSED_NAMES = new Set(['wpad', 'isatap']);

/** Why a name belongs to the infrastructure of the domain, or null. */
export function infrastructureReason(node: DnsNode, computers: ComputerIndex): string | null {
  const name = node.name.toLowerCase();
  if (name === '@') return 'the zone itself (@)';
  if (name.startsWith('_') || name.includes('._') || isLocatorZone(node.zone)) {
    return 'a service locator name that domain controllers register';
  }
  if (LOCATOR_NAMES.has(name)) return `${name} is registered by domain controllers`;
  if (computers.isDomainController(hostKey(node.fqdn))) return 'the name of a domain controller';
  return null;
}

/** True for the zone `_msdcs` of a forest. */
function isLocatorZone(zone: string): boolean {
  return zone.startsWith('_') && /^_msdcs\./i.test(zone);
}

/** Why a name is protected although no domain controller registers it, or null. */
export function protectedReason(node: DnsNode): string | null {
  const name = node.name.toLowerCase();
  if (name === '*' || name.startsWith('*.')) return 'a wildcard answers for every name that does not exist';
  if (GUESSED_NAMES.has(name)) return `clients ask for ${name} by custom, so its owner can lead them astray`;
  return null;
}
