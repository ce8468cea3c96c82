/**
 * IP addresses between bytes in network order and text: dotted decimal for IPv4, RFC 5952 for IPv6, so that one
 * address has one spelling.
 */

import { FormatError } from '../errors.ts';

const DECIMAL_OCTET = /^(?:0|[1-9]\d{0,2})$/;
const HEX_GROUP = /^[\da-f]{1,4}$/i;

/** Every name of a zone has an address, so making text of a byte is worth a table. */
const DECIMAL: readonly string[] = Array.from({ length: 256 }, (_, byte) => String(byte));

/** The dotted form of the four bytes at `at`. */
export function formatIpv4(bytes: Uint8Array, at = 0): string {
  const octet = (index: number): string => DECIMAL[bytes[at + index] as number] as string;
  return `${octet(0)}.${octet(1)}.${octet(2)}.${octet(3)}`;
}

/** The RFC 5952 form of sixteen bytes: lower case, the longest run of zero groups as `::`, IPv4-mapped ones dotted. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push(((bytes[at] as number) << 8) | (bytes[at + 1] as number));
  }
  const zeros = longestZeroRun(groups);
  if (zeros.start === 0 && zeros.length === 5 && groups[5] === 0xffff)
    return `::ffff:${formatIpv4(bytes, 12)}`;
  if (zeros.length < 2) return joinGroups(groups, 0, 8);
  const end = zeros.start + zeros.length;
  return `${joinGroups(groups, 0, zeros.start)}::${joinGroups(groups, end, 8)}`;
}

function joinGroups(groups: readonly number[], start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const digits = (groups[at] as number).toString(16);
    text = at === start ? digits : `${text}:${digits}`;
  }
  return text;
}

/** The four bytes of `10.0.0.5`. @throws FormatError for anything else, leading zeros included */
export function parseIpv4(text: string): Uint8Array {
  const bytes = ipv4Bytes(text);
  if (bytes === null) {
    throw new FormatError(
      'IPv4 address',
      `Cannot parse IPv4 address ${JSON.stringify(text)}: needs four numbers from 0 to 255, split by dots`,
    );
  }
  return Uint8Array.from(bytes);
}

/** The sixteen bytes of an IPv6 address in any RFC 4291 spelling. @throws FormatError for anything else */
export function parseIpv6(text: string): Uint8Array {
  const [head = '', tail, ...rest] = text.split('::');
  const before = groupBytes(head, tail === undefined);
  const after = groupBytes(tail ?? '', true);
  const missing = 16 - (before?.length ?? 0) - (after?.length ?? 0);
  const fits = tail === undefined ? missing === 0 : missing >= 2;
  if (before === null || after === null || rest.length > 0 || !fits) {
    throw new FormatError(
      'IPv6 address',
      `Cannot parse IPv6 address ${JSON.stringify(text)}: needs eight groups of hex digits, or fewer and one ::`,
    );
  }
  return Uint8Array.from([...before, ...new Array<number>(missing).fill(0), ...after]);
}

/** The first of the longest runs of zeros. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  const best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at < groups.length; at++) {
    if (groups[at] !== 0) start = at + 1;
    else if (at + 1 - start > best.length) {
      best.start = start;
      best.length = at + 1 - start;
    }
  }
  return best;
}

function ipv4Bytes(text: string): number[] | null {
  const octets = text.split('.');
  const valid = octets.every((octet) => DECIMAL_OCTET.test(octet) && Number(octet) <= 255);
  return octets.length === 4 && valid ? octets.map(Number) : null;
}

/** The bytes of groups split by single colons; the last one may be an IPv4 address where the whole address ends. */
function groupBytes(text: string, endsAddress: boolean): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  const dotted = endsAddress ? ipv4Bytes(groups.at(-1) ?? '') : null;
  if (dotted !== null) groups.pop();
  if (!groups.every((group) => HEX_GROUP.test(group))) return null;
  const values = groups.map((group) => Number.parseInt(group, 16));
  return [...values.flatMap((value) => [value >> 8, value & 0xff]), ...(dotted ?? [])];
}
