/**
 * Writes SearchResultEntry messages out of packed entries, straight into one buffer for each page. RFC 4511 4.5.2
 *
 * The outer lengths take the form of five bytes, as those of a Windows domain controller do: then a length can be put
 * in once what it counts is written.
 */

import { element, integer, octets, sequence } from '../test/support/ber.ts';
import type { Column, EntrySet } from './entry-set.ts';

/** An entry, and which time it is served: 0 is the original, and every other has a name of its own. */
export type Serving = readonly [index: number, copy: number];

/** Headers, message ID, and what a copy adds to its name, at most. */
const OVERHEAD_BYTES = 128;
const HEADER_BYTES = 6;
/** These hold the name. */
const NAMING = ['dc', 'name'];
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** The attributes that a page is made of. */
interface Wanted {
  readonly types: readonly string[];
  readonly columns: readonly (Column | null)[];
}

/** One page of messages with this ID. @param types attributes in lower case */
export function writeEntries(
  set: EntrySet,
  servings: readonly Serving[],
  types: readonly string[],
  messageId: number,
): Buffer {
  const id = integer(messageId);
  const wanted = { types, columns: types.map((type) => set.column(type)) };
  const out = Buffer.allocUnsafe(servings.reduce((sum, [index]) => sum + roomOf(set, index, wanted), 0));
  let at = 0;
  for (const serving of servings) at = writeEntry(out, at, set, serving, wanted, id);
  return out.subarray(0, at);
}

function roomOf(set: EntrySet, index: number, { types, columns }: Wanted): number {
  let room = OVERHEAD_BYTES + (set.dnLength[index] as number);
  if (set.isWritten(index)) for (const type of types) room += set.attribute(index, type)?.length ?? 0;
  else for (const column of columns) room += column?.length[index] ?? 0;
  return room;
}

function writeEntry(
  out: Buffer,
  start: number,
  set: EntrySet,
  [index, copy]: Serving,
  wanted: Wanted,
  id: Buffer,
): number {
  const operation = start + HEADER_BYTES + id.length;
  id.copy(out, start + HEADER_BYTES);
  const attributes = writeDn(out, operation + HEADER_BYTES, set, index, suffixOf(copy));
  const write = set.isWritten(index) ? writeChangedAttributes : writeAttributes;
  const end = write(out, attributes + HEADER_BYTES, set, [index, copy], wanted);
  writeHeader(out, start, 0x30, end);
  writeHeader(out, operation, 0x64, end);
  writeHeader(out, attributes, 0x30, end);
  return end;
}

/** Puts the header of an element at `at` whose content reaches from behind it to `end`. */
function writeHeader(out: Buffer, at: number, tag: number, end: number): void {
  out[at] = tag;
  out[at + 1] = 0x84;
  out.writeUInt32BE(end - at - HEADER_BYTES, at + 2);
}

function writeDn(out: Buffer, start: number, set: EntrySet, index: number, suffix: string): number {
  const { bytes } = set;
  const from = set.dnAt[index] as number;
  const to = from + (set.dnLength[index] as number);
  const length = to - from + suffix.length;
  let at = start;
  out[at++] = 0x04;
  if (length >= 0x80) out[at++] = length < 0x100 ? 0x81 : 0x82;
  if (length >= 0x100) out[at++] = length >> 8;
  out[at++] = length & 0xff;
  if (suffix === '') return at + bytes.copy(out, at, from, to);
  const rdnEnd = endOfRdn(bytes, from, to);
  at += bytes.copy(out, at, from, rdnEnd);
  at += out.write(suffix, at, 'latin1');
  return at + bytes.copy(out, at, rdnEnd, to);
}

function suffixOf(copy: number): string {
  return copy === 0 ? '' : `x${copy}`;
}

/** Where the comma behind the first RDN stands. */
function endOfRdn(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== COMMA) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Attributes as they were captured, but for what names a copy. */
function writeAttributes(
  out: Buffer,
  start: number,
  set: EntrySet,
  [index, copy]: Serving,
  { types, columns }: Wanted,
): number {
  let at = start;
  for (let place = 0; place < columns.length; place++) {
    const column = columns[place];
    const length = column?.length[index] ?? 0;
    if (column === null || column === undefined || length === 0) continue;
    const from = column.at[index] as number;
    if (copy !== 0 && NAMING.includes(types[place] as string)) {
      at += writeName(out, at, set, [index, copy], types[place] as string);
      continue;
    }
    at += set.bytes.copy(out, at, from, from + length);
    // The value ends where the attribute does.
    if (copy !== 0 && types[place] === 'objectguid') out[at - 1] = (out[at - 1] as number) ^ copy;
  }
  return at;
}

function writeName(out: Buffer, at: number, set: EntrySet, [index, copy]: Serving, type: string): number {
  const name = set.values(index, type)[0]?.toString('utf8') ?? '';
  return attributeOf(type, `${name}${suffixOf(copy)}`).copy(out, at);
}

/** Attributes of an entry that was written to; only originals are. */
function writeChangedAttributes(
  out: Buffer,
  start: number,
  set: EntrySet,
  [index]: Serving,
  { types }: Wanted,
): number {
  let at = start;
  for (const type of types) {
    const span = set.attribute(index, type);
    if (span !== null) at += span.bytes.copy(out, at, span.at, span.at + span.length);
  }
  return at;
}

/** An attribute with one value, header included. */
export function attributeOf(type: string, value: string | Uint8Array): Buffer {
  return sequence(octets(type), element(0x31, octets(value)));
}
