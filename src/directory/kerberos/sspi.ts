/**
 * Security contexts of SSPI, the security library of Windows: the Kerberos package with the logon of this process.
 * Its messages are those of GSSAPI when they are wrapped as TOKEN, DATA, PADDING in a row and unwrapped as a STREAM.
 * Microsoft, "SSPI/Kerberos Interoperability with GSSAPI". Kerberos signs unless it is told not to (noIntegrity), and
 * domain controllers refuse that inside TLS.
 */

import type { DirectoryError } from '../../errors.ts';
import { type KerberosFault, kerberosError, sspiFault } from './kerberos-errors.ts';
import { type Koffi, loadNativeLibrary, type NativeLibrary } from './native-library.ts';
import type { SecurityContext, ServiceTarget, Unwrapped } from './security-context.ts';
import {
  BUFFER_TYPES,
  decodeSecBuffers,
  decodeSizes,
  encodeChannelBindings,
  encodeSecBufferDesc,
  encodeSecBuffers,
  type SecBuffer,
  SIZES_BYTES,
  type WrapSizes,
} from './sspi-buffers.ts';

type Call = (...args: unknown[]) => number;

interface Sspi {
  readonly koffi: Koffi;
  readonly acquireCredentials: Call;
  readonly initialize: Call;
  readonly queryAttributes: Call;
  readonly encrypt: Call;
  readonly decrypt: Call;
  readonly deleteContext: Call;
  readonly freeCredentials: Call;
}

/** Bytes of ours that a call reads or writes, and what they are. */
type Part = readonly [type: number, bytes: Uint8Array];

/** Flags of InitializeSecurityContext; those it grants have the same values. */
const FLAGS = {
  mutual: 0x2,
  replay: 0x4,
  sequence: 0x8,
  confidentiality: 0x10,
  integrity: 0x10000,
  noIntegrity: 0x800000,
} as const;
const SEALING = FLAGS.replay | FLAGS.confidentiality | FLAGS.integrity;
const CREDENTIALS_OUTBOUND = 2;
const NATIVE_DATA_REPRESENTATION = 0x10;
const ATTRIBUTE_SIZES = 0;
const WRAP_NO_ENCRYPT = 0x80000001;
const CONTINUE_NEEDED = 0x90312;
/** More than the largest ticket that Windows makes. */
const MAX_TOKEN_BYTES = 128 * 1024;
const HANDLE_BYTES = 16;
const TIMESTAMP_BYTES = 8;

let loading: Promise<Sspi> | null = null;

/** @throws DirectoryError `credentials` when there is no logon to a domain */
export async function createSspiContext(target: ServiceTarget): Promise<SecurityContext> {
  loading ??= loadNativeLibrary(['secur32.dll'], 'it is part of Windows').then(declare);
  return new SspiContext(await loading, target);
}

function declare({ koffi, library }: NativeLibrary): Sspi {
  const call = (name: string, types: readonly string[]): Call =>
    library.func('__stdcall', name, 'int32_t', [...types]) as Call;
  const [any, word] = ['void *', 'uint32_t'];
  return {
    koffi,
    acquireCredentials: call('AcquireCredentialsHandleW', [
      ...['str16', 'str16', word, any, any, any, any, any, any],
    ]),
    initialize: call('InitializeSecurityContextW', [
      ...[any, any, 'str16', word, word, word, any, word, any, any, any, any],
    ]),
    queryAttributes: call('QueryContextAttributesW', [any, word, any]),
    encrypt: call('EncryptMessage', [any, word, any, word]),
    decrypt: call('DecryptMessage', [any, any, word, any]),
    deleteContext: call('DeleteSecurityContext', [any]),
    freeCredentials: call('FreeCredentialsHandle', [any]),
  };
}

class SspiContext implements SecurityContext {
  readonly layer = 'sspi';
  /** Never known here: Windows renews tickets by itself, and an expired context fails when it is used. */
  readonly isExpired = false;
  readonly #sspi: Sspi;
  readonly #target: ServiceTarget;
  readonly #credentials: Buffer = Buffer.alloc(HANDLE_BYTES);
  readonly #context: Buffer = Buffer.alloc(HANDLE_BYTES);
  #hasContext = false;
  #isReleased = false;
  #sizes: WrapSizes | null = null;

  constructor(sspi: Sspi, target: ServiceTarget) {
    this.#sspi = sspi;
    this.#target = target;
    const expiry = Buffer.alloc(TIMESTAMP_BYTES);
    this.#check(
      sspi.acquireCredentials(
        ...[null, 'Kerberos', CREDENTIALS_OUTBOUND, null, null, null, null, this.#credentials, expiry],
      ),
    );
  }

