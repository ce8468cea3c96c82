/**
 * UTF-8 that may not be UTF-8: names and values in a directory are written by strangers, so the question is asked
 * without throwing, which would cost more than the decoding itself.
 */

import { isUtf8 } from 'node:buffer';

/** The text these bytes spell, a leading byte order mark included; null when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
