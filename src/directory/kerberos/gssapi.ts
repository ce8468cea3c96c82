/**
 * Security contexts of GSSAPI (RFC 2744): MIT or Heimdal Kerberos on Linux and the BSDs, the GSS framework on macOS.
 * Tickets, keytabs and their environment variables (KRB5CCNAME, KRB5_CLIENT_KTNAME, KRB5_CONFIG) are the library's.
 *
 * | type                        | fields                                                            |
 * | --------------------------- | ----------------------------------------------------------------- |
 * | gss_buffer_desc             | size_t length, void *value                                        |
 * | gss_OID_desc                | uint32 length, void *elements                                     |
 * | gss_channel_bindings_struct | uint32 type and buffer of each side's address, application_data   |
 *
 * Calls are synchronous: the library keeps the words for an error per thread, and would have forgotten them in ours.
 */

import { arch, platform } from 'node:os';
import type { DirectoryError } from '../../errors.ts';
import { gssapiFault, kerberosError } from './kerberos-errors.ts';
import { type Koffi, loadNativeLibrary, type NativeLibrary, type TypeObject } from './native-library.ts';
import type { SecurityContext, ServiceTarget, Unwrapped } from './security-context.ts';

/** gss_buffer_desc; `value` is an address in what the library fills. */
interface GssBuffer {
  length?: number | bigint;
  value?: Uint8Array | bigint | null;
}

type Call = (...args: unknown[]) => number;

interface Gssapi {
  readonly koffi: Koffi;
  readonly importName: Call;
  readonly releaseName: Call;
  readonly initSecContext: Call;
  readonly deleteSecContext: Call;
  readonly contextTime: Call;
  readonly wrap: Call;
  readonly wrapSizeLimit: Call;
  readonly unwrap: Call;
  readonly displayStatus: Call;
  readonly releaseBuffer: Call;
}

/** Flags of gss_init_sec_context. RFC 2744, appendix A */
const FLAGS = { mutual: 2, replay: 4, sequence: 8, confidentiality: 16, integrity: 32 } as const;
const SEALING = FLAGS.confidentiality | FLAGS.integrity | FLAGS.replay;
const CONTINUE_NEEDED = 1;
/** Calling and routine errors; what is below them is information. */
const ERRORS = 0xffff0000;
/** What the lower bits say of a message that came late, twice or out of its turn. */
const OUT_OF_TURN = 0x1e;
const QOP_DEFAULT = 0;
const STATUS_OF_GSS = 1;
const STATUS_OF_MECHANISM = 2;
/** 1.2.840.113554.1.2.2 */
const KRB5_MECHANISM: Uint8Array = Buffer.from('2a864886f712010202', 'hex');
/** GSS_C_NT_HOSTBASED_SERVICE, 1.2.840.113554.1.2.1.4 */
const HOSTBASED_SERVICE: Uint8Array = Buffer.from('2a864886f71201020104', 'hex');

const APPLE_LIBRARIES: readonly string[] = ['/System/Library/Frameworks/GSS.framework/GSS'];
const LIBRARIES: readonly string[] = ['libgssapi_krb5.so.2', 'libgssapi.so.3'];

let loading: Promise<Gssapi> | null = null;

/** @throws DirectoryError `credentials` when there is no library or no ticket */
export async function createGssapiContext(target: ServiceTarget): Promise<SecurityContext> {
  const names = platform() === 'darwin' ? APPLE_LIBRARIES : LIBRARIES;
  loading ??= loadNativeLibrary(names, 'install it (Debian: libgssapi-krb5-2, Red Hat: krb5-libs)').then(
    declare,
  );
  return new GssapiContext(await loading, target);
}

function declare({ koffi, library }: NativeLibrary): Gssapi {
  // Apple keeps the layout of its first 64-bit systems, without padding, on that processor.
  const packed = platform() === 'darwin' && arch() === 'x64';
  const struct = (fields: Record<string, string | TypeObject>): TypeObject =>
    packed ? koffi.pack(fields) : koffi.struct(fields);
  const buffer = struct({ length: 'size_t', value: 'void *' });
  const oid = koffi.pointer(struct({ length: 'uint32_t', elements: 'void *' }));
  const bindings = struct({
    initiatorType: 'uint32_t',
    initiatorAddress: buffer,
    acceptorType: 'uint32_t',
    acceptorAddress: buffer,
    applicationData: buffer,
  });
  const [word, handle, input] = [koffi.pointer('uint32_t'), koffi.pointer('void *'), koffi.pointer(buffer)];
  const [wordOut, output] = [koffi.out(word), koffi.out(input)];
  type Type = Parameters<typeof koffi.out>[0];
  const call = (name: string, types: readonly Type[]): Call =>
    library.func(name, 'uint32_t', [wordOut, ...types]) as Call;
  const seal: readonly Type[] = ['void *', 'int', 'uint32_t'];
  return {
    koffi,
    importName: call('gss_import_name', [input, oid, koffi.out(handle)]),
    releaseName: call('gss_release_name', [koffi.inout(handle)]),
    initSecContext: call('gss_init_sec_context', [
      ...['void *', koffi.inout(handle), 'void *', oid, 'uint32_t', 'uint32_t', koffi.pointer(bindings)],
      ...[input, 'void *', output, wordOut, 'void *'],
    ]),
    deleteSecContext: call('gss_delete_sec_context', [koffi.inout(handle), 'void *']),
    contextTime: call('gss_context_time', ['void *', wordOut]),
    wrap: call('gss_wrap', [...seal, input, wordOut, output]),
    wrapSizeLimit: call('gss_wrap_size_limit', [...seal, 'uint32_t', wordOut]),
    unwrap: call('gss_unwrap', ['void *', input, output, wordOut, 'void *']),
    displayStatus: call('gss_display_status', ['uint32_t', 'int', oid, wordOut, output]),
    releaseBuffer: call('gss_release_buffer', [koffi.inout(input)]),
  };
}

