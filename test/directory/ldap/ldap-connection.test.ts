import assert from 'node:assert/strict';
import test from 'node:test';
import { Attribute, Change } from 'ldapts';
import type { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import {
  answer,
  BIND_RESPONSE,
  MODIFY_RESPONSE,
  searchDone,
  searchEntry,
  searchReference,
} from '../../support/ber.ts';
import { connectTo, dnsOf, failureOf, SERVER_NAME, searchOf } from '../../support/ldap-client.ts';
import { type LdapRequest, OPERATIONS, type Peer } from '../../support/ldap-server.ts';

/** Pages by the cookie that asks for them: the DNs in it, and the cookie of the page behind it. */
type Pages = Readonly<Record<string, readonly [dns: readonly string[], next: string]>>;

function servePages(pages: Pages): (request: LdapRequest, peer: Peer) => void {
  return ({ operation, messageId, cookie }, peer) => {
    if (operation !== OPERATIONS.search) return;
    const [dns, next] = pages[cookie] ?? assert.fail(`cookie ${cookie}`);
    peer.send(
      ...dns.map((dn) => searchEntry(messageId, dn, [['dc', [dn]]])),
      searchDone(messageId, { cookie: Buffer.from(next) }),
    );
  };
}

function modify(connection: LdapConnection): Promise<void> {
  const change = new Change({
    operation: 'replace',
    modification: new Attribute({ type: 'x', values: ['1'] }),
  });
  return connection.request({ operation: 'change it' }, (client) => client.modify('DC=pc1', change));
}

test('search() follows the cookies, past a page that is empty', async (t) => {
  const pages: Pages = {
    '': [['DC=a', 'DC=b'], 'one'],
    one: [[], 'two'],
    two: [[], 'three'],
    three: [['DC=c'], 'four'],
    four: [[], ''],
  };
  const { connection, server } = await connectTo(t, servePages(pages));
  assert.deepEqual(await dnsOf(connection.search(searchOf('DC=zone', 2))), [['DC=a', 'DC=b'], ['DC=c']]);
  assert.deepEqual(
    server.requests.map(({ base, cookie }) => `${base} ${cookie}`),
    ['DC=zone ', 'DC=zone one', 'DC=zone two', 'DC=zone three', 'DC=zone four'],
  );
  assert.equal(new Set(server.requests.map(({ messageId }) => messageId)).size, 5);
});

test('search() of an empty container yields no page', async (t) => {
  const { connection } = await connectTo(t, servePages({ '': [[], ''] }));
  assert.deepEqual(await dnsOf(connection.search(searchOf('DC=zone', 2))), []);
});

test('search() asks for the next page while the caller works on one', async (t) => {
  const pages: Pages = { '': [['DC=a'], 'one'], one: [['DC=b'], 'two'], two: [['DC=c'], ''] };
  const { connection, server } = await connectTo(t, servePages(pages));
  const search = connection.search(searchOf('DC=zone', 1));
  await search.next();
  while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.requests[1]?.cookie, 'one');
});

test('others are answered while the caller works on the last entries of a search', {
  timeout: 5000,
}, async (t) => {
  const { connection } = await connectTo(t, servePages({ '': [['DC=a'], ''] }));
  const found: (readonly string[])[] = [];
  for await (const page of connection.search(searchOf('DC=zone'))) {
    found.push(
      page.map(({ dn }) => dn),
      ...(await dnsOf(connection.search(searchOf('DC=zone')))),
    );
  }
  assert.deepEqual(found, [['DC=a'], ['DC=a']]);
});

test('search() leaves out referrals', async (t) => {
  const { connection } = await connectTo(t, ({ messageId }, peer) => {
    const reference = searchReference(messageId, 'ldap://child.corp.example.com');
    peer.send(reference, searchEntry(messageId, 'DC=a'), reference, searchDone(messageId));
  });
  assert.deepEqual(await dnsOf(connection.search(searchOf('DC=corp'))), [['DC=a']]);
});

test('searches run side by side, their answers mixed', async (t) => {
  const waiting: LdapRequest[] = [];
  const { connection } = await connectTo(t, (request, peer) => {
    waiting.push(request);
    if (waiting.length < 3) return;
    const reversed = waiting.splice(0).reverse();
    for (const part of ['1', '2']) {
      peer.send(...reversed.map(({ messageId, base }) => searchEntry(messageId, `DC=${part},${base}`)));
    }
    peer.send(...reversed.map(({ messageId }) => searchDone(messageId)));
  });
  const bases = ['DC=a', 'DC=b', 'DC=c'];
  const found = await Promise.all(bases.map((base) => dnsOf(connection.search(searchOf(base)))));
  assert.deepEqual(
    found,
    bases.map((base) => [[`DC=1,${base}`, `DC=2,${base}`]]),
  );
});

