import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { assertSurvivesDamage, bytesOf, hexOf, loadVectors, toJson } from './security-vectors.ts';

const OPEN = '010004841400000020000000000000002c000000010100000000000512000000010100000000000512000000';
const OPEN_DACL = '04001c000100000000001400ff010f0001010000000000050b000000';

for (const row of loadVectors('security-descriptor', 'valid')) {
  test(`decodeSecurityDescriptor() and back: ${row.name}`, () => {
    const sd = decodeSecurityDescriptor(bytesOf(row.hex));
    assert.deepEqual(toJson(sd), row.value);
    assert.equal(hexOf(encodeSecurityDescriptor(sd)), row.hex);
    assertSurvivesDamage(bytesOf(row.hex), decodeSecurityDescriptor);
  });
}

for (const row of loadVectors('security-descriptor', 'noncanonical')) {
  test(`decodeSecurityDescriptor() takes the parts anywhere: ${row.name}`, () => {
    const sd = decodeSecurityDescriptor(bytesOf(row.hex));
    assert.deepEqual(toJson(sd), row.value);
    assert.equal(hexOf(encodeSecurityDescriptor(sd)), row.canonicalHex);
    assertSurvivesDamage(bytesOf(row.hex), decodeSecurityDescriptor);
  });
}

for (const row of loadVectors('security-descriptor', 'invalid')) {
  test(`decodeSecurityDescriptor() refuses: ${row.name}`, () => {
    assert.throws(() => decodeSecurityDescriptor(bytesOf(row.hex)), FormatError);
  });
}

test('decodeSecurityDescriptor() tells absent, NULL and empty DACLs apart', () => {
  const header = (control: string, dacl: string) =>
    `0100${control}000000000000000000000000${dacl}0400080000000000`;
  const kindOf = (hex: string) => decodeSecurityDescriptor(bytesOf(hex)).dacl;
  assert.deepEqual(kindOf(header('0080', '14000000')), { kind: 'absent' });
  assert.deepEqual(kindOf(header('0480', '00000000')), { kind: 'null' });
  const empty = kindOf(header('0480', '14000000'));
  assert.equal(empty.kind === 'present' && empty.acl.aces.length, 0);
});

test('encodeSecurityDescriptor() makes the control bits follow the parts', () => {
  const sd = decodeSecurityDescriptor(bytesOf(OPEN + OPEN_DACL));
  const control = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint16(2, true);
  assert.equal(control(encodeSecurityDescriptor({ ...sd, dacl: { kind: 'absent' } })), 0x8400);
  assert.equal(control(encodeSecurityDescriptor({ ...sd, sacl: { kind: 'null' } })), 0x8414);
  assert.equal(control(encodeSecurityDescriptor({ ...sd, control: 0x1000 })), 0x9004);
});

test('decodeSecurityDescriptor() says what is wrong and where', () => {
  const cut = bytesOf(`${OPEN}${OPEN_DACL.replace('04001c00', '04002000')}`);
  assert.throws(() => decodeSecurityDescriptor(cut), {
    message: 'Cannot decode security descriptor at byte 46: AclSize is 32, needs 8 to 28',
    offset: 46,
  });
});
