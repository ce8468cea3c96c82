/**
 * Distinguished names as text. RFC 4514; where Active Directory goes its own way, [MS-ADTS] 3.1.1.3.1.2
 *
 *     dn    = [ rdn *( "," *SPACE rdn ) ]          the spaces are what people type; a directory writes none
 *     rdn   = pair *( "+" pair )                   Active Directory always has one pair
 *     pair  = type "=" ( "#" hex | value )
 *     value = characters; `, + " \ < > ;`, a leading # or space and a trailing space stand behind a backslash,
 *             any byte can be written as backslash and two hex digits
 *
 * Names of DNS nodes hold dots, `*`, `#`, `+`, spaces and, in replication conflicts, a line feed.
 */

import { FormatError } from '../errors.ts';
import { type Guid, parseGuid } from './guid.ts';
import { decodeUtf8 } from './utf8.ts';

/** A distinguished name exactly as the directory wrote it; compare two by their dnKey(). Made only by parse and join. */
export type Dn = string & { readonly brand: 'Dn' };

/** The first part of a DN, its value free of escapes. */
export interface Rdn {
  readonly type: string;
  readonly value: string;
}

/** What the directory made of an RDN: the loser of a naming conflict, or a deleted object. [MS-DRSR], [MS-ADTS] */
export interface MangledRdn {
  readonly kind: 'conflict' | 'deleted';
  readonly name: string;
  readonly guid: Guid;
}

/** A pair as it stands in the text, and where the text goes on behind it. */
interface Pair {
  readonly type: string;
  readonly escaped: string;
  readonly end: number;
}

