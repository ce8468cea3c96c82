/**
 * Names of the DNS: as DNS_COUNT_NAME bytes inside dnsRecord ([MS-DNSP] 2.2.2.2.3), and as text.
 *
 * | offset | size | field      | meaning                                                   |
 * | ------ | ---- | ---------- | --------------------------------------------------------- |
 * | 0      | 1    | Length     | bytes after LabelCount, the final 00 included             |
 * | 1      | 1    | LabelCount | labels that follow; not needed, real data may have it wrong |
 * | 2      | n    | RawName    | per label its length (1 byte) and bytes, then 00          |
 *
 * The root is `00 00`; some writers say `01 00 00`. The text form has no trailing dot, and the root is `.`. A dot or
 * backslash inside a label is written `\.` and `\\`, any other byte that is no visible character `\DDD` in decimal
 * (RFC 4343 2.1). Bytes that spell visible characters in UTF-8 stay text, as Windows stores such names.
 */

import { FormatError } from '../errors.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-address.ts';
import type { Reader } from './reader.ts';
import { decodeUtf8 } from './utf8.ts';
import type { Writer } from './writer.ts';

const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
const PLAIN_LABEL = /^[\w-]+$/;
const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;
/** In this order: a decimal escape, an escaped character, plain text, a backslash that escapes nothing. */
const LABEL_PARTS = /\\(\d{3})|\\([^\d])|([^\\]+)|\\/gsu;

/**
 * Reads a DNS_COUNT_NAME at the cursor. [MS-DNSP] 2.2.2.2.3
 *
 * Goes by Length; LabelCount and a missing final 00 are not held against the name.
 *
 * @param field what the name is, for error messages
 * @returns the text form; the root is `.`
 * @throws FormatError when a label is longer than 63 bytes or leaves the name, the name is longer than
 *   255 bytes, or bytes follow its final 00
 */
export function readCountName(reader: Reader, field: string): string {
  const length = reader.u8(`${field}.length`);
  reader.u8(`${field}.labelCount`);
  const start = reader.offset;
  const bytes = reader.take(length, field);
  const labels: string[] = [];
  let at = 0;
  for (let size = bytes[at] ?? 0; size !== 0; size = bytes[at] ?? 0) {
    if (size > MAX_LABEL_BYTES || at + 1 + size > length) {
      const room = Math.min(MAX_LABEL_BYTES, length - at - 1);
      throw reader.error(`${field} has a label of ${size} bytes, needs at most ${room}`, start + at);
    }
    labels.push(formatLabel(bytes.subarray(at + 1, at + 1 + size)));
    at += 1 + size;
  }
  if (at + 1 > MAX_NAME_BYTES) {
    throw reader.error(`${field} takes ${at + 1} bytes, needs at most ${MAX_NAME_BYTES}`, start);
  }
  if (at + 1 < length) {
    throw reader.error(`${field} goes on for ${length - at - 1} bytes after its final 00`, start + at);
  }
  return labels.length === 0 ? '.' : labels.join('.');
}

/**
 * Appends `name` as a DNS_COUNT_NAME; the root is written `00 00`. [MS-DNSP] 2.2.2.2.3
 *
 * @throws FormatError when the text is no name, a label is longer than 63 bytes, or the whole longer than 255
 */
export function writeCountName(writer: Writer, name: string): void {
  if (name === '') throw badName(name, 'is empty; the root is written as a dot');
  const labels = splitLabels(name).map((label) => parseLabel(label, name));
  if (labels.length === 0) {
    writer.u8(0).u8(0);
    return;
  }
  const length = labels.reduce((total, label) => total + 1 + label.length, 1);
  if (length > MAX_NAME_BYTES) throw badName(name, `takes ${length} bytes, needs at most ${MAX_NAME_BYTES}`);
  writer.u8(length).u8(labels.length);
  for (const label of labels) writer.u8(label.length).raw(label);
  writer.u8(0);
}

/** The labels of `name` from left to right, still escaped; empty for the root. One trailing dot is ignored. */
export function splitLabels(name: string): string[] {
  if (name === '' || name === '.') return [];
  const labels: string[] = [];
  let start = 0;
  for (let at = 0; at < name.length; at += 1) {
    if (name[at] === '\\') at += 1;
    else if (name[at] === '.') {
      labels.push(name.slice(start, at));
      start = at + 1;
    }
  }
  if (start < name.length) labels.push(name.slice(start));
  return labels;
}

