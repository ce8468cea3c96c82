/**
 * SearchResultEntry read in place. RFC 4511 4.5.2
 *
 * An entry is checked as a whole when it arrives, but only notes where its values stand in the message: most of what
 * a zone of 100,000 names sends is compared or skipped, and an object for each value would cost more than all other
 * reading together. Entries of one search name the same attributes in the same order, so they share the names.
 */

import { FormatError } from '../../errors.ts';
import type { Dn } from '../../formats/dn.ts';
import { sameBytesAt } from '../../formats/reader.ts';
import type { AttributeValues, RawEntry } from '../../records/source.ts';
import { isRangeName } from './attribute-range.ts';
import { BerCursor, LDAP_TAGS } from './ldap-wire.ts';

const SET = 0x31;

/** An entry where it lies: valid as long as the message is. */
export interface WireEntry extends RawEntry {
  /** Of some attribute only the first values came; attribute-range.ts gets the others. */
  readonly isRanged: boolean;
  /** The same entry with bytes of its own. */
  keep(): RawEntry;
}

/** Reads entries one after the other and remembers what the last one was like. */
export type EntryReader = (cursor: BerCursor) => WireEntry;

/** The attributes that an entry has, in the order in which they stand there. */
interface Layout {
  /** As the server spelled them. */
  readonly types: readonly Uint8Array[];
  /** In lower case. */
  readonly names: readonly string[];
  readonly isRanged: boolean;
}

/** @returns a reader that expects its cursor on the entry's tag; values are views into the message */
export function createEntryReader(): EntryReader {
  let layout: Layout = { types: [], names: [], isRanged: false };
  return (cursor) => {
    const { bytes } = cursor;
    cursor.enter(LDAP_TAGS.searchEntry, 'SearchResultEntry');
    // The server vouches for its own DN syntax; parsing 100,000 of them again would buy nothing.
    const dn = cursor.text('objectName') as Dn;
    const attributesEnd = cursor.enter(LDAP_TAGS.sequence, 'attributes');
    const start = cursor.offset;
    const spans: number[] = [];
    let count = 0;
    let changed: Uint8Array[] | null = null;
    while (cursor.offset < attributesEnd) {
      const attributeEnd = cursor.enter(LDAP_TAGS.sequence, 'attribute');
      const typeEnd = cursor.enter(LDAP_TAGS.octetString, 'type');
      if (changed !== null || !isSame(layout.types[count], bytes, cursor.offset, typeEnd)) {
        changed ??= layout.types.slice(0, count);
        changed.push(new Uint8Array(bytes.subarray(cursor.offset, typeEnd)));
      }
      cursor.offset = typeEnd;
      const valuesEnd = cursor.enter(SET, 'vals');
      spans.push(cursor.offset, valuesEnd);
      while (cursor.offset < valuesEnd) cursor.offset = cursor.enter(LDAP_TAGS.octetString, 'value');
      if (cursor.offset !== attributeEnd) throw leftOver();
      count += 1;
    }
    if (changed !== null || count !== layout.types.length) {
      layout = layoutOf(changed ?? layout.types.slice(0, count));
    }
    const { names, isRanged } = layout;
    return {
      dn,
      isRanged,
      attributes: new WireAttributes(bytes, 0, names, spans),
      keep: () => {
        const own = Buffer.from(bytes.subarray(start, attributesEnd));
        return { dn, attributes: new WireAttributes(own, start, names, spans) };
      },
    };
  };
}

/** The attributes of one entry: their names, and where in the message the values of each begin and end. */
class WireAttributes implements AttributeValues {
  readonly #bytes: Buffer;
  readonly #origin: number;
  readonly #names: readonly string[];
  readonly #spans: readonly number[];

  /** @param origin the offset that the first of `bytes` has in `spans` */
  constructor(bytes: Buffer, origin: number, names: readonly string[], spans: readonly number[]) {
    this.#bytes = bytes;
    this.#origin = origin;
    this.#names = names;
    this.#spans = spans;
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  get(name: string): readonly Uint8Array[] | undefined {
    const index = this.#names.lastIndexOf(name);
    return index === -1 ? undefined : this.#valuesAt(index);
  }

  keys(): Iterable<string> {
    return this.#names;
  }

  *[Symbol.iterator](): Generator<[string, readonly Uint8Array[]]> {
    for (const [index, name] of this.#names.entries()) yield [name, this.#valuesAt(index)];
  }

  #valuesAt(index: number): readonly Uint8Array[] {
    const start = (this.#spans[2 * index] as number) - this.#origin;
    const end = (this.#spans[2 * index + 1] as number) - this.#origin;
    const cursor = new BerCursor(this.#bytes, start, end);
    if (cursor.done) return [];
    const first = cursor.content(LDAP_TAGS.octetString, 'value');
    // Nearly always the only one; growing a list for it would take three times the memory.
    if (cursor.done) return [first];
    const values = [first];
    while (!cursor.done) values.push(cursor.content(LDAP_TAGS.octetString, 'value'));
    return values;
  }
}

function layoutOf(types: readonly Uint8Array[]): Layout {
  const names = types.map((type) => Buffer.from(type).toString('utf8').toLowerCase());
  return { types, names, isRanged: names.some(isRangeName) };
}

function isSame(type: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (type === undefined || type.length !== end - start) return false;
  return sameBytesAt(type, 0, bytes, start, type.length);
}

function leftOver(): FormatError {
  const message = 'Cannot read an attribute of the answer: bytes left after its values';
  return new FormatError('LDAPMessage', message, { path: 'attribute' });
}
