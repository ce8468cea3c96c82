/**
 * What doctor says about one zone: who holds it, and for each group of commands whether this account has the rights.
 *
 * Names are what matters for changes: the right to change an access list is looked for on a sample of them, spread
 * over the kinds of owners, because it comes with ownership, from the zone or from each name's own list.
 */

import { counted } from '../formats/counted.ts';
import { DACL_WRITE, type EffectiveRights } from '../records/inspection.ts';
import type { Check } from './check.ts';
import type { DelegatedZone, Lacks } from './delegation.ts';
import type { OwnerClass } from './owner-class.ts';

/** A name that was tried. */
export interface SampledName {
  readonly fqdn: string;
  readonly ownerClass: OwnerClass;
  /** False when its access list is protected: no entry of the zone reaches it. */
  readonly inherits: boolean;
  /** null when it could not be asked: offline, or it is gone. */
  readonly rights: EffectiveRights | null;
}

/** Everything that is known about one zone. */
export interface ZoneFacts extends DelegatedZone {
  /** Server names of the DCs that hold its partition; null offline. */
  readonly hosts: readonly string[] | null;
  readonly descriptorRead: boolean;
  /** What may be done with the zone object; null offline. */
  readonly rights: EffectiveRights | null;
  /** Names that were looked at, and how many of them kept their access list to themselves. */
  readonly looked: number;
  readonly unreadable: number;
  /** False when the zone holds more names than were looked at. */
  readonly complete: boolean;
  readonly sample: readonly SampledName[];
}

const READERS = 'zones, owners, audit, why, readiness';
const WRITERS = 'grant --apply, apply, undo, revoke';
const EXAMPLES = 3;

/**
 * Judges one zone.
 *
 * @param isLive false for a snapshot, which tells nothing about rights
 * @returns its checks, and what a delegation would have to make up for
 */
export function checkZone(
  zone: ZoneFacts,
  isLive: boolean,
): { readonly checks: readonly Check[]; readonly lacks: Lacks } {
  const secure = checkSwitch(zone);
  const checks = [checkHosts(zone), checkReading(zone), checkChanges(zone), secure];
  return {
    checks: isLive ? checks : [checkReading(zone)],
    lacks: {
      readZone: !zone.descriptorRead,
      readNames: zone.unreadable > 0,
      changeNames: refusedNames(zone).some(({ inherits }) => inherits),
      switchZone: secure.status === 'fail',
    },
  };
}

function checkHosts({ hosts }: ZoneFacts): Check {
  const id = 'hosts';
  if (hosts === null || hosts.length === 0) {
    const message = 'the directory does not tell which domain controllers hold the zone';
    return { id, status: 'unknown', message, cure: null };
  }
  return { id, status: 'pass', message: `held by ${hosts.join(', ')}`, cure: null };
}

function checkReading({ descriptorRead, looked, unreadable, complete }: ZoneFacts): Check {
  const id = 'read';
  const cure = 'delegate READ_CONTROL on the zone and its names, or read or export with another account';
  if (looked === 0) {
    const message = `${READERS}: no names came back; the zone is empty, or this account may not list it`;
    return { id, status: 'unknown', message, cure: null };
  }
  const names = complete ? `names: ${looked}` : `names: the first ${looked}`;
  if (unreadable > 0) {
    const message = `${READERS}: ${counted(unreadable, 'access list')} cannot be read; ${names}`;
    return { id, status: unreadable === looked ? 'fail' : 'warn', message, cure };
  }
  if (!descriptorRead) {
    const message = `${READERS}: the access list of the zone cannot be read, those of its names can; ${names}`;
    return { id, status: 'warn', message, cure };
  }
  const message = `${READERS}: the access lists of the zone and its names can be read; ${names}`;
  return { id, status: 'pass', message, cure: null };
}

function checkChanges({ sample, looked }: ZoneFacts): Check {
  const id = 'change';
  const told = sample.filter(({ rights }) => rights !== null && rights.descriptorWrites !== null);
  if (told.length === 0) {
    const message = `${WRITERS}: ${sample.length === 0 ? 'there is no name to try' : 'the server does not tell'}`;
    return { id, status: 'unknown', message, cure: null };
  }
  const refused = refusedNames({ sample });
  const tried = `tried: ${told.length} of ${looked}`;
  if (refused.length === 0) {
    const message = `${WRITERS}: the access lists of names can be changed; ${tried}`;
    return { id, status: 'pass', message, cure: null };
  }
  const status = refused.length === told.length ? 'fail' : 'warn';
  const message = `${WRITERS}: ${counted(refused.length, 'access list')} cannot be changed, ${examplesOf(refused)}; ${tried}`;
  const cure = refused.every(({ inherits }) => !inherits)
    ? 'their lists are protected from inheritance: each needs its own entry with READ_CONTROL and WRITE_DAC'
    : 'delegate READ_CONTROL and WRITE_DAC on the names, inherited from the zone';
  return { id, status, message, cure };
}

/** The names whose access list this account may not change, as far as the server tells. */
function refusedNames({ sample }: Pick<ZoneFacts, 'sample'>): readonly SampledName[] {
  return sample.filter(({ rights }) => {
    const writes = rights?.descriptorWrites ?? null;
    return writes !== null && (writes & DACL_WRITE) === 0;
  });
}

/** `pc1.corp.example.com (system), dc1.corp.example.com (dc) and 4 more` */
function examplesOf(names: readonly SampledName[]): string {
  const shown = names.slice(0, EXAMPLES).map(({ fqdn, ownerClass }) => `${fqdn} (${ownerClass})`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function checkSwitch({ rights }: ZoneFacts): Check {
  const id = 'switch';
  const writes = rights?.attributeWrites ?? null;
  if (writes === null) {
    return { id, status: 'unknown', message: 'secure: the server does not tell', cure: null };
  }
  if (writes.has('dnsproperty')) {
    return { id, status: 'pass', message: 'secure: the update mode of the zone can be changed', cure: null };
  }
  const message = 'secure: dNSProperty of the zone cannot be written';
  return { id, status: 'fail', message, cure: 'delegate the right to write dNSProperty of the zone' };
}
