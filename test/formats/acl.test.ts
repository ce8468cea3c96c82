import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { decodeAcl, encodeAcl, readAcl } from '../../src/formats/acl.ts';
import { Reader } from '../../src/formats/reader.ts';
import { assertSurvivesDamage, bytesOf, hexOf, loadVectors, toJson } from './security-vectors.ts';

const ONE_ACE = '02001c00010000000000140020000000010100000000000512000000';

for (const row of loadVectors('acl', 'valid')) {
  test(`decodeAcl() and encodeAcl(): ${row.name}`, () => {
    const acl = decodeAcl(bytesOf(row.hex));
    assert.deepEqual(toJson(acl), row.value);
    assert.equal(hexOf(encodeAcl(acl)), row.hex);
    assertSurvivesDamage(bytesOf(row.hex), decodeAcl);
  });
}

for (const row of loadVectors('acl', 'invalid')) {
  test(`decodeAcl() refuses: ${row.name}`, () => {
    assert.throws(() => decodeAcl(bytesOf(row.hex)), FormatError);
  });
}

test('readAcl() stops at AclSize and moves the cursor there', () => {
  const reader = new Reader(bytesOf(`ffff${ONE_ACE}ffffffff`), 'security descriptor', 2);
  assert.equal(readAcl(reader).aces.length, 1);
  assert.equal(reader.remaining, 4);
});

test('decodeAcl() does not let an ACE reach behind AclSize', () => {
  const shorter = ONE_ACE.replace('02001c00', '02001800');
  assert.throws(() => decodeAcl(bytesOf(shorter)), {
    message: 'Cannot decode ACL at byte 10: AceSize is 20, but 16 bytes are left',
    offset: 10,
  });
});

test('encodeAcl() takes 65,535 bytes and refuses more', () => {
  const [ace] = decodeAcl(bytesOf(ONE_ACE)).aces;
  assert.ok(ace);
  const acl = { revision: 2, sbz1: 0, sbz2: 0, aces: Array(3276).fill(ace), slack: new Uint8Array(7) };
  assert.equal(encodeAcl(acl).length, 65535);
  assert.throws(() => encodeAcl({ ...acl, slack: new Uint8Array(8) }), {
    name: 'FormatError',
    message: 'Cannot encode ACL: 3276 ACEs take 65536 bytes, needs at most 65535',
  });
});
