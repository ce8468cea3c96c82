/**
 * What a connection that was opened read-only lets out: a list of what is allowed, so that whatever is not known to
 * change nothing is refused. RFC 4511 4.2 to 4.12
 *
 * | operation          | tag  | let out                                  |
 * | ------------------ | ---- | ---------------------------------------- |
 * | bind               | 0x60 | yes                                      |
 * | unbind             | 0x42 | yes                                      |
 * | search             | 0x63 | yes                                      |
 * | abandon            | 0x50 | yes                                      |
 * | extended           | 0x77 | "Who am I?" (RFC 4532) alone             |
 * | modify             | 0x66 | no                                       |
 * | add                | 0x68 | no                                       |
 * | delete             | 0x4a | no                                       |
 * | modify DN          | 0x6c | no                                       |
 */

import { FormatError, SafetyError } from '../../errors.ts';
import { BerCursor, LDAP_TAGS } from './ldap-wire.ts';

/** "Who am I?". RFC 4532 */
export const WHO_AM_I_OID = '1.3.6.1.4.1.4203.1.11.3';

const ALLOWED: ReadonlySet<number> = new Set([0x60, 0x42, 0x63, 0x50]);
const EXTENDED = 0x77;
const REQUEST_NAME = 0x80;
const WORDS: Readonly<Record<number, string>> = {
  [EXTENDED]: 'an extended operation',
  102: 'a modify request',
  104: 'an add request',
  74: 'a delete request',
  108: 'a modify DN request',
};

/**
 * Looks at one message before it is sent.
 *
 * @throws SafetyError unless it is one whole message that changes nothing
 */
export function refuseWrite(message: Uint8Array): void {
  const operation = operationOf(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
  if (operation === null) return;
  throw new SafetyError(
    `Refused to send ${operation}: the connection is read-only; leave out --read-only to change the directory`,
  );
}

/** What the message would do, in words; null when it is allowed. */
function operationOf(bytes: Buffer): string | null {
  try {
    const cursor = new BerCursor(bytes);
    const end = cursor.enter(LDAP_TAGS.sequence, 'LDAPMessage');
    cursor.integer(LDAP_TAGS.integer, 'messageID');
    if (end !== bytes.length) return 'more than one message at once';
    const tag = cursor.peek();
    if (ALLOWED.has(tag) || (tag === EXTENDED && isWhoAmI(cursor))) return null;
    return WORDS[tag] ?? `operation 0x${tag.toString(16)}`;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return 'what is no whole LDAP message';
  }
}

function isWhoAmI(cursor: BerCursor): boolean {
  cursor.enter(EXTENDED, 'ExtendedRequest');
  return cursor.content(REQUEST_NAME, 'requestName').toString('latin1') === WHO_AM_I_OID;
}
