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
import type { AttributeValues, RawEntry, ValueSpan } from '../../records/source.ts';
import { isRangeName } from './attribute-range.ts';
import { BerCursor, LDAP_TAGS } from './ldap-wire.ts';

const SET = 0x31;

/** Bytes where they lie in others, from `start` to before `end`. */
export interface ByteSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** An entry where it lies: valid until the next one is read, which takes the place of this one. */
export interface WireEntry extends RawEntry {
  /** Its DN as it came. */
  readonly dnSpan: ByteSpan;
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
  const entry = new CurrentEntry();
  return (cursor) => {
    const { bytes } = cursor;
    const { spans } = entry;
    cursor.enter(LDAP_TAGS.searchEntry, 'SearchResultEntry');
    // The server vouches for its own DN syntax; parsing 100,000 of them again would buy nothing.
    const dnEnd = cursor.enter(LDAP_TAGS.octetString, 'objectName');
    const dnStart = cursor.offset;
    cursor.offset = dnEnd;
    const attributesEnd = cursor.enter(LDAP_TAGS.sequence, 'attributes');
    const start = cursor.offset;
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
      spans[2 * count] = cursor.offset;
      spans[2 * count + 1] = valuesEnd;
      while (cursor.offset < valuesEnd) cursor.offset = cursor.enter(LDAP_TAGS.octetString, 'value');
      if (cursor.offset !== attributeEnd) throw leftOver();
      count += 1;
    }
    if (changed !== null || count !== layout.types.length) {
      layout = layoutOf(changed ?? layout.types.slice(0, count));
    }
    entry.dnSpan.become(bytes, dnStart, dnEnd);
    return entry.become(layout, bytes, start, attributesEnd);
  };
}

/** The entry of a reader that was read last. One object serves for all: a zone has as many entries as names. */
class CurrentEntry implements WireEntry {
  /** Where the values of each attribute begin and end in the message; what lies behind the last is of no meaning. */
  readonly spans: number[] = [];
  readonly attributes: WireAttributes = new WireAttributes(this.spans);
  readonly dnSpan = new CurrentSpan();
  isRanged = false;
  #start = 0;
  #end = 0;
  #dn: Dn | null = null;

  get dn(): Dn {
    this.#dn ??= this.dnSpan.text() as Dn;
    return this.#dn;
  }

  become({ names, isRanged }: Layout, bytes: Buffer, start: number, end: number): this {
    this.#dn = null;
    this.isRanged = isRanged;
    this.attributes.bytes = bytes;
    this.attributes.names = names;
    this.#start = start;
    this.#end = end;
    return this;
  }

  keep(): RawEntry {
    const { names, bytes } = this.attributes;
    const attributes = new WireAttributes(this.spans.slice(0, 2 * names.length));
    attributes.bytes = Buffer.from(bytes.subarray(this.#start, this.#end));
    attributes.names = names;
    attributes.origin = this.#start;
    return { dn: this.dn, attributes };
  }
}

class CurrentSpan implements ByteSpan {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;

  become(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  text(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }
}

/**
 * The attributes of one entry: their names, and where in the message the values of each begin and end. It is also the
 * value that spanOf() was asked for last.
 */
class WireAttributes implements AttributeValues, ValueSpan {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** Where the last value of the attribute ends that spanOf() was asked for. */
  #valuesEnd = 0;
  /** The offset that the first of `bytes` has in the spans. */
  origin = 0;
  names: readonly string[] = [];
  readonly #spans: readonly number[];

  constructor(spans: readonly number[]) {
    this.#spans = spans;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  get(name: string): readonly Uint8Array[] | undefined {
    const index = this.names.lastIndexOf(name);
    return index === -1 ? undefined : this.#valuesAt(index);
  }

  spanOf(name: string): ValueSpan | null {
    const index = this.names.lastIndexOf(name);
    if (index === -1) return null;
    this.end = (this.#spans[2 * index] as number) - this.origin;
    this.#valuesEnd = (this.#spans[2 * index + 1] as number) - this.origin;
    return this.next() ? this : null;
  }

  get isLast(): boolean {
    return this.end >= this.#valuesEnd;
  }

  next(): boolean {
    if (this.isLast) return false;
    const cursor = new BerCursor(this.bytes, this.end, this.#valuesEnd);
    this.end = cursor.enter(LDAP_TAGS.octetString, 'value');
    this.start = cursor.offset;
    return true;
  }

  keys(): Iterable<string> {
    return this.names;
  }

  *[Symbol.iterator](): Generator<[string, readonly Uint8Array[]]> {
    for (const [index, name] of this.names.entries()) yield [name, this.#valuesAt(index)];
  }

  #valuesAt(index: number): readonly Uint8Array[] {
    const start = (this.#spans[2 * index] as number) - this.origin;
    const end = (this.#spans[2 * index + 1] as number) - this.origin;
    const cursor = new BerCursor(this.bytes, start, end);
    const values: Uint8Array[] = [];
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
