/** tls-server-end-point of certificates that openssl signs in every way that domain controllers' CAs do. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import test from 'node:test';
import { serverEndPointBinding } from '../../../src/directory/kerberos/channel-binding.ts';
import { FormatError } from '../../../src/errors.ts';

const RSA = ['-newkey', 'rsa:2048'];
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const PSS = [...RSA, '-sigopt', 'rsa_padding_mode:pss'];

const CASES: readonly (readonly [string, readonly string[], string])[] = [
  ['RSA with SHA-1', [...RSA, '-sha1'], 'sha256'],
  ['RSA with SHA-256', [...RSA, '-sha256'], 'sha256'],
  ['RSA with SHA-384', [...RSA, '-sha384'], 'sha384'],
  ['RSA with SHA-512', [...RSA, '-sha512'], 'sha512'],
  ['RSASSA-PSS with SHA-256', [...PSS, '-sha256'], 'sha256'],
  ['RSASSA-PSS with SHA-384', [...PSS, '-sha384'], 'sha384'],
  ['RSASSA-PSS with SHA-512', [...PSS, '-sha512'], 'sha512'],
  ['ECDSA with SHA-256', [...EC, '-sha256'], 'sha256'],
  ['ECDSA with SHA-384', [...EC, '-sha384'], 'sha384'],
  ['ECDSA with SHA-512', [...EC, '-sha512'], 'sha512'],
  ['Ed25519', ['-newkey', 'ed25519'], 'sha256'],
];

for (const [what, options, hash] of CASES) {
  test(`serverEndPointBinding() of ${what} hashes with ${hash}`, () => {
    const args = ['req', '-x509', '-nodes', '-keyout', '/dev/null', '-subj', '/CN=dc1', ...options];
    const pem = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const { raw } = new X509Certificate(pem);
    const expected = Buffer.concat([
      Buffer.from('tls-server-end-point:'),
      createHash(hash).update(raw).digest(),
    ]);
    assert.deepEqual(serverEndPointBinding(raw), expected);
  });
}

test('serverEndPointBinding() refuses what is no certificate', () => {
  for (const bytes of [[], [0x30, 0x80], [0x30, 0x02, 0x05, 0x00]]) {
    assert.throws(() => serverEndPointBinding(Buffer.from(bytes)), FormatError);
  }
});
