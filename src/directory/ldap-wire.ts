/**
 * The bytes of LDAP as far as bulk reading needs them: cutting a stream into LDAPMessages, a cursor over BER, and
 * how operations end; entries are in wire-entry.ts. RFC 4511 4.1.1 and 4.5.2, BER as RFC 4511 5.1 restricts it.
 *
 * ldapts decodes every value as UTF-8 and catches the exception that each descriptor raises, which is most of the
 * client's time; it also ends a paged search at a page that happens to be empty. Reading here avoids both.
 *
 * | tag  | meaning                                   |
 * | ---- | ----------------------------------------- |
 * | 0x30 | LDAPMessage SEQUENCE { messageID, op, [0] controls } |
 * | 0x64 | SearchResultEntry                         |
 * | 0x73 | SearchResultReference                     |
 * | 0x65 | SearchResultDone, an LDAPResult           |
 * | 0x78 | ExtendedResponse, an LDAPResult           |
 * | 0xa0 | controls                                  |
 */

import { FormatError } from '../errors.ts';

export const LDAP_TAGS = {
  sequence: 0x30,
  integer: 0x02,
  octetString: 0x04,
  enumerated: 0x0a,
  searchEntry: 0x64,
  searchReference: 0x73,
  searchDone: 0x65,
  extendedResponse: 0x78,
  controls: 0xa0,
  referral: 0xa3,
} as const;

/** More than any server sends in one message; a longer length means that the peer does not speak LDAP. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const PAGED_RESULTS_OID = '1.2.840.113556.1.4.319';

/** How an operation ended. RFC 4511 4.1.9 */
export interface LdapResult {
  readonly resultCode: number;
  /** What the server says about it, for people; often empty. */
  readonly message: string;
}

/** The outcome of one search operation. RFC 4511 4.5.2 */
export interface SearchDone extends LdapResult {
  /** The paged-results cookie (RFC 2696); empty when the server has no more pages. */
  readonly cookie: Buffer;
}

/** Received bytes are gathered in blocks of this size; a held message keeps its block in memory. */
const BLOCK_BYTES = 256 * 1024;

/**
 * Cuts a byte stream into whole LDAPMessages, however TCP split or merged them.
 *
 * @param onMessage gets a view of one whole message; it is valid as long as it is held
 * @returns a function to push received chunks into; it copies them, and throws FormatError when the stream is not LDAP
 */
export function createFramer(onMessage: (message: Buffer) => void): (chunk: Uint8Array) => void {
  let block = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  return (chunk) => {
    if (end + chunk.length > block.length) {
      const rest = block.subarray(start, end);
      const wanted = rest.length > 0 ? (messageSize(rest, 0) ?? 0) : 0;
      // Not zeroed: nothing beyond `end` is ever looked at.
      block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, rest.length + chunk.length, wanted));
      block.set(rest);
      start = 0;
      end = rest.length;
    }
    block.set(chunk, end);
    end += chunk.length;
    while (start < end) {
      const size = messageSize(block, start, end);
      if (size === null || start + size > end) break;
      const message = block.subarray(start, start + size);
      start += size;
      onMessage(message);
    }
  };
}

/** The whole size of the message that starts at `offset`, or null when its header is not complete before `end`. */
function messageSize(bytes: Buffer, offset: number, end: number = bytes.length): number | null {
  if (bytes[offset] !== LDAP_TAGS.sequence) {
    throw new FormatError(
      'LDAPMessage',
      `Cannot read the answer: byte 0x${hex(bytes[offset])} found, 0x30 needed`,
    );
  }
  if (offset + 2 > end) return null;
  const first = bytes[offset + 1] as number;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4)
    throw new FormatError('LDAPMessage', `Cannot read the answer: length of ${count} bytes`);
  if (offset + 2 + count > end) return null;
  const length = bytes.readUIntBE(offset + 2, count);
  if (length > MAX_MESSAGE_BYTES)
    throw new FormatError('LDAPMessage', `Cannot read the answer: ${length} bytes long`);
  return 2 + count + length;
}

/** A cursor over BER that stays inside the bytes it was given. */
export class BerCursor {
  readonly bytes: Buffer;
  offset: number;
  readonly end: number;

