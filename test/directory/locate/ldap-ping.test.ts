/** A domain controller, or what pretends to be one, is asked whether it is there. */

import assert from 'node:assert/strict';
import test, { after, before, type TestContext } from 'node:test';
import { pingServer } from '../../../src/directory/locate/ldap-ping.ts';
import type { NetlogonAnswer } from '../../../src/directory/locate/netlogon-answer.ts';
import { DirectoryError } from '../../../src/errors.ts';
import { bytesOf, type HexRow, loadRows } from '../../formats/codec-vectors.ts';
import { searchDone, searchEntry, type WireAttribute } from '../../support/ber.ts';
import { makeAuthority, type TestAuthority } from '../../support/certificates.ts';
import { startLdapServer } from '../../support/ldap-server.ts';
import { startUdpServer } from '../../support/udp-server.ts';

const [OWN_SITE, , , , NOT_COMPRESSED] = loadRows<HexRow>('netlogon-answer', 'valid').map(({ hex }) => hex);
const RODC = String(OWN_SITE).replace('17000000bd11', '17000000bd10');

let authority: TestAuthority;
before(() => {
  authority = makeAuthority();
});
after(() => authority.remove());

function pong(hex: string | undefined): Buffer {
  return Buffer.concat([searchEntry(1, '', [['netlogon', [bytesOf(hex ?? '')]]]), searchDone(1)]);
}

/** A server that answers to pings with `datagrams`, and over TLS with a rootDSE. */
async function ping(
  t: TestContext,
  datagrams: readonly Uint8Array[],
  rootDse: readonly WireAttribute[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<NetlogonAnswer | null> {
  const udp = await startUdpServer(t, () => datagrams);
  const tcp = await startLdapServer(
    ({ messageId }, peer) => peer.send(searchEntry(messageId, '', rootDse), searchDone(messageId)),
    { ...authority.good, fromStart: true },
  );
  t.after(() => tcp.close());
  const transport = { port: tcp.port, tls: 'ldaps', caFile: authority.caFile, insecure: false } as const;
  const target = { domain: 'Corp.example.com', host: 'localhost', address: '127.0.0.1' };
  return pingServer(target, { transport, udpPort: udp.port }, signal);
}

function refused(message: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof DirectoryError && error.fault === 'unreachable' && message.test(error.message);
}

const ROOT: readonly WireAttribute[] = [['defaultNamingContext', ['DC=corp,DC=example,DC=com']]];

test('a domain controller tells its site and that of the client', async (t) => {
  const answer = await ping(t, [pong(NOT_COMPRESSED)]);
  assert.equal(answer?.site, 'Berlin');
});

test('garbage before the answer is passed over', async (t) => {
  const answer = await ping(t, [Buffer.from('?'), pong('ff'), pong(OWN_SITE)]);
  assert.equal(answer?.site, 'Default-First-Site-Name');
});

test('a server that knows nothing of the domain is of no use', async (t) => {
  await assert.rejects(ping(t, [searchDone(1)]), refused(/it is no domain controller of Corp.example.com/));
  const [, , child] = loadRows<HexRow>('netlogon-answer', 'valid');
  await assert.rejects(ping(t, [pong(child?.hex)]), refused(/it is no domain controller of/));
});

test('a read-only domain controller is of no use', async (t) => {
  await assert.rejects(ping(t, [pong(RODC)]), refused(/it is a read-only domain controller/));
  const capability: WireAttribute = ['supportedCapabilities', ['1.2.840.113556.1.4.1920']];
  await assert.rejects(ping(t, [], [...ROOT, capability]), refused(/it is a read-only domain controller/));
});

test('where UDP brings nothing, or nothing but garbage, the rootDSE is read', async (t) => {
  assert.equal(await ping(t, [], ROOT), null);
  assert.equal(await ping(t, [pong('00')], ROOT), null);
});

test('the rootDSE must be one of the domain', async (t) => {
  await assert.rejects(ping(t, []), refused(/it is no domain controller of/));
  const other: WireAttribute = ['defaultNamingContext', ['DC=other,DC=example,DC=com']];
  await assert.rejects(ping(t, [], [other]), refused(/it is no domain controller of/));
});

test('one that is not waited for any more ends at once, and opens no connection', async (t) => {
  const end = new AbortController();
  setTimeout(() => end.abort(), 20);
  const started = performance.now();
  await assert.rejects(ping(t, [], ROOT, end.signal), refused(/no answer in time/));
  assert.ok(performance.now() - started < 800);
});