const TYPE = /(?:[a-z][a-z\d-]*|\d+(?:\.\d+)*)=/iy;
const PLAIN_RUN = /[^\\"+,;<>\0]+/y;
const ESCAPE = /\\(?:[\da-f]{2}|[ "#+,;<=>\\])/iy;
const HEX_VALUE = /^#(?:[\da-f]{2})+$/i;
const BARE_EDGE = /^ |^#|(?:^|[^\\])(?:\\\\)* $/;
const ESCAPES = /((?:\\[\da-f]{2})+)|\\(.)/gi;
const NEEDS_ESCAPE = /[\\",+;<>\p{Cc}]|^[ #]| $/gu;
/** What keeps a DN from being its own normal form but for upper case. */
const NOT_PLAIN = /[\\\p{Cc}]|, /u;
const MANGLED = /^([\s\S]*)\n(CNF|DEL):([\da-f-]{36})$/i;

/**
 * Takes `text` as a DN, unchanged. RFC 4514 3; the empty DN names the rootDSE.
 *
 * @throws FormatError when it is none, with the offset at which it goes wrong
 */
export function parseDn(text: string): Dn {
  for (const pair of pairsOf(text)) unescapeValue(pair.escaped);
  return text as Dn;
}

/**
 * The form under which a DN is the same as another one: lower case, one way of escaping. For Map keys and
 * comparison, not for sending.
 */
export function dnKey(dn: Dn): string {
  if (!NOT_PLAIN.test(dn)) return dn.toLowerCase();
  let key = '';
  for (const { type, escaped, end } of pairsOf(dn)) {
    const value = escaped.startsWith('#') ? escaped : escapeRdnValue(unescapeValue(escaped));
    key += `${type}=${value}${dn[end] ?? ''}`;
  }
  return key.toLowerCase();
}

/** The first RDN; of several pairs the first. A `#hex` value stays as it is. The empty DN gives empty strings. */
export function rdnOf(dn: Dn): Rdn {
  const rdn = dn.slice(0, endOfRdn(dn));
  const equals = rdn.indexOf('=');
  const type = rdn.slice(0, Math.max(equals, 0));
  const value = rdn.slice(equals + 1);
  if (!value.includes('\\') && !value.includes('+')) return { type, value };
  const [first] = pairsOf(rdn);
  return { type, value: unescapeValue(first?.escaped ?? '') };
}

/** The DN above; null for a DN of one RDN and for the empty one. */
export function parentDn(dn: Dn): Dn | null {
  const end = endOfRdn(dn);
  return end === dn.length ? null : (dn.slice(skipSpaces(dn, end + 1)) as Dn);
}

/** `value` with the escapes that it needs inside a DN. RFC 4514 2.4; control characters as hex, like a DC does. */
export function escapeRdnValue(value: string): string {
  return value.replace(NEEDS_ESCAPE, (character) =>
    /\p{Cc}/u.test(character)
      ? Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '\\$&')
      : `\\${character}`,
  );
}

/** The DN of a child of `parent`. @param value free of escapes */
export function childDn(type: string, value: string, parent: Dn): Dn {
  const rdn = `${type}=${escapeRdnValue(value)}`;
  return (parent === '' ? rdn : `${rdn},${parent}`) as Dn;
}

/** True when `dn` is `ancestor` or lies below it, in whatever spelling. */
export function dnEndsWith(dn: Dn, ancestor: Dn): boolean {
  const key = dnKey(dn);
  const tail = dnKey(ancestor);
  if (tail === '' || key === tail) return true;
  if (!key.endsWith(`,${tail}`)) return false;
  const comma = key.length - tail.length - 1;
  const backslashes = /\\*$/.exec(key.slice(0, comma))?.[0].length ?? 0;
  return backslashes % 2 === 0;
}

/** The DNS name of the DC parts at the end: `corp.example` for `CN=x,DC=corp,DC=example`; empty without any. */
export function dnsNameOfDn(dn: Dn): string {
  const labels: string[] = [];
  for (const { type, escaped } of pairsOf(dn)) {
    if (type.toLowerCase() === 'dc') labels.push(unescapeValue(escaped));
    else labels.length = 0;
  }
  return labels.join('.');
}

/** The DN of a domain: `DC=corp,DC=example` for `corp.example`. @throws FormatError for an empty label */
export function dnOfDnsName(name: string): Dn {
  const labels = name.replace(/\.$/, '').split('.');
  if (labels.includes('')) {
    throw new FormatError('DNS name', `Cannot make a DN of ${JSON.stringify(name)}: it has an empty label`);
  }
  return labels.map((label) => `DC=${escapeRdnValue(label)}`).join(',') as Dn;
}

/**
 * Takes apart `name<LF>CNF:<guid>` and `name<LF>DEL:<guid>`. [MS-DRSR] 4.1.10.6.10, [MS-ADTS] 3.1.1.5.5
 *
 * @param rdnValue free of escapes, as rdnOf() gives it
 * @returns null for every other value
 */
export function conflictOf(rdnValue: string): MangledRdn | null {
  // Names that are not mangled are nearly all there are.
  if (!rdnValue.includes('\n')) return null;
  const [, name, mark, digits] = MANGLED.exec(rdnValue) ?? [];
  if (name === undefined || mark === undefined || digits === undefined) return null;
  try {
    const kind = mark.toUpperCase() === 'CNF' ? 'conflict' : 'deleted';
    return { kind, name, guid: parseGuid(digits) };
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Where the first RDN ends: at its comma, or at the end of the text. */
function endOfRdn(dn: string): number {
  const comma = dn.indexOf(',');
  if (comma === -1) return dn.length;
  if (dn[comma - 1] !== '\\') return comma;
  for (let at = 0; at < dn.length; at += 1) {
    if (dn[at] === '\\') at += 1;
    else if (dn[at] === ',') return at;
  }
  return dn.length;
}

/** The pairs from left to right. @throws FormatError where the text leaves the grammar */
function* pairsOf(dn: string): Generator<Pair> {
  if (dn === '') return;
  let at = 0;
  for (;;) {
    const pair = readPair(dn, at);
    yield pair;
    const separator = dn[pair.end];
    if (separator === undefined) return;
    if (separator !== ',' && separator !== '+') {
      throw badDn(dn, pair.end, `found ${JSON.stringify(separator)}, needs a comma or a backslash before it`);
    }
    at = separator === ',' ? skipSpaces(dn, pair.end + 1) : pair.end + 1;
  }
}

function readPair(dn: string, at: number): Pair {
  const start = matchEnd(TYPE, dn, at);
  if (start === at) throw badDn(dn, at, 'needs an attribute type and =');
  const end = endOfValue(dn, start);
  const escaped = dn.slice(start, end);
  if (BARE_EDGE.test(escaped) && !HEX_VALUE.test(escaped)) {
    throw badDn(dn, start, 'the value starts or ends with a space or starts with # that has no backslash');
  }
  return { type: dn.slice(at, start - 1), escaped, end };
}

/** Alternates between the two, because one expression for both runs out of stack on a hostile megabyte. */
function endOfValue(dn: string, start: number): number {
  let end = start;
  for (let from = -1; from !== end; ) {
    from = end;
    end = matchEnd(ESCAPE, dn, matchEnd(PLAIN_RUN, dn, end));
  }
  return end;
}

/** Where the match at `at` ends; `at` when there is none. */
function matchEnd(sticky: RegExp, text: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : at;
}

function skipSpaces(dn: string, from: number): number {
  let at = from;
  while (dn[at] === ' ') at += 1;
  return at;
}

function unescapeValue(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return escaped.replace(ESCAPES, (_, hex: string | undefined, character: string | undefined) => {
    if (hex === undefined) return character ?? '';
    const text = decodeUtf8(Buffer.from(hex.replaceAll('\\', ''), 'hex'));
    if (text === null) throw badDn(escaped, 0, `the bytes ${hex} are not UTF-8`);
    return text;
  });
}

function badDn(dn: string, offset: number, found: string): FormatError {
  return new FormatError('DN', `Cannot parse DN ${JSON.stringify(dn)} at character ${offset}: ${found}`, {
    offset,
  });
}
