/** How a connection is opened and whom it trusts. The password must not show, whatever goes wrong. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import tls from 'node:tls';
import { openSession } from '../../../src/directory/ldap/ldap-session.ts';
import { openTransport, type TransportOptions } from '../../../src/directory/ldap/transport.ts';
import { DirectoryError, type DirectoryFault, UsageError } from '../../../src/errors.ts';
import { answer, BIND_RESPONSE, EXTENDED_RESPONSE } from '../../support/ber.ts';
import { makeAuthority, type TestAuthority, type TestCertificate } from '../../support/certificates.ts';
import {
  type LdapRequest,
  OPERATIONS,
  type Peer,
  startLdapServer,
  type TestLdapServer,
} from '../../support/ldap-server.ts';

let authority: TestAuthority;
/** Another CA of the same name, which signed nothing that the servers show. */
let stranger: TestAuthority;
before(() => {
  authority = makeAuthority();
  stranger = makeAuthority();
});
after(() => {
  authority.remove();
  stranger.remove();
});

type Handler = (request: LdapRequest, peer: Peer) => void;

/** Agrees to StartTLS and to every sign-in. */
function agree({ operation, messageId }: LdapRequest, peer: Peer): void {
  if (operation === OPERATIONS.bind) peer.send(answer(messageId, BIND_RESPONSE));
  if (operation !== OPERATIONS.extended) return;
  peer.send(answer(messageId, EXTENDED_RESPONSE));
  peer.startTls();
}

async function serve(
  t: TestContext,
  way: 'ldaps' | 'starttls',
  certificate: TestCertificate = authority.good,
  handle: Handler = agree,
): Promise<TestLdapServer> {
  const server = await startLdapServer(handle, { ...certificate, fromStart: way === 'ldaps' });
  t.after(() => server.close());
  return server;
}

/** Opens a transport as dnsacl would with `--ca`, over what is given. */
function open(server: { port: number }, change: Partial<TransportOptions>): ReturnType<typeof openTransport> {
  return openTransport({
    host: '127.0.0.1',
    port: server.port,
    tls: 'ldaps',
    caFile: authority.caFile,
    insecure: false,
    connectTimeoutMs: 2000,
    ...change,
  });
}

async function assertFails(work: Promise<unknown>, fault: DirectoryFault, words: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof DirectoryError, String(error));
    assert.match(error.message, words);
    assert.equal(error.fault, fault, error.message);
    assert.match(error.message, /^Cannot connect to \S+:\d+: /);
    return true;
  });
}

