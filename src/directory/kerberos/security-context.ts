/**
 * A Kerberos security context as the platform's own library keeps it: the port between the SASL exchange, which knows
 * LDAP, and GSSAPI (gssapi.ts) or SSPI (sspi.ts), which know tickets and keys. RFC 2743, RFC 4121
 */

/** Which service is meant, and what the context has to do for it. */
export interface ServiceTarget {
  /** Host name of the domain controller; the service is `ldap/HOST`. */
  readonly host: string;
  /** Whether messages will be sealed by the context; false when TLS does that already. */
  readonly sealing: boolean;
  /** What ties the context to its TLS connection (channel-binding.ts); null when there is nothing to tie it to. */
  readonly channelBinding: Uint8Array | null;
}

/** A message as it came out of its wrapping. */
export interface Unwrapped {
  /** Valid until the next call; it may lie in the bytes that were unwrapped. */
  readonly message: Uint8Array;
  /** Whether it was encrypted; when not, it was signed only. */
  readonly sealed: boolean;
}

/** One side of a security context, held by the platform until it is released. */
export interface SecurityContext {
  readonly layer: 'gssapi' | 'sspi';
  /** Whether the ticket it rests on has run out. */
  readonly isExpired: boolean;
  /**
   * Takes what the other side sent, null at first, and gives what to send to it; null when there is nothing.
   *
   * @throws DirectoryError `credentials` or `unreachable`, with the cure
   */
  step(token: Uint8Array | null): { readonly token: Uint8Array | null; readonly complete: boolean };
  /**
   * Signs a message and, unless `sealed` is false, encrypts it.
   *
   * @throws DirectoryError when the context has expired
   */
  wrap(message: Uint8Array, sealed: boolean): Uint8Array;
  /**
   * Undoes what the other side's wrap() did.
   *
   * @param wrapped is overwritten by some platforms
   * @throws DirectoryError when it was changed on the way, repeated or left out, or the context has expired
   */
  unwrap(wrapped: Uint8Array): Unwrapped;
  /** The longest message, in bytes, that is no longer than `wrappedBytes` when it is sealed. */
  messageLimit(wrappedBytes: number): number;
  /** Frees what the platform holds; safe to call twice. */
  release(): void;
}
