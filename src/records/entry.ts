/** Reading single attributes of a raw entry. Names are lower case; a missing attribute is null or empty. */

import type { Problem } from '../errors.ts';
import { GUID_BYTES, type Guid, guidAt } from '../formats/guid.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../formats/repl-metadata.ts';
import type { RawEntry, ValueSpan } from './source.ts';

const NO_VALUES: readonly Uint8Array[] = Object.freeze([]);
const NO_TEXTS: readonly string[] = Object.freeze([]);

/** Every value of an attribute as bytes; empty when the attribute is missing. */
export function valuesOf(entry: RawEntry, attribute: string): readonly Uint8Array[] {
  return entry.attributes.get(attribute) ?? NO_VALUES;
}

/** The first value as bytes, or null. */
export function bytesOf(entry: RawEntry, attribute: string): Uint8Array | null {
  return entry.attributes.get(attribute)?.[0] ?? null;
}

/** Where the first value lies, good until something else is asked of the entry; null when the attribute is missing. */
export function spanOf({ attributes }: RawEntry, attribute: string): ValueSpan | null {
  if (attributes.spanOf !== undefined) return attributes.spanOf(attribute);
  const values = attributes.get(attribute);
  return values === undefined || values.length === 0 ? null : new ListedValues(values);
}

/** The first value as text, or null. */
export function textOf(entry: RawEntry, attribute: string): string | null {
  const span = spanOf(entry, attribute);
  return span === null ? null : textAt(span);
}

/** Every value as text. */
export function textsOf(entry: RawEntry, attribute: string): readonly string[] {
  const span = spanOf(entry, attribute);
  if (span === null) return NO_TEXTS;
  const texts = [textAt(span)];
  while (span.next()) texts.push(textAt(span));
  return texts;
}

/** The first value as a decimal integer, or null when missing or not a number. */
export function integerOf(entry: RawEntry, attribute: string): number | null {
  const text = textOf(entry, attribute);
  if (text === null) return null;
  const value = Number(text);
  return Number.isInteger(value) ? value : null;
}

/** True only when the attribute is the LDAP boolean TRUE, in any case. RFC 4517 3.3.3 */
export function isTrue(entry: RawEntry, attribute: string): boolean {
  const span = spanOf(entry, attribute);
  return span !== null && isWordAt(span, 'true');
}

/** True when objectClass holds `name`, given in small letters, in any case. */
export function hasClass(entry: RawEntry, name: string): boolean {
  const span = spanOf(entry, 'objectclass');
  if (span === null) return false;
  do {
    if (isWordAt(span, name)) return true;
  } while (span.next());
  return false;
}

/** A decoder that keeps an entry as it is, with bytes of its own. */
export function copyEntry({ dn, attributes }: RawEntry): RawEntry {
  const copies = new Map<string, readonly Uint8Array[]>();
  for (const [name, values] of attributes)
    copies.set(
      name,
      values.map((value) => Buffer.from(value)),
    );
  return { dn, attributes: copies };
}

/** The objectGUID, or null when it is missing or damaged. */
export function guidOf(entry: RawEntry): Guid | null {
  const span = spanOf(entry, 'objectguid');
  if (span === null || span.end - span.start !== GUID_BYTES) return null;
  return guidAt(span.bytes, span.start);
}

/** replPropertyMetaData as it is stored; null when it is missing, or damaged, which becomes a problem. */
export function metadataOf(entry: RawEntry, problems: Problem[]): Uint8Array | null {
  const bytes = bytesOf(entry, 'replpropertymetadata');
  if (bytes === null) return null;
  try {
    attributeVersion(bytes, ATTRIBUTE_IDS.nTSecurityDescriptor);
    return new Uint8Array(bytes);
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'bad-metadata', where: entry.dn, message });
    return null;
  }
}

/** The version of nTSecurityDescriptor in sound metadata; null when there is none. */
export function descriptorVersionOf(metadata: Uint8Array | null): number | null {
  return metadata === null ? null : attributeVersion(metadata, ATTRIBUTE_IDS.nTSecurityDescriptor);
}

/** The value as text, without its first `skipped` bytes. */
export function textAt({ bytes, start, end }: ValueSpan, skipped = 0): string {
  return bufferOf(bytes).toString('utf8', start + skipped, end);
}

/** True when the value is this word of ASCII in small letters, in any case. */
export function isWordAt(span: ValueSpan, word: string): boolean {
  return span.end - span.start === word.length && beginsWith(span, word);
}

/** True when the value begins with this word of ASCII in small letters, in any case. */
export function beginsWith({ bytes, start, end }: ValueSpan, word: string): boolean {
  if (end - start < word.length) return false;
  for (let at = 0; at < word.length; at++) {
    if (smallLetter(bytes[start + at] as number) !== word.charCodeAt(at)) return false;
  }
  return true;
}

function smallLetter(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** A view of a Buffer becomes text five times as fast as by TextDecoder. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Values that are objects of their own. */
class ListedValues implements ValueSpan {
  readonly #values: readonly Uint8Array[];
  #at = 0;

  /** @param values at least one */
  constructor(values: readonly Uint8Array[]) {
    this.#values = values;
  }

  get bytes(): Uint8Array {
    return this.#values[this.#at] as Uint8Array;
  }

  get start(): number {
    return 0;
  }

  get end(): number {
    return this.bytes.length;
  }

  get isLast(): boolean {
    return this.#at === this.#values.length - 1;
  }

  next(): boolean {
    if (this.isLast) return false;
    this.#at += 1;
    return true;
  }
}
