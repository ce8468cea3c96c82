/**
 * A proxy in front of a real LDAPS server that misbehaves at the modifies it is told to: it cuts the connection
 * before or after the server has done one, keeps the answer to itself, or lets somebody else write first.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { copyMessages, createFramer, openMessage } from '../../src/directory/ldap/ldap-wire.ts';
import type { TestAuthority } from './certificates.ts';

const MODIFY_REQUEST = 0x66;
const MODIFY_RESPONSE = 0x67;

/**
 * What happens to a modify. `cut-before`: the server never gets it; `cut-after`: the server has done it, the client
 * never hears; `hold`: the same, and the connection stays open.
 */
export type Deed = 'pass' | 'cut-before' | 'cut-after' | 'hold';

export interface CutProxy {
  /** For `--server`. */
  readonly address: string;
  /** Modifies that arrived, and connections that were cut. */
  readonly seen: { readonly modifies: number; readonly cuts: number };
  close(): Promise<void>;
}

/**
 * @param decide gets the number of the modify, from 1; it may take its time, and do things meanwhile
 * @param onCut called whenever a connection has been cut
 */
export async function startCutProxy(
  server: { readonly host: string; readonly port: number },
  authority: TestAuthority,
  decide: (modify: number) => Deed | Promise<Deed>,
  onCut: () => void = () => {},
): Promise<CutProxy> {
  const seen = { modifies: 0, cuts: 0 };
  const open = new Set<tls.TLSSocket>();
  const listener = tls.createServer(authority.good, (client) => {
    const upstream = tls.connect({ ...server, rejectUnauthorized: false });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const cut = (): void => {
      seen.cuts += 1;
      client.destroy();
      upstream.destroy();
      onCut();
    };
    join(client, upstream, cut, () => {
      seen.modifies += 1;
      return decide(seen.modifies);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    address: `ldaps://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Forwards whole messages both ways; each modify waits for its verdict, and so does all that comes after it. */
function join(
  client: tls.TLSSocket,
  upstream: tls.TLSSocket,
  cut: () => void,
  decide: () => Deed | Promise<Deed>,
): void {
  const unanswered = new Map<number, Deed>();
  let turn: Promise<void> = Promise.resolve();
  const fromClient = createFramer(
    copyMessages((message) => {
      const { messageId, operation } = openMessage(message);
      turn = turn.then(async () => {
        const deed = operation === MODIFY_REQUEST ? await decide() : 'pass';
        if (deed === 'cut-before') return cut();
        if (deed !== 'pass') unanswered.set(messageId, deed);
        if (upstream.writable) upstream.write(message);
      });
    }),
  );
  const fromServer = createFramer(
    copyMessages((message) => {
      const { messageId, operation } = openMessage(message);
      const deed = operation === MODIFY_RESPONSE ? unanswered.get(messageId) : undefined;
      if (deed === 'cut-after') cut();
      else if (deed === undefined && client.writable) client.write(message);
    }),
  );
  client.on('data', fromClient);
  upstream.on('data', fromServer);
}
