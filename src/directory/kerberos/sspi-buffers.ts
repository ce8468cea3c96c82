/**
 * The structures that SSPI functions take, as bytes. All little-endian, for processes of 64 bits. sspi.h
 *
 * | structure            | offset | size | field                                                       |
 * | -------------------- | ------ | ---- | ----------------------------------------------------------- |
 * | SecBuffer            | 0      | 4    | cbBuffer, in bytes                                          |
 * |                      | 4      | 4    | BufferType                                                  |
 * |                      | 8      | 8    | pvBuffer                                                    |
 * | SecBufferDesc        | 0      | 4    | ulVersion, 0                                                |
 * |                      | 4      | 4    | cBuffers                                                    |
 * |                      | 8      | 8    | pBuffers                                                    |
 * | SEC_CHANNEL_BINDINGS | 0      | 24   | type, length and offset of the address of each side: zeroes |
 * |                      | 24     | 4    | cbApplicationDataLength                                     |
 * |                      | 28     | 4    | dwApplicationDataOffset, from the start of the structure    |
 * | SecPkgContext_Sizes  | 0      | 4    | cbMaxToken                                                  |
 * |                      | 4      | 4    | cbMaxSignature                                              |
 * |                      | 8      | 4    | cbBlockSize                                                 |
 * |                      | 12     | 4    | cbSecurityTrailer                                           |
 */

export const BUFFER_TYPES = {
  empty: 0,
  data: 1,
  token: 2,
  padding: 9,
  stream: 10,
  channelBindings: 14,
} as const;

/** A SecBuffer: `address` is where its bytes are, 0 when there are none. */
export interface SecBuffer {
  readonly type: number;
  readonly length: number;
  readonly address: bigint;
}

/** What wrapping adds to a message at most, in bytes. */
export interface WrapSizes {
  readonly blockBytes: number;
  readonly trailerBytes: number;
}

const SEC_BUFFER_BYTES = 16;
const BINDINGS_BYTES = 32;
export const SIZES_BYTES = 16;

/** An array of SecBuffer. */
export function encodeSecBuffers(buffers: readonly SecBuffer[]): Buffer {
  const bytes = Buffer.alloc(buffers.length * SEC_BUFFER_BYTES);
  buffers.forEach(({ type, length, address }, index) => {
    const at = index * SEC_BUFFER_BYTES;
    bytes.writeUInt32LE(length, at);
    bytes.writeUInt32LE(type, at + 4);
    bytes.writeBigUInt64LE(address, at + 8);
  });
  return bytes;
}

/** What a function left in an array of SecBuffer. */
export function decodeSecBuffers(bytes: Buffer): readonly SecBuffer[] {
  return Array.from({ length: bytes.length / SEC_BUFFER_BYTES }, (_, index) => {
    const at = index * SEC_BUFFER_BYTES;
    return {
      type: bytes.readUInt32LE(at + 4),
      length: bytes.readUInt32LE(at),
      address: bytes.readBigUInt64LE(at + 8),
    };
  });
}

/** A SecBufferDesc. @param address of the array of SecBuffer */
export function encodeSecBufferDesc(count: number, address: bigint): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(count, 4);
  bytes.writeBigUInt64LE(address, 8);
  return bytes;
}

/** A SEC_CHANNEL_BINDINGS with nothing but application data, which follows it. */
export function encodeChannelBindings(applicationData: Uint8Array): Buffer {
  const bytes = Buffer.alloc(BINDINGS_BYTES + applicationData.length);
  bytes.writeUInt32LE(applicationData.length, 24);
  bytes.writeUInt32LE(BINDINGS_BYTES, 28);
  bytes.set(applicationData, BINDINGS_BYTES);
  return bytes;
}

/** A SecPkgContext_Sizes. */
export function decodeSizes(bytes: Buffer): WrapSizes {
  return { blockBytes: bytes.readUInt32LE(8), trailerBytes: bytes.readUInt32LE(12) };
}