for (const way of ['ldaps', 'starttls'] as const) {
  test(`${way}: trusts the CA that --ca names, by name and by address`, async (t) => {
    const server = await serve(t, way);
    for (const host of ['localhost', '127.0.0.1']) {
      const { stream, protection } = await open(server, { tls: way, host });
      assert.equal(protection.layer, 'tls');
      assert.ok(protection.signed && protection.sealed);
      assert.match(protection.detail ?? '', /^TLSv1\.[23] \w+$/);
      stream.destroy();
    }
  });

  test(`${way}: refuses a certificate whose CA is not known, and names --ca`, async (t) => {
    const server = await serve(t, way);
    const words = /its certificate is not trusted \(\w+\); give the CA that signed it with --ca FILE$/;
    await assertFails(open(server, { tls: way, caFile: null }), 'tls', words);
    assert.ok(server.requests.every(({ operation }) => operation === OPERATIONS.extended));
  });

  test(`${way}: trusts the stores too when --ca names another CA`, async (t) => {
    const defaults = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...defaults, readFileSync(authority.caFile, 'utf8')]);
    t.after(() => tls.setDefaultCACertificates(defaults));
    const server = await serve(t, way);
    const { stream } = await open(server, { tls: way, caFile: stranger.caFile });
    stream.destroy();
  });

  test(`${way}: refuses a certificate of neither --ca nor a store`, async (t) => {
    const server = await serve(t, way);
    const words = /its certificate is not trusted \(\w+\)/;
    await assertFails(open(server, { tls: way, caFile: stranger.caFile }), 'tls', words);
    assert.ok(server.requests.every(({ operation }) => operation === OPERATIONS.extended));
  });

  test(`${way}: refuses a certificate for another host`, async (t) => {
    const server = await serve(t, way, authority.elsewhere);
    const words = /DNS:dc9\.corp\.example\.com; connect by a name that the certificate holds$/;
    await assertFails(open(server, { tls: way, host: 'localhost' }), 'tls', words);
    await assertFails(open(server, { tls: way }), 'tls', /; connect by a name that the certificate holds$/);
  });

  test(`${way}: refuses a certificate that has expired`, async (t) => {
    const server = await serve(t, way, authority.expired);
    const words = /out of date \(CERT_HAS_EXPIRED\); renew it, or check this machine's clock$/;
    await assertFails(open(server, { tls: way }), 'tls', words);
  });

  test(`${way}: accepts any certificate when told to`, async (t) => {
    for (const certificate of [authority.elsewhere, authority.expired]) {
      const server = await serve(t, way, certificate);
      const { stream } = await open(server, { tls: way, insecure: true, caFile: null });
      stream.destroy();
    }
  });

  test(`${way}: signs in, and the password is inside TLS`, async (t) => {
    const clear: Buffer[] = [];
    const server = await serve(t, way);
    const relay = net.createServer((client) => {
      const upstream = net.connect(server.port, '127.0.0.1');
      client.on('data', (chunk: Buffer) => clear.push(chunk));
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    t.after(() => relay.close());
    const connection = await openSession({
      ...{ host: 'localhost', port: (relay.address() as net.AddressInfo).port, tls: way },
      ...{ caFile: authority.caFile, insecure: false, connectTimeoutMs: 2000, timeoutMs: 2000 },
      credentials: { kind: 'simple', user: 'user@corp', password: 'Corr3ct-h0rse' },
    });
    await connection.close();
    assert.ok(server.requests.some(({ bytes }) => bytes.includes('Corr3ct-h0rse')));
    assert.ok(clear.length > 0 && !Buffer.concat(clear).includes('Corr3ct-h0rse'));
  });
}

test('starttls: a refusal is told with the cure, and nothing else is sent', async (t) => {
  const refuse: Handler = ({ messageId }, peer) =>
    peer.send(answer(messageId, EXTENDED_RESPONSE, { resultCode: 52, message: 'TLS not\nset up' }));
  const server = await serve(t, 'starttls', authority.good, refuse);
  const words =
    /StartTLS was refused with LDAP result 52 \(the server said: TLS not set up\); try --tls ldaps$/;
  await assertFails(open(server, { tls: 'starttls' }), 'tls', words);
  assert.equal(server.requests.length, 1);
});

test('starttls: what is put in clear behind the agreement is thrown away', async (t) => {
  const inject: Handler = ({ messageId }, peer) => {
    peer.send(answer(messageId, EXTENDED_RESPONSE), answer(2, BIND_RESPONSE), Buffer.from('0x', 'ascii'));
    peer.startTls();
  };
  const server = await serve(t, 'starttls', authority.good, inject);
  const { stream } = await open(server, { tls: 'starttls' });
  assert.equal(stream.readableLength, 0);
  stream.destroy();
});

test('starttls: a server that closes, keeps silent or does not speak LDAP', async (t) => {
  const close = await serve(t, 'starttls', authority.good, (_, peer) => peer.drop());
  await assertFails(open(close, { tls: 'starttls' }), 'unreachable', /closed the connection \(ECONNRESET\)$/);
  const silent = await serve(t, 'starttls', authority.good, () => {});
  const patience = { tls: 'starttls', connectTimeoutMs: 60 } as const;
  await assertFails(open(silent, patience), 'unreachable', /no answer in time \(ETIMEDOUT\)$/);
  for (const bytes of [Buffer.from('HTTP/1.1 400\r\n'), answer(1, BIND_RESPONSE)]) {
    const other = await serve(t, 'starttls', authority.good, (_, peer) => peer.send(bytes));
    await assertFails(open(other, { tls: 'starttls' }), 'server', /the answer is not LDAP; check the port/);
  }
});

test('ldaps: a port that does not speak TLS', async (t) => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  await assertFails(open({ port }, {}), 'tls', /TLS could not be agreed \(E\w+\)$/);
});

test('ldaps: a server that keeps silent', async (t) => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  await assertFails(
    open({ port }, { connectTimeoutMs: 60 }),
    'unreachable',
    /no answer in time \(ETIMEDOUT\)$/,
  );
});

test('a host where nothing listens, and a name that does not resolve', async () => {
  const server = await startLdapServer(() => {});
  await server.close();
  await assertFails(open(server, {}), 'unreachable', /nothing listens there; .* \(ECONNREFUSED\)$/);
  const nowhere = open(server, { host: 'dc1.invalid' });
  await assertFails(nowhere, 'unreachable', /that name does not resolve; check --server \(E\w+\)$/);
});

test('a --ca file that cannot be used stops before anything is opened', async (t) => {
  const server = await serve(t, 'ldaps');
  const file = (name: string, text: string): string => {
    writeFileSync(join(authority.folder, name), text);
    return join(authority.folder, name);
  };
  const cases = [
    [join(authority.folder, 'missing.pem'), /^Cannot read the CA file .*ENOENT/],
    [authority.folder, /^Cannot read the CA file .*EISDIR/],
    [file('der.cer', '\x30\x82\x01'), /it holds no PEM certificate/],
    [file('key.pem', authority.good.key), /it holds no PEM certificate/],
    [file('broken.pem', '-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n'), /as --ca: /],
  ] as const;
  for (const [caFile, words] of cases) {
    await assert.rejects(open(server, { caFile }), (error: unknown) => {
      assert.ok(error instanceof UsageError && error.flag === '--ca', String(error));
      assert.match(error.message, words);
      return true;
    });
  }
  assert.equal(server.seen.connections, 0);
});
