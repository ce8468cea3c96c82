/** The exchange that signs in with Kerberos, played with a toy context and a server that is told what to say. */

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { ServiceTarget } from '../../../src/directory/kerberos/security-context.ts';
import { openSession, type SessionOptions } from '../../../src/directory/ldap/ldap-session.ts';
import { BerCursor, openMessage } from '../../../src/directory/ldap/ldap-wire.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { DirectoryError, UsageError } from '../../../src/errors.ts';
import { BIND_RESPONSE, element, message, noticeOfDisconnection, result } from '../../support/ber.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { type LdapRequest, type Peer, type ServerTls, startLdapServer } from '../../support/ldap-server.ts';
import { TOY_HELLO, TOY_WELCOME, ToyContext, toyWrap } from '../../support/toy-context.ts';

const IN_PROGRESS = 14;
const SERVER_CREDENTIALS = 0x87;

/** One answer of the server: a result code, and perhaps its token. */
interface Said {
  readonly resultCode: number;
  readonly token?: Uint8Array;
  readonly words?: string;
}

const WELCOME: Said = { resultCode: IN_PROGRESS, token: Buffer.from(TOY_WELCOME) };
const OFFER_ALL: Said = { resultCode: IN_PROGRESS, token: toyWrap(Buffer.from([7, 0, 4, 0]), false) };
const SUCCESS: Said = { resultCode: 0 };

interface Played {
  readonly context: ToyContext;
  /** The tokens that the client sent. */
  readonly tokens: readonly string[];
  readonly targets: readonly ServiceTarget[];
  readonly outcome: Promise<Awaited<ReturnType<typeof openSession>>>;
}

/** Signs in to a server that gives these answers, one for each bind. */
async function play(t: TestContext, answers: readonly Said[], secure?: ServerTls): Promise<Played> {
  const tokens: string[] = [];
  const targets: ServiceTarget[] = [];
  const context = new ToyContext();
  const handle = (request: LdapRequest, peer: Peer): void => {
    tokens.push(tokenOf(request));
    const said = answers[tokens.length - 1];
    if (said === undefined) peer.drop();
    else peer.send(bindResponse(request.messageId, said));
  };
  const server = await startLdapServer(handle, secure);
  t.after(() => server.close());
  const options: SessionOptions = {
    ...{ host: 'localhost', port: server.port, tls: secure === undefined ? 'off' : 'ldaps' },
    ...{ caFile: null, insecure: secure !== undefined, connectTimeoutMs: 5000, timeoutMs: 5000 },
    credentials: { kind: 'kerberos' },
  };
  const outcome = openSession(options, openTransport, async (target) => {
    targets.push(target);
    return context;
  });
  outcome.catch(() => {});
  return { context, tokens, targets, outcome };
}

function tokenOf({ bytes }: LdapRequest): string {
  const { cursor } = openMessage(bytes);
  cursor.enter(0x60, 'BindRequest');
  assert.equal(cursor.integer(0x02, 'version'), 3);
  assert.equal(cursor.text('name'), '');
  const sasl = new BerCursor(cursor.content(0xa3, 'sasl'));
  assert.equal(sasl.text('mechanism'), 'GSSAPI');
  return sasl.content(0x04, 'credentials').toString('latin1');
}

function bindResponse(messageId: number, { resultCode, token, words = '' }: Said): Buffer {
  const credentials = token === undefined ? [] : [element(SERVER_CREDENTIALS, token)];
  const fields = Buffer.concat([result({ resultCode, message: words }), ...credentials]);
  return message(messageId, element(BIND_RESPONSE, fields));
}

async function refusalOf({ outcome, context }: Played): Promise<DirectoryError> {
  const error = await outcome.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DirectoryError, String(error));
  assert.ok(context.isReleased);
  return error;
}

test('signing in takes three binds, and seals', async (t) => {
  const played = await play(t, [WELCOME, OFFER_ALL, SUCCESS]);
  const connection = await played.outcome;
  assert.equal(connection.protection.layer, 'gssapi');
  const choice = toyWrap(Buffer.from([4, 0xff, 0xff, 0xff]), false).toString('latin1');
  assert.deepEqual(played.tokens, [TOY_HELLO, '', choice]);
  assert.deepEqual(played.targets, [{ host: 'localhost', sealing: true, channelBinding: null }]);
  await connection.close();
  assert.ok(played.context.isReleased);
});

