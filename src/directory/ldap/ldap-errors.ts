/**
 * Turns what ldapts, TLS and the operating system say into DirectoryErrors that name the cure.
 * Result codes: RFC 4511 appendix A; sub-codes of error 49: the `data` field of AD's diagnostic message.
 */

import { ResultCodeError } from 'ldapts';
import { DirectoryError, type DirectoryFault, FormatError } from '../../errors.ts';

/** What was being done when it failed. */
export interface LdapContext {
  readonly operation: string;
  readonly server: string;
  readonly dn?: string;
}

const FAULT_BY_RESULT: Readonly<Record<number, DirectoryFault>> = Object.freeze({
  7: 'credentials',
  8: 'credentials',
  10: 'not-found',
  13: 'credentials',
  32: 'not-found',
  48: 'credentials',
  49: 'credentials',
  50: 'rights',
  51: 'busy',
  52: 'busy',
});

/** The `data` of error 49: Win32 logon errors, and a SECURITY_STATUS. */
const LOGON_FAILURES: Readonly<Record<string, string>> = Object.freeze({
  '525': 'there is no such user; check --user: NAME@DOMAIN, DOMAIN\\NAME or a DN',
  '52e': 'the user name or the password is wrong',
  '52f':
    'a policy restricts this account, such as the group Protected Users; leave out --user to use Kerberos',
  '530': 'this account may not sign in at this hour; wait, or use another account',
  '531': 'this account may not sign in from this machine; use another machine or account',
  '532': 'the password has expired; set a new one first',
  '533': 'the account is disabled; have it enabled, or use another',
  '701': 'the account has expired; have it prolonged, or use another',
  '773': 'the password must be changed before the first sign-in',
  '775': 'the account is locked out; unlock it or wait',
  '80090346':
    'the server demands channel binding, and what it got does not fit this TLS connection; leave out --tls and ' +
    'ldaps://, so that Kerberos seals port 389, or find out what decrypts TLS on the way',
});

const UNTRUSTED: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
]);

const OUT_OF_DATE: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Whether connecting failed because the chain of the server's certificate does not verify. */
export function isUntrustedChain(error: unknown): boolean {
  const code = error instanceof DirectoryError ? codeOf(error.cause) : null;
  return code !== null && (UNTRUSTED.has(code) || OUT_OF_DATE.has(code));
}

/** Any failure as a DirectoryError; one that already is comes back as it was. */
export function toDirectoryError(error: unknown, context: LdapContext): DirectoryError {
  if (error instanceof DirectoryError) return error;
  const code = resultCodeOf(error);
  if (code !== null) return fromResult(code, diagnosticOf(error), context, error);
  return fromConnection(error, context);
}

/** A result code that a server answered, as an error. */
export function resultError(resultCode: number, diagnostic: string, context: LdapContext): DirectoryError {
  return fromResult(resultCode, diagnostic, context);
}

function fromResult(
  resultCode: number,
  diagnostic: string,
  context: LdapContext,
  cause?: unknown,
): DirectoryError {
  const fault = FAULT_BY_RESULT[resultCode] ?? 'server';
  return new DirectoryError(
    fault,
    `${headOf(context)}: ${explainResult(resultCode, diagnostic)}`,
    { operation: context.operation, resultCode, ...(context.dn === undefined ? {} : { dn: context.dn }) },
    { cause },
  );
}

function explainResult(resultCode: number, diagnostic: string): string {
  const said = saidBy(diagnostic);
  switch (resultCode) {
    case 3:
      return `the server stopped at its time limit; the answer is not whole${said}`;
    case 4:
    case 11:
      return `the server stopped at a limit of its own; use a smaller --page-size${said}`;
    case 7:
      return `the server does not offer this way of signing in; choose another with --auth${said}`;
    case 8:
    case 13:
      return `the server wants the connection protected; use --tls ldaps or --tls starttls, or Kerberos${said}`;
    case 10:
      return `this server does not hold that part of the directory${said}`;
    case 32:
      return `there is no such object${said}`;
    case 49:
      return `sign-in refused: ${logonFailure(diagnostic)}`;
    case 50:
      return `this account lacks the right${said}`;
    case 51:
    case 52:
      return `the server is busy or going down; try again${said}`;
    default:
      return `LDAP result ${resultCode}${said}`;
  }
}

function logonFailure(diagnostic: string): string {
  const subCode = /\bdata ([0-9a-f]+)/i.exec(diagnostic)?.[1]?.toLowerCase();
  const known = subCode === undefined ? undefined : LOGON_FAILURES[subCode];
  if (known !== undefined) return known;
  return `the user name or the password is wrong, or the account may not sign in${saidBy(diagnostic)}`;
}

function saidBy(diagnostic: string): string {
  const words = oneLine(diagnostic);
  return words === '' ? '' : ` (the server said: ${words})`;
}

function fromConnection(error: unknown, context: LdapContext): DirectoryError {
  const code = codeOf(error);
  const details = { operation: context.operation, ...(context.dn === undefined ? {} : { dn: context.dn }) };
  const at = headOf(context);
  if (error instanceof FormatError) {
    const message = `${at}: the answer is not LDAP; check the port and --tls (${error.message})`;
    return new DirectoryError('server', message, details, { cause: error });
  }
  if (code !== null && UNTRUSTED.has(code)) {
    const cure = 'give the CA that signed it with --ca FILE';
    return new DirectoryError('tls', `${at}: its certificate is not trusted (${code}); ${cure}`, details, {
      cause: error,
    });
  }
  if (code !== null && OUT_OF_DATE.has(code)) {
    const cure = "renew it, or check this machine's clock";
    return new DirectoryError('tls', `${at}: its certificate is out of date (${code}); ${cure}`, details, {
      cause: error,
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const cure = 'connect by a name that the certificate holds';
    return new DirectoryError('tls', `${at}: ${messageOf(error)}; ${cure}`, details, { cause: error });
  }
  const reason = code === null ? oneLine(messageOf(error)) : `${networkReason(code)} (${code})`;
  const fault = code !== null && isTlsProtocol(code) ? 'tls' : 'unreachable';
  return new DirectoryError(fault, `${at}: ${reason}`, details, { cause: error });
}

function headOf({ operation, server }: LdapContext): string {
  return operation === 'connect' ? `Cannot connect to ${server}` : `Cannot ${operation} on ${server}`;
}

function isTlsProtocol(code: string): boolean {
  return code.startsWith('ERR_SSL') || code === 'EPROTO';
}

function networkReason(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there; check the name, the port and --tls';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'that name does not resolve; check --server';
    case 'ETIMEDOUT':
      return 'no answer in time';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the server closed the connection';
    default:
      return isTlsProtocol(code) ? 'TLS could not be agreed' : 'the connection failed';
  }
}

function resultCodeOf(error: unknown): number | null {
  // ldapts resets the prototype of its errors, so that only the base class is reliable.
  return error instanceof ResultCodeError ? error.code : null;
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}

/** ldapts puts the result code behind what the server said, also when the server said nothing. */
function diagnosticOf(error: unknown): string {
  return messageOf(error).replace(/ Code: 0x[0-9a-f]+$/, '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a server said, fit for a message: without line ends and other control characters. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: servers end the text with a NUL
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
