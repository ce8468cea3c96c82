/**
 * Loaded before the program (`node --import`), stands in for the package koffi, so that the Kerberos of Wine 8 keeps to
 * what is documented for Windows. The program itself is as it is, and so is everything else that Wine does.
 *
 * | call                   | documented, and what the program expects      | Wine 8                                  |
 * | ---------------------- | --------------------------------------------- | --------------------------------------- |
 * | QueryContextAttributes | cbSecurityTrailer fits the keys of the ticket | 49, which is not enough for AES         |
 * | EncryptMessage         | TOKEN, DATA, PADDING in a row are the message | DATA, then TOKEN; PADDING is left alone |
 * | DecryptMessage         | takes STREAM, and points DATA into it         | takes no STREAM, but DATA and TOKEN     |
 */

import { registerHooks } from 'node:module';
import * as koffi from 'koffi';

export * from 'koffi';

type Call = (...args: unknown[]) => number;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'koffi' && context.parentURL !== import.meta.url
      ? { url: import.meta.url, shortCircuit: true }
      : next(specifier, context),
});

const TYPES = { data: 1, token: 2, padding: 9, stream: 10 } as const;
/** SecBuffer: cbBuffer, BufferType, pvBuffer; SecBufferDesc: ulVersion, cBuffers, pBuffers. */
const [SEC_BUFFER_BYTES, TYPE, ADDRESS] = [16, 4, 8];
/** What wrapping adds. RFC 4121 4.2.6.2; with the confounder and the checksum of AES with SHA-1, RFC 3962. */
const HEADER_BYTES = 16;
const SEALED_BYTES = 2 * HEADER_BYTES + 16 + 12;

const REPAIRS: Readonly<Record<string, (call: Call) => Call>> = {
  QueryContextAttributesW: (call) => (context, attribute, sizes) => {
    const status = call(context, attribute, sizes);
    if (status >= 0) (sizes as Buffer).writeUInt32LE(SEALED_BYTES, 12);
    return status;
  },
  EncryptMessage: (call) => (context, protection, desc, sequence) => {
    const status = call(context, protection, desc, sequence);
    if (status >= 0) putTokenFirst(buffersOf(desc as Buffer));
    return status;
  },
  DecryptMessage: (call) => (context, desc, sequence, protection) => {
    const buffers = buffersOf(desc as Buffer);
    const stream = find(buffers, TYPES.stream);
    const wrapped = contentOf(buffers, stream);
    const dataBytes = wrapped.length - addedBytes(wrapped);
    const address = buffers.readBigUInt64LE(stream + ADDRESS);
    const parts = Buffer.alloc(2 * SEC_BUFFER_BYTES);
    put(parts, 0, TYPES.data, dataBytes, address);
    put(parts, SEC_BUFFER_BYTES, TYPES.token, wrapped.length - dataBytes, address + BigInt(dataBytes));
    const cut = Buffer.alloc(SEC_BUFFER_BYTES);
    cut.writeUInt32LE(2, TYPE);
    cut.writeBigUInt64LE(koffi.address(parts), ADDRESS);
    const status = call(context, cut, sequence, protection);
    if (status >= 0) put(buffers, find(buffers, TYPES.data), TYPES.data, dataBytes, address);
    return status;
  },
};

export function load(name: string): unknown {
  const library = koffi.load(name);
  return {
    func: (convention: string, symbol: string, result: string, parameters: string[]): Call => {
      const call = library.func(convention, symbol, result, parameters) as Call;
      return REPAIRS[symbol]?.(call) ?? call;
    },
  };
}

/** The bytes of both in the other order; their lengths stay. */
function putTokenFirst(buffers: Buffer): void {
  const token = contentOf(buffers, find(buffers, TYPES.token));
  const data = contentOf(buffers, find(buffers, TYPES.data));
  const wrapped = Buffer.concat([data, token]);
  token.set(wrapped.subarray(0, token.length));
  data.set(wrapped.subarray(token.length));
  buffers.writeUInt32LE(0, find(buffers, TYPES.padding));
}

function addedBytes(wrapped: Buffer): number {
  const isSealed = (wrapped.readUInt8(2) & 2) !== 0;
  return (isSealed ? SEALED_BYTES : HEADER_BYTES) + wrapped.readUInt16BE(4);
}

/** The array of SecBuffer that a SecBufferDesc points to, where it lies. */
function buffersOf(desc: Buffer): Buffer {
  return view(desc.readBigUInt64LE(ADDRESS), desc.readUInt32LE(TYPE) * SEC_BUFFER_BYTES);
}

function find(buffers: Buffer, type: number): number {
  for (let at = 0; at < buffers.length; at += SEC_BUFFER_BYTES) {
    if (buffers.readUInt32LE(at + TYPE) === type) return at;
  }
  throw new Error(`Cannot find a SecBuffer of type ${type}`);
}

function contentOf(buffers: Buffer, at: number): Buffer {
  return view(buffers.readBigUInt64LE(at + ADDRESS), buffers.readUInt32LE(at));
}

function put(buffers: Buffer, at: number, type: number, length: number, address: bigint): void {
  buffers.writeUInt32LE(length, at);
  buffers.writeUInt32LE(type, at + TYPE);
  buffers.writeBigUInt64LE(address, at + ADDRESS);
}

function view(address: bigint, length: number): Buffer {
  return Buffer.from(koffi.view(address, length));
}
