import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { BulkReader } from '../../../src/directory/ldap/bulk-reader.ts';
import { ConnectionPool } from '../../../src/directory/ldap/connection-pool.ts';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { NO_PATIENCE } from '../../../src/directory/ldap/patience.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { copyEntry } from '../../../src/records/entry.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { PAGED_RESULTS, searchDone, searchEntry } from '../../support/ber.ts';
import { connectTo, dnsOf, failureOf, SERVER_NAME, searchOf } from '../../support/ldap-client.ts';
import { type LdapRequest, OPERATIONS, type Peer, type TestLdapServer } from '../../support/ldap-server.ts';

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
  retries = 0,
): Promise<{ reader: BulkReader; pool: ConnectionPool; server: TestLdapServer; waits: number[] }> {
  const { connection, server } = await connectTo(t, handle);
  const waits: number[] = [];
  const pool = new ConnectionPool(connection, async () => {
    const { port } = server;
    const how = { host: '127.0.0.1', port, tls: 'off', caFile: null, insecure: false } as const;
    return new LdapConnection(await openTransport({ ...how, connectTimeoutMs: 5000 }), SERVER_NAME, 10_000);
  });
  t.after(() => pool.close());
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  return { reader: new BulkReader(pool, pageSize, { retries, wait }), pool, server, waits };
}

test('read() asks Samba for everything at once, over a connection that it keeps', async (t) => {
  const { reader, server, pool } = await readerOf(t, serve({ entries: NAMES.length, resultCode: 0 }));
  reader.meetServer(SAMBA);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.deepEqual(searchesOf(server), ['at once', 'at once']);
  assert.equal(server.seen.connections, 2);
  assert.equal(pool.first.counters.requests, 0);
  const { requests, entries } = pool.counters;
  assert.deepEqual({ requests, entries }, { requests: 2, entries: 2 * NAMES.length });
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
      assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
      assert.deepEqual(searchesOf(server), ['at once', 'page', 'page 2', 'page 4']);
    });
  }
}

test('read() passes on any other failure, whatever came before it', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 2, resultCode: 51 }));
  reader.meetServer(SAMBA);
  assert.equal((await failureOf(dnsOf(reader.read(SEARCH, copyEntry)), 'busy')).resultCode, 51);
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
    assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
    assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
  });
}

test('read() uses the first connection, page by page, when there is no other', async (t) => {
  for (const open of [null, () => Promise.reject(new Error('no more connections'))]) {
    const { connection, server } = await connectTo(t, serve({ entries: 1, resultCode: 4 }));
    const reader = new BulkReader(new ConnectionPool(connection, open), null, NO_PATIENCE);
    reader.meetServer(SAMBA);
    assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
    assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
  }
});

test('read() does not use a connection again on which an answer was left', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  for await (const page of reader.read(SEARCH, copyEntry)) {
    assert.equal(page.length, 2);
    break;
  }
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.equal(server.seen.connections, 3);
});

test('read() asks before anybody iterates', async (t) => {
  const { reader, server, pool } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  const pages = reader.read(SEARCH, copyEntry);
  while (searchesOf(server).length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual((await dnsOf(pages)).flat(), NAMES);
  assert.deepEqual(searchesOf(server), ['page', 'page 2', 'page 4']);
  assert.equal(pool.first.counters.requests, 0);
});

test('read() keeps two readings apart', async (t) => {
  const { reader, server } = await readerOf(t, serve({ entries: 0, resultCode: 0 }));
  const other = reader.read(searchOf('DC=other'), copyEntry);
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.deepEqual((await dnsOf(other)).flat(), NAMES);
  assert.equal(searchesOf(server).length, 6);
  assert.equal(server.seen.connections, 3);
});

test('read() keeps a failure for who iterates', async (t) => {
  const { reader } = await readerOf(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.search) peer.send(searchDone(messageId, { resultCode: 32 }));
  });
  const pages = reader.read(SEARCH, copyEntry);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await failureOf(dnsOf(pages), 'not-found');
});

test('close() also ends a connection that was still being opened', async (t) => {
  const { connection: main } = await connectTo(t, serve({ entries: 0, resultCode: 0 }));
  const { connection: late } = await connectTo(t, serve({ entries: 0, resultCode: 0 }));
  const opening = Promise.withResolvers<LdapConnection>();
  const pool = new ConnectionPool(main, () => opening.promise);
  const reader = new BulkReader(pool, null, NO_PATIENCE);
  reader.read(SEARCH, copyEntry);
  await pool.close();
  opening.resolve(late);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(late.isLost);
});

test('close() also ends the patience of a reading', async (t) => {
  const { reader, server, pool, waits } = await readerOf(t, () => {}, null, 5);
  const pages = reader.read(SEARCH, copyEntry);
  while (searchesOf(server).length < 1) await new Promise((resolve) => setImmediate(resolve));
  await pool.close();
  await failureOf(dnsOf(pages), 'unreachable');
  assert.deepEqual(waits, []);
  assert.equal(server.seen.connections, 2);
});

/** Serves the names two to a page; `trouble` may answer a page in its own way, told which of them it is. */
function serveWith(
  trouble: (page: number, request: LdapRequest, peer: Peer) => boolean,
): (request: LdapRequest, peer: Peer) => void {
  const well = serve({ entries: 0, resultCode: 0 });
  let pages = 0;
  return (request, peer) => {
    if (request.operation === OPERATIONS.search && trouble(++pages, request, peer)) return;
    well(request, peer);
  };
}

