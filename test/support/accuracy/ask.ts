/** Asks the lab's DNS server, by real signed updates, who can update which name. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { layAgain, ZONES } from './all-cases.ts';
import { type AccuracyCase, ASKERS, type Asker } from './cases.ts';

/** A dnsNode as it is stored; bytes in hex. */
interface StoredNode {
  readonly records: readonly string[];
  readonly tombstoned: boolean;
  readonly descriptor: string;
}

/** The address that each asker registers, as the data of an A record and in hex. */
const ADDRESS: Readonly<Record<Asker, { readonly text: string; readonly hex: string }>> = {
  host: { text: '10.1.1.1', hex: '0a010101' },
  other: { text: '10.2.2.2', hex: '0a020202' },
  dhcp: { text: '10.3.3.3', hex: '0a030303' },
};

/** The name as DNS knows it. */
export function fqdnOf({ zone, name }: AccuracyCase): string {
  return `${name}.${zone}`;
}

/** Every name of the zones as it is stored now, by `ZONE/NAME`, whoever may see it. */
async function readNodes(lab: Lab): Promise<ReadonlyMap<string, StoredNode>> {
  const answer = await lab.python(join(import.meta.dirname, 'nodes.py'), [], JSON.stringify(ZONES));
  return new Map(Object.entries(JSON.parse(answer) as Record<string, StoredNode>));
}

/**
 * Lets every asker update every name, each time from the state that was laid down, and returns who was let through
 * by fully qualified name.
 * A live name gets its address replaced, which empties and revives it on the way; any other is registered.
 */
export async function askServer(
  lab: Lab,
  cases: readonly AccuracyCase[],
): Promise<ReadonlyMap<string, readonly Asker[]>> {
  const laid = await readNodes(lab);
  const can = new Map<string, Asker[]>(cases.map((one) => [fqdnOf(one), []]));
  for (const asker of Object.keys(ASKERS) as Asker[]) {
    const refused = new Set<AccuracyCase>();
    for (const one of cases) if (!(await update(lab, asker, one))) refused.add(one);
    const now = await readNodes(lab);
    const updated = cases.filter((one) => isUpdated(laid.get(keyOf(one)), now.get(keyOf(one)), one, asker));
    for (const one of cases) {
      assert.notEqual(
        updated.includes(one),
        refused.has(one),
        `${one.name}: the server's words and deeds differ`,
      );
    }
    for (const one of updated) can.get(fqdnOf(one))?.push(asker);
    await layAgain(lab, updated);
    assertAsLaid(laid, await readNodes(lab), cases);
  }
  return can;
}

/** Returns false when the server says that it failed; nsupdate cannot verify its answers and says so as well. */
async function update(lab: Lab, asker: Asker, one: AccuracyCase): Promise<boolean> {
  const register = `update add ${fqdnOf(one)} 1200 A ${ADDRESS[asker].text}`;
  const commands = one.state === 'live' ? [`update delete ${fqdnOf(one)} A`, register] : [register];
  const { stderr } = await lab.nsupdate({ as: ASKERS[asker], zone: one.zone, commands });
  return !/update failed: SERVFAIL/.test(stderr);
}

/** True when the name has the asker's address and nothing else, false when it is as it was laid down. */
function isUpdated(
  before: StoredNode | undefined,
  after: StoredNode | undefined,
  one: AccuracyCase,
  asker: Asker,
): boolean {
  if (after?.records.join() === before?.records.join()) {
    assert.equal(after?.tombstoned, before?.tombstoned, `${one.name} was half updated as ${asker}`);
    return false;
  }
  const isOwn = after?.records.length === 1 && after.records[0]?.endsWith(ADDRESS[asker].hex) === true;
  assert.ok(isOwn && !after.tombstoned, `${one.name} holds ${after?.records} after an update as ${asker}`);
  return true;
}

function assertAsLaid(
  laid: ReadonlyMap<string, StoredNode>,
  now: ReadonlyMap<string, StoredNode>,
  cases: readonly AccuracyCase[],
): void {
  for (const one of cases) {
    assert.deepEqual(now.get(keyOf(one)), laid.get(keyOf(one)), `${one.name} is not as it was laid down`);
    assert.equal(now.has(keyOf(one)), one.state !== 'new', `${one.name} is there, or is not`);
  }
}

function keyOf({ zone, name }: AccuracyCase): string {
  return `${zone}/${name}`;
}
