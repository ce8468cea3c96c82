import assert from 'node:assert/strict';
import test from 'node:test';
import { ExtendedResponse, StatusCodeParser } from 'ldapts';
import { resultError, toDirectoryError } from '../../../src/directory/ldap/ldap-errors.ts';
import { DirectoryError, FormatError } from '../../../src/errors.ts';

const CONTEXT = { operation: 'search DC=zone', server: 'dc1', dn: 'DC=zone' };

const RESULTS = [
  [1, 'server', 'LDAP result 1'],
  [3, 'server', 'the server stopped at its time limit; the answer is not whole'],
  [4, 'server', 'the server stopped at a limit of its own; use a smaller --page-size'],
  [
    8,
    'credentials',
    'the server wants the connection protected; use --tls ldaps or --tls starttls, or Kerberos',
  ],
  [10, 'not-found', 'this server does not hold that part of the directory'],
  [11, 'server', 'the server stopped at a limit of its own; use a smaller --page-size'],
  [12, 'server', 'LDAP result 12'],
  [
    13,
    'credentials',
    'the server wants the connection protected; use --tls ldaps or --tls starttls, or Kerberos',
  ],
  [32, 'not-found', 'there is no such object'],
  [48, 'credentials', 'LDAP result 48'],
  [50, 'rights', 'this account lacks the right'],
  [51, 'busy', 'the server is busy or going down; try again'],
  [52, 'busy', 'the server is busy or going down; try again'],
  [53, 'server', 'LDAP result 53'],
  [80, 'server', 'LDAP result 80'],
  [4096, 'server', 'LDAP result 4096'],
] as const;

/** The same result as ldapts reports it. */
function fromLdapts(status: number, errorMessage: string): DirectoryError {
  const response = new ExtendedResponse({ messageId: 1, status, errorMessage });
  return toDirectoryError(StatusCodeParser.parse(response), CONTEXT);
}

for (const [code, fault, words] of RESULTS) {
  test(`result ${code}: ${words}`, () => {
    for (const make of [
      (said: string) => resultError(code, said, CONTEXT),
      (said: string) => fromLdapts(code, said),
    ]) {
      const error = make('00002098: SecErr: DSID-03150F94,\nproblem 4003\n\0');
      assert.equal(
        error.message,
        `Cannot search DC=zone on dc1: ${words} (the server said: 00002098: SecErr: DSID-03150F94, problem 4003)`,
      );
      assert.equal(error.fault, fault);
      assert.equal(error.code, `directory-${fault}`);
      assert.equal(error.resultCode, code);
      assert.equal(error.operation, 'search DC=zone');
      assert.equal(error.dn, 'DC=zone');
      assert.equal(make('').message, `Cannot search DC=zone on dc1: ${words}`);
      assert.equal(make(' \0').message, `Cannot search DC=zone on dc1: ${words}`);
    }
  });
}

const CONNECTION_FAILURES = [
  ['ECONNREFUSED', 'unreachable', 'nothing listens there; check the name, the port and --tls (ECONNREFUSED)'],
  ['ENOTFOUND', 'unreachable', 'that name does not resolve; check --server (ENOTFOUND)'],
  ['EAI_AGAIN', 'unreachable', 'that name does not resolve; check --server (EAI_AGAIN)'],
  ['ETIMEDOUT', 'unreachable', 'no answer in time (ETIMEDOUT)'],
  ['ECONNRESET', 'unreachable', 'the server closed the connection (ECONNRESET)'],
  ['EPIPE', 'unreachable', 'the server closed the connection (EPIPE)'],
  ['EHOSTUNREACH', 'unreachable', 'the connection failed (EHOSTUNREACH)'],
  ['EPROTO', 'tls', 'TLS could not be agreed (EPROTO)'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'TLS could not be agreed (ERR_SSL_WRONG_VERSION_NUMBER)'],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'tls',
    'its certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN); give the CA that signed it with --ca FILE',
  ],
  [
    'CERT_NOT_YET_VALID',
    'tls',
    "its certificate is out of date (CERT_NOT_YET_VALID); renew it, or check this machine's clock",
  ],
] as const;

for (const [code, fault, words] of CONNECTION_FAILURES) {
  test(`connecting fails with ${code}: ${fault}`, () => {
    const cause = Object.assign(new Error('told by the system'), { code });
    const error = toDirectoryError(cause, { operation: 'connect', server: 'dc1:636' });
    assert.equal(error.message, `Cannot connect to dc1:636: ${words}`);
    assert.equal(error.fault, fault);
    assert.equal(error.cause, cause);
    assert.equal(error.resultCode, null);
    assert.equal(error.dn, null);
  });
}

test('a stream that is not LDAP is named as such', () => {
  const cause = new FormatError('LDAPMessage', 'Cannot read the answer: byte 0x48 found, 0x30 needed');
  const error = toDirectoryError(cause, CONTEXT);
  assert.equal(error.fault, 'server');
  assert.equal(
    error.message,
    `Cannot search DC=zone on dc1: the answer is not LDAP; check the port and --tls (${cause.message})`,
  );
});

test('a DirectoryError stays what it was, anything else is wrapped', () => {
  const error = new DirectoryError('busy', 'Cannot do it', { operation: 'do it' });
  assert.equal(toDirectoryError(error, CONTEXT), error);
  assert.equal(
    toDirectoryError(new Error('Socket error.\nWhy?'), CONTEXT).message,
    'Cannot search DC=zone on dc1: Socket error. Why?',
  );
  assert.equal(toDirectoryError('text', CONTEXT).message, 'Cannot search DC=zone on dc1: text');
});
