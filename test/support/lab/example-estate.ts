/**
 * Lays the example estate into a lab: a company whose zone is to become "Secure only".
 *
 * A good part of the names is registered by real dynamic updates, so that their descriptors are a DC's own; the rest
 * is laid down. Afterwards every record gets the age it should have.
 */

import { recordBytes, toHours, tombstoneBytes, zoneProperties } from './dns-bytes.ts';
import { type Estate, type EstateName, type EstateZone, layEstate } from './estate.ts';
import { DOMAIN, exampleAccounts } from './example-accounts.ts';
import { exampleNames } from './example-names.ts';
import type { DynamicUpdate, Lab } from './lab.ts';
import { type ExampleName, REVERSE } from './name-list.ts';

/** Lays everything down; about 15 s. The DNS server is left accepting nonsecure updates. */
export async function layExample(lab: Lab, now: Date, password: string): Promise<void> {
  const names = exampleNames(toHours(now));
  const signers = new Set(names.flatMap(({ origin }) => (origin.kind === 'signed' ? [origin.account] : [])));
  const knownSids = await layEstate(lab, { ...exampleAccounts(signers, password), ...emptyZones(now) });

  await lab.setDnsMode('nonsecure');
  await register(
    lab,
    names.filter(({ origin }) => origin.kind === 'nonsecure'),
  );
  await lab.setDnsMode('secure only');
  for (const account of signers) {
    await register(
      lab,
      names.filter(({ origin }) => origin.kind === 'signed' && origin.account === account),
      account,
    );
  }
  await lab.setDnsMode('nonsecure');

  await layEstate(lab, { knownSids, zones: [DOMAIN, REVERSE].map((zone) => zoneOf(zone, names)) });
}

function emptyZones(now: Date): Estate {
  const soa = `dc1.${DOMAIN} hostmaster.${DOMAIN} 110 900 600 86400 3600`;
  const apex: EstateName = {
    name: '@',
    records: [
      recordBytes({ type: 'SOA', data: soa, ttlSeconds: 3600, timestampHours: 0 }),
      recordBytes({ type: 'NS', data: `dc1.${DOMAIN}`, ttlSeconds: 3600, timestampHours: 0 }),
    ],
  };
  const switched = (toHours(now) - 24 * 200) * 3600;
  const zone = (name: string, partition: EstateZone['partition'], properties: string[]): EstateZone => ({
    name,
    partition,
    properties,
    names: name.startsWith('..') ? [] : [apex],
  });
  return {
    zones: [
      { name: DOMAIN, partition: 'domain', properties: zoneProperties(1, true), names: [] },
      zone(REVERSE, 'domain', zoneProperties(1, true)),
      zone('partner.example.com', 'forest', zoneProperties(2, false, switched)),
      zone('archive.example.com', 'legacy', zoneProperties(0, false)),
      zone('..InProgress-branch.example.com', 'domain', zoneProperties(0, false)),
      zone('..Deleted-test.example.com', 'domain', zoneProperties(1, false)),
      zone(`${REVERSE}\nCNF:4c1de0a2-7b6f-4f39-9b1d-2e3f40516273`, 'domain', zoneProperties(1, true)),
    ],
  };
}

/**
 * Registers names by one dynamic update for each zone, and makes sure that they arrived.
 *
 * @throws Error when the DNS server does not know a name afterwards
 */
async function register(lab: Lab, names: readonly ExampleName[], account?: string): Promise<void> {
  for (const zone of [DOMAIN, REVERSE]) {
    const inZone = names.filter((name) => name.zone === zone);
    const commands = inZone.flatMap(updateCommands);
    if (commands.length === 0) continue;
    const update: DynamicUpdate = { zone, commands };
    const outcome = await lab.nsupdate(account === undefined ? update : { ...update, as: account });
    for (const { name, records } of inZone) {
      const [record] = records;
      if (record === undefined || (await lab.lookup(`${name}.${zone}`, record.type)).length > 0) continue;
      throw new Error(
        `Cannot register ${name}.${zone} as ${account ?? 'anybody'}: the DNS server does not know it afterwards; ` +
          `nsupdate said: ${outcome.stderr.trim()}`,
      );
    }
  }
}

function updateCommands({ zone, name, records }: ExampleName): string[] {
  return records
    .filter(({ type }) => type !== 'DHCID')
    .map(({ type, data, ttlSeconds }) => {
      const target = type === 'PTR' ? `${data}.` : data;
      return `update add ${name}.${zone}. ${ttlSeconds} ${type} ${target}`;
    });
}

/** The names as they shall be in the end; those that were registered keep their descriptor. */
function zoneOf(zone: string, names: readonly ExampleName[]): EstateZone {
  const laid = names
    .filter((name) => name.zone === zone)
    .map(({ name, origin, records, entombedHours }) => ({
      name,
      records: entombedHours === null ? records.map(recordBytes) : [tombstoneBytes(entombedHours)],
      ...(entombedHours === null ? {} : { tombstoned: true }),
      ...(origin.kind === 'laid' ? { sddl: origin.sddl } : {}),
    }));
  const broken = { name: 'broken-record', records: [Buffer.from('0400010005f0', 'hex').toString('base64')] };
  return { name: zone, partition: 'domain', names: zone === DOMAIN ? [...laid, broken] : laid };
}
