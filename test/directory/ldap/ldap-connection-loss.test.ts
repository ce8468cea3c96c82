/** What happens to those who wait, and to those who come later, when the connection ends. */

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { Attribute, Change } from 'ldapts';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { transportOver, UNPROTECTED } from '../../../src/directory/ldap/transport.ts';
import type { DirectoryFault } from '../../../src/errors.ts';
import {
  answer,
  BIND_RESPONSE,
  element,
  message,
  noticeOfDisconnection,
  searchDone,
  searchEntry,
} from '../../support/ber.ts';
import { connectTo, dnsOf, failureOf, SERVER_NAME, searchOf } from '../../support/ldap-client.ts';
import { OPERATIONS, type Peer, type TestLdapServer } from '../../support/ldap-server.ts';

const SEARCH = searchOf('DC=zone', 1);

function modify(connection: LdapConnection): Promise<void> {
  const change = new Change({
    operation: 'replace',
    modification: new Attribute({ type: 'x', values: ['1'] }),
  });
  return connection.request({ operation: 'change it', dn: 'DC=pc1' }, (client) =>
    client.modify('DC=pc1', change),
  );
}

function bind(connection: LdapConnection): Promise<void> {
  return connection.request({ operation: 'sign in' }, (client) => client.bind('user@corp', 'secret'));
}

/** Nothing works any more, and nobody went to the server again behind our back. */
async function assertLost(
  connection: LdapConnection,
  server: TestLdapServer,
  fault: DirectoryFault = 'unreachable',
): Promise<void> {
  const before = server.requests.length;
  const started = performance.now();
  await failureOf(dnsOf(connection.search(SEARCH)), fault);
  await failureOf(modify(connection), fault);
  await failureOf(bind(connection), fault);
  await connection.close();
  await connection.close();
  assert.ok(performance.now() - started < 1000, 'it waited');
  assert.equal(server.requests.length, before);
  assert.equal(server.seen.connections, 1);
}

test('a server that closes in the middle of a page', async (t) => {
  const { connection, server } = await connectTo(t, ({ operation, messageId, cookie }, peer) => {
    if (operation === OPERATIONS.bind) return peer.send(answer(messageId, BIND_RESPONSE));
    if (cookie === '')
      return peer.send(
        searchEntry(messageId, 'DC=a'),
        searchDone(messageId, { cookie: Buffer.from('next') }),
      );
    peer.send(searchEntry(messageId, 'DC=b'), searchEntry(messageId, 'DC=c').subarray(0, 8));
    return setTimeout(() => peer.drop(), 20);
  });
  await bind(connection);
  const search = connection.search(SEARCH);
  assert.equal((await search.next()).value?.length, 1);
  // What came of the page that broke off is whole, and is said to be no whole answer.
  assert.deepEqual(
    (await search.next()).value?.map(({ dn }) => dn),
    ['DC=b'],
  );
  const error = await failureOf(search.next(), 'unreachable');
  assert.equal(
    error.message,
    `Cannot search DC=zone on ${SERVER_NAME}: the server closed the connection (ECONNRESET)`,
  );
  await assertLost(connection, server);
});

test('a stream that had ended before it was handed over', async () => {
  const stream = new PassThrough();
  stream.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  const connection = new LdapConnection(transportOver(stream, UNPROTECTED), SERVER_NAME, 0);
  assert.ok(connection.isLost);
  await failureOf(dnsOf(connection.search(SEARCH)), 'unreachable');
});

test('a server that closes while a change and two searches wait', async (t) => {
  const { connection, server } = await connectTo(t, ({ operation }, peer) => {
    if (operation === OPERATIONS.modify) peer.drop();
  });
  const waiting = [dnsOf(connection.search(SEARCH)), dnsOf(connection.search(SEARCH)), modify(connection)];
  for (const error of await Promise.all(waiting.map((work) => failureOf(work, 'unreachable')))) {
    assert.match(error.message, /: the server closed the connection \(ECONNRESET\)$/);
  }
  await assertLost(connection, server);
});

test('a caller that stopped early does not hear of a loss', async (t) => {
  const { connection, server } = await connectTo(t, ({ messageId, cookie }, peer) => {
    if (cookie !== '') return peer.drop();
    return peer.send(searchEntry(messageId, 'DC=a'), searchDone(messageId, { cookie: Buffer.from('next') }));
  });
  for await (const _page of connection.search(SEARCH)) break;
  while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await assertLost(connection, server);
});

