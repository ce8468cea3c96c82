/**
 * Opens the byte stream that LDAP runs on: TCP with TLS from the start (ldaps), or TCP upgraded by StartTLS
 * (RFC 4511 4.14). Whatever else can carry LDAP, a GSSAPI layer for one, is a Transport too.
 */

import { readFileSync } from 'node:fs';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { ExtendedRequest } from 'ldapts';
import { DirectoryError, UsageError } from '../../errors.ts';
import type { ClientCertificate } from '../kerberos/client-certificate.ts';
import { Inbox } from '../kerberos/inbox.ts';
import { isUntrustedChain, oneLine, toDirectoryError } from './ldap-errors.ts';
import { createFramer, LDAP_TAGS, type LdapResult, openMessage, readResult } from './ldap-wire.ts';
import { closedEarly, settle } from './settle.ts';

/** Where to connect and how the stream is protected. */
export interface TransportOptions {
  /** Host name or IP address; the certificate must hold it. */
  readonly host: string;
  /** The IP address to connect to where it is known already; the host name is looked up without it. */
  readonly address?: string;
  readonly port: number;
  readonly tls: 'ldaps' | 'starttls' | 'off';
  /** A PEM file whose certificates are trusted besides those of Node and of the system. */
  readonly caFile: string | null;
  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Shown to a server that asks for one during the TLS handshake. */
  readonly clientCertificate?: ClientCertificate;
  readonly connectTimeoutMs: number;
}

/** What keeps others on the way from reading and changing the messages. */
export interface Protection {
  readonly layer: 'none' | 'tls' | 'gssapi' | 'sspi';
  /** Nobody can change a message unseen. */
  readonly signed: boolean;
  /** Nobody can read a message. A password is only sent over such a stream. */
  readonly sealed: boolean;
  /** For people: `TLSv1.3 TLS_AES_256_GCM_SHA384`; null when there is no more to say than the layer. */
  readonly detail: string | null;
}

/** A stream that carries LDAP messages, and what protects them. */
export interface Transport {
  /** To write to, to pause and to destroy; what arrives comes through receive(). */
  readonly stream: Duplex;
  readonly protection: Protection;
  /** The server's certificate, DER; null without TLS. */
  readonly serverCertificate: Uint8Array | null;
  /** What is known here about why the stream ended or is about to; null when nothing is. */
  readonly lossReason?: () => Error | null;
  /**
   * Hands over what arrives, from the first byte on; a second call takes the place of the first. A chunk is valid
   * only during the call, and whoever gets it may overwrite it.
   */
  receive(onChunk: (chunk: Uint8Array) => void): void;
}

/** Anybody on the way can read and change what is said. */
export const UNPROTECTED: Protection = Object.freeze({
  layer: 'none',
  signed: false,
  sealed: false,
  detail: null,
});

const START_TLS_OID = '1.3.6.1.4.1.1466.20037';

/**
 * Connects and, unless `tls` is `off`, finishes the TLS handshake.
 *
 * The CA file is tried alone first, because reading the stores of Node and of the system takes longer than all else
 * before the first answer. Only when the server's chain does not end in that file is it met again and judged by all
 * of them; so the same servers are trusted as if that were done at once, and the first connection carried nothing.
 *
 * @throws DirectoryError `unreachable` or `tls`
 * @throws UsageError when the CA file cannot be read
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  if (options.tls === 'off' || options.insecure) return connect(options, []);
  const own = readCa(options.caFile);
  if (own.length > 0) {
    try {
      return await connect(options, own);
    } catch (error) {
      if (!isUntrustedChain(error)) throw error;
    }
  }
  const stores = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  // Each only once: the stores hold many certificates twice and more, and every one costs time to parse.
  return connect(options, [...new Set(stores), ...own]);
}

async function connect(options: TransportOptions, authorities: string[]): Promise<Transport> {
  const server = `${options.host}:${options.port}`;
  const trust = tlsOptions(options, authorities);
  let socket: net.Socket | null = null;
  try {
    if (options.tls === 'ldaps') return await connectTls(options, trust);
    if (options.tls === 'off') return await connectClear(options);
    socket = await connectTcp(options);
    await requestStartTls(socket, server, options.connectTimeoutMs);
    const secured = await secure({ ...trust, socket }, options.connectTimeoutMs);
    return transportOver(secured, protectionOf(secured), certificateOf(secured));
  } catch (error) {
    socket?.destroy();
    throw toDirectoryError(error, { operation: 'connect', server });
  }
}

function tlsOptions(options: TransportOptions, authorities: string[]): tls.ConnectionOptions {
  const { host, address = host, insecure, clientCertificate } = options;
  const trust: tls.ConnectionOptions = {
    host: address,
    rejectUnauthorized: !insecure,
    minVersion: 'TLSv1.2',
    ...clientCertificate,
  };
  // This, and not the address, is what the certificate must hold.
  if (net.isIP(host) === 0) trust.servername = host;
  if (!insecure) trust.ca = authorities;
  return trust;
}

function readCa(file: string | null): string[] {
  if (file === null) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read the CA file ${file}: ${(error as Error).message}`, '--ca', {
      cause: error,
    });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(
      `Cannot use ${file} as --ca: it holds no PEM certificate (-----BEGIN CERTIFICATE-----)`,
      '--ca',
    );
  }
  try {
    // As `ca` TLS would pass over what it cannot read, and only say later that nobody is trusted.
    tls.createSecureContext({ cert: text });
  } catch (error) {
    throw new UsageError(`Cannot use ${file} as --ca: ${(error as Error).message}`, '--ca', { cause: error });
  }
  return [text];
}

/** TCP and TLS in one go: only a socket made this way can have an inbox to read into. */
async function connectTls(options: TransportOptions, trust: tls.ConnectionOptions): Promise<Transport> {
  const inbox = new Inbox();
  const { port, connectTimeoutMs } = options;
  const stream = await secure({ ...trust, port, onread: inbox.readOptions() }, connectTimeoutMs);
  return {
    stream,
    protection: protectionOf(stream),
    serverCertificate: certificateOf(stream),
    receive: (onChunk) => inbox.receive(onChunk),
  };
}

