/** Which DNS server is asked, over what, and which answers are believed. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { DnsClient } from '../../../src/directory/locate/dns-client.ts';
import { DirectoryError } from '../../../src/errors.ts';
import { startUdpServer } from '../../support/udp-server.ts';

const NAME = '_ldap._tcp.dc._msdcs.a';
const FOUND = [{ priority: 0, weight: 100, target: 'x' }];

/** An answer to `request` with one SRV record whose target is `x`. */
function answerTo(request: Uint8Array, flags = 0x8580, change = 0): Buffer {
  const record = Buffer.from('c00c0021000100000258' + '0009' + '000000640185' + '017800', 'hex');
  const answer = Buffer.concat([request, (flags & 0xf) === 0 ? record : Buffer.alloc(0)]);
  answer.writeUInt16BE((answer.readUInt16BE(0) + change) & 0xffff, 0);
  answer.writeUInt16BE(flags, 2);
  answer.writeUInt16BE((flags & 0xf) === 0 ? 1 : 0, 6);
  return answer;
}

function client(...ports: readonly number[]): DnsClient {
  return new DnsClient(
    ports.map((port) => `127.0.0.1:${port}`),
    () => 0.5,
  );
}

/** A port that nobody listens on, neither over UDP nor over TCP. */
async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Answers over UDP that the answer is too long, and over TCP, on the same port, in two pieces. */
async function startTruncatingServer(t: TestContext): Promise<number> {
  for (;;) {
    const server = net.createServer((socket) => {
      socket.once('data', (chunk) => {
        const answer = answerTo(chunk.subarray(2));
        const length = Buffer.of(answer.length >> 8, answer.length);
        socket.write(Buffer.concat([length, answer.subarray(0, 9)]));
        setImmediate(() => socket.end(answer.subarray(9)));
      });
    });
    t.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      await startUdpServer(t, (request) => [answerTo(request, 0x8780)], port);
      return port;
    } catch (error) {
      // free over TCP need not be free over UDP: the next port, then
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

test('what is no answer to the question is passed over', async (t) => {
  const { port } = await startUdpServer(t, (request) => [
    Buffer.from('garbage'),
    request,
    answerTo(request, 0x8583, 1),
    answerTo(request),
  ]);
  assert.deepEqual((await client(port).srv(NAME)).records, FOUND);
});

test('a question that got lost is asked again', async (t) => {
  const { port, requests } = await startUdpServer(t, (request, number) =>
    number === 1 ? [] : [answerTo(request)],
  );
  assert.deepEqual((await client(port).srv(NAME)).records, FOUND);
  assert.equal(requests.length, 2);
});

test('the next server is asked when one is not there or fails', async (t) => {
  const failing = await startUdpServer(t, (request) => [answerTo(request, 0x8182)]);
  const good = await startUdpServer(t, (request) => [answerTo(request)]);
  const dns = client(await closedPort(), failing.port, good.port);
  assert.deepEqual((await dns.srv(NAME)).records, FOUND);
});

test('no such name is an answer', async (t) => {
  const { port } = await startUdpServer(t, (request) => [answerTo(request, 0x8183)]);
  assert.deepEqual((await client(port).srv(NAME)).records, []);
});

test('what does not fit a datagram is asked for over TCP', async (t) => {
  const port = await startTruncatingServer(t);
  assert.deepEqual((await client(port).srv(NAME)).records, FOUND);
});

test('it is said what became of each server', async (t) => {
  const failing = await startUdpServer(t, (request) => [answerTo(request, 0x8185)]);
  const closed = await closedPort();
  await assert.rejects(client(closed, failing.port).srv(NAME), (error: unknown) => {
    assert.ok(error instanceof DirectoryError);
    assert.equal(error.fault, 'unreachable');
    assert.match(
      error.message,
      new RegExp(`${closed}: ECONNREFUSED, .*${failing.port}: DNS error 5; give --server`),
    );
    return true;
  });
  await assert.rejects(client().srv(NAME), /this machine has no DNS server/);
});
