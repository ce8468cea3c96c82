/** Which zone is to be switched, and what it holds now. Nothing is left to a glob or to the order of an answer. */

import type { Target } from '../../apply/store.ts';
import { type Problem, UsageError } from '../../errors.ts';
import { findMode, type SetMode } from '../../plan/switch.ts';
import { isLoaded, readZones } from '../../records/read.ts';
import type { Zone } from '../../records/zone.ts';
import type { Place } from '../place/connect.ts';

/** The zone and its AllowUpdate. */
export interface SwitchSubject {
  readonly zone: Zone;
  readonly target: Target;
  /** Every zone of the directory, also those beyond --partition. */
  readonly zones: readonly Zone[];
  readonly octets: Uint8Array;
  readonly mode: SetMode;
  readonly problems: readonly Problem[];
}

/**
 * Finds the zone by its name or DN and reads its properties.
 *
 * @throws UsageError when there is no such zone or several, or when its AllowUpdate cannot be told
 */
export async function findSubject(place: Place, name: string, partition: string): Promise<SwitchSubject> {
  const { values: zones, problems } = await readZones(place.source);
  const chosen = partition === 'all' ? zones : (await readZones(place.source, partition)).values;
  const zone = pickZone(chosen, name);
  const target = { dn: zone.dn, objectGuid: zone.objectGuid };
  const store = await place.openZoneStore(target);
  try {
    const stored = findMode((await store.read(target))?.values ?? []);
    if (stored.kind === 'unclear') throw unclearMode(zone, stored.reason);
    return { zone, target, zones, octets: stored.octets, mode: stored.mode, problems };
  } finally {
    await store.close();
  }
}

/** @throws UsageError when none or several are meant, or servers do not load it as a primary zone */
function pickZone(zones: readonly Zone[], name: string): Zone {
  const wanted = name.toLowerCase().replace(/(?<=.)\.$/, '');
  const found = zones.filter(
    (zone) => zone.dn.toLowerCase() === name.toLowerCase() || zone.name.toLowerCase() === wanted,
  );
  const loaded = found.filter(isLoaded);
  const [zone] = loaded;
  if (zone === undefined) throw noZone(zones, name, found);
  if (loaded.length > 1) {
    const dns = loaded.map(({ dn }) => dn).join(' and ');
    throw new UsageError(
      `${zone.name} stands in several partitions: ${dns}; find out which one the servers load, and give its DN`,
      'zone',
    );
  }
  if (zone.type !== 'primary') {
    const message = `Cannot switch ${zone.name}: its type is ${zone.type}, and only a primary zone takes dynamic updates`;
    throw new UsageError(message, 'zone');
  }
  return zone;
}

function noZone(zones: readonly Zone[], name: string, found: readonly Zone[]): UsageError {
  const [other] = found;
  if (other !== undefined) {
    const message = `Cannot switch ${other.dn}: no server loads it, it is marked ${other.label}`;
    return new UsageError(message, 'zone');
  }
  const known = zones.filter(isLoaded).map((zone) => zone.name);
  const listed = known.length === 0 ? 'no zones were found at all' : `zones there are: ${known.join(', ')}`;
  return new UsageError(`There is no zone ${JSON.stringify(name)}; ${listed}`, 'zone');
}

function unclearMode(zone: Zone, reason: string): UsageError {
  const cure =
    'let a DNS server set it, which writes the property anew: Set-DnsServerPrimaryZone -DynamicUpdate, or dnscmd /Config /AllowUpdate';
  return new UsageError(`Cannot tell how ${zone.name} takes updates: ${reason}; ${cure}`, 'zone');
}