  constructor(bytes: Buffer, offset = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get done(): boolean {
    return this.offset >= this.end;
  }

  /** The tag at the cursor, or -1 at the end. */
  peek(): number {
    return this.offset < this.end ? (this.bytes[this.offset] as number) : -1;
  }

  /** Steps over one element of any tag and returns where its content ends; the cursor stands on its content. */
  enter(tag: number | null, field: string): number {
    const found = this.peek();
    if (found < 0 || (tag !== null && found !== tag)) {
      throw wireError(field, `tag 0x${hex(found)} found, 0x${hex(tag ?? 0)} needed`);
    }
    const first = this.bytes[this.offset + 1];
    let contentAt = this.offset + 2;
    let length = first ?? 0;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4 || contentAt + count > this.end) throw wireError(field, 'bad length');
      length = this.bytes.readUIntBE(contentAt, count);
      contentAt += count;
    }
    const contentEnd = contentAt + length;
    if (first === undefined || contentEnd > this.end) throw wireError(field, 'content runs past the end');
    this.offset = contentAt;
    return contentEnd;
  }

  /** A view of the content of the next element; the cursor moves past it. */
  content(tag: number | null, field: string): Buffer {
    const end = this.enter(tag, field);
    const view = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return view;
  }

  integer(tag: number, field: string): number {
    const end = this.enter(tag, field);
    const start = this.offset;
    const length = end - start;
    if (length === 0 || length > 6) throw wireError(field, `integer of ${length} bytes`);
    this.offset = end;
    return this.bytes.readIntBE(start, length);
  }

  text(field: string): string {
    const end = this.enter(LDAP_TAGS.octetString, field);
    const start = this.offset;
    this.offset = end;
    return this.bytes.toString('utf8', start, end);
  }
}

/** The messageID and operation of a message, and a cursor on the operation's content. */
export function openMessage(message: Buffer): { messageId: number; operation: number; cursor: BerCursor } {
  const cursor = new BerCursor(message);
  cursor.enter(LDAP_TAGS.sequence, 'LDAPMessage');
  const messageId = cursor.integer(LDAP_TAGS.integer, 'messageID');
  return { messageId, operation: cursor.peek(), cursor };
}

/** Reads a SearchResultDone with its paging cookie; the cursor stands on its tag. */
export function readSearchDone(cursor: BerCursor): SearchDone {
  const result = readResult(cursor, LDAP_TAGS.searchDone, 'SearchResultDone');
  return { ...result, cookie: cursor.done ? Buffer.alloc(0) : readCookie(cursor) };
}

/** Reads an operation that is an LDAPResult; the cursor stands on its tag, afterwards behind its last byte. */
export function readResult(cursor: BerCursor, tag: number, field: string): LdapResult {
  const end = cursor.enter(tag, field);
  const resultCode = cursor.integer(LDAP_TAGS.enumerated, 'resultCode');
  cursor.text('matchedDN');
  const message = cursor.text('diagnosticMessage');
  cursor.offset = end;
  return { resultCode, message };
}

function readCookie(cursor: BerCursor): Buffer {
  const end = cursor.enter(LDAP_TAGS.controls, 'controls');
  while (cursor.offset < end) {
    const controlEnd = cursor.enter(LDAP_TAGS.sequence, 'control');
    const oid = cursor.text('controlType');
    if (oid === PAGED_RESULTS_OID) {
      if (cursor.peek() === 0x01) cursor.content(0x01, 'criticality');
      cursor.enter(LDAP_TAGS.octetString, 'controlValue');
      cursor.enter(LDAP_TAGS.sequence, 'realSearchControlValue');
      cursor.integer(LDAP_TAGS.integer, 'size');
      return cursor.content(LDAP_TAGS.octetString, 'cookie');
    }
    cursor.offset = controlEnd;
  }
  return Buffer.alloc(0);
}

function wireError(field: string, found: string): FormatError {
  return new FormatError('LDAPMessage', `Cannot read ${field} of the answer: ${found}`, { path: field });
}

function hex(byte: number | undefined): string {
  return byte === undefined || byte < 0 ? 'none' : byte.toString(16).padStart(2, '0');
}
