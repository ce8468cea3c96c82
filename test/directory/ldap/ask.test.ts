import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { ask } from '../../../src/directory/ldap/ask.ts';
import { ConnectionPool } from '../../../src/directory/ldap/connection-pool.ts';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import type { PatienceOptions } from '../../../src/directory/ldap/patience.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { connectTo, failureOf, SERVER_NAME, searchOf } from '../../support/ldap-client.ts';
import type { LdapRequest, Peer, TestLdapServer } from '../../support/ldap-server.ts';

/** What a server does with one search after the other; the last is done again with all that follow. */
type Deeds = readonly ((request: LdapRequest, peer: Peer) => void)[];

interface Asking {
  readonly pool: ConnectionPool;
  readonly server: TestLdapServer;
  readonly patience: PatienceOptions;
  readonly waits: readonly number[];
}

const SEARCH = searchOf('DC=zone', 2);

/** @param canOpen whether the pool may open other connections */
async function askingOf(t: TestContext, deeds: Deeds, retries: number, canOpen = true): Promise<Asking> {
  let at = 0;
  const { connection, server } = await connectTo(t, (request, peer) => {
    deeds[Math.min(at, deeds.length - 1)]?.(request, peer);
    at += 1;
  });
  const waits: number[] = [];
  const open = async (): Promise<LdapConnection> => {
    const how = { host: '127.0.0.1', port: server.port, tls: 'off', caFile: null, insecure: false } as const;
    return new LdapConnection(await openTransport({ ...how, connectTimeoutMs: 5000 }), SERVER_NAME, 10_000);
  };
  const pool = new ConnectionPool(connection, canOpen ? open : null);
  t.after(() => pool.close());
  return { pool, server, patience: { retries, wait: async (ms) => void waits.push(ms) }, waits };
}

const answerAll = ({ messageId, cookie }: LdapRequest, peer: Peer): void => {
  if (cookie !== '') peer.send(searchEntry(messageId, 'DC=c'), searchDone(messageId));
  else answerHalf({ messageId }, peer);
};
const answerHalf = ({ messageId }: Pick<LdapRequest, 'messageId'>, peer: Peer): void =>
  peer.send(
    searchEntry(messageId, 'DC=a'),
    searchEntry(messageId, 'DC=b'),
    searchDone(messageId, { cookie: Buffer.from('next') }),
  );
const drop = (_: LdapRequest, peer: Peer): void => peer.drop();
const refuse =
  (resultCode: number) =>
  ({ messageId }: LdapRequest, peer: Peer): void =>
    peer.send(searchDone(messageId, { resultCode }));

async function dnsOf({ pool, patience }: Asking): Promise<string[]> {
  return (await ask(pool, SEARCH, patience)).map(({ dn }) => dn);
}

test('ask() gives the entries of every page', async (t) => {
  const asking = await askingOf(t, [answerAll], 0);
  assert.deepEqual(await dnsOf(asking), ['DC=a', 'DC=b', 'DC=c']);
  assert.equal(asking.server.seen.connections, 1);
});

test('ask() begins anew over another connection, and gives nothing twice', async (t) => {
  const asking = await askingOf(t, [answerHalf, drop, answerAll], 1);
  assert.deepEqual(await dnsOf(asking), ['DC=a', 'DC=b', 'DC=c']);
  assert.deepEqual(asking.waits, [250]);
  assert.equal(asking.server.seen.connections, 2);
});

test('ask() asks a busy server again over the same connection', async (t) => {
  const asking = await askingOf(t, [refuse(51), refuse(52), answerAll], 2);
  assert.deepEqual(await dnsOf(asking), ['DC=a', 'DC=b', 'DC=c']);
  assert.deepEqual(asking.waits, [250, 500]);
  assert.equal(asking.server.seen.connections, 1);
});

test('ask() gives up when it has failed too often, and what came until then is no answer', async (t) => {
  const asking = await askingOf(t, [answerHalf, drop], 3);
  await failureOf(ask(asking.pool, SEARCH, asking.patience), 'unreachable');
  assert.deepEqual(asking.waits, [250, 500, 1000]);
});

test('ask() mends a connection that was lost before anybody asked, without waiting', async (t) => {
  const asking = await askingOf(t, [answerAll], 0);
  await asking.pool.first.close();
  assert.deepEqual(await dnsOf(asking), ['DC=a', 'DC=b', 'DC=c']);
  assert.deepEqual(asking.waits, []);
});

test('ask() does not wait where no other connection can be had, nor after the end', async (t) => {
  const alone = await askingOf(t, [drop], 5, false);
  await failureOf(dnsOf(alone), 'unreachable');
  assert.deepEqual(alone.waits, []);
  const closed = await askingOf(t, [answerAll], 5);
  await closed.pool.close();
  await failureOf(dnsOf(closed), 'unreachable');
  assert.deepEqual(closed.waits, []);
  assert.equal(closed.server.seen.connections, 1);
});

test('ask() passes on what will not pass by itself', async (t) => {
  const asking = await askingOf(t, [refuse(50)], 5);
  await failureOf(dnsOf(asking), 'rights');
  assert.deepEqual(asking.waits, []);
});

test('ask() puts entries whose values came in parts behind the others, whole', async (t) => {
  const asking = await askingOf(
    t,
    [
      ({ messageId }, peer) =>
        peer.send(
          searchEntry(messageId, 'CN=large', [['member;range=0-0', ['a']]]),
          searchEntry(messageId, 'CN=small', [['member', ['x']]]),
          searchDone(messageId),
        ),
      ({ messageId }, peer) =>
        peer.send(searchEntry(messageId, 'CN=large', [['member;range=1-*', ['b']]]), searchDone(messageId)),
    ],
    0,
  );
  const found = await ask(asking.pool, searchOf('DC=zone'), asking.patience);
  assert.deepEqual(
    found.map(({ dn, attributes }) => [dn, Buffer.concat(attributes.get('member') ?? []).toString()]),
    [
      ['CN=small', 'x'],
      ['CN=large', 'ab'],
    ],
  );
});
