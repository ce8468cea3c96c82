/**
 * The replay server: a directory that answers from memory what a domain controller answered once. It costs next to
 * nothing, so that what a run takes is the client's own time. A process of its own, started by servers.ts:
 *
 *     node bench/replay.ts CAPTURE-FOLDER COPIES KEY-FILE CERTIFICATE-FILE
 *
 * It takes any password, sorts nothing, checks no rights and never says no to a change. LDAP, and LDAPS.
 */

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { copyMessages, createFramer, openMessage } from '../src/directory/ldap/ldap-wire.ts';
import {
  answer,
  BIND_RESPONSE,
  EXTENDED_RESPONSE,
  MODIFY_RESPONSE,
  searchDone,
} from '../test/support/ber.ts';
import { type Found, ReplayDirectory } from './replay-directory.ts';
import { OPERATIONS, readModify, readSearch, type SearchRequest } from './replay-request.ts';
import { type Serving, writeEntries } from './replay-writer.ts';

/** What was asked of the server since it started. */
export interface ReplayCounters {
  readonly requests: number;
  readonly searches: number;
  readonly modifies: number;
  /** Searches below a zone, and the names that were sent for them. */
  readonly namePages: number;
  readonly names: number;
  /** What all of this cost the server. */
  readonly cpuSeconds: number;
}

const NO_SUCH_OBJECT = 32;
const UNWILLING = 53;
/** Entries written at once; an unpaged answer is many of these. */
const BATCH = 1000;

const [folder = '', copies = '1', keyFile = '', certificateFile = ''] = process.argv.slice(2);
const directory = new ReplayDirectory(folder, Number(copies));
const counters = { requests: 0, searches: 0, modifies: 0, namePages: 0, names: 0 };

const clear = net.createServer(serve);
const secure = tls.createServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, serve);
clear.listen(0, '127.0.0.1', () => {
  secure.listen(0, '127.0.0.1', () => process.send?.({ ldap: portOf(clear), ldaps: portOf(secure) }));
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ ...counters, cpuSeconds: (user + system) / 1e6 } satisfies ReplayCounters);
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());

function portOf(server: net.Server): number {
  return (server.address() as net.AddressInfo).port;
}

function serve(socket: net.Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  const push = createFramer(copyMessages((message) => handle(socket, message)));
  socket.on('data', (chunk: Buffer) => {
    // What one chunk asked for is answered in one go.
    socket.cork();
    push(chunk);
    socket.uncork();
  });
}

function handle(socket: net.Socket, message: Buffer): void {
  const { messageId, operation, cursor } = openMessage(message);
  // To leave is to ask for nothing.
  if (operation !== OPERATIONS.unbind) counters.requests += 1;
  switch (operation) {
    case OPERATIONS.bind:
      socket.write(answer(messageId, BIND_RESPONSE));
      break;
    case OPERATIONS.unbind:
      socket.end();
      break;
    case OPERATIONS.modify: {
      counters.modifies += 1;
      const { dn, descriptor } = readModify(cursor);
      const resultCode = directory.writeDescriptor(dn, descriptor) ? 0 : NO_SUCH_OBJECT;
      socket.write(answer(messageId, MODIFY_RESPONSE, { resultCode }));
      break;
    }
    case OPERATIONS.search:
      counters.searches += 1;
      search(socket, messageId, readSearch(cursor));
      break;
    default:
      socket.write(answer(messageId, EXTENDED_RESPONSE, { resultCode: UNWILLING, message: 'replay server' }));
  }
}

function search(socket: net.Socket, messageId: number, request: SearchRequest): void {
  const found = directory.search(request);
  if (found === null) {
    socket.write(searchDone(messageId, { resultCode: NO_SUCH_OBJECT }));
    return;
  }
  const all = request.attributes.length === 0 || request.attributes.includes('*');
  const types = all ? found.set.attributes : request.attributes;
  const total = found.indexes.length * found.copies;
  const start = request.page === null ? 0 : Number(request.page.cookie.toString() || '0');
  const end = request.page === null ? total : Math.min(total, start + request.page.size);
  if (found.isZone) {
    counters.namePages += 1;
    counters.names += end - start;
  }
  const cookie = Buffer.from(end < total ? String(end) : '');
  const done = searchDone(messageId, request.page === null ? {} : { cookie });
  send(socket, found, { from: start, to: end }, types, messageId, done);
}

/** Sends entries batch by batch, as fast as the client takes them. */
function send(
  socket: net.Socket,
  found: Found,
  range: { readonly from: number; readonly to: number },
  types: readonly string[],
  messageId: number,
  done: Buffer,
): void {
  for (let from = range.from; from < range.to; from += BATCH) {
    const to = Math.min(range.to, from + BATCH);
    const free = socket.write(writeEntries(found.set, chosen(found, from, to), types, messageId));
    if (!free && to < range.to) {
      socket.once('drain', () => send(socket, found, { from: to, to: range.to }, types, messageId, done));
      return;
    }
  }
  socket.write(done);
}

/** The entries from..to of an answer: all of the first copy, then all of the next. */
function chosen({ indexes }: Found, from: number, to: number): Serving[] {
  const entries: Serving[] = [];
  for (let at = from; at < to; at++) {
    entries.push([indexes[at % indexes.length] as number, Math.floor(at / indexes.length)]);
  }
  return entries;
}