for (const [server, resultCode] of [
  ['Windows', 1],
  ['Windows', 12],
  ['Samba', 53],
] as const) {
  test(`read() begins again when ${server} forgot the cookie (${resultCode}), and gives every name once`, async (t) => {
    const {
      reader,
      server: at,
      waits,
    } = await readerOf(
      t,
      serveWith((page, { messageId }, peer) => {
        if (page === 3) peer.send(searchDone(messageId, { resultCode }));
        return page === 3;
      }),
    );
    assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
    assert.deepEqual(searchesOf(at), ['page', 'page 2', 'page 4', 'page', 'page 2', 'page 4']);
    assert.deepEqual(waits, []);
  });

  test(`read() takes ${resultCode} on the first page for what it says`, async (t) => {
    const { reader } = await readerOf(
      t,
      ({ operation, messageId }, peer) => {
        if (operation === OPERATIONS.search) peer.send(searchDone(messageId, { resultCode }));
      },
      null,
      5,
    );
    assert.equal((await failureOf(dnsOf(reader.read(SEARCH, copyEntry)), 'server')).resultCode, resultCode);
  });
}

test('read() asks for smaller pages when the server stops at a limit, down to 16', async (t) => {
  const sizes: number[] = [];
  const { reader } = await readerOf(t, ({ operation, messageId, pageSize }, peer) => {
    if (operation !== OPERATIONS.search) return;
    sizes.push(pageSize);
    if (pageSize > 20) peer.send(searchDone(messageId, { resultCode: 11 }));
    else peer.send(...NAMES.map((dn) => searchEntry(messageId, dn)), searchDone(messageId));
  });
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.deepEqual(sizes, [1000, 250, 62, 16]);
  const { reader: stubborn } = await readerOf(t, ({ operation, messageId }, peer) => {
    if (operation === OPERATIONS.search) peer.send(searchDone(messageId, { resultCode: 11 }));
  });
  const error = await failureOf(dnsOf(stubborn.read(SEARCH, copyEntry)), 'server');
  assert.equal(error.resultCode, 11);
});

test('read() goes on over a new connection when one breaks off in the middle of a page', async (t) => {
  const { reader, server, waits } = await readerOf(
    t,
    serveWith((page, { messageId }, peer) => {
      if (page !== 2) return false;
      peer.send(searchEntry(messageId, 'DC=c'), searchEntry(messageId, 'DC=d').subarray(0, 9));
      setTimeout(() => peer.drop(), 20);
      return true;
    }),
    null,
    1,
  );
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.equal(server.seen.connections, 3);
  assert.deepEqual(waits, [250]);
});

test('read() gives up when as many attempts as allowed brought nothing, each after a longer wait', async (t) => {
  const { reader, server, waits } = await readerOf(
    t,
    ({ operation }, peer) => {
      if (operation === OPERATIONS.search) peer.drop();
    },
    null,
    3,
  );
  await failureOf(dnsOf(reader.read(SEARCH, copyEntry)), 'unreachable');
  assert.deepEqual(waits, [250, 500, 1000]);
  assert.equal(server.seen.connections, 5);
});

test('read() waits for a server that is busy, and counts anew when something came', async (t) => {
  const { reader, waits } = await readerOf(
    t,
    serveWith((page, { messageId }, peer) => {
      const isBusy = page === 1 || page === 3 || page === 6;
      if (isBusy) peer.send(searchDone(messageId, { resultCode: 51 }));
      return isBusy;
    }),
    null,
    1,
  );
  assert.deepEqual((await dnsOf(reader.read(SEARCH, copyEntry))).flat(), NAMES);
  assert.deepEqual(waits, [250, 250, 250]);
});

test('read() asks for the values that a server leaves out of an entry', async (t) => {
  const values = ['v0', 'v1', 'v2', 'v3', 'v4'];
  const { reader, server } = await readerOf(t, ({ operation, messageId, bytes }, peer) => {
    if (operation !== OPERATIONS.search) return;
    const from = Number(/dnsRecord;range=(\d+)-\*/i.exec(bytes.toString('latin1'))?.[1] ?? 0);
    const to = from + 2 < values.length ? String(from + 1) : '*';
    const part = values.slice(from, from + 2);
    const attributes: [string, string[]][] = [[`dnsRecord;range=${from}-${to}`, part]];
    if (from === 0) attributes.unshift(['dc', ['a']]);
    peer.send(searchEntry(messageId, 'DC=a', attributes), searchDone(messageId));
  });
  const pages: RawEntry[][] = [];
  for await (const page of reader.read(SEARCH, copyEntry)) pages.push([...page]);
  assert.deepEqual(
    pages
      .flat()
      .map(({ dn, attributes }) => [
        dn,
        ...[...attributes].map(([name, list]) => [name, list.map((value) => Buffer.from(value).toString())]),
      ]),
    [['DC=a', ['dc', ['a']], ['dnsrecord', values]]],
  );
  assert.equal(searchesOf(server).length, 3);
});

test('read() does not take a part of the values for all when the server does not go on', async (t) => {
  const { reader } = await readerOf(t, ({ operation, messageId, bytes }, peer) => {
    if (operation !== OPERATIONS.search) return;
    const isFirst = !bytes.includes(';range=');
    const attributes: [string, string[]][] = isFirst ? [['member;range=0-1', ['a', 'b']]] : [['dc', ['a']]];
    peer.send(searchEntry(messageId, 'DC=a', attributes), searchDone(messageId));
  });
  const error = await failureOf(dnsOf(reader.read(SEARCH, copyEntry)), 'server');
  assert.match(
    error.message,
    /^Cannot read all values of member of DC=a: \S+ did not give member;range=2-\*$/,
  );
});
