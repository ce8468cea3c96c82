/**
 * A small LDAP server on a real socket, for the faults that no real domain controller can be made to show. It knows
 * nothing by itself: the test answers each request.
 */

import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { BerCursor, copyMessages, createFramer, openMessage } from '../../src/directory/ldap/ldap-wire.ts';
import { PAGED_RESULTS } from './ber.ts';

export const OPERATIONS = { bind: 0x60, unbind: 0x42, search: 0x63, modify: 0x66, extended: 0x77 } as const;

/** A request as it arrived; `base` and `cookie` are those of a search, else empty. */
export interface LdapRequest {
  readonly messageId: number;
  readonly operation: number;
  readonly bytes: Buffer;
  readonly base: string;
  readonly cookie: string;
  /** 0 when the search is not paged. */
  readonly pageSize: number;
}

/** The side of the client, as the server sees it. */
export interface Peer {
  send(...messages: readonly Uint8Array[]): void;
  /** Ends the connection without a word. */
  drop(): void;
  /** Who the client's certificate says it is; null when it showed none. */
  readonly clientName: string | null;
  /** Goes on with TLS from here, RFC 4511 4.14. */
  startTls(): void;
}

export interface TestLdapServer {
  readonly port: number;
  readonly requests: readonly LdapRequest[];
  /** Connections ever accepted, and the bytes of LDAP that came over them. */
  readonly seen: { readonly connections: number; readonly bytes: number };
  close(): Promise<void>;
}

/**
 * Key and certificate of the server; `fromStart` for LDAPS, else for StartTLS. With `clientCa` it asks for a
 * certificate of the client, and takes only those that this CA signed.
 */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  readonly fromStart: boolean;
  readonly clientCa?: string;
}

/** Listens on a free port of 127.0.0.1. `handle` is called once per request, in order. */
export async function startLdapServer(
  handle: (request: LdapRequest, peer: Peer) => void,
  secure?: ServerTls,
): Promise<TestLdapServer> {
  const requests: LdapRequest[] = [];
  const seen = { connections: 0, bytes: 0 };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    if (secure?.fromStart) serve(upgrade(socket, secure));
    else serve(socket);
  });

  function serve(stream: net.Socket): void {
    const peer: Peer = {
      send: (...messages) => {
        if (!stream.destroyed) stream.write(Buffer.concat(messages));
      },
      drop: () => stream.destroy(),
      get clientName() {
        return stream instanceof tls.TLSSocket ? nameOf(stream) : null;
      },
      startTls: () => {
        stream.removeAllListeners('data');
        if (secure !== undefined) serve(upgrade(stream, secure));
      },
    };
    const push = createFramer(
      copyMessages((bytes) => {
        const request = readRequest(bytes);
        requests.push(request);
        handle(request, peer);
      }),
    );
    stream.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length;
      push(chunk);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    requests,
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function nameOf(socket: tls.TLSSocket): string | null {
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : null;
}

function upgrade(socket: net.Socket, { key, cert, clientCa }: ServerTls): tls.TLSSocket {
  const asking = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const secured = new tls.TLSSocket(socket, { isServer: true, key, cert, ...asking });
  secured.on('error', () => {});
  return secured;
}

function readRequest(bytes: Buffer): LdapRequest {
  const { messageId, operation, cursor } = openMessage(bytes);
  const end = cursor.enter(operation, 'operation');
  const base = operation === OPERATIONS.search ? cursor.text('baseObject') : '';
  cursor.offset = end;
  return {
    messageId,
    operation,
    bytes,
    base,
    ...(cursor.done ? { cookie: '', pageSize: 0 } : pagingOf(cursor)),
  };
}

function pagingOf(cursor: BerCursor): { readonly cookie: string; readonly pageSize: number } {
  const controls = new BerCursor(cursor.content(0xa0, 'controls'));
  while (!controls.done) {
    const control = new BerCursor(controls.content(0x30, 'control'));
    if (control.text('controlType') !== PAGED_RESULTS) continue;
    control.content(0x01, 'criticality');
    control.enter(0x04, 'controlValue');
    control.enter(0x30, 'value');
    const pageSize = control.integer(0x02, 'size');
    return { cookie: control.text('cookie'), pageSize };
  }
  return { cookie: '', pageSize: 0 };
}