test('inside TLS the context seals nothing and is tied to the connection', async (t) => {
  const authority = makeAuthority();
  t.after(() => authority.remove());
  const played = await play(t, [WELCOME, OFFER_ALL, SUCCESS], { ...authority.good, fromStart: true });
  const connection = await played.outcome;
  assert.equal(connection.protection.layer, 'tls');
  assert.equal(played.tokens[2], toyWrap(Buffer.from([1, 0, 0, 0]), false).toString('latin1'));
  const [target] = played.targets;
  assert.equal(target?.sealing, false);
  assert.match(
    Buffer.from(target?.channelBinding ?? []).toString('latin1'),
    /^tls-server-end-point:[\s\S]{32}$/,
  );
  assert.ok(played.context.isReleased);
  await connection.close();
});

const REFUSED: readonly (readonly [string, readonly Said[], RegExp])[] = [
  ['the server ends it at once', [SUCCESS], /it ended the sign-in before it was complete$/],
  ['the server ends it before the layer is agreed on', [WELCOME, SUCCESS], /before it was complete$/],
  ['the server offers nothing', [WELCOME, { resultCode: IN_PROGRESS }], /it offers no security layer$/],
  [
    'the server offers to sign only',
    [WELCOME, { resultCode: IN_PROGRESS, token: toyWrap(Buffer.from([3, 0, 4, 0]), false) }],
    /it does not seal connections; use --tls ldaps$/,
  ],
  [
    'the server accepts no bytes at all',
    [WELCOME, { resultCode: IN_PROGRESS, token: toyWrap(Buffer.from([7, 0, 0, 0]), false) }],
    /it does not seal connections; use --tls ldaps$/,
  ],
  [
    'the offer is cut',
    [WELCOME, { resultCode: IN_PROGRESS, token: toyWrap(Buffer.from([7]), false) }],
    /its offer has 1 bytes, needs 4$/,
  ],
  [
    'the server does not know the way',
    [{ resultCode: 7 }],
    /the server does not offer this way of signing in; choose another with --auth$/,
  ],
  [
    'the account is disabled',
    [WELCOME, { resultCode: 49, words: 'AcceptSecurityContext error, data 533, v4563' }],
    /sign-in refused: the account is disabled; have it enabled, or use another$/,
  ],
  ['the server closes', [WELCOME], /the server closed the connection \(ECONNRESET\)$/],
];

for (const [what, answers, words] of REFUSED) {
  test(`signing in fails when ${what}`, async (t) => {
    const error = await refusalOf(await play(t, answers));
    assert.match(error.message, words);
    assert.match(error.message, /^Cannot sign in on localhost: /);
  });
}

test('a server that wants no Kerberos inside TLS gets told how to go without', async (t) => {
  const authority = makeAuthority();
  t.after(() => authority.remove());
  const secure = { ...authority.good, fromStart: true };
  const error = await refusalOf(await play(t, [WELCOME, { resultCode: 8, words: 'seal!' }], secure));
  assert.match(error.message, /leave out --tls and ldaps:\/\/, so that Kerberos seals port 389/);
  assert.match(error.message, /\(the server said: seal!\)$/);
});

test('a notice of disconnection during the sign-in fails it', async (t) => {
  const server = await startLdapServer((_, peer) => peer.send(noticeOfDisconnection({ resultCode: 52 })));
  t.after(() => server.close());
  const options: SessionOptions = {
    ...{ host: 'localhost', port: server.port, tls: 'off', caFile: null, insecure: false },
    ...{ connectTimeoutMs: 5000, timeoutMs: 5000, credentials: { kind: 'kerberos' } },
  };
  const outcome = openSession(options, openTransport, async () => new ToyContext());
  await assert.rejects(outcome, /Cannot sign in on localhost: /);
});

test('Kerberos is refused for an address before anything is sent', async () => {
  const options: SessionOptions = {
    ...{ host: '10.0.0.1', port: 389, tls: 'off', caFile: null, insecure: false },
    ...{ connectTimeoutMs: 5000, timeoutMs: 5000, credentials: { kind: 'kerberos' } },
  };
  await assert.rejects(
    openSession(options, () => assert.fail('it connected')),
    (error: unknown) => error instanceof UsageError && /give the full host name/.test(error.message),
  );
});
