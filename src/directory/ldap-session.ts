/**
 * Opens a connection to one domain controller and signs in. This is the only door to the network: a password is
 * never sent over a stream that others can read, whatever the options say.
 */

import { DirectoryError, UsageError } from '../errors.ts';
import { LdapConnection } from './ldap-connection.ts';
import { openTransport, type Transport, type TransportOptions } from './transport.ts';

/** How to prove who we are. Other mechanisms join here. */
export type Credentials = { readonly kind: 'simple'; readonly user: string; readonly password: string };

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

/**
 * Reads `HOST`, `HOST:PORT`, `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`. Without a scheme LDAPS is meant, with
 * `ldap://` StartTLS; `tls` overrides both, but cannot contradict `ldaps://`.
 *
 * @throws UsageError when it is none of these
 */
export function parseServer(text: string, choice: 'ldaps' | 'starttls' | 'off' | null): ServerAddress {
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
  const tls = choice ?? (scheme === 'ldap' ? 'starttls' : 'ldaps');
  const host = (match[2] as string).replace(/^\[|\]$/g, '');
  const port = match[3] === undefined ? usualPort(tls) : Number(match[3]);
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
 * @throws UsageError when a password would go over an unprotected connection; nothing was sent then
 * @throws DirectoryError `unreachable`, `tls` or `credentials`
 */
export async function openSession(
  options: SessionOptions,
  open: (options: TransportOptions) => Promise<Transport> = openTransport,
): Promise<LdapConnection> {
  const { user, password } = options.credentials;
  refuseClearPassword(options.tls !== 'off');
  if (password === '') throw emptyPassword();
  const transport = await open(options);
  const connection = new LdapConnection(
    transport,
    options.host,
    options.timeoutMs,
    options.readOnly === true,
  );
  try {
    refuseClearPassword(transport.protection.sealed);
    await connection.request({ operation: 'sign in' }, (client) => client.bind(user, password));
  } catch (error) {
    await connection.close();
    throw error;
  }
  return connection;
}

function refuseClearPassword(isSealed: boolean): void {
  if (isSealed) return;
  throw new UsageError(
    'Refused to send a password over an unprotected connection; use --tls ldaps or --tls starttls',
    '--tls',
  );
}

/** A simple bind without a password is an anonymous one that looks like success. RFC 4513 5.1.2 */
function emptyPassword(): DirectoryError {
  return new DirectoryError('credentials', 'Cannot sign in: the password is empty', { operation: 'sign in' });
}
