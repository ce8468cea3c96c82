/**
 * Entries that are kept by the ten thousand: side by side in blocks of bytes, the names of the attributes once for
 * all. As objects with a list of Buffers for each attribute they take several times the memory. Numbers are
 * little-endian:
 *
 * | field      | size | content                                                             |
 * | ---------- | ---- | ------------------------------------------------------------------- |
 * | length     | 4    | of everything after it                                              |
 * | DN length  | 4    | of the DN in bytes                                                  |
 * | DN         |      | UTF-8                                                               |
 * | for each value, those of one attribute in a row:                                       |||
 * | name       | 2    | place in the list of names                                          |
 * | length     | 4    | of the value in bytes                                               |
 * | value      |      | as the entry had it                                                 |
 */

import type { Dn } from '../../formats/dn.ts';
import type { AttributeValues, RawEntry } from '../../records/source.ts';

/** Keeps entries with bytes of their own. An attribute without a value is left out. */
export interface EntryStore {
  /** Takes an entry in. @returns where it lies */
  add(entry: RawEntry): number;
  /** The entry that lies there. */
  entryAt(place: number): RawEntry;
}

/** The names of attributes and their places in the order in which they were met. */
interface Names {
  readonly list: string[];
  readonly places: Map<string, number>;
}

type Attribute = readonly [name: string, values: readonly Uint8Array[]];

const LENGTH_BYTES = 4;
const VALUE_HEADER_BYTES = 6;
const BLOCK_BYTES = 64 * 1024;

/** @param wanted the attributes to keep, in lower case; null keeps all */
export function createEntryStore(wanted: readonly string[] | null = null): EntryStore {
  const names: Names = { list: [], places: new Map() };
  const blocks: Buffer[] = [];
  let end = 0;
  // An entry never lies in two blocks; a place is the number of its block, and where in a usual block it begins.
  const allocate = (size: number): number => {
    if (blocks.length === 0 || end + size > BLOCK_BYTES) {
      blocks.push(Buffer.allocUnsafeSlow(Math.max(size, BLOCK_BYTES)));
      end = 0;
    }
    end += size;
    return (blocks.length - 1) * BLOCK_BYTES + end - size;
  };
  const bytesAt = (place: number): Buffer =>
    (blocks[Math.floor(place / BLOCK_BYTES)] as Buffer).subarray(place % BLOCK_BYTES);
  return {
    add: ({ dn, attributes }) => {
      const kept = [...attributes].filter(([name]) => wanted === null || wanted.includes(name));
      const size = sizeOf(dn, kept);
      const place = allocate(size);
      pack(dn, kept, names, bytesAt(place).subarray(0, size));
      return place;
    },
    entryAt: (place) => unpack(bytesAt(place), names),
  };
}

function sizeOf(dn: Dn, attributes: readonly Attribute[]): number {
  let size = 2 * LENGTH_BYTES + Buffer.byteLength(dn);
  for (const [, values] of attributes) for (const value of values) size += VALUE_HEADER_BYTES + value.length;
  return size;
}

function pack(dn: Dn, attributes: readonly Attribute[], names: Names, bytes: Buffer): void {
  const dnStart = 2 * LENGTH_BYTES;
  const dnBytes = bytes.write(dn, dnStart);
  bytes.writeUInt32LE(bytes.length - LENGTH_BYTES, 0);
  bytes.writeUInt32LE(dnBytes, LENGTH_BYTES);
  let at = dnStart + dnBytes;
  for (const [name, values] of attributes) {
    const place = placeOf(name, names);
    for (const value of values) {
      bytes.writeUInt16LE(place, at);
      bytes.writeUInt32LE(value.length, at + 2);
      bytes.set(value, at + VALUE_HEADER_BYTES);
      at += VALUE_HEADER_BYTES + value.length;
    }
  }
}

function placeOf(name: string, { list, places }: Names): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  places.set(name, list.push(name) - 1);
  return list.length - 1;
}

/** @param bytes from the entry on */
function unpack(bytes: Buffer, names: Names): RawEntry {
  const end = LENGTH_BYTES + bytes.readUInt32LE(0);
  const dnStart = 2 * LENGTH_BYTES;
  const dnEnd = dnStart + bytes.readUInt32LE(LENGTH_BYTES);
  return {
    dn: bytes.toString('utf8', dnStart, dnEnd) as Dn,
    attributes: new PackedAttributes(bytes.subarray(dnEnd, end), names),
  };
}

class PackedAttributes implements AttributeValues {
  readonly #bytes: Buffer;
  readonly #names: Names;

  constructor(bytes: Buffer, names: Names) {
    this.#bytes = bytes;
    this.#names = names;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): readonly Uint8Array[] | undefined {
    const place = this.#names.places.get(name);
    if (place === undefined) return undefined;
    const values: Uint8Array[] = [];
    for (const [found, value] of this.#values()) if (found === place) values.push(value);
    return values.length === 0 ? undefined : values;
  }

  keys(): Iterable<string> {
    const places = new Set([...this.#values()].map(([place]) => place));
    return [...places].map((place) => this.#names.list[place] as string);
  }

  *[Symbol.iterator](): Generator<[string, readonly Uint8Array[]]> {
    for (const name of this.keys()) yield [name, this.get(name) as readonly Uint8Array[]];
  }

  *#values(): Generator<readonly [place: number, value: Uint8Array]> {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; ) {
      const start = at + VALUE_HEADER_BYTES;
      const end = start + bytes.readUInt32LE(at + 2);
      yield [bytes.readUInt16LE(at), bytes.subarray(start, end)];
      at = end;
    }
  }
}
