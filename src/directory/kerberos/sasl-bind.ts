/**
 * Signing in with Kerberos: the SASL exchange GSSAPI (RFC 4752) over LDAP binds (RFC 4511 4.2), before anybody else
 * speaks on the stream.
 *
 *     C: initial token                                   S: saslBindInProgress, its token
 *     C: nothing                                         S: saslBindInProgress, wrapped offer
 *     C: wrapped choice                                  S: success; from here on the layer that was chosen
 *
 * | offset | size | offer                          | choice                       |
 * | ------ | ---- | ------------------------------ | ---------------------------- |
 * | 0      | 1    | layers: 1 none, 2 sign, 4 seal | one of them                  |
 * | 1      | 3    | longest frame it accepts       | longest frame we accept      |
 */

import { BerWriter } from 'ldapts';
import { DirectoryError } from '../../errors.ts';
import { type LdapContext, resultError, toDirectoryError } from '../ldap/ldap-errors.ts';
import {
  copyMessages,
  createFramer,
  LDAP_TAGS,
  type LdapResult,
  openMessage,
  readResult,
} from '../ldap/ldap-wire.ts';
import { closedEarly, settle } from '../ldap/settle.ts';
import type { Transport } from '../ldap/transport.ts';
import { serverEndPointBinding } from './channel-binding.ts';
import { MAX_FRAME_BYTES, sealTransport } from './sasl-layer.ts';
import type { SecurityContext, ServiceTarget } from './security-context.ts';

export interface KerberosOptions {
  /** The name that the domain knows the server by. */
  readonly host: string;
  /** How long one answer may take; 0 waits for ever. */
  readonly timeoutMs: number;
}

export type ContextFactory = (target: ServiceTarget) => Promise<SecurityContext>;

/** How the server answered one step. */
interface BindAnswer extends LdapResult {
  readonly token: Uint8Array | null;
}

type Ask = (token: Uint8Array | null) => Promise<BindAnswer>;

const TAGS = { bindRequest: 0x60, sasl: 0xa3, bindResponse: 0x61, serverSaslCreds: 0x87 } as const;
const LDAP_VERSION = 3;
const LAYERS = { none: 1, sign: 2, seal: 4 } as const;
const RESULTS = {
  success: 0,
  strongerAuthRequired: 8,
  saslBindInProgress: 14,
  unwillingToPerform: 53,
} as const;

/**
 * Signs in with the ticket or logon of this process. Where TLS protects the stream already, the context is tied to
 * it and seals nothing, as servers demand; else it seals everything that follows.
 *
 * @returns the transport to go on with, in the place of the one given
 * @throws DirectoryError `credentials`, `unreachable` or `server`; the transport is left to the caller to close
 */
export async function signInWithKerberos(
  transport: Transport,
  { host, timeoutMs }: KerberosOptions,
  createContext: ContextFactory,
): Promise<Transport> {
  const sealing = !transport.protection.sealed;
  const { serverCertificate } = transport;
  const channelBinding = serverCertificate === null ? null : serverEndPointBinding(serverCertificate);
  // Lost connections are told by the step that waits; without a listener they would end the process.
  transport.stream.on('error', () => {});
  let context: SecurityContext | null = null;
  try {
    context = await createContext({ host, sealing, channelBinding });
    const maxSendBytes = await exchange(context, createAsk(transport, timeoutMs), host, sealing);
    if (sealing) return sealTransport(transport, context, { host, maxSendBytes });
    context.release();
    return transport;
  } catch (error) {
    context?.release();
    throw toDirectoryError(error, { operation: 'sign in', server: host });
  }
}

/** @returns the longest frame that the server accepts */
async function exchange(context: SecurityContext, ask: Ask, host: string, sealing: boolean): Promise<number> {
  const at: LdapContext = { operation: 'sign in', server: host };
  let { token, complete } = context.step(null);
  let answer = await askOn(ask, token, at, sealing);
  while (!complete) {
    ({ token, complete } = context.step(answer.token));
    answer = await askOn(ask, token, at, sealing);
  }
  if (answer.token === null) throw brokenOff(at, 'it offers no security layer');
  const maxSendBytes = readOffer(context.unwrap(answer.token).message, sealing, at);
  const choice = Buffer.alloc(4);
  choice.writeUInt32BE(sealing ? MAX_FRAME_BYTES : 0);
  choice[0] = sealing ? LAYERS.seal : LAYERS.none;
  const last = await ask(context.wrap(choice, false));
  if (last.resultCode !== RESULTS.success) throw refused(last, at, sealing);
  return maxSendBytes;
}