class GssapiContext implements SecurityContext {
  readonly layer = 'gssapi';
  readonly #gss: Gssapi;
  readonly #target: ServiceTarget;
  /** Handles, each in an array that the library writes to; null when there is none. */
  readonly #name: (bigint | null)[] = [null];
  readonly #handle: (bigint | null)[] = [null];

  constructor(gss: Gssapi, target: ServiceTarget) {
    this.#gss = gss;
    this.#target = target;
    const text = bufferOf(Buffer.from(`ldap@${target.host}`));
    this.#call((minor) => gss.importName(minor, text, oidOf(HOSTBASED_SERVICE), this.#name));
  }

  get isExpired(): boolean {
    const [handle] = this.#handle;
    return handle !== null && (this.#gss.contextTime([0], handle, [0]) & ERRORS) !== 0;
  }

  step(token: Uint8Array | null): { token: Uint8Array | null; complete: boolean } {
    const { sealing, channelBinding } = this.#target;
    const wanted = FLAGS.mutual | FLAGS.sequence | (sealing ? SEALING : 0);
    const bindings = channelBinding === null ? null : bindingsOf(channelBinding);
    const input = token === null ? null : bufferOf(token);
    const [output, granted] = [{} as GssBuffer, [0]];
    const mechanism = oidOf(KRB5_MECHANISM);
    const major = this.#call((minor) =>
      this.#gss.initSecContext(
        ...[minor, null, this.#handle, this.#name[0], mechanism, wanted, 0, bindings],
        ...[input, null, output, granted, null],
      ),
    );
    const complete = (major & CONTINUE_NEEDED) === 0;
    const answer = this.#take(output);
    if (complete && ((granted[0] as number) & wanted) !== wanted) {
      throw this.#error('other', 'mutual authentication or sealing was not granted');
    }
    return { token: answer.length === 0 ? null : answer, complete };
  }

  wrap(message: Uint8Array, sealed: boolean): Uint8Array {
    const [state, output] = [[0], {} as GssBuffer];
    const { wrap } = this.#gss;
    this.#call((minor) =>
      wrap(minor, this.#handle[0], sealed ? 1 : 0, QOP_DEFAULT, bufferOf(message), state, output),
    );
    const wrapped = this.#take(output);
    if (sealed && state[0] === 0) throw this.#error('other', 'a message was not encrypted');
    return wrapped;
  }

  unwrap(wrapped: Uint8Array): Unwrapped {
    const [state, output] = [[0], {} as GssBuffer];
    const { unwrap } = this.#gss;
    const major = this.#call((minor) =>
      unwrap(minor, this.#handle[0], bufferOf(wrapped), output, state, null),
    );
    const message = this.#take(output);
    if ((major & OUT_OF_TURN) !== 0) throw this.#error('tampered', '');
    return { message, sealed: state[0] !== 0 };
  }

  messageLimit(wrappedBytes: number): number {
    const limit = [0];
    const { wrapSizeLimit } = this.#gss;
    this.#call((minor) => wrapSizeLimit(minor, this.#handle[0], 1, QOP_DEFAULT, wrappedBytes, limit));
    return limit[0] as number;
  }

  release(): void {
    if (this.#handle[0] !== null) this.#gss.deleteSecContext([0], this.#handle, null);
    if (this.#name[0] !== null) this.#gss.releaseName([0], this.#name);
  }

  /** Runs one call. @returns its major status @throws DirectoryError when that is an error */
  #call(run: (minor: number[]) => number): number {
    const minor = [0];
    const major = run(minor);
    if ((major & ERRORS) === 0) return major;
    const code = (minor[0] as number) | 0;
    const said =
      code === 0 ? this.#words(major, STATUS_OF_GSS) : this.#words(code >>> 0, STATUS_OF_MECHANISM);
    throw this.#error(gssapiFault(major, code), said);
  }

  #error(fault: Parameters<typeof kerberosError>[0], said: string): DirectoryError {
    return kerberosError(fault, `ldap/${this.#target.host}`, said);
  }

  #words(status: number, kind: number): string {
    const [more, output] = [[0], {} as GssBuffer];
    const mechanism = kind === STATUS_OF_GSS ? null : oidOf(KRB5_MECHANISM);
    const major = this.#gss.displayStatus([0], status, kind, mechanism, more, output);
    return (major & ERRORS) === 0 ? Buffer.from(this.#take(output)).toString('utf8') : '';
  }

  /** Copies what the library filled, and gives it back to the library. */
  #take(output: GssBuffer): Uint8Array {
    const { length, value } = output;
    const bytes = Number(length ?? 0);
    if (bytes === 0 || typeof value !== 'bigint') return new Uint8Array(0);
    const copy = Buffer.allocUnsafeSlow(bytes);
    copy.set(new Uint8Array(this.#gss.koffi.view(value, bytes)));
    this.#gss.releaseBuffer([0], output);
    return copy;
  }
}

function bufferOf(bytes: Uint8Array): GssBuffer {
  return { length: bytes.length, value: bytes };
}

function oidOf(bytes: Uint8Array): { length: number; elements: Uint8Array } {
  return { length: bytes.length, elements: bytes };
}

/** Without addresses, which NAT changes. RFC 2744 3.11 */
function bindingsOf(applicationData: Uint8Array): object {
  const nothing = { length: 0, value: null };
  return {
    ...{ initiatorType: 0, initiatorAddress: nothing, acceptorType: 0, acceptorAddress: nothing },
    applicationData: bufferOf(applicationData),
  };
}
