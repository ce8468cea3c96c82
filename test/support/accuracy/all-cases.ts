/** Every case of the accuracy test, and the zones, accounts and groups that they need in a lab. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { recordBytes, tombstoneBytes, zoneProperties } from '../lab/dns-bytes.ts';
import { type EstateName, type EstateZone, layEstate } from '../lab/estate.ts';
import type { Lab } from '../lab/lab.ts';
import { accuracyAccounts, HISTORY_SID } from './accounts.ts';
import { type AccuracyCase, ASKERS, ZONE } from './cases.ts';
import { INHERITED_CASES, INHERITING_ZONES, NEW_NAME_CASES } from './inherited-cases.ts';
import { OBJECT_CASES } from './object-cases.ts';
import { ORDER_CASES } from './order-cases.ts';
import { CONDITION_CASES, FLAG_CASES, OWNER_CASES, TOMBSTONE_CASES } from './structure-cases.ts';
import { TRUSTEE_CASES } from './trustee-cases.ts';

export const CASES: readonly AccuracyCase[] = [
  ...TRUSTEE_CASES,
  ...ORDER_CASES,
  ...OBJECT_CASES,
  ...FLAG_CASES,
  ...OWNER_CASES,
  ...TOMBSTONE_CASES,
  ...CONDITION_CASES,
  ...INHERITED_CASES,
  ...NEW_NAME_CASES,
];

export const ZONES: readonly string[] = [ZONE, ...INHERITING_ZONES.keys()];

const LAID_HOURS = 3_709_714;
const LAID_RECORDS = [
  recordBytes({ type: 'A', data: '10.0.0.1', ttlSeconds: 1200, timestampHours: LAID_HOURS }),
];
/** A DNS server serves a zone only when its apex has these. */
const APEX: EstateName = {
  name: '@',
  records: [
    recordBytes({
      type: 'SOA',
      data: `dc1.${ZONE} hostmaster.${ZONE} 110 900 600 86400 3600`,
      ttlSeconds: 3600,
      timestampHours: 0,
    }),
    recordBytes({ type: 'NS', data: `dc1.${ZONE}`, ttlSeconds: 3600, timestampHours: 0 }),
  ],
};
const LAID_TOMBSTONE = [tombstoneBytes(LAID_HOURS)];

/**
 * Lays every account, group, zone and name down.
 *
 * @returns the SID of each account and group, by key
 */
export async function layCases(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const password = `Aa1+${randomBytes(12).toString('base64url')}`;
  const sids = await layEstate(lab, {
    ...accuracyAccounts(password),
    zones: [zoneOf(ZONE, CASES), ...[...INHERITING_ZONES].map(([zone, sddl]) => newZone(zone, sddl))],
  });
  const conditional = CASES.filter((one) => one.conditional.length > 0).map(
    ({ zone, name, conditional }) => ({
      zone,
      name,
      aces: conditional,
    }),
  );
  const wish = { history: { [ASKERS.host]: HISTORY_SID }, conditional };
  await lab.python(join(import.meta.dirname, 'prepare.py'), [], JSON.stringify(wish));
  return sids;
}

/** Puts `cases` back as they were laid: records again, new names gone. Descriptors are left alone. */
export async function layAgain(lab: Lab, cases: readonly AccuracyCase[]): Promise<void> {
  const bare = cases.map((one) => ({ ...one, sddl: null }));
  await layEstate(lab, { zones: ZONES.map((zone) => zoneOf(zone, bare)) });
  const created = cases.filter((one) => one.state === 'new').map(({ zone, name }) => ({ zone, name }));
  await lab.python(join(import.meta.dirname, 'delete-nodes.py'), [], JSON.stringify(created));
}

function newZone(zone: string, sddl: string): EstateZone {
  const { names, ...rest } = zoneOf(zone, CASES);
  return { ...rest, sddl, properties: zoneProperties(2, false), names: [APEX, ...names] };
}

function zoneOf(zone: string, cases: readonly AccuracyCase[]): EstateZone {
  const laid = cases.filter((one) => one.zone === zone && one.state !== 'new');
  return { name: zone, partition: 'domain', names: laid.map(nameOf) };
}

function nameOf({ name, sddl, state }: AccuracyCase): EstateName {
  const tombstoned = state === 'dormant';
  const records = tombstoned ? LAID_TOMBSTONE : LAID_RECORDS;
  return { name, records, tombstoned, ...(sddl === null ? {} : { sddl }) };
}