/** `name` with A-Z in lower case and without one trailing dot: the form in which names are compared. RFC 4343 3 */
export function normalizeFqdn(name: string): string {
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (lower === '.') return lower;
  return /(?:^|[^\\])(?:\\\\)*\.$/.test(lower) ? lower.slice(0, -1) : lower;
}

/**
 * The address that a reverse name stands for. RFC 1035 3.5, RFC 3596 2.5
 *
 * @returns the IPv4 or IPv6 address as text; null unless all 4 octets or all 32 nibbles are there
 */
export function reverseAddressOf(fqdn: string): string | null {
  const labels = splitLabels(normalizeFqdn(fqdn)).reverse();
  const [top, tree, ...parts] = labels;
  if (top !== 'arpa') return null;
  if (tree === 'in-addr' && parts.length === 4 && parts.every(isOctet)) {
    return formatIpv4(Uint8Array.from(parts, Number));
  }
  if (tree === 'ip6' && parts.length === 32 && parts.every((part) => /^[\da-f]$/.test(part))) {
    return formatIpv6(Buffer.from(parts.join(''), 'hex'));
  }
  return null;
}

/**
 * The reverse name of an address, the other way round of reverseAddressOf(). RFC 1035 3.5, RFC 3596 2.5
 *
 * @throws FormatError when `address` is neither an IPv4 nor an IPv6 address
 */
export function reverseNameOf(address: string): string {
  if (!address.includes(':')) return `${[...parseIpv4(address)].reverse().join('.')}.in-addr.arpa`;
  const nibbles = Buffer.from(parseIpv6(address)).toString('hex').split('').reverse();
  return `${nibbles.join('.')}.ip6.arpa`;
}

/**
 * Bytes as text of a zone file: ASCII as it is, visible UTF-8 as it is, the rest as `\DDD`. RFC 1035 5.1
 *
 * @param special the ASCII characters to write with a backslash before them
 * @param firstPlain the lowest ASCII code that may stand for itself: 0x21 in a name, 0x20 inside quotes
 */
export function escapeBytes(bytes: Uint8Array, special: string, firstPlain: number): string {
  const text = decodeUtf8(bytes);
  if (text === null) return Array.from(bytes, (byte) => escapeByte(byte, special, firstPlain)).join('');
  let escaped = '';
  for (const character of text) {
    const visible = character > '\x7f' && VISIBLE.test(character);
    escaped += visible
      ? character
      : Array.from(Buffer.from(character), (byte) => escapeByte(byte, special, firstPlain)).join('');
  }
  return escaped;
}

/** The text form of one label; the dots and backslashes in it are escaped. */
export function formatLabel(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  return PLAIN_LABEL.test(text) ? text : escapeBytes(bytes, '.\\', 0x21);
}

function escapeByte(byte: number, special: string, firstPlain: number): string {
  if (byte < firstPlain || byte > 0x7e) return `\\${String(byte).padStart(3, '0')}`;
  const character = String.fromCharCode(byte);
  return special.includes(character) ? `\\${character}` : character;
}

/** The bytes of one label of `name`. @throws FormatError when it is empty, longer than 63 bytes, or badly escaped */
export function parseLabel(label: string, name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [part, decimal, escaped, plain] of label.matchAll(LABEL_PARTS)) {
    const text = escaped ?? plain;
    if (text !== undefined) parts.push(Buffer.from(text));
    else if (decimal !== undefined && Number(decimal) <= 255) parts.push(Uint8Array.of(Number(decimal)));
    else throw badName(name, `has the escape ${part}, needs three digits up to 255 or a character after \\`);
  }
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0 || bytes.length > MAX_LABEL_BYTES) {
    throw badName(name, `has a label of ${bytes.length} bytes, needs 1 to ${MAX_LABEL_BYTES}`);
  }
  return bytes;
}

function isOctet(label: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(label) && Number(label) <= 255;
}

function badName(name: string, found: string): FormatError {
  return new FormatError('DNS name', `Cannot parse DNS name ${JSON.stringify(name)}: it ${found}`);
}
