/**
 * A security context that any test can take part in: it needs no Kerberos and protects nothing. A wrapped message is
 * its sum, whether it is sealed, and its bytes, turned over when it is.
 */

import type { SecurityContext, Unwrapped } from '../../src/directory/kerberos/security-context.ts';

export const TOY_HEADER_BYTES = 2;

/** What the client says, in order, and what the server must answer each with. */
export const TOY_HELLO = 'hello from the client';
export const TOY_WELCOME = 'welcome';

export class ToyContext implements SecurityContext {
  readonly layer = 'gssapi';
  isExpired = false;
  isReleased = false;

  step(token: Uint8Array | null): { token: Uint8Array | null; complete: boolean } {
    if (token === null) return { token: Buffer.from(TOY_HELLO), complete: false };
    if (Buffer.from(token).toString() !== TOY_WELCOME) throw new Error('the toy server did not say welcome');
    return { token: null, complete: true };
  }

  wrap(message: Uint8Array, sealed: boolean): Uint8Array {
    return toyWrap(message, sealed);
  }

  unwrap(wrapped: Uint8Array): Unwrapped {
    if (this.isReleased) throw new Error('used after it was released');
    const sealed = wrapped[1] === 1;
    const message = turned(wrapped.subarray(TOY_HEADER_BYTES), sealed);
    if (wrapped[0] !== sumOf(message)) throw new Error('changed on the way');
    return { message, sealed };
  }

  messageLimit(wrappedBytes: number): number {
    return wrappedBytes - TOY_HEADER_BYTES;
  }

  release(): void {
    this.isReleased = true;
  }
}

export function toyWrap(message: Uint8Array, sealed: boolean): Buffer {
  return Buffer.concat([Buffer.from([sumOf(message), sealed ? 1 : 0]), turned(message, sealed)]);
}

/** A frame of the layer. */
export function toyFrame(message: Uint8Array | string, sealed = true): Buffer {
  const wrapped = toyWrap(Buffer.from(message), sealed);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(wrapped.length);
  return Buffer.concat([header, wrapped]);
}

function turned(bytes: Uint8Array, sealed: boolean): Buffer {
  return Buffer.from(bytes.map((byte) => (sealed ? byte ^ 0xff : byte)));
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}