test('binds, modifies and searches share the connection', async (t) => {
  const { connection, server } = await connectTo(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.bind) peer.send(answer(messageId, BIND_RESPONSE));
    if (operation === OPERATIONS.modify) {
      // The change is answered in the middle of a search that was sent before it.
      const search = server.requests.find((request) => request.operation === OPERATIONS.search);
      const searchId = search?.messageId ?? 0;
      peer.send(searchEntry(searchId, 'DC=a'), answer(messageId, MODIFY_RESPONSE));
      peer.send(searchEntry(searchId, 'DC=b'), searchDone(searchId));
    }
  });
  await connection.request({ operation: 'sign in' }, (client) => client.bind('user@corp', 'secret'));
  const search = dnsOf(connection.search(searchOf('DC=zone')));
  await modify(connection);
  assert.deepEqual(await search, [['DC=a', 'DC=b']]);
  assert.equal(server.seen.connections, 1);
});

test('request() says what the server refused', async (t) => {
  const { connection } = await connectTo(t, ({ messageId }, peer) =>
    peer.send(answer(messageId, MODIFY_RESPONSE, { resultCode: 50, message: '00002098: no\0' })),
  );
  const error = await failureOf(modify(connection), 'rights');
  assert.equal(error.resultCode, 50);
  assert.equal(
    error.message,
    `Cannot change it on ${SERVER_NAME}: this account lacks the right (the server said: 00002098: no)`,
  );
});

test('search() fails with what the server answers in the middle', async (t) => {
  const cases = [
    [3, 'server', /time limit/],
    [4, 'server', /--page-size/],
    [11, 'server', /--page-size/],
    [12, 'server', /LDAP result 12 \(the server said: 00000057: cookie\)/],
    [51, 'busy', /try again/],
    [52, 'busy', /try again/],
  ] as const;
  for (const [resultCode, fault, words] of cases) {
    const { connection } = await connectTo(t, ({ messageId, cookie }, peer) => {
      peer.send(searchEntry(messageId, 'DC=a'));
      if (cookie === '') peer.send(searchDone(messageId, { cookie: Buffer.from('next') }));
      else peer.send(searchDone(messageId, { resultCode, message: '00000057: cookie' }));
    });
    const search = connection.search(searchOf('DC=zone', 1));
    assert.equal((await search.next()).done, false);
    assert.equal((await search.next()).done, false);
    const error = await failureOf(search.next(), fault);
    assert.match(error.message, words);
    assert.equal(error.resultCode, resultCode);
    assert.equal(error.dn, 'DC=zone');
    assert.deepEqual(await search.next(), { done: true, value: undefined });
  }
});

test('a search with a filter that is none fails alone', async (t) => {
  const { connection } = await connectTo(t, servePages({ '': [['DC=a'], ''] }), 400);
  await assert.rejects(
    dnsOf(connection.search({ ...searchOf('DC=zone'), filter: '((' })),
    /Unbalanced parens/,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(await dnsOf(connection.search(searchOf('DC=zone'))), [['DC=a']]);
});

test('a caller that stops early can go on using the connection', async (t) => {
  const pages: Pages = { '': [['DC=a'], 'one'], one: [['DC=b'], 'two'], two: [['DC=c'], ''] };
  const { connection } = await connectTo(t, servePages(pages));
  for await (const [first] of connection.search(searchOf('DC=zone', 1))) {
    assert.equal(first?.dn, 'DC=a');
    break;
  }
  assert.equal((await dnsOf(connection.search(searchOf('DC=zone', 1)))).length, 3);
});

test('counters tell requests, pages, entries and bytes', async (t) => {
  const { connection, server } = await connectTo(t, (request, peer) => {
    if (request.operation === OPERATIONS.modify) peer.send(answer(request.messageId, MODIFY_RESPONSE));
    else servePages({ '': [['DC=a', 'DC=b'], 'one'], one: [['DC=c'], ''] })(request, peer);
  });
  assert.deepEqual({ ...connection.counters }, { requests: 0, pages: 0, entries: 0, bytes: 0 });
  await dnsOf(connection.search(searchOf('DC=zone', 2)));
  await modify(connection);
  const sent = [
    searchEntry(2 ** 30, 'DC=a', [['dc', ['DC=a']]]).length * 3,
    searchDone(2 ** 30, { cookie: Buffer.from('one') }).length,
    searchDone(2 ** 30, { cookie: Buffer.from('') }).length,
    answer(2, MODIFY_RESPONSE).length,
  ];
  const bytes = sent.reduce((sum, size) => sum + size, 0);
  assert.deepEqual({ ...connection.counters }, { requests: 3, pages: 2, entries: 3, bytes });
  assert.equal(server.requests.length, 3);
});
