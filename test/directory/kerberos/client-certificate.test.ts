/** Signing in with a client certificate: what is read from files, shown to the server, and sent. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { readClientCertificate } from '../../../src/directory/kerberos/client-certificate.ts';
import { openSession, type SessionOptions } from '../../../src/directory/ldap/ldap-session.ts';
import { openMessage } from '../../../src/directory/ldap/ldap-wire.ts';
import { DirectoryError, UsageError } from '../../../src/errors.ts';
import { answer, BIND_RESPONSE, EXTENDED_RESPONSE } from '../../support/ber.ts';
import { makeAuthority, type TestAuthority } from '../../support/certificates.ts';
import { OPERATIONS, startLdapServer } from '../../support/ldap-server.ts';

let authority: TestAuthority;
before(() => {
  authority = makeAuthority();
});
after(() => authority.remove());

function options(port: number, tls: SessionOptions['tls'], withCertificate: boolean): SessionOptions {
  const clientCertificate = readClientCertificate(
    join(authority.folder, 'good.pem'),
    join(authority.folder, 'good.key'),
  );
  return {
    ...{ host: 'localhost', port, tls, caFile: authority.caFile, insecure: false },
    ...{ connectTimeoutMs: 5000, timeoutMs: 5000, credentials: { kind: 'external' } },
    ...(withCertificate ? { clientCertificate } : {}),
  };
}

for (const tls of ['ldaps', 'starttls'] as const) {
  test(`${tls}: the certificate is shown, and one EXTERNAL bind signs in`, async (t) => {
    const clientCa = readFileSync(authority.caFile, 'utf8');
    const names: (string | null)[] = [];
    const mechanisms: string[] = [];
    const server = await startLdapServer(
      ({ operation, messageId, bytes }, peer) => {
        if (operation === OPERATIONS.extended) {
          peer.send(answer(messageId, EXTENDED_RESPONSE));
          peer.startTls();
        }
        if (operation !== OPERATIONS.bind) return;
        const { cursor } = openMessage(bytes);
        cursor.enter(OPERATIONS.bind, 'BindRequest');
        cursor.integer(0x02, 'version');
        assert.equal(cursor.text('name'), '');
        cursor.enter(0xa3, 'sasl');
        mechanisms.push(cursor.text('mechanism'));
        names.push(peer.clientName);
        peer.send(answer(messageId, BIND_RESPONSE));
      },
      { ...authority.good, fromStart: tls === 'ldaps', clientCa },
    );
    t.after(() => server.close());
    const connection = await openSession(options(server.port, tls, true));
    assert.deepEqual(mechanisms, ['EXTERNAL']);
    assert.deepEqual(names, ['dc1']);
    await connection.close();
    await assert.rejects(openSession(options(server.port, tls, false)), DirectoryError);
  });
}

test('EXTERNAL is refused over a clear connection', async () => {
  await assert.rejects(openSession(options(1, 'off', true)), UsageError);
});

test('readClientCertificate() takes both from one file', () => {
  const both = join(authority.folder, 'both.pem');
  writeFileSync(both, `${authority.good.cert}${authority.good.key}`);
  assert.match(readClientCertificate(both, both).key, /PRIVATE KEY/);
});

test('readClientCertificate() names the file at fault, and nothing that is in it', () => {
  const [cert, key] = [join(authority.folder, 'good.pem'), join(authority.folder, 'good.key')];
  const other = join(authority.folder, 'elsewhere.key');
  for (const [certFile, keyFile, flag] of [
    [join(authority.folder, 'missing'), key, '--client-cert'],
    [key, key, '--client-cert'],
    [cert, cert, '--client-key'],
    [cert, other, '--client-key'],
  ] as const) {
    assert.throws(
      () => readClientCertificate(certFile, keyFile),
      (error: unknown) =>
        error instanceof UsageError && error.flag === flag && !/BEGIN|MII/.test(error.message),
    );
  }
});
