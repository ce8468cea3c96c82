/**
 * GUIDs: 16 bytes in the directory, lower-case hyphenated text everywhere else. [MS-DTYP] 2.3.4
 *
 * | offset | field | size | order in the text            |
 * | ------ | ----- | ---- | ---------------------------- |
 * | 0      | Data1 | 4    | reversed (little-endian u32) |
 * | 4      | Data2 | 2    | reversed (little-endian u16) |
 * | 6      | Data3 | 2    | reversed (little-endian u16) |
 * | 8      | Data4 | 8    | as stored                    |
 */

import { FormatError } from '../errors.ts';
import { Writer } from './writer.ts';

/** Canonical GUID text, such as `e0fa1e8c-9b45-11d0-afdd-00c04fd930c9`. Made only by decode and parse. */
export type Guid = string & { readonly brand: 'Guid' };

/** schemaIDGUIDs of the base schema that matter for DNS; they are the same in every forest. [MS-ADSC], [MS-ADA1] */
export const SCHEMA_GUIDS = {
  dnsNode: 'e0fa1e8c-9b45-11d0-afdd-00c04fd930c9' as Guid,
  dnsZone: 'e0fa1e8b-9b45-11d0-afdd-00c04fd930c9' as Guid,
  dnsRecord: 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9' as Guid,
  dNSTombstoned: 'd5eb2eb7-be4e-463b-a214-634a44d7392e' as Guid,
  dNSProperty: '675a15fe-3b70-11d2-90cc-00c04fd91ab1' as Guid,
} as const;

/** Where the two digits of each stored byte stand in the text. */
const TEXT_PLACES = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34];
const HEX_DIGITS = Buffer.from('0123456789abcdef');
/** Every name of a zone has a GUID: its text is put together here, because joining strings takes three times as long. */
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
export const GUID_BYTES = 16;
const GUID_TEXT = /^(?:\{([^{}]*)\}|([^{}]*))$/;
const GUID_DIGITS = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads 16 stored bytes. @throws FormatError when there are not exactly 16 */
export function decodeGuid(bytes: Uint8Array): Guid {
  if (bytes.length !== GUID_BYTES) {
    throw new FormatError('GUID', `Cannot decode GUID: found ${bytes.length} bytes, needs ${GUID_BYTES}`);
  }
  return guidAt(bytes, 0);
}

/** Reads the 16 stored bytes at `start`, which must exist. */
export function guidAt(bytes: Uint8Array, start: number): Guid {
  for (let index = 0; index < GUID_BYTES; index++) {
    const byte = bytes[start + index] as number;
    const at = TEXT_PLACES[index] as number;
    text[at] = HEX_DIGITS[byte >> 4] as number;
    text[at + 1] = HEX_DIGITS[byte & 0xf] as number;
  }
  return text.toString('latin1') as Guid;
}

/** The 16 bytes that the directory stores. */
export function encodeGuid(guid: Guid): Uint8Array {
  return writeGuid(new Writer(GUID_BYTES), guid).bytes();
}

/** Writes the 16 bytes at the cursor: three little-endian numbers, then eight bytes in the order of the text. */
export function writeGuid(writer: Writer, guid: Guid): Writer {
  const digits = (from: number, to: number): number => Number.parseInt(guid.slice(from, to), 16);
  return writer
    .u32le(digits(0, 8))
    .u16le(digits(9, 13))
    .u16le(digits(14, 18))
    .u16be(digits(19, 23))
    .u16be(digits(24, 28))
    .u32be(digits(28, 36));
}

/** Reads GUID text in upper or lower case, with or without braces. @throws FormatError when it is anything else */
export function parseGuid(text: string): Guid {
  const [, braced, bare] = GUID_TEXT.exec(text) ?? [];
  const digits = (braced ?? bare ?? '').toLowerCase();
  if (!GUID_DIGITS.test(digits)) {
    throw new FormatError(
      'GUID',
      `Cannot parse GUID: found ${JSON.stringify(text)}, needs 8-4-4-4-12 hexadecimal digits`,
    );
  }
  return digits as Guid;
}