test('a server that does not answer a search', async (t) => {
  const { connection, server } = await connectTo(t, () => {}, 60);
  const other = modify(connection);
  const error = await failureOf(dnsOf(connection.search(SEARCH)), 'unreachable');
  assert.match(error.message, /: no answer in time \(ETIMEDOUT\)$/);
  await failureOf(other, 'unreachable');
  await assertLost(connection, server);
});

test('a server that does not answer a change', async (t) => {
  const { connection, server } = await connectTo(t, () => {}, 60);
  const error = await failureOf(modify(connection), 'unreachable');
  assert.equal(error.message, `Cannot change it on ${SERVER_NAME}: no answer in time (ETIMEDOUT)`);
  assert.equal(error.dn, 'DC=pc1');
  await assertLost(connection, server);
});

test('an answer in time keeps the connection, however long the caller takes', async (t) => {
  const { connection } = await connectTo(
    t,
    ({ messageId, cookie }, peer) =>
      peer.send(
        searchEntry(messageId, `DC=${cookie}`),
        searchDone(messageId, cookie === 'last' ? {} : { cookie: Buffer.from('last') }),
      ),
    400,
  );
  let pages = 0;
  for await (const _page of connection.search(SEARCH)) {
    pages += 1;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.equal(pages, 2);
});

test('a notice of disconnection gives its reason to all who wait and come', async (t) => {
  const cases = [
    [52, 'busy', /the server is busy or going down; try again \(the server said: going down\)$/],
    [8, 'credentials', /wants the connection protected.* \(the server said: going down\)$/],
    [2, 'server', /: LDAP result 2 \(the server said: going down\)$/],
  ] as const;
  for (const [resultCode, fault, words] of cases) {
    const { connection, server } = await connectTo(t, ({ operation }, peer) => {
      if (operation !== OPERATIONS.modify) return;
      peer.send(noticeOfDisconnection({ resultCode, message: 'going down' }));
    });
    const waiting = [dnsOf(connection.search(SEARCH)), modify(connection)];
    for (const error of await Promise.all(waiting.map((work) => failureOf(work, fault)))) {
      assert.match(error.message, words);
      assert.equal(error.resultCode, resultCode);
    }
    await assertLost(connection, server, fault);
  }
});

test('answers that nobody asked for are passed over', async (t) => {
  const strangers = [5, 2 ** 30 + 99, 2 ** 31 - 1].flatMap((id) => [
    searchEntry(id, 'DC=stranger'),
    searchDone(id),
    answer(id, BIND_RESPONSE),
  ]);
  const { connection } = await connectTo(t, ({ messageId }, peer) =>
    peer.send(...strangers, searchEntry(messageId, 'DC=a'), ...strangers, searchDone(messageId)),
  );
  assert.deepEqual(await dnsOf(connection.search(SEARCH)), [['DC=a']]);
});

const NONSENSE: readonly (readonly [name: string, (messageId: number, peer: Peer) => void])[] = [
  ['HTTP', (_, peer) => peer.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ['another operation', (id, peer) => peer.send(answer(id, BIND_RESPONSE))],
  ['a broken entry', (id, peer) => peer.send(message(id, element(0x64, Buffer.from('0401', 'hex'))))],
  ['a broken end', (id, peer) => peer.send(message(id, element(0x65, Buffer.alloc(0))))],
  ['a message without number', (_, peer) => peer.send(Buffer.from('3000', 'hex'))],
];

for (const [name, send] of NONSENSE) {
  test(`a server that answers ${name}`, async (t) => {
    const { connection, server } = await connectTo(t, ({ messageId }, peer) => send(messageId, peer));
    const error = await failureOf(dnsOf(connection.search(SEARCH)), 'server');
    assert.match(error.message, /: the answer is not LDAP; check the port and --tls \(Cannot read /);
    await assertLost(connection, server, 'server');
  });
}

test('close() says goodbye once and fails those who still wait', async (t) => {
  const { connection, server } = await connectTo(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.bind) peer.send(answer(messageId, BIND_RESPONSE));
  });
  await bind(connection);
  const waiting = [dnsOf(connection.search(SEARCH)), modify(connection)];
  const failures = Promise.all(waiting.map((work) => failureOf(work, 'unreachable')));
  while (server.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([connection.close(), connection.close()]);
  await connection.close();
  await failures;
  await failureOf(dnsOf(connection.search(SEARCH)), 'unreachable');
  await failureOf(modify(connection), 'unreachable');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const operations = server.requests.map(({ operation }) => operation);
  assert.deepEqual(operations, [OPERATIONS.bind, OPERATIONS.search, OPERATIONS.modify, OPERATIONS.unbind]);
  assert.equal(server.seen.connections, 1);
});
