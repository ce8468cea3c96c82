/**
 * The security layer of SASL GSSAPI: from the end of the bind on, LDAP messages travel sealed. RFC 4422 3.7, RFC 4752
 *
 * | offset | size   | field                                                           |
 * | ------ | ------ | --------------------------------------------------------------- |
 * | 0      | 4      | length of what follows, big-endian                              |
 * | 4      | length | one wrapped piece of the stream; pieces and messages need not coincide |
 */

import { Duplex } from 'node:stream';
import { FormatError } from '../../errors.ts';
import type { Transport } from '../ldap/transport.ts';
import { kerberosError, ticketRanOut } from './kerberos-errors.ts';
import type { SecurityContext } from './security-context.ts';

/** The longest piece that is accepted, as it arrives: all that the three bytes of the negotiation can say. */
export const MAX_FRAME_BYTES = 0xffffff;

const HEADER_BYTES = 4;

export interface LayerOptions {
  /** Host name of the server, for messages. */
  readonly host: string;
  /** The longest piece that the server accepts, as it arrives there. */
  readonly maxSendBytes: number;
}

/** A transport whose messages are sealed by a context that is complete; it owns both from now on. */
export function sealTransport(
  carrier: Transport,
  context: SecurityContext,
  options: LayerOptions,
): Transport {
  const stream = new SealedStream(carrier.stream, context, options);
  return {
    stream,
    protection: { layer: context.layer, signed: true, sealed: true, detail: 'Kerberos' },
    serverCertificate: null,
    lossReason: () => (stream.isExpired ? ticketRanOut(options.host) : null),
    receive: (onChunk) => {
      const push = createFrameReader(MAX_FRAME_BYTES, (frame) => {
        // A piece before it in the same chunk may have ended the connection.
        if (!stream.destroyed) onChunk(stream.open(frame));
      });
      carrier.receive((chunk) => {
        try {
          push(chunk);
        } catch (error) {
          stream.destroy(error as Error);
        }
      });
    },
  };
}

/**
 * Cuts a stream into the contents of its frames, however TCP split or merged them.
 *
 * @param onFrame gets the content of a frame, valid only during the call
 * @returns a function to push received chunks into; it throws FormatError at a length above `maxBytes`, or of nothing
 */
export function createFrameReader(
  maxBytes: number,
  onFrame: (frame: Uint8Array) => void,
): (chunk: Uint8Array) => void {
  // A frame that has begun: its header, then its content; kept for the next, so that it grows to the longest.
  let begun: Buffer = Buffer.allocUnsafeSlow(64 * 1024);
  let filled = 0;
  return (chunk) => {
    let offset = 0;
    while (offset < chunk.length) {
      const whole = filled === 0 ? wholeFrame(chunk, offset, maxBytes) : null;
      if (whole !== null) {
        offset += HEADER_BYTES + whole.length;
        onFrame(whole);
        continue;
      }
      const size = filled < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + lengthOf(begun, 0, maxBytes);
      if (size > begun.length) begun = enlarged(begun, size, filled);
      const piece = chunk.subarray(offset, offset + size - filled);
      begun.set(piece, filled);
      filled += piece.length;
      offset += piece.length;
      if (filled === size && size > HEADER_BYTES) {
        filled = 0;
        onFrame(begun.subarray(HEADER_BYTES, size));
      }
    }
  };
}

/** The content of the frame at `offset` when all of it is there, without copying; else null. */
function wholeFrame(chunk: Uint8Array, offset: number, maxBytes: number): Uint8Array | null {
  if (chunk.length - offset < HEADER_BYTES) return null;
  const start = offset + HEADER_BYTES;
  const end = start + lengthOf(chunk, offset, maxBytes);
  return end > chunk.length ? null : chunk.subarray(start, end);
}

function lengthOf(bytes: Uint8Array, offset: number, maxBytes: number): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES).getUint32(0);
  if (length > 0 && length <= maxBytes) return length;
  const found = `its length is ${length} bytes, at most ${maxBytes} were agreed`;
  throw new FormatError('SASL', `Cannot read a sealed message: ${found}`);
}

function enlarged(bytes: Buffer, size: number, filled: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size);
  larger.set(bytes.subarray(0, filled));
  return larger;
}

/** Seals what is written. What arrives goes past it (sealTransport), so pausing is the carrier's business. */
class SealedStream extends Duplex {
  readonly #carrier: Duplex;
  readonly #context: SecurityContext;
  readonly #host: string;
  readonly #messageBytes: number;
  #wasExpired = false;

  constructor(carrier: Duplex, context: SecurityContext, { host, maxSendBytes }: LayerOptions) {
    super({ read() {} });
    this.#carrier = carrier;
    this.#context = context;
    this.#host = host;
    this.#messageBytes = context.messageLimit(maxSendBytes);
    carrier.on('error', (error) => this.destroy(error));
    carrier.on('close', () => this.destroy());
  }

  /** Whether the ticket has run out, or had when the stream ended. */
  get isExpired(): boolean {
    return this.#wasExpired || this.#context.isExpired;
  }

  /** What the server wrapped. @throws DirectoryError when it was tampered with or not encrypted */
  open(frame: Uint8Array): Uint8Array {
    const { message, sealed } = this.#context.unwrap(frame);
    if (!sealed) throw kerberosError('tampered', `ldap/${this.#host}`, 'a message was not encrypted');
    return message;
  }

  override pause(): this {
    this.#carrier.pause();
    return this;
  }

  override resume(): this {
    this.#carrier.resume();
    return this;
  }

  override isPaused(): boolean {
    return this.#carrier.isPaused();
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    try {
      for (let start = 0; start < chunk.length; start += this.#messageBytes) {
        const end = start + this.#messageBytes;
        const frame = frameOf(this.#context.wrap(chunk.subarray(start, end), true));
        if (end < chunk.length) this.#carrier.write(frame);
        else this.#carrier.write(frame, callback);
      }
    } catch (error) {
      callback(error as Error);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#carrier.destroy();
    this.#wasExpired = this.#context.isExpired;
    this.#context.release();
    callback(error);
  }
}

function frameOf(wrapped: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + wrapped.length);
  frame.writeUInt32BE(wrapped.length);
  frame.set(wrapped, HEADER_BYTES);
  return frame;
}