/** One step that is not the last. */
async function askOn(
  ask: Ask,
  token: Uint8Array | null,
  at: LdapContext,
  sealing: boolean,
): Promise<BindAnswer> {
  const answer = await ask(token);
  if (answer.resultCode === RESULTS.saslBindInProgress) return answer;
  if (answer.resultCode === RESULTS.success)
    throw brokenOff(at, 'it ended the sign-in before it was complete');
  throw refused(answer, at, sealing);
}

function readOffer(offer: Uint8Array, sealing: boolean, at: LdapContext): number {
  const bytes = Buffer.from(offer.buffer, offer.byteOffset, offer.byteLength);
  if (bytes.length !== 4) throw brokenOff(at, `its offer has ${bytes.length} bytes, needs 4`);
  const layers = bytes.readUInt8(0);
  const maxSendBytes = bytes.readUIntBE(1, 3);
  if (!sealing) {
    if ((layers & LAYERS.none) === 0) throw withoutTls(at, '');
    return 0;
  }
  if ((layers & LAYERS.seal) !== 0 && maxSendBytes > 0) return maxSendBytes;
  throw brokenOff(at, 'it does not seal connections; use --tls ldaps');
}

/** Sends a bind with each call, and waits for its answer. */
function createAsk(transport: Transport, timeoutMs: number): Ask {
  let messageId = 0;
  return (token) => {
    messageId += 1;
    return converse(transport, bindRequest(messageId, token), timeoutMs);
  };
}

function converse(transport: Transport, request: Buffer, timeoutMs: number): Promise<BindAnswer> {
  const { stream } = transport;
  return settle((resolve, reject) => {
    const onClose = (): void => reject(closedEarly());
    const stop = (): void => {
      stream.off('error', reject).off('close', onClose);
    };
    const push = createFramer(
      copyMessages((message) => {
        stop();
        resolve(readBindAnswer(message));
      }),
    );
    transport.receive((chunk) => {
      try {
        push(chunk);
      } catch (error) {
        // Also when the server says more than it was asked: the stream cannot be understood any more.
        reject(error as Error);
        stream.destroy();
      }
    });
    if (stream.destroyed) throw closedEarly();
    stream.once('error', reject).once('close', onClose);
    stream.write(request);
    return stop;
  }, timeoutMs);
}

function bindRequest(messageId: number, token: Uint8Array | null): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(TAGS.bindRequest);
  writer.writeInt(LDAP_VERSION);
  writer.writeString('');
  writer.startSequence(TAGS.sasl);
  writer.writeString('GSSAPI');
  writer.writeBuffer(Buffer.from(token ?? []), LDAP_TAGS.octetString);
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

function readBindAnswer(message: Buffer): BindAnswer {
  const { cursor } = openMessage(message);
  const start = cursor.offset;
  const result = readResult(cursor, TAGS.bindResponse, 'BindResponse');
  const end = cursor.offset;
  cursor.offset = start;
  cursor.enter(TAGS.bindResponse, 'BindResponse');
  // resultCode, matchedDN, diagnosticMessage, and a referral where there is one
  let token: Uint8Array | null = null;
  while (cursor.offset < end) {
    const isToken = cursor.peek() === TAGS.serverSaslCreds;
    const content = cursor.content(null, 'BindResponse');
    if (isToken) token = content;
  }
  return { ...result, token };
}

function refused({ resultCode, message }: BindAnswer, at: LdapContext, sealing: boolean): DirectoryError {
  const { strongerAuthRequired, unwillingToPerform } = RESULTS;
  const isAboutTls = resultCode === strongerAuthRequired || resultCode === unwillingToPerform;
  return isAboutTls && !sealing ? withoutTls(at, message) : resultError(resultCode, message, at);
}

function withoutTls(at: LdapContext, said: string): DirectoryError {
  const cure = 'leave out --tls and ldaps://, so that Kerberos seals port 389, or give --user NAME';
  return brokenOff(
    at,
    `it takes no Kerberos sign-in inside TLS; ${cure}${said === '' ? '' : ` (the server said: ${said})`}`,
  );
}

function brokenOff({ operation, server }: LdapContext, reason: string): DirectoryError {
  return new DirectoryError('credentials', `Cannot ${operation} on ${server}: ${reason}`, { operation });
}
