import assert from 'node:assert/strict';
import test from 'node:test';
import { createGlobalCatalog } from '../../../src/directory/forest/global-catalog.ts';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { DirectoryError } from '../../../src/errors.ts';
import { parseDn } from '../../../src/formats/dn.ts';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { domainSid } from '../../support/corp.ts';
import { connectTo, failureOf, SERVER_NAME } from '../../support/ldap-client.ts';
import { OPERATIONS } from '../../support/ldap-server.ts';

test('a global catalog that loses its connection is asked again over another, and answers whole', async (t) => {
  let searches = 0;
  const { connection, server } = await connectTo(t, ({ operation, messageId }, peer) => {
    if (operation !== OPERATIONS.search) return;
    searches += 1;
    peer.send(searchEntry(messageId, 'CN=first'));
    if (searches === 1) return setImmediate(() => peer.drop());
    peer.send(searchEntry(messageId, 'CN=second'), searchDone(messageId));
  });
  let isFirst = true;
  const open = async (): Promise<LdapConnection> => {
    if (isFirst) {
      isFirst = false;
      return connection;
    }
    const how = { host: '127.0.0.1', port: server.port, tls: 'off', caFile: null, insecure: false } as const;
    return new LdapConnection(await openTransport({ ...how, connectTimeoutMs: 5000 }), SERVER_NAME, 5000);
  };
  const waits: number[] = [];
  const catalog = createGlobalCatalog(open, { retries: 1, wait: async (ms) => void waits.push(ms) });
  const members = await catalog.membersOf([parseDn('CN=staff,DC=corp,DC=example,DC=com')]);
  assert.deepEqual(
    members.map(({ dn }) => dn),
    ['CN=first', 'CN=second'],
  );
  assert.deepEqual(waits, [250]);
  await catalog.close();
  await failureOf(catalog.bySid([domainSid(500)]), 'unreachable');
  assert.equal(server.seen.connections, 2);
});

test('where nothing answers as a global catalog nothing is found', async () => {
  const refused = new DirectoryError('unreachable', 'Cannot connect', { operation: 'connect' });
  const catalog = createGlobalCatalog(() => Promise.reject(refused));
  assert.equal(await catalog.isThere(), false);
  assert.deepEqual(await catalog.bySid([domainSid(500)]), []);
  assert.equal(catalog.counters.requests, 0);
  await catalog.close();
});
