import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { openSession, parseServer, type SessionOptions } from '../../../src/directory/ldap/ldap-session.ts';
import { transportOver, UNPROTECTED } from '../../../src/directory/ldap/transport.ts';
import { DirectoryError, UsageError } from '../../../src/errors.ts';
import { answer, BIND_RESPONSE } from '../../support/ber.ts';
import {
  type LdapRequest,
  OPERATIONS,
  type Peer,
  startLdapServer,
  type TestLdapServer,
} from '../../support/ldap-server.ts';

const PASSWORD = 'Corr3ct-h0rse';
const OPTIONS: Omit<SessionOptions, 'port' | 'tls'> = {
  host: '127.0.0.1',
  caFile: null,
  insecure: false,
  connectTimeoutMs: 5000,
  timeoutMs: 5000,
  credentials: { kind: 'simple', user: 'CORP\\admin', password: PASSWORD },
};

async function serve(
  t: TestContext,
  handle: (request: LdapRequest, peer: Peer) => void = () => {},
): Promise<TestLdapServer> {
  const server = await startLdapServer(handle);
  t.after(() => server.close());
  return server;
}

/** A carrier that says it is sealed, so that a sign-in can be watched without TLS. */
function openPlain(
  server: TestLdapServer,
  credentials: SessionOptions['credentials'] = OPTIONS.credentials,
): ReturnType<typeof openSession> {
  const options = { ...OPTIONS, port: server.port, tls: 'ldaps', credentials } as const;
  return openSession(options, async ({ port }) => {
    const { connect } = await import('node:net');
    return transportOver(connect(port, '127.0.0.1'), { ...UNPROTECTED, layer: 'tls', sealed: true });
  });
}

async function refusalOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DirectoryError || error instanceof UsageError, String(error));
  for (let link: unknown = error; link instanceof Error; link = link.cause) {
    assert.ok(!`${link.message}${link.stack}`.includes(PASSWORD), 'the password shows');
  }
  assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes(PASSWORD), 'the password shows');
  return error;
}

