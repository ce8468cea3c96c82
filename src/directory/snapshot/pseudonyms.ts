/**
 * Names, SIDs, GUIDs and addresses that stand for others: the same for the same under one key, and not to be led back
 * without it. What the audit reads from their form is kept.
 *
 * | what     | kept                                                                                         |
 * | -------- | -------------------------------------------------------------------------------------------- |
 * | label    | upper case; whether it has more than 15 characters, and then what its first 15 stand for     |
 * | DNS name | number of labels; `_service` labels, the names in KEPT_LABELS, the reverse trees             |
 * | address  | which addresses share a beginning, so that reverse zones still hold what they held; zeros    |
 * | SID      | everything that is no domain account; RIDs below 1000                                        |
 * | GUID     | nothing                                                                                      |
 */

import { createHmac } from 'node:crypto';
import { splitLabels } from '../../formats/dns-name.ts';
import { decodeGuid, encodeGuid, type Guid } from '../../formats/guid.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../formats/ip-address.ts';
import { type Sid, sidDomain, sidOf, sidRid } from '../../formats/sid.ts';

/** What stands for what; all under one key. */
export interface Pseudonyms {
  /** One label, account name or RDN value. */
  label(text: string): string;
  /** A DNS name, relative or not, in a reverse zone or not. */
  dnsName(text: string): string;
  ipv4(address: string): string;
  ipv6(address: string): string;
  sid(sid: Sid): Sid;
  guid(guid: Guid): Guid;
  /** Bytes that mean nothing, as many as there were. */
  bytes(bytes: Uint8Array): Uint8Array;
}

/** NetBIOS names, and so the account names of computers, end after this many characters. */
const NETBIOS_LENGTH = 15;
const SHORT_LENGTH = 12;
/** Eleven of these are 55 bits: two names of a large zone hardly ever get the same. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LONGEST_LABEL = 63;
const FIRST_FREE_RID = 1000;
/** Names by which the program, clients or domain controllers find something. */
const KEPT_LABELS: ReadonlySet<string> = new Set([
  ...[
    '',
    '@',
    '*',
    'arpa',
    'in-addr',
    'ip6',
    'gc',
    'dc',
    'pdc',
    'domains',
    'domaindnszones',
    'forestdnszones',
  ],
  ...['wpad', 'isatap', 'dnsadmins', 'dnsupdateproxy'],
]);
const GUID_TEXT = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** @param keep labels and account names that stay as they are, in any case */
export function createPseudonyms(key: Uint8Array, keep: readonly string[] = []): Pseudonyms {
  const kept = new Set([...KEPT_LABELS, ...keep.map((name) => name.toLowerCase())]);
  const digest = (kind: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${kind}\0${text}`).digest();
  const ridMask = digest('rid', '').readUInt32BE() & 0x1fff_ffff;

  /** A letter first, so that no label turns into a number. */
  const letters = (text: string, length: number): string =>
    `h${Array.from(digest('label', text), (byte) => ALPHABET[byte & 31])
      .join('')
      .repeat(2)}`.slice(0, length);

  function label(text: string): string {
    const lower = text.toLowerCase();
    if (kept.has(lower) || lower.startsWith('_')) return text;
    if (GUID_TEXT.test(text)) return guid(lower as Guid);
    const isUpper = text === text.toUpperCase() && text !== lower;
    const short = letters(
      lower.slice(0, NETBIOS_LENGTH),
      Math.max(SHORT_LENGTH, Math.min(lower.length, NETBIOS_LENGTH)),
    );
    const rest =
      lower.length > NETBIOS_LENGTH
        ? letters(lower, Math.min(lower.length, LONGEST_LABEL) - NETBIOS_LENGTH)
        : '';
    return isUpper ? (short + rest).toUpperCase() : short + rest;
  }

  function guid(value: Guid): Guid {
    return decodeGuid(digest('guid', encodeGuid(value).toString()).subarray(0, 16));
  }

  /** Each digit moves by as much as the digits before it decide; zero stays, so that short forms stay short. */
  function shift(digits: readonly number[], base: number): readonly number[] {
    return digits.map((digit, at) => {
      if (digit === 0) return 0;
      const move = 1 + (digest(`digit${base}`, digits.slice(0, at).join('.')).readUInt32BE() % (base - 2));
      return 1 + ((digit - 1 + move) % (base - 1));
    });
  }

  function ipv4(address: string): string {
    return formatIpv4(Uint8Array.from(shift([...parseIpv4(address)], 256)));
  }

  function ipv6(address: string): string {
    const nibbles = [...Buffer.from(parseIpv6(address)).toString('hex')].map((digit) =>
      Number.parseInt(digit, 16),
    );
    return formatIpv6(
      Buffer.from(
        shift(nibbles, 16)
          .map((digit) => digit.toString(16))
          .join(''),
        'hex',
      ),
    );
  }

  /** The labels of a reverse tree that are digits, from the top down; a label that is none ends them. */
  function reverseLabels(labels: readonly string[], base: 10 | 16): readonly string[] {
    const size = base === 10 ? 256 : 16;
    const isDigit = base === 10 ? /^\d{1,3}$/ : /^[\da-f]$/i;
    const top = [...labels].reverse();
    const end = top.findIndex((text) => !isDigit.test(text) || Number.parseInt(text, base) >= size);
    const count = end === -1 ? top.length : end;
    const digits = top.slice(0, count).map((text) => Number.parseInt(text, base));
    return [
      ...shift(digits, size).map((digit) => digit.toString(base)),
      ...top.slice(count).map(label),
    ].reverse();
  }

  function dnsName(text: string): string {
    const dot = text.endsWith('.') ? '.' : '';
    const labels = splitLabels(text);
    const tree = labels.slice(-2).join('.').toLowerCase();
    const rest = labels.slice(0, -2);
    if (tree === 'in-addr.arpa') return `${[...reverseLabels(rest, 10), tree].join('.')}${dot}`;
    if (tree === 'ip6.arpa') return `${[...reverseLabels(rest, 16), tree].join('.')}${dot}`;
    return `${labels.map(label).join('.')}${dot}`;
  }

  function sid(value: Sid): Sid {
    const [domain, rid] = [sidDomain(value), sidRid(value)];
    if (domain !== null && rid !== null) {
      const own = rid < FIRST_FREE_RID ? rid : FIRST_FREE_RID + ((rid - FIRST_FREE_RID) ^ ridMask);
      return sidOf(domainSid(domain), own >>> 0);
    }
    return value.startsWith('S-1-5-21-') ? domainSid(value) : value;
  }

  function domainSid(value: string): Sid {
    const random = digest('domain', value);
    return `S-1-5-21-${random.readUInt32BE(0)}-${random.readUInt32BE(4)}-${random.readUInt32BE(8)}` as Sid;
  }

  const bytes = (value: Uint8Array): Uint8Array => {
    const random = digest('bytes', Buffer.from(value).toString('latin1'));
    return Uint8Array.from(value, (_, at) => random[at % random.length] as number);
  };

  return { label, dnsName, ipv4, ipv6, sid, guid, bytes };
}
