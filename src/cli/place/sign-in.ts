/** As whom the program signs in: the way that the options mean, and what it needs. */

import { readFileSync } from 'node:fs';
import type { Credentials, ServerAddress } from '../../directory/ldap/ldap-session.ts';
import { UsageError } from '../../errors.ts';
import type { Io } from '../io.ts';
import type { WhereFlags } from '../options.ts';

export type SignInWay = Credentials['kind'];

/** What people call the ways of signing in. */
export const SIGN_IN_NAMES: Readonly<Record<SignInWay, string>> = Object.freeze({
  simple: 'simple bind',
  external: 'client certificate',
  kerberos: 'Kerberos',
});

/**
 * The way of signing in: what `--auth` says; else by password with `--user`, by certificate with `--client-cert`, and
 * with the Kerberos ticket or Windows logon that is there.
 *
 * @throws UsageError when the options contradict each other
 */
export function signInWay(flags: WhereFlags): SignInWay {
  const { user, clientCert } = flags;
  const way = flags.auth === undefined || flags.auth === 'auto' ? wayOf(flags) : flags.auth;
  if (way === 'simple' && user === undefined) {
    throw new UsageError('As whom? Give --user NAME; the password is asked for', '--user');
  }
  if (way === 'external' && clientCert === undefined) {
    const needed = 'needs --client-cert FILE and --client-key FILE';
    throw new UsageError(`--auth external shows a certificate: it ${needed}`, '--client-cert');
  }
  if (way !== 'simple') refusePassword(flags, way);
  if (flags.clientKey !== undefined && clientCert === undefined) {
    throw new UsageError('--client-key needs --client-cert', '--client-key');
  }
  return way;
}

function wayOf({ user, clientCert }: WhereFlags): SignInWay {
  if (user !== undefined && clientCert !== undefined) {
    const cure = 'say which with --auth simple or --auth external';
    throw new UsageError(`Both --user and --client-cert say who you are; ${cure}`, '--auth');
  }
  if (user !== undefined) return 'simple';
  return clientCert === undefined ? 'kerberos' : 'external';
}

function refusePassword({ user, passwordFile, passwordStdin }: WhereFlags, way: SignInWay): void {
  if (passwordFile !== undefined || passwordStdin === true) {
    const flag = passwordFile === undefined ? '--password-stdin' : '--password-file';
    throw new UsageError(`As whom? ${flag} goes with --user NAME`, '--user');
  }
  if (user === undefined || way === 'external') return;
  const cure = 'leave out --user (kinit makes a ticket for another account), or --auth';
  throw new UsageError(`Kerberos signs in as you are, not as ${user}; ${cure}`, '--user');
}

/** The warning that goes with `--tls-insecure`. */
export function insecureWarning(way: SignInWay): string {
  const risk = way === 'simple' ? 'whoever answers gets the password' : 'whoever answers is believed';
  return `WARNING: --tls-insecure: the server is not verified; ${risk}\n`;
}

/**
 * What the way of signing in needs; asks for the password where there is one.
 *
 * @throws UsageError before anything is asked when it would not be sent over this connection anyway
 */
export async function readCredentials(
  way: SignInWay,
  flags: WhereFlags,
  { tls }: ServerAddress,
  io: Io,
): Promise<Credentials> {
  if (way === 'kerberos') return { kind: 'kerberos' };
  if (tls === 'off') {
    const what = way === 'simple' ? 'send a password' : 'sign in with a certificate';
    const cure = 'use --tls ldaps or --tls starttls';
    throw new UsageError(`Refused to ${what} over an unprotected connection; ${cure}`, '--tls');
  }
  if (way === 'external') return { kind: 'external' };
  return { kind: 'simple', user: flags.user ?? '', password: await readPassword(flags, io) };
}

/** The password from its file, standard input, the environment, or the terminal; never from the command line. */
async function readPassword(flags: WhereFlags, io: Io): Promise<string> {
  if (flags.passwordFile !== undefined) return firstLine(readFile(flags.passwordFile));
  if (flags.passwordStdin === true) return firstLine(await io.readStdin());
  const fromEnvironment = io.env.DNSACL_PASSWORD;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (!io.stdinIsTerminal) {
    const ways = '--password-file FILE, --password-stdin or the variable DNSACL_PASSWORD';
    throw new UsageError(`No password: there is no terminal to ask on; use ${ways}`, '--password-file');
  }
  return io.ask(`Password for ${flags.user}: `, { hidden: true });
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `Cannot read the password file ${file}: ${(error as Error).message}`;
    throw new UsageError(message, '--password-file', { cause: error });
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
