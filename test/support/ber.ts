/** LDAP answers made by hand, byte by byte, so that tests can send what no real server would. RFC 4511 */

/** An attribute of an entry: its name and values. */
export type WireAttribute = readonly [type: string, values: readonly (string | Uint8Array)[]];

/** How an operation ends; success without words when left out. */
export interface WireResult {
  readonly resultCode?: number;
  readonly message?: string;
}

/** The outcome of a search, with the paging control when a cookie is given. */
export interface WireDone extends WireResult {
  readonly cookie?: Uint8Array;
}

export const EXTENDED_RESPONSE = 0x78;
export const BIND_RESPONSE = 0x61;
export const MODIFY_RESPONSE = 0x67;
export const PAGED_RESULTS = '1.2.840.113556.1.4.319';

/** One element: tag, length, content. @param lengthBytes forces the long form with so many bytes of length */
export function element(tag: number, content: Uint8Array, lengthBytes = 0): Buffer {
  const { length } = content;
  const digits = lengthBytes > 0 ? lengthBytes : minimalLengthBytes(length);
  const header = Buffer.alloc(2 + digits);
  header[0] = tag;
  if (digits === 0) header[1] = length;
  else {
    header[1] = 0x80 | digits;
    header.writeUIntBE(length, 2, digits);
  }
  return Buffer.concat([header, content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

export function octets(value: string | Uint8Array): Buffer {
  return element(0x04, Buffer.from(value));
}

export function integer(value: number, tag = 0x02): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeIntBE(value, 0, 5);
  let skip = 0;
  while (skip < 4 && bytes[skip] === 0 && (bytes[skip + 1] as number) < 0x80) skip += 1;
  return element(tag, bytes.subarray(skip));
}

/** An LDAPMessage around one operation. */
export function message(messageId: number, operation: Uint8Array, controls?: Uint8Array): Buffer {
  return sequence(integer(messageId), operation, ...(controls === undefined ? [] : [controls]));
}

export function searchEntry(
  messageId: number,
  dn: string,
  attributes: readonly WireAttribute[] = [],
): Buffer {
  const list = attributes.map(([type, values]) =>
    sequence(octets(type), element(0x31, Buffer.concat(values.map(octets)))),
  );
  return message(messageId, element(0x64, Buffer.concat([octets(dn), sequence(...list)])));
}

export function searchReference(messageId: number, uri: string): Buffer {
  return message(messageId, element(0x73, octets(uri)));
}

export function searchDone(messageId: number, done: WireDone = {}): Buffer {
  const controls = done.cookie === undefined ? undefined : element(0xa0, pagedControl(done.cookie));
  return message(messageId, element(0x65, result(done)), controls);
}

/** The answer to a bind, modify or extended request. */
export function answer(messageId: number, tag: number, outcome: WireResult = {}): Buffer {
  return message(messageId, element(tag, result(outcome)));
}

/** What a server says before it closes. RFC 4511 4.4.1 */
export function noticeOfDisconnection(outcome: WireResult): Buffer {
  const name = element(0x8a, Buffer.from('1.3.6.1.4.1.1466.20036'));
  return message(0, element(EXTENDED_RESPONSE, Buffer.concat([result(outcome), name])));
}

/** The paged-results control of an answer. RFC 2696 */
export function pagedControl(cookie: Uint8Array): Buffer {
  return sequence(octets(PAGED_RESULTS), octets(sequence(integer(0), octets(cookie))));
}

/** The fields of an LDAPResult, without its tag. */
export function result(outcome: WireResult): Buffer {
  return Buffer.concat([integer(outcome.resultCode ?? 0, 0x0a), octets(''), octets(outcome.message ?? '')]);
}

function minimalLengthBytes(length: number): number {
  if (length < 0x80) return 0;
  if (length < 0x100) return 1;
  if (length < 0x10000) return 2;
  return length < 0x1000000 ? 3 : 4;
}
