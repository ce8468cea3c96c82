/** The sealed layer: what TCP does to frames, and what a server must not get away with. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import test from 'node:test';
import {
  createFrameReader,
  MAX_FRAME_BYTES,
  sealTransport,
} from '../../../src/directory/kerberos/sasl-layer.ts';
import { type Transport, transportOver, UNPROTECTED } from '../../../src/directory/ldap/transport.ts';
import { DirectoryError, FormatError } from '../../../src/errors.ts';
import { ToyContext, toyFrame, toyWrap } from '../../support/toy-context.ts';

interface Sealed {
  readonly context: ToyContext;
  readonly transport: Transport;
  /** What carries the client's frames, and the server's end of it. */
  readonly carrier: Duplex;
  readonly server: Duplex;
  /** Everything that was opened so far. */
  readonly opened: () => string;
}

function seal(maxSendBytes = 1000): Sealed {
  const [client, server] = duplexPair();
  client.on('error', () => {});
  const context = new ToyContext();
  const transport = sealTransport(transportOver(client, UNPROTECTED), context, { host: 'dc1', maxSendBytes });
  let opened = '';
  transport.receive((chunk) => {
    opened += Buffer.from(chunk).toString();
  });
  return { context, transport, carrier: client, server, opened: () => opened };
}

/** The error that ends the stream. */
async function fateOf({ transport }: Sealed): Promise<Error> {
  const [error] = await once(transport.stream, 'error');
  return error as Error;
}

const MESSAGES = ['a', 'bc', 'x'.repeat(300), 'y'.repeat(70_000), 'end'];

for (const size of [1, 2, 3, 5, 7, 64, 1000, 65_536, 1_000_000]) {
  test(`createFrameReader() finds the frames in pieces of ${size} bytes`, () => {
    const stream = Buffer.concat(MESSAGES.map((message) => toyFrame(message)));
    const found: Buffer[] = [];
    const push = createFrameReader(100_000, (frame) => found.push(Buffer.from(frame)));
    for (let at = 0; at < stream.length; at += size) push(Buffer.from(stream.subarray(at, at + size)));
    assert.deepEqual(
      found,
      MESSAGES.map((message) => toyWrap(Buffer.from(message), true)),
    );
  });
}

for (const [what, header] of [
  ['longer than agreed', [0, 0, 0, 101]],
  ['longer than any memory', [255, 255, 255, 255]],
  ['that start like LDAP', [0x30, 0x0c, 0x02, 0x01]],
  ['without content', [0, 0, 0, 0]],
] as const) {
  test(`createFrameReader() refuses frames ${what}, whole or in pieces`, () => {
    const whole = createFrameReader(100, () => assert.fail('it was read'));
    assert.throws(() => whole(Buffer.from(header)), FormatError);
    const pieces = createFrameReader(100, () => assert.fail('it was read'));
    assert.throws(() => {
      for (const byte of [...header, 1]) pieces(Buffer.from([byte]));
    }, /its length is \d+ bytes, at most 100 were agreed/);
  });
}

test('sealTransport() says that it is signed and sealed', () => {
  const { protection } = seal().transport;
  assert.deepEqual(protection, { layer: 'gssapi', signed: true, sealed: true, detail: 'Kerberos' });
});

test('sealTransport() cuts what is longer than the server accepts', async () => {
  const { transport, server } = seal(12);
  const sent: Buffer[] = [];
  server.on('data', (chunk: Buffer) => sent.push(chunk));
  await new Promise((resolve) => transport.stream.write(Buffer.from('0123456789abcdefghijkl'), resolve));
  const expected = ['0123456789', 'abcdefghij', 'kl'].map((piece) => toyFrame(piece));
  assert.deepEqual(Buffer.concat(sent), Buffer.concat(expected));
});

test('sealTransport() opens frames that come together and frames that come in pieces', async () => {
  const sealed = seal();
  const bytes = Buffer.concat([toyFrame('one '), toyFrame('two '), toyFrame('three')]);
  for (const piece of [bytes.subarray(0, 19), bytes.subarray(19)]) sealed.server.write(piece);
  await new Promise(setImmediate);
  assert.equal(sealed.opened(), 'one two three');
});

test('sealTransport() ends the connection at a message that was changed, and opens nothing after it', async () => {
  const sealed = seal();
  const fate = fateOf(sealed);
  const bad = toyFrame('two ');
  bad[bad.length - 1] = 7;
  sealed.server.write(Buffer.concat([toyFrame('one '), bad, toyFrame('three')]));
  assert.match((await fate).message, /changed on the way/);
  assert.equal(sealed.opened(), 'one ');
  assert.ok(sealed.context.isReleased);
});

test('sealTransport() ends the connection at a message that was signed only', async () => {
  const sealed = seal();
  const fate = fateOf(sealed);
  sealed.server.write(toyFrame('for everybody to read', false));
  const error = await fate;
  assert.ok(error instanceof DirectoryError);
  assert.match(error.message, /a message was not encrypted/);
  assert.equal(sealed.opened(), '');
});

test('sealTransport() ends the connection at a frame that is too long', async () => {
  const sealed = seal();
  const fate = fateOf(sealed);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(MAX_FRAME_BYTES + 1);
  sealed.server.write(header);
  assert.ok((await fate) instanceof FormatError);
});

test('sealTransport() closes when the server closes, and knows when the ticket had expired', async () => {
  for (const isExpired of [false, true]) {
    const { context, transport, carrier } = seal();
    context.isExpired = isExpired;
    const closed = once(transport.stream, 'close');
    carrier.destroy();
    await closed;
    assert.ok(context.isReleased);
    context.isExpired = false;
    const words = /^Lost the connection to dc1: the Kerberos ticket has expired; get a new one with kinit/;
    assert.match(transport.lossReason?.()?.message ?? '', isExpired ? words : /^$/);
  }
});

test('sealTransport() pauses what carries it', () => {
  const { transport } = seal();
  transport.stream.pause();
  assert.ok(transport.stream.isPaused());
  transport.stream.resume();
  assert.ok(!transport.stream.isPaused());
});
