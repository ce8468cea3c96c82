/**
 * Captured entries in memory, packed as they came: one buffer, and tables of where each part lies. A hundred thousand
 * entries as objects would cost the replay server more time than sending them.
 *
 * A capture file is a row of these:
 *
 * | offset | size | field                                       |
 * | ------ | ---- | ------------------------------------------- |
 * | 0      | 4    | size of the element, big-endian             |
 * | 4      | n    | SearchResultEntry, tag 0x64, RFC 4511 4.5.2 |
 */

import { BerCursor, LDAP_TAGS } from '../src/directory/ldap/ldap-wire.ts';

/** Where one attribute of each entry lies, its header included; length 0 where an entry lacks it. */
export interface Column {
  readonly at: Uint32Array;
  readonly length: Uint32Array;
}

/** A part of some buffer. */
export interface Span {
  readonly bytes: Buffer;
  readonly at: number;
  readonly length: number;
}

/** These hold bytes, which have no case. */
const BINARY = new Set([
  'objectsid',
  'objectguid',
  'ntsecuritydescriptor',
  'replpropertymetadata',
  'dnsrecord',
]);
const LENGTH_BYTES = 4;

/** The entries of one capture file. Attribute names are lower case. */
export class EntrySet {
  readonly bytes: Buffer;
  readonly count: number;
  readonly dnAt: Uint32Array;
  readonly dnLength: Uint16Array;
  readonly #columns = new Map<string, Column>();
  readonly #indexes = new Map<string, ReadonlyMap<string, readonly number[]>>();
  /** Attributes that were written since; they stand before the captured ones. */
  readonly #written = new Map<number, Map<string, Buffer>>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.count = countEntries(bytes);
    this.dnAt = new Uint32Array(this.count);
    this.dnLength = new Uint16Array(this.count);
    let offset = 0;
    for (let index = 0; index < this.count; index++) {
      const size = bytes.readUInt32BE(offset);
      offset += LENGTH_BYTES;
      this.#locate(index, new BerCursor(bytes, offset, offset + size));
      offset += size;
    }
  }

  get attributes(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** Where this attribute lies in `bytes`, or null when no entry has it; what was written since is not in it. */
  column(type: string): Column | null {
    return this.#columns.get(type) ?? null;
  }

  /** True when an attribute of this entry was replaced. */
  isWritten(index: number): boolean {
    return this.#written.size > 0 && this.#written.has(index);
  }

  dn(index: number): string {
    const at = this.dnAt[index] as number;
    return this.bytes.toString('utf8', at, at + (this.dnLength[index] as number));
  }

  /** A whole attribute, header included, or null when the entry has none. */
  attribute(index: number, type: string): Span | null {
    const written = this.#written.get(index)?.get(type);
    if (written !== undefined) return { bytes: written, at: 0, length: written.length };
    const column = this.#columns.get(type);
    const length = column?.length[index] ?? 0;
    return column === undefined || length === 0
      ? null
      : { bytes: this.bytes, at: column.at[index] as number, length };
  }

  /** The values of an attribute; `distinguishedname` is there for every entry. */
  values(index: number, type: string): readonly Buffer[] {
    if (type === 'distinguishedname') return [Buffer.from(this.dn(index))];
    const span = this.attribute(index, type);
    if (span === null) return [];
    const cursor = new BerCursor(span.bytes, span.at, span.at + span.length);
    cursor.enter(LDAP_TAGS.sequence, 'attribute');
    cursor.text('type');
    const end = cursor.enter(0x31, 'vals');
    const values: Buffer[] = [];
    while (cursor.offset < end) values.push(cursor.content(LDAP_TAGS.octetString, 'value'));
    return values;
  }

  /** Replaces an attribute by these bytes, header included. */
  write(index: number, type: string, attribute: Buffer): void {
    const written = this.#written.get(index) ?? new Map<string, Buffer>();
    this.#written.set(index, written.set(type, attribute));
  }

  /** The entries that have this value, without a scan. */
  find(type: string, value: Buffer): readonly number[] {
    let index = this.#indexes.get(type);
    if (index === undefined) {
      index = this.#buildIndex(type);
      this.#indexes.set(type, index);
    }
    return index.get(comparable(type, value)) ?? [];
  }

  #buildIndex(type: string): ReadonlyMap<string, readonly number[]> {
    const index = new Map<string, number[]>();
    for (let entry = 0; entry < this.count; entry++) {
      for (const value of this.values(entry, type)) {
        const key = comparable(type, value);
        const found = index.get(key);
        if (found === undefined) index.set(key, [entry]);
        else found.push(entry);
      }
    }
    return index;
  }

  #locate(index: number, cursor: BerCursor): void {
    cursor.enter(LDAP_TAGS.searchEntry, 'SearchResultEntry');
    const dnEnd = cursor.enter(LDAP_TAGS.octetString, 'objectName');
    this.dnAt[index] = cursor.offset;
    this.dnLength[index] = dnEnd - cursor.offset;
    cursor.offset = dnEnd;
    const end = cursor.enter(LDAP_TAGS.sequence, 'attributes');
    while (cursor.offset < end) {
      const at = cursor.offset;
      const attributeEnd = cursor.enter(LDAP_TAGS.sequence, 'attribute');
      const column = this.#addColumn(cursor.text('type').toLowerCase());
      column.at[index] = at;
      column.length[index] = attributeEnd - at;
      cursor.offset = attributeEnd;
    }
  }

  #addColumn(type: string): Column {
    const known = this.#columns.get(type);
    if (known !== undefined) return known;
    const column = { at: new Uint32Array(this.count), length: new Uint32Array(this.count) };
    this.#columns.set(type, column);
    return column;
  }
}

/**
 * What two values of an attribute are compared by. An objectCategory is a DN, but asked for by its first name.
 * [MS-ADTS] 3.1.1.3.1.3.5
 */
export function comparable(type: string, value: Buffer): string {
  if (BINARY.has(type)) return value.toString('latin1');
  const text = value.toString('utf8').toLowerCase();
  return type === 'objectcategory' ? text.replace(/^cn=([^,]+),.*$/, '$1') : text;
}

/** One element as it lies in a capture file. */
export function packEntry(element: Uint8Array): Buffer {
  const packed = Buffer.allocUnsafe(LENGTH_BYTES + element.length);
  packed.writeUInt32BE(element.length, 0);
  packed.set(element, LENGTH_BYTES);
  return packed;
}

function countEntries(bytes: Buffer): number {
  let count = 0;
  for (let offset = 0; offset < bytes.length; count++) offset += LENGTH_BYTES + bytes.readUInt32BE(offset);
  return count;
}
