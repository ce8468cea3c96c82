/**
 * Opens a connection to one domain controller and signs in. This is the only door to the network: a password is
 * never sent over a stream that others can read, whatever the options say.
 */

import { isIP } from 'node:net';
import { DirectoryError, UsageError } from '../../errors.ts';
import { createSecurityContext } from '../kerberos/platform-context.ts';
import { type ContextFactory, signInWithKerberos } from '../kerberos/sasl-bind.ts';
import { LdapConnection } from './ldap-connection.ts';
import { openTransport, type Transport, type TransportOptions } from './transport.ts';

/** How to prove who we are. */
export type Credentials =
  /** A name and its password, over TLS only. */
  | { readonly kind: 'simple'; readonly user: string; readonly password: string }
  /** SASL EXTERNAL: the client certificate of the TLS handshake. */
  | { readonly kind: 'external' }
  /** The Kerberos ticket or Windows logon of this process. */
  | { readonly kind: 'kerberos' };

/** Everything needed to open a session. */
export interface SessionOptions extends TransportOptions {
  readonly credentials: Credentials;
  /** How long one answer may take; 0 waits for ever. */
  readonly timeoutMs: number;
  /** Send nothing that could change the directory, whatever is asked. */
  readonly readOnly?: boolean;
}

/** Where a `--server` value points to. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: 'ldaps' | 'starttls' | 'off';
}

/** LDAPS to a domain and to the global catalog. */
const LDAPS_PORTS: readonly number[] = [636, 3269];

/**
 * Reads `HOST`, `HOST:PORT`, `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`. Without a scheme LDAPS is meant, with
 * `ldap://` StartTLS; `choice` overrides both, but cannot contradict `ldaps://`. A sign-in that seals the connection
 * by itself needs neither: then both mean a clear connection, unless the port is one of LDAPS.
 *
 * @param sealsItself whether the way of signing in protects a clear connection
 * @throws UsageError when it is none of these
 */
export function parseServer(
  text: string,
  choice: 'ldaps' | 'starttls' | 'off' | null,
  sealsItself = false,
): ServerAddress {
  const match = /^(?:(ldaps?):\/\/)?(\[[0-9a-f:.]+\]|[^\s:/[\]]+)(?::(\d{1,5}))?\/?$/i.exec(text);
  if (match === null) {
    throw new UsageError(
      `Cannot use ${JSON.stringify(text)} as a server: needs HOST, ldap://HOST or ldaps://HOST`,
      '--server',
    );
  }
  const scheme = match[1]?.toLowerCase();
  if (scheme === 'ldaps' && choice !== null && choice !== 'ldaps') {
    throw new UsageError(
      `--server ${text} and --tls ${choice} contradict each other; use ldap:// with --tls ${choice}`,
      '--tls',
    );
  }
  const given = match[3] === undefined ? null : Number(match[3]);
  const tls = choice ?? protectionOf(scheme, given, sealsItself);
  const host = (match[2] as string).replace(/^\[|\]$/g, '');
  const port = given ?? usualPort(tls);
  if (port < 1 || port > 65535) throw new UsageError(`Cannot use port ${port}: needs 1 to 65535`, '--server');
  return { host, port, tls };
}

/** The port on which a domain controller serves connections that are protected in this way. */
export function usualPort(tls: ServerAddress['tls']): number {
  return tls === 'ldaps' ? 636 : 389;
}

/** The port of the global catalog, likewise. */
export function catalogPort(tls: ServerAddress['tls']): number {
  return tls === 'ldaps' ? 3269 : 3268;
}

/**
 * Connects and signs in.
 *
 * @param open how the stream is opened; replaceable for other carriers
 * @param createContext where Kerberos comes from
 * @throws UsageError when a password would go over an unprotected connection; nothing was sent then
 * @throws DirectoryError `unreachable`, `tls` or `credentials`
 */
export async function openSession(
  options: SessionOptions,
  open: (options: TransportOptions) => Promise<Transport> = openTransport,
  createContext: ContextFactory = createSecurityContext,
): Promise<LdapConnection> {
  const { credentials, host, timeoutMs, readOnly = false } = options;
  refuseInVain(options);
  const carrier = await open(options);
  if (credentials.kind === 'kerberos') {
    try {
      const transport = await signInWithKerberos(carrier, { host, timeoutMs }, createContext);
      return new LdapConnection(transport, host, timeoutMs, readOnly);
    } catch (error) {
      carrier.stream.destroy();
      throw error;
    }
  }
  const connection = new LdapConnection(carrier, host, timeoutMs, readOnly);
  try {
    refuseClearSignIn(carrier.protection.sealed);
    await bind(connection, credentials);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

function bind(
  connection: LdapConnection,
  credentials: Exclude<Credentials, { kind: 'kerberos' }>,
): Promise<void> {
  return connection.request({ operation: 'sign in' }, (client) =>
    credentials.kind === 'simple'
      ? client.bind(credentials.user, credentials.password)
      : client.bindSASL('EXTERNAL'),
  );
}

function protectionOf(
  scheme: string | undefined,
  port: number | null,
  sealsItself: boolean,
): ServerAddress['tls'] {
  if (scheme === 'ldaps' || !sealsItself) return scheme === 'ldap' ? 'starttls' : 'ldaps';
  return scheme === undefined && port !== null && LDAPS_PORTS.includes(port) ? 'ldaps' : 'off';
}

/** Refuses before anything is sent what could not succeed, or must not. */
function refuseInVain({ credentials, host, tls }: SessionOptions): void {
  if (credentials.kind === 'kerberos') {
    if (isIP(host) !== 0) throw needsName(host);
    return;
  }
  refuseClearSignIn(tls !== 'off');
  if (credentials.kind === 'simple' && credentials.password === '') throw emptyPassword();
}

function refuseClearSignIn(isSealed: boolean): void {
  if (isSealed) return;
  throw new UsageError(
    'Refused to send a password over an unprotected connection; use --tls ldaps or --tls starttls',
    '--tls',
  );
}

/** Tickets are for names: `ldap/HOST`. */
function needsName(host: string): UsageError {
  const cure = 'give the full host name of the domain controller, or --user NAME for a sign-in by password';
  return new UsageError(
    `Kerberos cannot sign in to the address ${host}: it knows services by name; ${cure}`,
    '--server',
  );
}

/** A simple bind without a password is an anonymous one that looks like success. RFC 4513 5.1.2 */
function emptyPassword(): DirectoryError {
  return new DirectoryError('credentials', 'Cannot sign in: the password is empty', { operation: 'sign in' });
}
