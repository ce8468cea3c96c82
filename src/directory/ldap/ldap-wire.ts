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

import { FormatError } from '../../errors.ts';

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

/** A buffer for cut messages that has grown beyond this is given back when it has served. */
const USUAL_MESSAGE_BYTES = 256 * 1024;

/** Gets one whole message, the bytes from `start` to `end`; they are valid only during the call. */
export type MessageHandler = (bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts a byte stream into whole LDAPMessages, however TCP split or merged them. Messages are handed over where they
 * lie in the chunk; only one that is cut by the end of a chunk is put together in a buffer of its own.
 *
 * @returns a function to push received chunks into; it throws FormatError when the stream is not LDAP
 */
export function createFramer(onMessage: MessageHandler): (chunk: Uint8Array) => void {
  let cut = Buffer.alloc(0);
  let held = 0;

  /** Adds to the cut message; `wanted` is its whole size as far as it is known. */
  function hold(bytes: Buffer, wanted: number): void {
    const needed = Math.max(held + bytes.length, wanted);
    if (needed > cut.length) {
      // Not zeroed: nothing beyond `held` is ever looked at.
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, USUAL_MESSAGE_BYTES));
      grown.set(cut.subarray(0, held));
      cut = grown;
    }
    cut.set(bytes, held);
    held += bytes.length;
  }

  /** Goes on with the cut message. @returns how many bytes of the chunk that took */
  function complete(chunk: Buffer): number {
    let at = 0;
    while (held > 0 && at < chunk.length) {
      const size = messageSize(cut, 0, held);
      // A length that is itself cut is completed byte by byte.
      const take = size === null ? 1 : Math.min(size - held, chunk.length - at);
      hold(chunk.subarray(at, at + take), size ?? 0);
      at += take;
      if (held !== messageSize(cut, 0, held)) continue;
      const message = cut;
      const end = held;
      held = 0;
      if (cut.length > USUAL_MESSAGE_BYTES) cut = Buffer.alloc(0);
      onMessage(message, 0, end);
    }
    return at;
  }

  return (received) => {
    const chunk = asBuffer(received);
    let at = complete(chunk);
    while (at < chunk.length) {
      const size = messageSize(chunk, at);
      if (size === null || at + size > chunk.length) return hold(chunk.subarray(at), size ?? 0);
      onMessage(chunk, at, at + size);
      at += size;
    }
  };
}

/** A handler for messages that are kept: each is a copy. */
export function copyMessages(onMessage: (message: Buffer) => void): MessageHandler {
  return (bytes, start, end) => onMessage(Buffer.from(bytes.subarray(start, end)));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
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
export function openMessage(
  bytes: Buffer,
  start = 0,
  end: number = bytes.length,
): { messageId: number; operation: number; cursor: BerCursor } {
  const cursor = new BerCursor(bytes, start, end);
  cursor.enter(LDAP_TAGS.sequence, 'LDAPMessage');
  const messageId = cursor.integer(LDAP_TAGS.integer, 'messageID');
  return { messageId, operation: cursor.peek(), cursor };
}

/** Reads a SearchResultDone with its paging cookie, which is a copy; the cursor stands on its tag. */
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
      // It is sent back when the caller wants the next page; by then other answers lie where this one did.
      return Buffer.from(cursor.content(LDAP_TAGS.octetString, 'cookie'));
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
