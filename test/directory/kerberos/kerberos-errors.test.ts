/** Codes of both platforms lead to the same words. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { gssapiFault, kerberosError, sspiFault } from '../../../src/directory/kerberos/kerberos-errors.ts';

const FAILURE = 0xd0000;
/** [what, GSSAPI major, minor, SECURITY_STATUS, what the message says, fault]; null where there is no such code. */
const ROWS = [
  ['no ticket', 7 << 16, -1765328189, 0x8009030e, /get one with kinit .*or give --user NAME/, 'credentials'],
  [
    'expired ticket',
    11 << 16,
    -1765328352,
    0x80090317,
    /has expired; get a new one with kinit/,
    'credentials',
  ],
  [
    'unknown SPN',
    FAILURE,
    -1765328377,
    0x80090303,
    /give the full host name .* with --server/,
    'credentials',
  ],
  [
    'no KDC',
    FAILURE,
    -1765328228,
    0x80090311,
    /no Kerberos server \(KDC\) .*check the network/,
    'unreachable',
  ],
  ['clock skew', FAILURE, -1765328347, 0x80090324, /more than 5 minutes; set the clock/, 'credentials'],
  ['wrong key', FAILURE, -1765328343, 0x80090322, /cannot read the ticket: .*check DNS/, 'credentials'],
  ['account', FAILURE, -1765328366, 0x8009030c, /the domain refuses this account/, 'credentials'],
  ['channel binding', 4 << 16, 0, 0x80090346, /ties sign-ins to the TLS connection/, 'credentials'],
  ['changed message', 6 << 16, 0, 0x8009030f, /changed, repeated or left out on the way/, 'server'],
] as const;

for (const [what, major, minor, status, words, fault] of ROWS) {
  test(`${what}: the cure is named`, () => {
    assert.equal(gssapiFault(major, minor), sspiFault(status));
    const error = kerberosError(gssapiFault(major, minor), 'ldap/dc1.corp.example.com', 'its words\n');
    assert.match(error.message, words);
    assert.match(error.message, /^Cannot sign in as you are to ldap\/dc1\.corp\.example\.com: /);
    assert.match(error.message, / \(Kerberos said: its words\)$/);
    assert.equal(error.fault, fault);
  });
}

test('SSPI has a second code for a domain that does not answer', () => {
  assert.equal(sspiFault(0x80090350), 'no-kdc');
});

test('what is not known is passed on', () => {
  assert.equal(gssapiFault(FAILURE, 12345), 'other');
  assert.equal(sspiFault(0x80090304), 'other');
  const error = kerberosError('other', 'ldap/dc1', 'SECURITY_STATUS 0x80090304');
  assert.match(error.message, /Kerberos failed \(Kerberos said: SECURITY_STATUS 0x80090304\)$/);
});
