/** One question and its answer over UDP, where either can get lost. */

import { createSocket } from 'node:dgram';
import net from 'node:net';

/** Where a datagram goes: an IP address and a port. */
export interface UdpPeer {
  readonly address: string;
  readonly port: number;
}

export interface UdpPatience {
  /** After how long the question is sent once more. */
  readonly resendMs: number;
  /** After how long there will be no answer. */
  readonly timeoutMs: number;
  /** Ends the wait, as a time-out does. */
  readonly signal?: AbortSignal;
}

/**
 * Sends `request` and waits for the answer, from this peer and no other.
 *
 * @param read gets each datagram; what it throws at is not the answer, and the wait goes on
 * @throws Error with the code ETIMEDOUT, or that of the operating system, such as ECONNREFUSED
 */
export function askByUdp<T>(
  peer: UdpPeer,
  request: Uint8Array,
  read: (datagram: Uint8Array) => T,
  { resendMs, timeoutMs, signal }: UdpPatience,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const socket = createSocket(net.isIPv6(peer.address) ? 'udp6' : 'udp4');
  let unread: unknown;
  const giveUp = (): void =>
    reject(Object.assign(new Error('no answer in time', { cause: unread }), { code: 'ETIMEDOUT' }));
  const send = (): void => socket.send(request);
  socket.on('error', reject);
  socket.on('message', (datagram) => {
    try {
      resolve(read(datagram));
    } catch (error) {
      unread = error;
    }
  });
  // Connected, so that the kernel drops what others send, and tells when nothing listens there.
  socket.connect(peer.port, peer.address, send);
  const again = setTimeout(send, resendMs);
  const end = setTimeout(giveUp, timeoutMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted === true) giveUp();
  return promise.finally(() => {
    clearTimeout(again);
    clearTimeout(end);
    signal?.removeEventListener('abort', giveUp);
    socket.close();
  });
}
