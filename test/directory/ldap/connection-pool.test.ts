import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { ConnectionPool } from '../../../src/directory/ldap/connection-pool.ts';
import type { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { connectTo, dnsOf, searchOf } from '../../support/ldap-client.ts';

const SEARCH = searchOf('DC=zone');

/** A connection to a server of its own that finds one name in everything. */
async function connect(t: TestContext): Promise<LdapConnection> {
  const { connection } = await connectTo(t, ({ messageId }, peer) =>
    peer.send(searchEntry(messageId, 'DC=a'), searchDone(messageId)),
  );
  return connection;
}

/** A pool that opens connections when asked, and all that it opened. */
async function poolOf(t: TestContext): Promise<{ pool: ConnectionPool; opened: LdapConnection[] }> {
  const opened: LdapConnection[] = [];
  const pool = new ConnectionPool(await connect(t), async () => {
    const connection = await connect(t);
    opened.push(connection);
    return connection;
  });
  return { pool, opened };
}

test('take() never gives one connection to two readers', async (t) => {
  const { pool, opened } = await poolOf(t);
  const taken = await Promise.all([pool.take(), pool.take()]);
  assert.deepEqual(new Set(taken), new Set(opened));
  assert.equal(opened.length, 2);
});

test('take() gives a connection again that was given back clean, unless it has been lost since', async (t) => {
  const { pool, opened } = await poolOf(t);
  const one = await pool.take();
  await pool.giveBack(one, true);
  assert.equal(await pool.take(), one);
  await pool.giveBack(one, true);
  await one.close();
  const other = await pool.take();
  assert.notEqual(other, one);
  assert.deepEqual(opened, [one, other]);
});

test('giveBack() closes a connection on which an answer was left, but never the first', async (t) => {
  const { pool } = await poolOf(t);
  const own = await pool.take();
  await pool.giveBack(own, false);
  assert.ok(own.isLost);
  await pool.giveBack(pool.first, false);
  assert.ok(!pool.first.isLost);
  assert.notEqual(await pool.take(), pool.first);
});

test('take() gives the first connection when no other can be had', async (t) => {
  const first = await connect(t);
  assert.equal(await new ConnectionPool(first, null).take(), first);
  const refusing = new ConnectionPool(first, () => Promise.reject(new Error('no more connections')));
  assert.equal(await refusing.take(), first);
  await first.close();
  await assert.rejects(refusing.take(), /no more connections/);
});

test('mendFirst() replaces a first connection that is lost, once for all who ask', async (t) => {
  const { pool, opened } = await poolOf(t);
  const first = pool.first;
  await pool.mendFirst();
  assert.equal(pool.first, first);
  await first.close();
  await Promise.all([pool.mendFirst(), pool.mendFirst(), pool.mendFirst()]);
  assert.deepEqual(opened, [pool.first]);
  assert.deepEqual(await dnsOf(pool.first.search(SEARCH)), [['DC=a']]);
});

test('mendFirst() tells each time why there is no other', async (t) => {
  const first = await connect(t);
  let attempts = 0;
  const pool = new ConnectionPool(first, () => Promise.reject(new Error(`attempt ${++attempts}`)));
  await first.close();
  await assert.rejects(pool.mendFirst(), /attempt 1/);
  await assert.rejects(pool.mendFirst(), /attempt 2/);
  assert.equal(pool.first, first);
});

test('isOver says when nothing can be read any more', async (t) => {
  const first = await connect(t);
  const alone = new ConnectionPool(first, null);
  assert.ok(!alone.isOver);
  await first.close();
  assert.ok(alone.isOver);
  const { pool } = await poolOf(t);
  await pool.first.close();
  assert.ok(!pool.isOver);
  await pool.close();
  assert.ok(pool.isOver);
});

test('close() closes every connection, and none is opened afterwards', async (t) => {
  const { pool, opened } = await poolOf(t);
  const [busy, idle] = [await pool.take(), await pool.take()];
  await pool.giveBack(idle, true);
  await pool.close();
  assert.deepEqual(
    [pool.first, busy, idle].map(({ isLost }) => isLost),
    [true, true, true],
  );
  await pool.mendFirst();
  assert.ok((await pool.take()).isLost);
  assert.equal(opened.length, 2);
});

test('counters add up over all connections, those that are gone included', async (t) => {
  const { pool } = await poolOf(t);
  await dnsOf(pool.first.search(SEARCH));
  const own = await pool.take();
  await dnsOf(own.search(SEARCH));
  await pool.giveBack(own, false);
  await pool.first.close();
  await pool.mendFirst();
  await dnsOf(pool.first.search(SEARCH));
  const { requests, pages, entries, bytes } = pool.counters;
  assert.deepEqual([requests, pages, entries], [3, 3, 3]);
  assert.ok(bytes > 0);
});
