/**
 * What the zone object itself says about a switch: how it takes updates, how the zones at the other end of its names
 * do, and whether it is the only zone of its name.
 *
 * None of this stops a switch: it works in any of these cases, but may leave a hole or reach another copy.
 */

import type { Zone, ZoneLabel } from '../records/zone.ts';
import type { Check } from './check.ts';
import { isReverse } from './host-match.ts';

/** A zone that holds the other half of some names: the PTR records of addresses, or the hosts of PTR records. */
export interface PartnerZone {
  readonly zone: Pick<Zone, 'name' | 'dynamicUpdate'>;
  /** How many addresses or hosts of dynamic names lie in it. */
  readonly names: number;
}

const LABEL_WORDS: Readonly<Record<ZoneLabel, string>> = {
  conflict: 'lost a replication conflict',
  'in-progress': 'was never finished',
  deleted: 'is being deleted',
  duplicate: 'stands in another partition',
};

export function checkUpdateMode({ dynamicUpdate }: Pick<Zone, 'dynamicUpdate'>): Check {
  const id = 'update-mode';
  switch (dynamicUpdate) {
    case 'nonsecure-and-secure': {
      const message = 'the zone takes nonsecure updates, which the switch ends';
      return { id, status: 'pass', message, cure: null };
    }
    case 'secure-only':
      return { id, status: 'pass', message: 'the zone is secure-only already', cure: null };
    case 'none': {
      const message = 'the zone takes no dynamic updates at all; secure-only would let hosts register again';
      return { id, status: 'warn', message, cure: 'find out whether it is meant to be static' };
    }
    case 'unknown': {
      const message = 'its properties cannot be read, or the export left dNSProperty out';
      return { id, status: 'unknown', message, cure: 'read it with an account that may, or export it again' };
    }
  }
}

/**
 * A zone that is switched while the zones of its PTR records are not (or the other way round) leaves one half of each
 * name open to everybody. A zone that takes no dynamic updates is neither.
 *
 * @param orphans addresses or hosts for which the directory holds no zone
 */
export function checkPartners(
  zone: Pick<Zone, 'name' | 'dynamicUpdate'>,
  partners: readonly PartnerZone[],
  orphans: number,
): Check {
  const [id, kind, of] = isReverse(zone.name)
    ? (['forward-zones', 'forward', 'hosts'] as const)
    : (['reverse-zones', 'reverse', 'addresses'] as const);
  const rest = orphans === 0 ? '' : `; in no zone of this directory (${of}: ${orphans})`;
  if (partners.length === 0) {
    return { id, status: 'pass', message: `no ${kind} zone here holds its ${of}${rest}`, cure: null };
  }
  const words = partners
    .map(({ zone: { name, dynamicUpdate }, names }) => `${name} is ${dynamicUpdate} (${of}: ${names})`)
    .join(', ');
  const others = partners.filter(({ zone: { dynamicUpdate } }) => dynamicUpdate !== 'none');
  const message = `this zone is ${zone.dynamicUpdate}; ${words}${rest}`;
  if (others.some(({ zone: { dynamicUpdate } }) => dynamicUpdate === 'unknown')) {
    return { id, status: 'unknown', message, cure: 'read the properties of every one of these zones' };
  }
  if (others.some(({ zone: { dynamicUpdate } }) => dynamicUpdate !== zone.dynamicUpdate)) {
    return {
      id,
      status: 'warn',
      message,
      cure: `judge and switch the ${kind} zones too, one after the other`,
    };
  }
  return { id, status: 'pass', message, cure: null };
}

/** @param zones every zone object that was found, those that no server loads included */
export function checkCopies(zone: Pick<Zone, 'name' | 'dn'>, zones: readonly Zone[]): Check {
  const id = 'zone-copies';
  const name = zone.name.toLowerCase();
  const copies = zones.filter((other) => other.dn !== zone.dn && other.name.toLowerCase() === name);
  if (copies.length === 0) {
    return { id, status: 'pass', message: 'no other zone object has this name', cure: null };
  }
  const words = copies.map(({ dn, label }) => `${dn} ${LABEL_WORDS[label ?? 'duplicate']}`).join('; ');
  const cure = copies.some(({ label }) => label === 'duplicate')
    ? 'find out which one the DNS servers load, and delete the other'
    : 'delete it when it is known that nobody needs it';
  return { id, status: 'warn', message: words, cure };
}