async function connectClear(options: TransportOptions): Promise<Transport> {
  const inbox = new Inbox();
  const stream = await connectTcp(options, { onread: inbox.readOptions() });
  return {
    stream,
    protection: UNPROTECTED,
    serverCertificate: null,
    receive: (onChunk) => inbox.receive(onChunk),
  };
}

/** A transport over any open stream. */
export function transportOver(
  stream: Duplex,
  protection: Protection,
  serverCertificate: Uint8Array | null = null,
): Transport {
  let receiver: ((chunk: Uint8Array) => void) | null = null;
  return {
    stream,
    protection,
    serverCertificate,
    receive: (onChunk) => {
      if (receiver === null) stream.on('data', (chunk: Uint8Array) => receiver?.(chunk));
      receiver = onChunk;
    },
  };
}

function protectionOf(socket: tls.TLSSocket): Protection {
  const detail = [socket.getProtocol(), socket.getCipher().name].filter(Boolean).join(' ');
  return { layer: 'tls', signed: true, sealed: true, detail };
}

function certificateOf(socket: tls.TLSSocket): Uint8Array | null {
  return socket.getPeerX509Certificate()?.raw ?? null;
}

function connectTcp(
  options: TransportOptions,
  reading: { readonly onread?: net.OnReadOpts } = {},
): Promise<net.Socket> {
  return settle((resolve, reject) => {
    const { host, address = host, port } = options;
    const socket = net.connect({ host: address, port, ...reading });
    socket.setNoDelay(true);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    return () => socket.destroy();
  }, options.connectTimeoutMs);
}

/** Connects, unless the options bring a socket, and finishes the handshake. */
function secure(
  options: tls.ConnectionOptions & { readonly onread?: net.OnReadOpts },
  timeoutMs: number,
): Promise<tls.TLSSocket> {
  return settle((resolve, reject) => {
    const secured = tls.connect(options);
    secured.setNoDelay(true);
    secured.once('secureConnect', () => resolve(secured));
    secured.once('error', reject);
    secured.once('close', () => reject(closedEarly()));
    return () => secured.destroy();
  }, timeoutMs);
}

/** Sends the StartTLS request and waits for success, reading exactly one message from the clear stream. */
function requestStartTls(socket: net.Socket, server: string, timeoutMs: number): Promise<void> {
  return settle((resolve, reject) => {
    const stop = (): void => {
      socket.off('data', onData).off('error', reject).off('close', onClose);
    };
    const push = createFramer((bytes, start, end) => {
      stop();
      const result = readResult(
        openMessage(bytes, start, end).cursor,
        LDAP_TAGS.extendedResponse,
        'ExtendedResponse',
      );
      if (result.resultCode === 0) resolve();
      else reject(startTlsRefused(server, result));
    });
    const onData = (chunk: Buffer): void => {
      try {
        push(chunk);
      } catch (error) {
        reject(error as Error);
      }
    };
    const onClose = (): void => reject(closedEarly());
    socket.on('data', onData).once('error', reject).once('close', onClose);
    socket.write(new ExtendedRequest({ messageId: 1, oid: START_TLS_OID }).write());
    return stop;
  }, timeoutMs);
}

function startTlsRefused(server: string, { resultCode, message }: LdapResult): DirectoryError {
  const said = message === '' ? '' : ` (the server said: ${oneLine(message)})`;
  return new DirectoryError(
    'tls',
    `Cannot connect to ${server}: StartTLS was refused with LDAP result ${resultCode}${said}; try --tls ldaps`,
    { operation: 'connect', resultCode },
  );
}
