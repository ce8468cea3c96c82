/**
 * What exports of DHCP servers add to the environment of a zone: whether both records are always registered, taken
 * away with the lease and protected, and whether servers that stand in for each other do the same.
 */

import type { DhcpDnsSettings, DhcpExport, DhcpScope } from '../records/dhcp-export.ts';
import type { Check } from './check.ts';
import type { LeaseTime } from './readiness-aging.ts';

const EXAMPLES = 3;
const FIELDS = ['dynamicUpdates', 'deleteOnExpiry', 'nameProtection', 'disablePtr'] as const;
const WORDS: Readonly<Record<(typeof FIELDS)[number] | 'leaseHours', string>> = {
  dynamicUpdates: 'dynamic updates',
  deleteOnExpiry: 'discard with the lease',
  nameProtection: 'name protection',
  disablePtr: 'no PTR',
  leaseHours: 'lease in hours',
};

/** What holds for a scope, or for a server that has none. */
interface Place {
  readonly name: string;
  readonly settings: DhcpDnsSettings;
}

/** @returns nothing without an export */
export function checkDhcpExports(exports: readonly DhcpExport[]): readonly Check[] {
  if (exports.length === 0) return [];
  const places = exports.flatMap(placesOf);
  const checks = [checkUpdates(places), checkDiscard(places), checkProtection(places)];
  return exports.length === 1 ? checks : [...checks, checkAlike(exports)];
}

/** The longest lease of each export; nothing of one that tells none. */
export function leaseTimes(exports: readonly DhcpExport[]): readonly LeaseTime[] {
  return exports.flatMap(({ name, scopes }) => {
    const hours = scopes.map(({ leaseHours }) => leaseHours).filter((value) => value !== null);
    return hours.length === 0 ? [] : [{ hours: Math.max(...hours), source: name }];
  });
}

function placesOf({ name, settings, scopes }: DhcpExport): readonly Place[] {
  if (scopes.length === 0) return [{ name, settings }];
  return scopes.map((scope) => ({ name: `${name} ${scope.id}`, settings: scope.settings }));
}

function checkUpdates(places: readonly Place[]): Check {
  const id = 'dhcp-export-updates';
  const untold = places.filter(({ settings }) => settings.dynamicUpdates === null);
  const others = places.filter(({ settings }) => !isAlways(settings) && settings.dynamicUpdates !== null);
  const cure =
    'Set-DhcpServerv4DnsSetting -DynamicUpdates Always, so that one account registers both records';
  if (others.length > 0) {
    const message = `A and PTR are not always registered: ${wordsOf(others, updateWords)}`;
    return { id, status: 'warn', message, cure };
  }
  if (untold.length > 0) return notTold(id, untold);
  return {
    id,
    status: 'pass',
    message: `A and PTR are always registered: ${places.length} scopes`,
    cure: null,
  };
}

function isAlways({ dynamicUpdates, disablePtr }: DhcpDnsSettings): boolean {
  return dynamicUpdates === 'always' && disablePtr !== true;
}

function updateWords({ dynamicUpdates, disablePtr }: DhcpDnsSettings): string {
  return disablePtr === true ? `${dynamicUpdates}, no PTR` : String(dynamicUpdates);
}

function checkDiscard(places: readonly Place[]): Check {
  const id = 'dhcp-export-discard';
  const untold = places.filter(({ settings }) => settings.deleteOnExpiry === null);
  const keep = places.filter(({ settings }) => settings.deleteOnExpiry === false);
  if (keep.length > 0) {
    const message = `names outlive their lease and keep whoever gets the address or name next from registering: ${wordsOf(keep)}`;
    return {
      id,
      status: 'warn',
      message,
      cure: 'Set-DhcpServerv4DnsSetting -DeleteDnsRROnLeaseExpiry $true',
    };
  }
  if (untold.length > 0) return notTold(id, untold);
  const message = `names are discarded with their lease: ${places.length} scopes`;
  return { id, status: 'pass', message, cure: null };
}

function checkProtection(places: readonly Place[]): Check {
  const id = 'dhcp-export-protection';
  const untold = places.filter(({ settings }) => settings.nameProtection === null);
  const on = places.filter(({ settings }) => settings.nameProtection === true);
  const off = places.filter(({ settings }) => settings.nameProtection === false);
  if (on.length > 0 && off.length > 0) {
    const message = `name protection is on in ${on.length} scopes and off in ${off.length}: ${wordsOf(off)}`;
    const cure =
      'Set-DhcpServerv4DnsSetting -NameProtection alike everywhere: a name without a DHCID is never taken over';
    return { id, status: 'warn', message, cure };
  }
  if (untold.length > 0) return notTold(id, untold);
  const message = `name protection is ${on.length > 0 ? 'on, which needs secure updates' : 'off'} in all ${places.length} scopes`;
  return { id, status: 'pass', message, cure: null };
}

function notTold(id: string, places: readonly Place[]): Check {
  const message = `the export does not tell: ${wordsOf(places)}`;
  return { id, status: 'unknown', message, cure: 'Get-DhcpServerv4DnsSetting on the server tells it' };
}

/** Servers against the first, and the scopes that several of them have. */
function checkAlike(exports: readonly DhcpExport[]): Check {
  const id = 'dhcp-export-alike';
  const differences = exports.slice(1).flatMap((other) => differencesOf(exports[0] as DhcpExport, other));
  if (differences.length === 0) {
    const message = `${exports.length} servers have the same settings, and so have the scopes they share`;
    return { id, status: 'pass', message, cure: null };
  }
  const shown = differences.slice(0, EXAMPLES).join('; ');
  const more = differences.length > EXAMPLES ? `; and ${differences.length - EXAMPLES} more` : '';
  const message = `servers that stand in for each other differ: ${shown}${more}`;
  return { id, status: 'warn', message, cure: 'give all of them the same settings' };
}

function differencesOf(first: DhcpExport, other: DhcpExport): readonly string[] {
  const files = `${first.name} and ${other.name}`;
  const found = FIELDS.filter((field) => first.settings[field] !== other.settings[field]).map(
    (field) =>
      `${files}: ${WORDS[field]} ${first.settings[field] ?? '?'} and ${other.settings[field] ?? '?'}`,
  );
  for (const scope of other.scopes) {
    const twin = first.scopes.find(({ id }) => id === scope.id);
    if (twin !== undefined) found.push(...scopeDifferences(twin, scope, files));
  }
  return found;
}

function scopeDifferences(a: DhcpScope, b: DhcpScope, files: string): readonly string[] {
  const flat = ({ settings, leaseHours }: DhcpScope) => ({ ...settings, leaseHours });
  const [left, right] = [flat(a), flat(b)];
  return [...FIELDS, 'leaseHours' as const]
    .filter((field) => left[field] !== right[field])
    .map((field) => `${files} in ${a.id}: ${WORDS[field]} ${left[field] ?? '?'} and ${right[field] ?? '?'}`);
}

function wordsOf(places: readonly Place[], say: (settings: DhcpDnsSettings) => string = () => ''): string {
  const shown = places.slice(0, EXAMPLES).map(({ name, settings }) => {
    const words = say(settings);
    return words === '' ? name : `${name} (${words})`;
  });
  const more = places.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
