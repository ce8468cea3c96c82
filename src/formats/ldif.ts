/**
 * LDIF, the text form of directory entries: what ldapsearch and ldifde export, and what a snapshot is. RFC 2849
 *
 *     dn: DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,…     or  dn:: <base64 of UTF-8>
 *     dnsRecord:: BAABAAXwAABu…                            value in base64
 *     dc: pc1                                              value as it is
 *     <empty line>                                         ends the record
 *
 * Reading is lenient where tools differ (UTF-8 outside base64, `version` missing or repeated, what ldapsearch prints
 * around the entries) and refuses what would lose or invent data. Entries stream: one is held at a time.
 */

import { FormatError } from '../errors.ts';
import { type Dn, parseDn } from './dn.ts';
import { createLineSplitter, type LdifLine, utf8Chunks } from './ldif-lines.ts';
import { decodeUtf8 } from './utf8.ts';

export { formatLdifRecord } from './ldif-format.ts';

/** An entry as the file has it; `line` is the line of its dn. */
export interface LdifRecord {
  readonly kind: 'record';
  readonly line: number;
  readonly dn: Dn;
  /** By attribute description in lower case, options such as `;range=0-1499` included. */
  readonly attributes: Map<string, Uint8Array[]>;
}

/** An entry, a comment, or something that could not be read; `line` counts from 1. */
export type LdifItem =
  | LdifRecord
  | { readonly kind: 'comment'; readonly line: number; readonly text: string }
  | { readonly kind: 'problem'; readonly line: number; readonly message: string };

/** Lines up to an empty one: an entry, what ldapsearch says about its search, or the rest after a problem. */
type Block = LdifRecord | { readonly kind: 'talk' } | { readonly kind: 'skipped' };

interface Assembler {
  add(line: LdifLine): LdifItem | null;
}

const DESCRIPTION = /^[a-z\d][a-z\d.;=*_-]*$/i;
/** How the blocks start that ldapsearch prints besides entries. */
const SEARCH_TALK: ReadonlySet<string> = new Set([
  'search',
  'result',
  'ref',
  'control',
  'pagedresults',
  'matcheddn',
  'text',
]);
const MAX_KNOWN_NAMES = 4096;
const EXCERPT_LENGTH = 40;

/**
 * Reads a file of entries (content records, or `changetype: add`). RFC 2849
 *
 * A line that cannot be read costs its record: it comes out as a problem and reading goes on after the next empty
 * line. A search that ended with an error, as ldapsearch notes at its end, is a problem too: entries are missing.
 * Values that LDIF would fetch from a URL are refused; no file is ever opened.
 *
 * @throws FormatError when the file cannot be LDIF: bad UTF-16, or a line of more than 16 MiB
 */
export async function* readLdif(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LdifItem> {
  const splitter = createLineSplitter();
  const assembler = createAssembler();
  for await (const chunk of utf8Chunks(chunks)) {
    for (const line of splitter.split(chunk)) {
      const item = assembler.add(line);
      if (item !== null) yield item;
    }
  }
}

function createAssembler(): Assembler {
  const lowerCase = createNameCache();
  let block: Block | null = null;

  function read(line: LdifLine): void {
    if (block?.kind === 'skipped') return;
    const colon = line.text.indexOf(':');
    const description = line.text.slice(0, Math.max(colon, 0));
    if (!DESCRIPTION.test(description)) throw bad(line, 'needs an attribute name and a colon');
    const name = lowerCase(description);
    const value = decodeValue(line, colon);
    if (block === null) block = openBlock(line, name, value);
    else if (block.kind === 'record') addValue(block.attributes, line, name, value);
    else refuseFailedSearch(line, name, value);
  }

  return {
    add(line) {
      if (line.text === '') {
        const ended = block;
        block = null;
        return ended?.kind === 'record' ? ended : null;
      }
      if (line.text.startsWith('#')) return { kind: 'comment', line: line.line, text: commentOf(line) };
      try {
        read(line);
        return null;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        block = { kind: 'skipped' };
        return { kind: 'problem', line: line.line, message: error.message };
      }
    },
  };
}

/** Null after a version line, which stands in a block of its own even without an empty line after it. */
function openBlock(line: LdifLine, name: string, value: Uint8Array): Block | null {
  if (name === 'dn') return { kind: 'record', line: line.line, dn: dnOf(line, value), attributes: new Map() };
  if (name === 'version') {
    if (asText(value) === '1') return null;
    throw bad(line, 'needs version 1');
  }
  if (!SEARCH_TALK.has(name)) throw bad(line, 'a record needs a dn line first');
  refuseFailedSearch(line, name, value);
  return { kind: 'talk' };
}

function addValue(
  attributes: Map<string, Uint8Array[]>,
  line: LdifLine,
  name: string,
  value: Uint8Array,
): void {
  if (name === 'dn') throw bad(line, 'a second dn needs an empty line before it');
  if (name === 'changetype') {
    if (asText(value).toLowerCase() === 'add') return;
    throw bad(line, 'only entries can be read, needs changetype add or none');
  }
  const values = attributes.get(name);
  if (values === undefined) attributes.set(name, [value]);
  else values.push(value);
}

function refuseFailedSearch(line: LdifLine, name: string, value: Uint8Array): void {
  if (name !== 'result' || /^0\b/.test(asText(value))) return;
  throw bad(line, 'the search that wrote this file failed, so entries are missing; needs result 0');
}

/** The bytes behind the colon. RFC 2849, value-spec */
function decodeValue(line: LdifLine, colon: number): Uint8Array {
  const marker = line.text[colon + 1];
  if (marker === '<') throw bad(line, 'a value from a URL is refused, needs the value itself');
  const text = line.text.slice(marker === ':' ? colon + 2 : colon + 1).replace(/^ +/, '');
  if (marker !== ':') return Buffer.from(text, 'latin1');
  const bytes = decodeBase64(text);
  if (bytes === null) throw bad(line, 'the value is not base64');
  return bytes;
}

/** Null for anything but base64 of RFC 4648 4. Counting is enough, and a pattern takes longer than decoding does. */
function decodeBase64(text: string): Buffer | null {
  // Node passes over characters that are none, which shows in the length, and takes those of the URL alphabet.
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const isWhole = bytes.length === (text.length / 4) * 3 - padding;
  return isWhole && !text.includes('-') && !text.includes('_') ? bytes : null;
}

function dnOf(line: LdifLine, value: Uint8Array): Dn {
  const text = decodeUtf8(value);
  if (text === null) throw bad(line, 'the dn is not UTF-8');
  try {
    return parseDn(text);
  } catch (error) {
    throw error instanceof FormatError ? bad(line, error.message) : error;
  }
}

function commentOf(line: LdifLine): string {
  return asText(Buffer.from(line.text, 'latin1')).slice(1).trim();
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Gives one string per name, so that the keys of an entry do not keep the lines alive which they were cut from. */
function createNameCache(): (description: string) => string {
  const names = new Map<string, string>();
  return (description) => {
    const known = names.get(description);
    if (known !== undefined) return known;
    if (names.size >= MAX_KNOWN_NAMES) names.clear();
    const name = description.toLowerCase();
    names.set(description, name);
    return name;
  };
}

function bad(line: LdifLine, message: string): FormatError {
  const start = JSON.stringify(line.text.slice(0, EXCERPT_LENGTH));
  return new FormatError('LDIF', `Cannot read LDIF line ${line.line}, ${start}: ${message}`);
}
