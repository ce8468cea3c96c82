/**
 * Reads one ACE of SDDL text, [MS-DTYP] 2.5.1.1, and the two extensions of sddl-format.ts.
 *
 *     ace = "(" type ";" flags ";" rights ";" [guid] ";" [guid] ";" sid [";" "#" hex] ")"
 *         | "(" type ";" flags ";" "#" hex ")"
 *
 * Rights are letters in any order, or a number in decimal, hexadecimal (0x) or octal (0); type and flags may be
 * numbers too. Conditions and claims in text form are refused: they would have to be compiled.
 */

import { type Ace, aceKindOf, decodeAce, MAX_ACE_BYTES, OBJECT_ACE_FLAGS } from './ace.ts';
import { type Guid, parseGuid } from './guid.ts';
import {
  ACE_FLAG_LETTERS,
  ACE_TYPE_LETTERS,
  PARSED_RIGHTS,
  type SddlContext,
  sidOfAlias,
} from './sddl-aliases.ts';
import { Scanner, sddlError, type Token } from './sddl-scanner.ts';
import { isSidText, parseSid, type Sid } from './sid.ts';

const ACE = /\(([^()]*)\)\s*/y;
const NUMBER = /^(?:0x([0-9a-f]+)|(0[0-7]*)|([1-9]\d*))$/i;
const HEX_BYTES = /^#((?:[0-9a-f]{8})*)$/i;
const NO_BYTES = new Uint8Array(0);

const HEADER_BYTES = 4;
/** Header, mask, flags, two GUIDs and the longest SID: what an ACE can hold beside its application data. */
const MAX_FIXED_BYTES = HEADER_BYTES + 4 + 4 + 32 + 68;

const TYPES: ReadonlyMap<string, number> = new Map(ACE_TYPE_LETTERS);
const FLAGS: ReadonlyMap<string, number> = new Map(ACE_FLAG_LETTERS);

/** Reads one ACE in parentheses. @throws FormatError with the place in the text */
export function parseAce(text: string, context: SddlContext): Ace {
  const scanner = new Scanner(text);
  const ace = scanAce(scanner, context);
  if (!scanner.atEnd()) throw sddlError(scanner.rest(), 'the end of the text after one ACE');
  return ace;
}

/** Reads the ACE at the cursor. @throws FormatError with the place in the text */
export function scanAce(scanner: Scanner, context: SddlContext): Ace {
  const start = scanner.rest();
  const body = scanner.match(ACE)?.[1];
  if (body === undefined) {
    throw sddlError(start, 'an ACE in parentheses without others inside (conditions as # and hexadecimal)');
  }
  const fields = splitFields(body, start.offset + 1);
  if (fields.length === 3) return parseRawAce(fields as [Token, Token, Token]);
  if (fields.length === 6 || fields.length === 7) return parseFields(fields as SixOrMore, context);
  throw sddlError({ text: `(${body})`, offset: start.offset }, `6 or 7 fields instead of ${fields.length}`);
}

/** The SID that a SID text or an alias names. @throws FormatError when it names none in this context */
export function parseSidToken(token: Token, context: SddlContext): Sid {
  if (isSidText(token.text)) return parseSid(token.text);
  const sid = sidOfAlias(token.text.toUpperCase(), context);
  if (sid === 'no-alias') throw sddlError(token, 'a SID or an alias of two letters');
  if (sid === 'no-domain') throw sddlError(token, 'the SID of the domain it belongs to, which is not known');
  return sid;
}

type SixOrMore = [Token, Token, Token, Token, Token, Token, ...Token[]];

function splitFields(body: string, bodyOffset: number): Token[] {
  let offset = bodyOffset;
  return body.split(';').map((raw) => {
    const token = { text: raw.trim(), offset: offset + raw.length - raw.trimStart().length };
    offset += raw.length + 1;
    return token;
  });
}

function parseFields(fields: SixOrMore, context: SddlContext): Ace {
  const [type, flags, rights, guid, inheritedGuid, account, data] = fields;
  const aceType = parseType(type);
  const kind = aceKindOf(aceType);
  if (kind === 'unknown') throw sddlError(type, 'a type with known fields, or three fields with #');
  const common = { aceType, aceFlags: parseLetters(flags, FLAGS, 0xff), mask: parseRights(rights) };
  const objectType = parseGuidToken(guid);
  const inheritedObjectType = parseGuidToken(inheritedGuid);
  const sid = parseSidToken(account, context);
  const extra = data === undefined ? NO_BYTES : parseBytes(data, MAX_ACE_BYTES - MAX_FIXED_BYTES);
  if (kind === 'basic') {
    if (objectType !== null) throw sddlError(guid, `no GUID in an ACE of type ${type.text}`);
    if (inheritedObjectType !== null)
      throw sddlError(inheritedGuid, `no GUID in an ACE of type ${type.text}`);
    return { kind, ...common, sid, extra };
  }
  const objectFlags =
    (objectType === null ? 0 : OBJECT_ACE_FLAGS.objectTypePresent) |
    (inheritedObjectType === null ? 0 : OBJECT_ACE_FLAGS.inheritedObjectTypePresent);
  return { kind, ...common, objectFlags, objectType, inheritedObjectType, sid, extra };
}

function parseRawAce([type, flags, data]: readonly [Token, Token, Token]): Ace {
  const body = parseBytes(data, MAX_ACE_BYTES - HEADER_BYTES);
  const sizeBytes = HEADER_BYTES + body.length;
  const header = [parseType(type), parseLetters(flags, FLAGS, 0xff), sizeBytes & 0xff, sizeBytes >> 8];
  try {
    return decodeAce(Uint8Array.from([...header, ...body])).ace;
  } catch (cause) {
    throw sddlError(data, `the bytes of an ACE of type ${type.text}`, cause);
  }
}

function parseType(token: Token): number {
  const aceType = TYPES.get(token.text.toUpperCase()) ?? parseNumber(token.text);
  if (aceType === null || aceType > 0xff) throw sddlError(token, 'a type such as A, D or OA');
  return aceType;
}

function parseRights(token: Token): number {
  return parseLetters(token, PARSED_RIGHTS, 0xffffffff);
}

/** The union of two-letter codes, or a number; an empty field is 0. */
function parseLetters(token: Token, codes: ReadonlyMap<string, number>, most: number): number {
  const number = parseNumber(token.text);
  if (number !== null) {
    if (number > most) throw sddlError(token, `a number up to 0x${most.toString(16)}`);
    return number;
  }
  let bits = 0;
  for (let at = 0; at < token.text.length; at += 2) {
    const code = { text: token.text.slice(at, at + 2), offset: token.offset + at };
    const bit = codes.get(code.text.toUpperCase());
    if (bit === undefined) throw sddlError(code, `a number or letters of ${[...codes.keys()].join(' ')}`);
    bits |= bit;
  }
  return bits >>> 0;
}

function parseNumber(text: string): number | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, hexadecimal, octal, decimal] = match;
  if (hexadecimal !== undefined) return Number.parseInt(hexadecimal, 16);
  return octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
}

function parseGuidToken(token: Token): Guid | null {
  if (token.text === '') return null;
  try {
    return parseGuid(token.text);
  } catch (cause) {
    throw sddlError(token, 'a GUID or nothing', cause);
  }
}

function parseBytes(token: Token, most: number): Uint8Array {
  const digits = HEX_BYTES.exec(token.text)?.[1];
  if (digits === undefined || digits.length / 2 > most) {
    throw sddlError(token, `# and hexadecimal digits, a multiple of 4 and up to ${most} bytes`);
  }
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
