/** A UDP server on a free port of 127.0.0.1, for answers that no real server gives. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

export interface TestUdpServer {
  readonly port: number;
  /** Datagrams that arrived. */
  readonly requests: readonly Buffer[];
}

/**
 * @param answer gets the datagram and its number, from 1; each of what it returns is sent back
 * @param port a free one when left out; rejects with EADDRINUSE when it is taken
 */
export async function startUdpServer(
  t: TestContext,
  answer: (request: Buffer, number: number) => readonly Uint8Array[],
  port = 0,
): Promise<TestUdpServer> {
  const socket = createSocket('udp4');
  const requests: Buffer[] = [];
  socket.on('message', (request, { address, port }) => {
    requests.push(request);
    for (const datagram of answer(request, requests.length)) socket.send(datagram, port, address);
  });
  t.after(() => socket.close());
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, requests };
}