  step(token: Uint8Array | null): { token: Uint8Array | null; complete: boolean } {
    const { host, sealing } = this.#target;
    const wanted = FLAGS.mutual | FLAGS.sequence | (sealing ? SEALING : FLAGS.noIntegrity);
    const [output, granted] = [Buffer.alloc(MAX_TOKEN_BYTES), Buffer.alloc(4)];
    const input = this.#describe(this.#inputOf(token));
    const answer = this.#describe([[BUFFER_TYPES.token, output]]);
    const status = this.#sspi.initialize(
      ...[this.#credentials, this.#hasContext ? this.#context : null, `ldap/${host}`, wanted, 0],
      ...[NATIVE_DATA_REPRESENTATION, input.desc, 0, this.#context, answer.desc, granted],
      Buffer.alloc(TIMESTAMP_BYTES),
    );
    this.#check(status);
    this.#hasContext = true;
    const complete = status !== CONTINUE_NEEDED;
    const needed = FLAGS.mutual | (sealing ? FLAGS.confidentiality | FLAGS.integrity : 0);
    if (complete && (granted.readUInt32LE() & needed) !== needed) {
      throw this.#error('other', 'mutual authentication or sealing was not granted');
    }
    const [{ length } = { length: 0 }] = decodeSecBuffers(answer.array);
    return { token: length === 0 ? null : output.subarray(0, length), complete };
  }

  wrap(message: Uint8Array, sealed: boolean): Uint8Array {
    const { trailerBytes, blockBytes } = this.#readSizes();
    const parts: readonly Part[] = [
      [BUFFER_TYPES.token, Buffer.alloc(trailerBytes)],
      // Encrypted where it lies, which must not be the caller's own.
      [BUFFER_TYPES.data, Buffer.from(message)],
      [BUFFER_TYPES.padding, Buffer.alloc(blockBytes)],
    ];
    const { desc, array } = this.#describe(parts);
    this.#check(this.#sspi.encrypt(this.#context, sealed ? 0 : WRAP_NO_ENCRYPT, desc, 0));
    const filled = decodeSecBuffers(array);
    return Buffer.concat(parts.map(([, bytes], index) => bytes.subarray(0, filled[index]?.length ?? 0)));
  }

  unwrap(wrapped: Uint8Array): Unwrapped {
    const protection = Buffer.alloc(4);
    const { desc, array } = this.#describe([
      [BUFFER_TYPES.stream, wrapped],
      [BUFFER_TYPES.data, new Uint8Array(0)],
    ]);
    this.#check(this.#sspi.decrypt(this.#context, desc, 0, protection));
    const found = decodeSecBuffers(array).find(({ type }) => type === BUFFER_TYPES.data);
    const message = found === undefined ? null : this.#within(wrapped, found);
    if (message === null) throw this.#error('other', 'a message was not unwrapped where it lay');
    return { message, sealed: protection.readUInt32LE() !== WRAP_NO_ENCRYPT };
  }

  messageLimit(wrappedBytes: number): number {
    const { trailerBytes, blockBytes } = this.#readSizes();
    return wrappedBytes - trailerBytes - blockBytes;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (this.#hasContext) this.#sspi.deleteContext(this.#context);
    this.#sspi.freeCredentials(this.#credentials);
  }

  #inputOf(token: Uint8Array | null): readonly Part[] {
    const { channelBinding } = this.#target;
    const parts: Part[] = [];
    if (token !== null) parts.push([BUFFER_TYPES.token, token], [BUFFER_TYPES.empty, new Uint8Array(0)]);
    if (channelBinding !== null) {
      parts.push([BUFFER_TYPES.channelBindings, encodeChannelBindings(channelBinding)]);
    }
    return parts;
  }

  /** A SecBufferDesc; whoever holds the result keeps all that it points to in memory. */
  #describe(parts: readonly Part[]): {
    readonly desc: Buffer;
    readonly array: Buffer;
    readonly parts: unknown;
  } {
    const { koffi } = this.#sspi;
    const array = encodeSecBuffers(
      parts.map(([type, bytes]) => ({
        type,
        length: bytes.length,
        address: bytes.length === 0 ? 0n : koffi.address(bytes),
      })),
    );
    const address = parts.length === 0 ? 0n : koffi.address(array);
    return { desc: encodeSecBufferDesc(parts.length, address), array, parts };
  }

  /** The part of `bytes` that a SecBuffer points to; null when it points elsewhere. */
  #within(bytes: Uint8Array, { address, length }: SecBuffer): Uint8Array | null {
    if (length === 0) return new Uint8Array(0);
    const offset = Number(address - this.#sspi.koffi.address(bytes));
    return offset >= 0 && offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : null;
  }

  #readSizes(): WrapSizes {
    if (this.#sizes === null) {
      const sizes = Buffer.alloc(SIZES_BYTES);
      this.#check(this.#sspi.queryAttributes(this.#context, ATTRIBUTE_SIZES, sizes));
      this.#sizes = decodeSizes(sizes);
    }
    return this.#sizes;
  }

  #check(status: number): void {
    if (status >= 0) return;
    const code = status >>> 0;
    throw this.#error(sspiFault(code), `SECURITY_STATUS 0x${code.toString(16)}`);
  }

  #error(fault: KerberosFault, said: string): DirectoryError {
    return kerberosError(fault, `ldap/${this.#target.host}`, said);
  }
}
