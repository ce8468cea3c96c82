/** A TCP proxy that keeps a copy of everything that passes, both ways in the order it came. */

import { once } from 'node:events';
import net from 'node:net';

export interface RecordingProxy {
  readonly port: number;
  /** All bytes of both directions so far, from `start` on. */
  recorded(start?: number): Buffer;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and connects to `server` for each client. */
export async function startRecordingProxy(server: {
  readonly host: string;
  readonly port: number;
}): Promise<RecordingProxy> {
  const chunks: Buffer[] = [];
  const open = new Set<net.Socket>();
  const listener = net.createServer((client) => {
    const upstream = net.connect(server);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        to.write(chunk);
      });
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as net.AddressInfo).port,
    recorded: (start = 0) => Buffer.concat(chunks).subarray(start),
    close: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
