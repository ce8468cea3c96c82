/**
 * Brings the names of two readings of a zone together. The earlier one is kept as bytes, one small object per name
 * and equal descriptors once; the later one streams past it, so no name is decoded unless something of it differs.
 *
 * By objectGUID first: a name is the same object, whatever it is called now. What is left on both sides is brought
 * together by name: that is a name that was deleted and created again.
 */

import { rdnOf } from '../formats/dn.ts';
import { bytesOf } from '../records/entry.ts';
import type { RawEntry } from '../records/source.ts';

type Pages = AsyncIterable<readonly RawEntry[]>;

/** A name in both readings or in one of them. */
export interface NamePair {
  readonly before: RawEntry | null;
  readonly after: RawEntry | null;
}

/** Whatever was found alike so far. */
export interface PairTally {
  matches: number;
}

/** The attributes that are compared; the metadata only explains. */
const COMPARED = ['dnsrecord', 'dnstombstoned', 'ntsecuritydescriptor'] as const;
const KEPT: readonly string[] = [...COMPARED, 'objectguid', 'replpropertymetadata'];
const SHARED = 'ntsecuritydescriptor';

/**
 * Yields the names that are not the same in both, page by page.
 *
 * @param isWanted which names to look at
 * @param tally takes in how many were the same
 */
export async function* pairNames(
  before: Pages,
  after: Pages,
  isWanted: (name: string) => boolean,
  tally: PairTally,
): AsyncGenerator<readonly NamePair[], void> {
  const index = await indexNames(before, isWanted);
  const unknown: RawEntry[] = [];
  for await (const page of after) {
    const pairs: NamePair[] = [];
    for (const entry of page) {
      if (!isNode(entry) || !isWanted(nameOf(entry))) continue;
      const guid = guidKey(entry);
      const old = guid === null ? undefined : index.get(guid);
      if (guid === null || old === undefined) {
        unknown.push(keep(entry, null));
        continue;
      }
      index.delete(guid);
      if (isSame(old, entry)) tally.matches += 1;
      else pairs.push({ before: old, after: entry });
    }
    yield pairs;
  }
  yield pairByName([...index.values()], unknown, tally);
}

/** Pairs what the GUIDs left over: recreated names, those of readings without GUIDs, new ones and gone ones. */
function pairByName(
  olds: readonly RawEntry[],
  news: readonly RawEntry[],
  tally: PairTally,
): readonly NamePair[] {
  const byName = new Map(olds.map((entry) => [nameOf(entry).toLowerCase(), entry]));
  const pairs: NamePair[] = [];
  for (const after of news) {
    const key = nameOf(after).toLowerCase();
    const before = byName.get(key) ?? null;
    byName.delete(key);
    const isRecreated = before !== null && guidKey(before) !== null && guidKey(after) !== null;
    if (before !== null && !isRecreated && isSame(before, after)) tally.matches += 1;
    else pairs.push({ before, after });
  }
  for (const before of byName.values()) pairs.push({ before, after: null });
  return pairs;
}

async function indexNames(pages: Pages, isWanted: (name: string) => boolean): Promise<Map<string, RawEntry>> {
  const index = new Map<string, RawEntry>();
  const shared = new Map<string, readonly Uint8Array[]>();
  for await (const page of pages) {
    for (const entry of page) {
      if (!isNode(entry) || !isWanted(nameOf(entry))) continue;
      // Of a reading without GUIDs every name is left over, to be found by its name.
      index.set(guidKey(entry) ?? entry.dn, keep(entry, shared));
    }
  }
  return index;
}

/** What is needed of an entry, free of the answer it came in. @param shared descriptors that came before */
function keep(entry: RawEntry, shared: Map<string, readonly Uint8Array[]> | null): RawEntry {
  const attributes = new Map<string, readonly Uint8Array[]>();
  for (const name of KEPT) {
    const values = entry.attributes.get(name);
    if (values === undefined) continue;
    const copy = values.map((value) => Buffer.from(value));
    attributes.set(name, name === SHARED && shared !== null ? once(copy, shared) : copy);
  }
  return { dn: entry.dn, attributes };
}

function once(values: readonly Buffer[], shared: Map<string, readonly Uint8Array[]>): readonly Uint8Array[] {
  const key = values[0]?.toString('latin1') ?? '';
  const known = shared.get(key);
  if (known !== undefined) return known;
  shared.set(key, values);
  return values;
}

/** Byte for byte; a reading that lacks an attribute for want of rights differs, and is decoded to see. */
function isSame(before: RawEntry, after: RawEntry): boolean {
  return nameOf(before) === nameOf(after) && COMPARED.every((name) => sameValues(before, after, name));
}

function sameValues(before: RawEntry, after: RawEntry, attribute: string): boolean {
  const old = before.attributes.get(attribute) ?? [];
  const now = after.attributes.get(attribute) ?? [];
  if (old.length !== now.length) return false;
  // Directories return the values of an attribute in any order.
  return old.every((value, at) => sameBytes(value, now[at]) || now.some((other) => sameBytes(value, other)));
}

function sameBytes(left: Uint8Array, right: Uint8Array | undefined): boolean {
  return right !== undefined && Buffer.compare(left, right) === 0;
}

function isNode(entry: RawEntry): boolean {
  return rdnOf(entry.dn).type.toUpperCase() === 'DC';
}

function nameOf(entry: RawEntry): string {
  return rdnOf(entry.dn).value;
}

function guidKey(entry: RawEntry): string | null {
  const bytes = bytesOf(entry, 'objectguid');
  return bytes === null ? null : Buffer.from(bytes).toString('latin1');
}
