/** A TCP relay on a DC's own address, so that its certificate fits, which tells when so much has been answered. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Relay {
  /** For `--server`. */
  readonly server: string;
  close(): Promise<void>;
}

/**
 * Relays to the DC's LDAPS port; `onBytes` is called once, before more than `bytes` in all have come back from it.
 *
 * @param front where it listens; a free port beside the DC when left out
 */
export async function startRelay(
  address: string,
  bytes: number,
  onBytes: () => void,
  front: { readonly address: string; readonly port: number } = { address, port: 0 },
): Promise<Relay> {
  const open = new Set<Socket>();
  let answered = 0;
  const listener = createServer((client) => {
    const upstream = connect(636, address);
    upstream.on('data', (chunk: Buffer) => {
      if (answered <= bytes && answered + chunk.length > bytes) onBytes();
      answered += chunk.length;
    });
    upstream.pipe(client);
    client.pipe(upstream);
    for (const [socket, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => peer.destroy());
    }
  });
  listener.listen(front.port, front.address);
  await once(listener, 'listening');
  return {
    server: `${front.address}:${(listener.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
