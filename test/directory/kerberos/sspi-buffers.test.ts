/** The structures of SSPI, byte by byte as sspi.h lays them out for 64 bits. */

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  BUFFER_TYPES,
  decodeSecBuffers,
  decodeSizes,
  encodeChannelBindings,
  encodeSecBufferDesc,
  encodeSecBuffers,
} from '../../../src/directory/kerberos/sspi-buffers.ts';

test('encodeSecBuffers() puts length, type and address in a row; decodeSecBuffers() reads them back', () => {
  const buffers = [
    { type: BUFFER_TYPES.token, length: 60, address: 0x7ff612345678n },
    { type: BUFFER_TYPES.empty, length: 0, address: 0n },
  ];
  const bytes = encodeSecBuffers(buffers);
  assert.equal(
    bytes.toString('hex'),
    ['3c000000', '02000000', '78563412f67f0000', '00000000', '00000000', '0000000000000000'].join(''),
  );
  assert.deepEqual(decodeSecBuffers(bytes), buffers);
});

test('encodeSecBufferDesc() has version 0, the count and the address', () => {
  assert.equal(encodeSecBufferDesc(2, 0x1020n).toString('hex'), '00000000020000002010000000000000');
});

test('encodeChannelBindings() has no addresses, and the data behind the structure', () => {
  const bytes = encodeChannelBindings(Buffer.from('abc'));
  assert.equal(bytes.toString('hex'), `${'00'.repeat(24)}0300000020000000616263`);
});

test('decodeSizes() takes block and trailer', () => {
  const bytes = Buffer.from('80bb00001c000000010000003c000000', 'hex');
  assert.deepEqual(decodeSizes(bytes), { blockBytes: 1, trailerBytes: 60 });
});