const ADDRESSES = [
  ['dc1', null, { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['dc1.corp.example.com', 'starttls', { host: 'dc1.corp.example.com', port: 389, tls: 'starttls' }],
  ['dc1', 'off', { host: 'dc1', port: 389, tls: 'off' }],
  ['dc1:3269', null, { host: 'dc1', port: 3269, tls: 'ldaps' }],
  ['dc1:10389', 'starttls', { host: 'dc1', port: 10389, tls: 'starttls' }],
  ['ldap://dc1', null, { host: 'dc1', port: 389, tls: 'starttls' }],
  ['LDAP://dc1/', null, { host: 'dc1', port: 389, tls: 'starttls' }],
  ['ldap://dc1', 'off', { host: 'dc1', port: 389, tls: 'off' }],
  ['ldap://dc1:636', 'ldaps', { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['ldaps://dc1', null, { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['ldaps://dc1:1', 'ldaps', { host: 'dc1', port: 1, tls: 'ldaps' }],
  ['10.0.0.1', null, { host: '10.0.0.1', port: 636, tls: 'ldaps' }],
  ['[2001:db8::1]', null, { host: '2001:db8::1', port: 636, tls: 'ldaps' }],
  ['ldaps://[2001:db8::1]:65535/', null, { host: '2001:db8::1', port: 65535, tls: 'ldaps' }],
] as const;

for (const [text, choice, expected] of ADDRESSES) {
  test(`parseServer() reads ${text} with --tls ${choice ?? 'left out'}`, () => {
    assert.deepEqual(parseServer(text, choice), expected);
  });
}

const SEALED_ADDRESSES = [
  ['dc1', null, { host: 'dc1', port: 389, tls: 'off' }],
  ['ldap://dc1', null, { host: 'dc1', port: 389, tls: 'off' }],
  ['dc1:10389', null, { host: 'dc1', port: 10389, tls: 'off' }],
  ['dc1:636', null, { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['dc1:3269', null, { host: 'dc1', port: 3269, tls: 'ldaps' }],
  ['ldaps://dc1', null, { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['dc1', 'ldaps', { host: 'dc1', port: 636, tls: 'ldaps' }],
  ['dc1', 'starttls', { host: 'dc1', port: 389, tls: 'starttls' }],
] as const;

for (const [text, choice, expected] of SEALED_ADDRESSES) {
  test(`parseServer() reads ${text} with --tls ${choice ?? 'left out'} for Kerberos`, () => {
    assert.deepEqual(parseServer(text, choice, true), expected);
  });
}

const BAD_ADDRESSES = [
  ['', null, '--server'],
  ['http://dc1', null, '--server'],
  ['dc1 dc2', null, '--server'],
  ['ldap://', null, '--server'],
  ['dc1:', null, '--server'],
  ['dc1:0', null, '--server'],
  ['dc1:65536', null, '--server'],
  ['dc1:636/DC=corp', null, '--server'],
  ['2001:db8::1', null, '--server'],
  ['ldaps://dc1', 'starttls', '--tls'],
  ['ldaps://dc1', 'off', '--tls'],
] as const;

for (const [text, choice, flag] of BAD_ADDRESSES) {
  test(`parseServer() refuses ${JSON.stringify(text)} with --tls ${choice ?? 'left out'}`, () => {
    assert.throws(
      () => parseServer(text, choice),
      (error: unknown) => error instanceof UsageError && error.flag === flag,
    );
  });
}

test('openSession() refuses a clear connection before it is opened', async (t) => {
  const server = await serve(t);
  const error = await refusalOf(openSession({ ...OPTIONS, port: server.port, tls: 'off' }));
  assert.ok(error instanceof UsageError && error.flag === '--tls');
  await refusalOf(openSession({ ...OPTIONS, port: server.port, tls: 'off', insecure: true }));
  assert.deepEqual(server.seen, { connections: 0, bytes: 0 });
});

test('openSession() sends nothing over a carrier that turns out to be clear', async (t) => {
  const server = await serve(t);
  const { connect } = await import('node:net');
  const error = await refusalOf(
    openSession({ ...OPTIONS, port: server.port, tls: 'ldaps' }, async ({ port }) => {
      const stream = connect(port, '127.0.0.1');
      await new Promise((resolve) => stream.once('connect', resolve));
      return transportOver(stream, UNPROTECTED);
    }),
  );
  assert.ok(error instanceof UsageError);
  assert.equal(server.seen.bytes, 0);
});

test('openSession() refuses an empty password, which would sign in as nobody', async (t) => {
  const server = await serve(t);
  const error = await refusalOf(openPlain(server, { kind: 'simple', user: 'admin', password: '' }));
  assert.ok(error instanceof DirectoryError && error.fault === 'credentials');
  assert.equal(server.seen.connections, 0);
});

test('openSession() signs in with one bind', async (t) => {
  const server = await serve(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.bind) peer.send(answer(messageId, BIND_RESPONSE));
  });
  const connection = await openPlain(server);
  assert.equal(connection.counters.requests, 1);
  assert.ok(server.requests[0]?.bytes.includes(PASSWORD));
  await connection.close();
});

const REFUSALS = [
  ['525', 'there is no such user; check --user: NAME@DOMAIN, DOMAIN\\NAME or a DN'],
  ['52e', 'the user name or the password is wrong'],
  [
    '52f',
    'a policy restricts this account, such as the group Protected Users; leave out --user to use Kerberos',
  ],
  ['530', 'this account may not sign in at this hour; wait, or use another account'],
  ['531', 'this account may not sign in from this machine; use another machine or account'],
  ['532', 'the password has expired; set a new one first'],
  ['533', 'the account is disabled; have it enabled, or use another'],
  ['701', 'the account has expired; have it prolonged, or use another'],
  ['773', 'the password must be changed before the first sign-in'],
  ['775', 'the account is locked out; unlock it or wait'],
  [
    '80090346',
    'the server demands channel binding, and what it got does not fit this TLS connection; leave out --tls and ' +
      'ldaps://, so that Kerberos seals port 389, or find out what decrypts TLS on the way',
  ],
] as const;

for (const [subCode, words] of REFUSALS) {
  test(`openSession() explains error 49 data ${subCode}`, async (t) => {
    const message = `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${subCode}, v4563\0`;
    const server = await serve(t, ({ messageId }, peer) =>
      peer.send(answer(messageId, BIND_RESPONSE, { resultCode: 49, message })),
    );
    const error = await refusalOf(openPlain(server));
    assert.ok(error instanceof DirectoryError && error.fault === 'credentials' && error.resultCode === 49);
    assert.equal(error.message, `Cannot sign in on 127.0.0.1: sign-in refused: ${words}`);
  });
}

test('openSession() passes on what it does not know of error 49', async (t) => {
  const words = 'the user name or the password is wrong, or the account may not sign in';
  for (const [message, said] of [
    [
      'Simple Bind Failed: NT_STATUS_LOGON_FAILURE',
      ' (the server said: Simple Bind Failed: NT_STATUS_LOGON_FAILURE)',
    ],
    [
      'AcceptSecurityContext error, data 9999, v1\0',
      ' (the server said: AcceptSecurityContext error, data 9999, v1)',
    ],
    ['', ''],
  ]) {
    const server = await serve(t, ({ messageId }, peer) =>
      peer.send(answer(messageId, BIND_RESPONSE, { resultCode: 49, message: message ?? '' })),
    );
    const error = await refusalOf(openPlain(server));
    assert.equal(error.message, `Cannot sign in on 127.0.0.1: sign-in refused: ${words}${said}`);
  }
});

test('openSession() names the cure when the server wants protection', async (t) => {
  const message = '00002028: LdapErr: DSID-0C090276, comment: The server requires binds to turn on integrity';
  const server = await serve(t, ({ messageId }, peer) =>
    peer.send(answer(messageId, BIND_RESPONSE, { resultCode: 8, message })),
  );
  const error = await refusalOf(openPlain(server));
  assert.ok(error instanceof DirectoryError && error.fault === 'credentials' && error.resultCode === 8);
  assert.match(error.message, /use --tls ldaps or --tls starttls, or Kerberos \(the server said: 00002028: /);
});

test('openSession() says when the server closes instead of answering', async (t) => {
  const server = await serve(t, (_, peer) => peer.drop());
  const error = await refusalOf(openPlain(server));
  assert.equal(error.message, 'Cannot sign in on 127.0.0.1: the server closed the connection (ECONNRESET)');
});
