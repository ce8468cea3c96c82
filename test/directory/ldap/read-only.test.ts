import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { AddRequest, Attribute, Change, type Client, DeleteRequest, ModifyDNRequest } from 'ldapts';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { refuseWrite, WHO_AM_I_OID } from '../../../src/directory/ldap/read-only.ts';
import { transportOver, UNPROTECTED } from '../../../src/directory/ldap/transport.ts';
import { SafetyError } from '../../../src/errors.ts';
import { answer, BIND_RESPONSE, EXTENDED_RESPONSE, searchDone } from '../../support/ber.ts';
import { connectTo, dnsOf, failureOf, SERVER_NAME, searchOf } from '../../support/ldap-client.ts';
import { OPERATIONS } from '../../support/ldap-server.ts';

const SUBJECT = 'DC=pc1,DC=corp.example.com';
const CHANGE = new Change({
  operation: 'replace',
  modification: new Attribute({ type: 'nTSecurityDescriptor', values: ['x'] }),
});

const WRITES: readonly (readonly [words: RegExp, run: (client: Client) => Promise<unknown>])[] = [
  [/a modify request/, (client) => client.modify(SUBJECT, CHANGE)],
  [/an add request/, (client) => client.add(SUBJECT, { objectClass: 'dnsNode' })],
  [/a delete request/, (client) => client.del(SUBJECT)],
  [/a modify DN request/, (client) => client.modifyDN(SUBJECT, 'DC=pc2')],
  [/an extended operation/, (client) => client.exop('1.3.6.1.4.1.4203.1.11.1', 'change a password')],
];

/** A connection over a stream that keeps what is sent in `sent`. */
function record(t: TestContext, readOnly: boolean): { connection: LdapConnection; sent: Buffer[] } {
  const sent: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, callback) {
      sent.push(chunk);
      callback();
    },
  });
  const transport = transportOver(stream, UNPROTECTED);
  const connection = new LdapConnection(transport, SERVER_NAME, 200, readOnly);
  t.after(() => connection.close());
  return { connection, sent };
}

for (const [words, run] of WRITES) {
  const change = (connection: LdapConnection): Promise<void> =>
    connection.request({ operation: 'change it' }, async (client) => {
      await run(client);
    });

  test(`a read-only connection refuses ${words.source}, and sends no byte`, async (t) => {
    const { connection, sent } = record(t, true);
    await assert.rejects(change(connection), (error: Error) => {
      assert.ok(error instanceof SafetyError, String(error));
      assert.match(error.message, words);
      assert.match(error.message, /read-only; leave out --read-only/);
      return true;
    });
    assert.ok(connection.isLost);
    assert.deepEqual(sent, []);
  });

  test(`${words.source} goes out over a connection that is not read-only`, async (t) => {
    const { connection, sent } = record(t, false);
    await failureOf(change(connection), 'unreachable');
    assert.equal(sent.length, 1);
  });
}

test('a read-only connection signs in, searches and asks who it is', async (t) => {
  const { connection, server } = await connectTo(
    t,
    ({ messageId, operation }, peer) => {
      if (operation === OPERATIONS.bind) peer.send(answer(messageId, BIND_RESPONSE));
      if (operation === OPERATIONS.search) peer.send(searchDone(messageId));
      if (operation === OPERATIONS.extended) peer.send(answer(messageId, EXTENDED_RESPONSE));
    },
    10_000,
    true,
  );
  await connection.request({ operation: 'sign in' }, (client) => client.bind('a', 'b'));
  assert.deepEqual(await dnsOf(connection.search(searchOf('DC=zone'))), []);
  await connection.request({ operation: 'ask' }, async (client) => {
    await client.exop(WHO_AM_I_OID);
  });
  assert.equal(server.requests.length, 3);
});

test('refuseWrite() lets out one whole harmless message and nothing besides', () => {
  const search = Buffer.from('300502010163 00'.replaceAll(' ', ''), 'hex');
  refuseWrite(search);
  for (const [bytes, words] of [
    [Buffer.concat([search, search]), /more than one message/],
    [Buffer.concat([search, new DeleteRequest({ messageId: 2, dn: SUBJECT }).write()]), /more than one/],
    [search.subarray(0, 5), /no whole LDAP message/],
    [Buffer.alloc(0), /no whole LDAP message/],
    [Buffer.from('30050201017f00', 'hex'), /operation 0x7f/],
    [new AddRequest({ messageId: 1, dn: SUBJECT, attributes: [] }).write(), /an add request/],
    [new ModifyDNRequest({ messageId: 1, dn: SUBJECT, newRdn: 'DC=x' }).write(), /a modify DN request/],
  ] as const) {
    assert.throws(() => refuseWrite(bytes), words);
  }
});
