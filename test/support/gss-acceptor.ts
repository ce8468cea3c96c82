/** The other side of a GSSAPI context, for tests: takes a client's first token and says what it thinks of its binding. */

import koffi from 'koffi';

/** GSS_S_BAD_BINDINGS. RFC 2744 3.9.1 */
export const BAD_BINDINGS = 0x40000;
/** GSS_C_CHANNEL_BOUND_FLAG of MIT Kerberos: the client brought a binding, and it fits. */
export const CHANNEL_BOUND = 2048;

const Bytes = koffi.struct({ length: 'size_t', value: 'void *' });
const Bindings = koffi.struct({
  ...{ initiatorType: 'uint32_t', initiatorAddress: Bytes, acceptorType: 'uint32_t', acceptorAddress: Bytes },
  applicationData: Bytes,
});

/**
 * Accepts a token with the key that KRB5_KTNAME leads to.
 *
 * @param binding what the server knows the connection by
 */
export function acceptToken(token: Uint8Array, binding: Uint8Array): { major: number; flags: number } {
  const word = koffi.out(koffi.pointer('uint32_t'));
  const handle = koffi.inout(koffi.pointer('void *'));
  const accept = koffi
    .load('libgssapi_krb5.so.2')
    .func('gss_accept_sec_context', 'uint32_t', [
      ...[word, handle, 'void *', koffi.pointer(Bytes), koffi.pointer(Bindings), 'void *', 'void *'],
      ...[koffi.out(koffi.pointer(Bytes)), word, 'void *', 'void *'],
    ]);
  const nothing = { length: 0, value: null };
  const bindings = {
    ...{ initiatorType: 0, initiatorAddress: nothing, acceptorType: 0, acceptorAddress: nothing },
    applicationData: { length: binding.length, value: binding },
  };
  const flags = [0];
  const input = { length: token.length, value: token };
  const major: number = accept([0], [null], null, input, bindings, null, null, {}, flags, null, null);
  return { major, flags: flags[0] ?? 0 };
}
