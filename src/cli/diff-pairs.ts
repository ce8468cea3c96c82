/**
 * Brings the names of two readings of a zone together. The earlier one is kept as bytes, one block per name and equal
 * descriptors once; the later one streams past it, so no name is decoded unless something of it differs.
 *
 * By objectGUID first: a name is the same object, whatever it is called now. What is left on both sides is brought
 * together by name: that is a name that was deleted and created again.
 */

import { hash } from 'node:crypto';
import { createEntryStore } from '../directory/snapshot/entry-store.ts';
import { rdnOf } from '../formats/dn.ts';
import { bytesOf, copyEntry } from '../records/entry.ts';
import type { EntryDecoder, RawEntry } from '../records/source.ts';

/** Streams the names of a zone, as DirectorySource.nodes() does. */
export type NameReading = <T>(decode: EntryDecoder<T>) => AsyncIterable<readonly T[]>;

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
const SHARED = 'ntsecuritydescriptor';
const OWN: readonly string[] = [
  ...COMPARED.filter((name) => name !== SHARED),
  'objectguid',
  'replpropertymetadata',
];

/** A name of the later reading as it arrives. */
interface Arrival {
  readonly guid: string | null;
  /** The earlier name with its GUID. */
  readonly kept: number | undefined;
  /** null for one that is the same as the earlier one. */
  readonly entry: RawEntry | null;
}

/** Names that are kept, each by a number: their descriptors apart from the rest, because many names have the same. */
interface NameStore {
  keep(entry: RawEntry): number;
  entryOf(kept: number): RawEntry;
}

/**
 * Yields the names that are not the same in both, page by page.
 *
 * @param isWanted which names to look at
 * @param tally takes in how many were the same
 */
export async function* pairNames(
  before: NameReading,
  after: NameReading,
  isWanted: (name: string) => boolean,
  tally: PairTally,
): AsyncGenerator<readonly NamePair[], void> {
  const store = createNameStore();
  const index = await indexNames(before, isWanted, store);
  const unknown: number[] = [];
  const meet = (entry: RawEntry): Arrival | null => {
    if (!isNode(entry) || !isWanted(nameOf(entry))) return null;
    const guid = guidKey(entry);
    const kept = guid === null ? undefined : index.get(guid);
    const same = kept !== undefined && isSame(store.entryOf(kept), entry);
    return { guid, kept, entry: same ? null : copyEntry(entry) };
  };
  for await (const page of after(meet)) {
    const pairs: NamePair[] = [];
    for (const { guid, kept, entry } of page) {
      if (guid !== null) index.delete(guid);
      if (entry === null) tally.matches += 1;
      else if (kept === undefined) unknown.push(store.keep(entry));
      else pairs.push({ before: store.entryOf(kept), after: entry });
    }
    yield pairs;
  }
  yield pairByName([...index.values()], unknown, store, tally);
}

/** Pairs what the GUIDs left over: recreated names, those of readings without GUIDs, new ones and gone ones. */
function pairByName(
  olds: readonly number[],
  news: readonly number[],
  { entryOf }: NameStore,
  tally: PairTally,
): readonly NamePair[] {
  const byName = new Map(olds.map((kept) => [nameOf(entryOf(kept)).toLowerCase(), kept]));
  const pairs: NamePair[] = [];
  for (const added of news) {
    const after = entryOf(added);
    const key = nameOf(after).toLowerCase();
    const kept = byName.get(key);
    byName.delete(key);
    const before = kept === undefined ? null : entryOf(kept);
    const isRecreated = before !== null && guidKey(before) !== null && guidKey(after) !== null;
    if (before !== null && !isRecreated && isSame(before, after)) tally.matches += 1;
    else pairs.push({ before, after });
  }
  for (const kept of byName.values()) pairs.push({ before: entryOf(kept), after: null });
  return pairs;
}

async function indexNames(
  reading: NameReading,
  isWanted: (name: string) => boolean,
  { keep }: NameStore,
): Promise<Map<string, number>> {
  const index = new Map<string, number>();
  const take = (entry: RawEntry): null => {
    // Of a reading without GUIDs every name is left over, to be found by its name.
    if (isNode(entry) && isWanted(nameOf(entry))) index.set(guidKey(entry) ?? entry.dn, keep(entry));
    return null;
  };
  for await (const _ of reading(take));
  return index;
}

function createNameStore(): NameStore {
  const own = createEntryStore(OWN);
  const descriptors = createEntryStore([SHARED]);
  const placeByHash = new Map<string, number>();
  // Where the parts of each name lie: two numbers, no object.
  const ownPlaces: number[] = [];
  const descriptorPlaces: number[] = [];
  const placeOfDescriptor = (entry: RawEntry): number => {
    const values = entry.attributes.get(SHARED) ?? [];
    const key = values.map((value) => hash('sha256', value, 'base64')).join('');
    const place = placeByHash.get(key) ?? descriptors.add(entry);
    placeByHash.set(key, place);
    return place;
  };
  return {
    keep: (entry) => {
      ownPlaces.push(own.add(entry));
      return descriptorPlaces.push(placeOfDescriptor(entry)) - 1;
    },
    entryOf: (kept) => {
      const { dn, attributes } = own.entryAt(ownPlaces[kept] as number);
      const descriptor = descriptors.entryAt(descriptorPlaces[kept] as number).attributes;
      return { dn, attributes: new Map([...attributes, ...descriptor]) };
    },
  };
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
