import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { BulkReader } from '../../src/directory/bulk-reader.ts';
import { LdapConnection } from '../../src/directory/ldap-connection.ts';
import { openTransport } from '../../src/directory/transport.ts';
import { PAGED_RESULTS, searchDone, searchEntry } from '../support/ber.ts';
import { copyOf } from '../support/corp.ts';
import { connectTo, dnsOf, failureOf, SERVER_NAME, searchOf } from '../support/ldap-client.ts';
import { type LdapRequest, OPERATIONS, type Peer, type TestLdapServer } from '../support/ldap-server.ts';

const SAMBA = 'Samba Team (https://www.samba.org)';
const NAMES = ['DC=a', 'DC=b', 'DC=c', 'DC=d', 'DC=e'];
const SEARCH = searchOf('DC=zone');

/** How a test server answers a search without paging: so many entries, and then this result. */
interface AtOnce {
  readonly entries: number;
  readonly resultCode: number;
}

/** Serves the names two to a page, in their order, and at once as it is told. */
function serve(atOnce: AtOnce): (request: LdapRequest, peer: Peer) => void {
  return (request, peer) => {
    const { operation, messageId, cookie } = request;
    if (operation !== OPERATIONS.search) return;
    const send = (names: readonly string[], done: Parameters<typeof searchDone>[1]): void =>
      peer.send(...names.map((dn) => searchEntry(messageId, dn)), searchDone(messageId, done));
    if (!isPaged(request)) {
      send(NAMES.slice(0, atOnce.entries), { resultCode: atOnce.resultCode });
      return;
    }
    const from = Number(cookie);
    const next = from + 2 < NAMES.length ? String(from + 2) : '';
    send(NAMES.slice(from, from + 2), { cookie: Buffer.from(next) });
  };
}

function isPaged({ bytes }: LdapRequest): boolean {
  return bytes.includes(PAGED_RESULTS);
}

/** How each search was asked for: by its cookie, or `at once`. */
function searchesOf({ requests }: TestLdapServer): string[] {
  return requests
    .filter(({ operation }) => operation === OPERATIONS.search)
    .map((request) => (isPaged(request) ? `page ${request.cookie}`.trim() : 'at once'));
}

async function readerOf(
  t: TestContext,
  handle: (request: LdapRequest, peer: Peer) => void,
  pageSize: number | null = null,
): Promise<{ reader: BulkReader; server: TestLdapServer; main: LdapConnection }> {
  const { connection: main, server } = await connectTo(t, handle);
  const reader = new BulkReader(main, pageSize, async () => {
    const { port } = server;
    const how = { host: '127.0.0.1', port, tls: 'off', caFile: null, insecure: false } as const;
    return new LdapConnection(await openTransport({ ...how, connectTimeoutMs: 5000 }), SERVER_NAME, 10_000);
  });
  t.after(() => reader.close());
  return { reader, server, main };
}

test('read() asks Samba for everything at once, over a connection that it keeps', async (t) => {
  const { reader, server, main } = await readerOf(t, serve({ entries: NAMES.length, resultCode: 0 }));
  reader.meetServer(SAMBA);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
  assert.deepEqual(searchesOf(server), ['at once', 'at once']);
  assert.equal(server.seen.connections, 2);
  assert.equal(main.counters.requests, 0);
  assert.deepEqual(
    reader.counters.map(({ requests, entries }) => ({ requests, entries })),
    [{ requests: 2, entries: 2 * NAMES.length }],
  );
});

for (const [limit, resultCode] of [
  ['timeLimitExceeded', 3],
  ['sizeLimitExceeded', 4],
  ['adminLimitExceeded', 11],
] as const) {
  for (const entries of [0, 1, 3, NAMES.length]) {
    test(`read() goes on page by page after ${entries} names and ${limit}`, async (t) => {
      const { reader, server } = await readerOf(t, serve({ entries, resultCode }));
      reader.meetServer(SAMBA);
      assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
      assert.deepEqual(searchesOf(server), ['at once', 'page', 'page 2', 'page 4']);
    });
  }
}

test('read() passes on any other failure, whatever came before it', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 2, resultCode: 51 }));
  reader.meetServer(SAMBA);
  assert.equal((await failureOf(dnsOf(reader.read(SEARCH, copyOf)), 'busy')).resultCode, 51);
  assert.deepEqual(searchesOf(server), ['at once']);
});

for (const [why, vendorName, pageSize] of [
  ['a server of another maker', 'Novell, Inc.', null],
  ['a server that does not say who made it, as Windows', null, null],
  ['Samba when the user chose a page size', SAMBA, 2],
] as const) {
  test(`read() asks ${why} page by page`, async (t) => {
    const { reader, server } = await readerOf(t, serve({ entries: 1, resultCode: 4 }), pageSize);
    reader.meetServer(vendorName);
    assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
    assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
  });
}

test('read() uses the first connection, page by page, when there is no other', async (t) => {
  for (const open of [null, () => Promise.reject(new Error('no more connections'))]) {
    const { connection, server } = await connectTo(t, serve({ entries: 1, resultCode: 4 }));
    const reader = new BulkReader(connection, null, open);
    reader.meetServer(SAMBA);
    assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
    assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
    await reader.close();
    assert.equal(connection.isLost, false);
  }
});

test('read() does not use a connection again on which an answer was left', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  for await (const page of reader.read(SEARCH, copyOf)) {
    assert.equal(page.length, 2);
    break;
  }
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
  assert.equal(server.seen.connections, 3);
});

test('read() asks before anybody iterates', async (t) => {
  const { reader, server, main } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  const pages = reader.read(SEARCH, copyOf);
  while (searchesOf(server).length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual((await dnsOf(pages)).flat(), NAMES);
  assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
  assert.equal(main.counters.requests, 0);
});

test('read() keeps two readings apart', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  const other = reader.read(searchOf('DC=other'), copyOf);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyOf))).flat(), NAMES);
  assert.deepEqual((await dnsOf(other)).flat(), NAMES);
  assert.equal(searchesOf(server).length, 6);
  assert.equal(server.seen.connections, 3);
});

test('read() keeps a failure for who iterates', async (t) => {
  const { reader } = await readerOf(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.search) peer.send(searchDone(messageId, { resultCode: 32 }));
  });
  const pages = reader.read(SEARCH, copyOf);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await failureOf(dnsOf(pages), 'not-found');
});

test('close() also ends a connection that was still being opened', async (t) => {
  const { connection: main } = await connectTo(t, serve({ entries: 0, resultCode: 0 }));
  const { connection: late } = await connectTo(t, serve({ entries: 0, resultCode: 0 }));
  const opening = Promise.withResolvers<LdapConnection>();
  const reader = new BulkReader(main, null, () => opening.promise);
  reader.read(SEARCH, copyOf);
  await reader.close();
  opening.resolve(late);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(late.isLost);
  assert.ok(!main.isLost);
});
