/** TLS connections are read into one buffer, again and again: nothing of an answer may be kept by its place there. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { dnsOf, searchOf } from '../../support/ldap-client.ts';
import { startLdapServer } from '../../support/ldap-server.ts';

const PAGES = 4;

test('a search whose caller is slow asks for its own next page, whatever was answered meanwhile', async (t) => {
  const authority = makeAuthority();
  const server = await startLdapServer(
    ({ messageId, base, cookie }, peer) => {
      const [zone, page] = cookie === '' ? [base, 0] : [cookie.slice(0, -1), Number(cookie.at(-1))];
      assert.equal(zone, base, 'the cookie of another search');
      const next = page + 1 < PAGES ? `${base}${page + 1}` : '';
      peer.send(
        searchEntry(messageId, `${base}${page}`),
        searchDone(messageId, { cookie: Buffer.from(next) }),
      );
    },
    { ...authority.good, fromStart: true },
  );
  const transport = await openTransport({
    ...{ host: '127.0.0.1', port: server.port, tls: 'ldaps' },
    ...{ caFile: authority.caFile, insecure: false, connectTimeoutMs: 5000 },
  });
  const connection = new LdapConnection(transport, 'dc1', 5000);
  t.after(async () => {
    await connection.close();
    await server.close();
    authority.remove();
  });
  const slow = connection.search(searchOf('DC=a', 1));
  const found: (readonly string[])[] = [];
  for await (const page of slow) {
    found.push(page.map(({ dn }) => dn));
    assert.equal((await dnsOf(connection.search(searchOf('DC=b', 1)))).length, PAGES);
  }
  assert.deepEqual(found, [['DC=a0'], ['DC=a1'], ['DC=a2'], ['DC=a3']]);
});
