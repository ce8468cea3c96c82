/**
 * Guards: what a plan may not do without somebody saying so. Planning never refuses; writing does.
 */

import { counted } from '../formats/counted.ts';
import { type Dn, dnEndsWith } from '../formats/dn.ts';
import type { Plan, PlannedChange } from './plan.ts';

/** How much of a zone may change: a number of names, or a share in percent. */
export type ChangeLimit = { readonly kind: 'count' | 'percent'; readonly value: number };

/** What a guard refuses. */
export interface Refusal {
  /** The count, the limit and the largest class. */
  readonly cause: string;
  /** The cause and the flags that pass it. */
  readonly message: string;
}

/** The share of a zone that may change without approval, and from which size on that is asked. */
const DEFAULT_LIMIT: ChangeLimit = { kind: 'percent', value: 25 };
const SMALL_ZONE_NAMES = 50;

/**
 * What keeps a plan from being applied, or null. A change on a zone counts as one on all of its names: they inherit it.
 *
 * @param limit null when the user gave none: then the default holds, for zones of more than 50 names
 */
export function refuseLargePlan(plan: Plan, limit: ChangeLimit | null): Refusal | null {
  for (const zone of plan.zones) {
    const changes = plan.changes.filter(({ dn }) => dnEndsWith(dn as Dn, zone.dn as Dn));
    if (limit === null && zone.names <= SMALL_ZONE_NAMES) continue;
    const { kind, value } = limit ?? DEFAULT_LIMIT;
    const allowed = kind === 'count' ? value : (zone.names * value) / 100;
    const inherited = changes.some(({ dn }) => dn === zone.dn);
    const reached = inherited ? zone.names : changes.length;
    if (reached <= allowed) continue;
    const share = zone.names === 0 ? 100 : (100 * reached) / zone.names;
    const limitWords = kind === 'count' ? counted(value, 'name') : `${value} %`;
    const cause = inherited
      ? `The change on the zone itself reaches all ${counted(zone.names, 'name')} of ${zone.name}; the limit is ${limitWords}`
      : `${reached} of the ${counted(zone.names, 'name')} in ${zone.name} would change (${share.toFixed(1)} %); the limit is ${limitWords}. ${largestClass(changes)}`;
    const pass = `--approve ${plan.checksum}, or --max-change ${Math.ceil(share)}%`;
    return { cause, message: `${cause}. If that is what you intend: ${pass}` };
  }
  return null;
}

/** A change that lies outside the zones that the plan names, or null. Such a plan was not made by this program. */
export function findStray(plan: Plan): PlannedChange | null {
  const zones = plan.zones.map((zone) => zone.dn as Dn);
  return plan.changes.find((change) => !zones.some((zone) => dnEndsWith(change.dn as Dn, zone))) ?? null;
}

function largestClass(changes: readonly PlannedChange[]): string {
  const counts = new Map<string, number>();
  for (const { ownerClass } of changes) counts.set(ownerClass, (counts.get(ownerClass) ?? 0) + 1);
  const [largest] = [...counts].sort((a, b) => b[1] - a[1]);
  return largest === undefined
    ? 'No class is large'
    : `Largest class: owner ${largest[0]}, ${counted(largest[1], 'name')}`;
}
