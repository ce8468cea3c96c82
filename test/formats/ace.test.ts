import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import {
  ACE_TYPES,
  type Ace,
  aceKey,
  aceKindOf,
  acesEqual,
  decodeAce,
  encodeAce,
  isInherited,
  isInheritOnly,
  readAce,
} from '../../src/formats/ace.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { Reader } from '../../src/formats/reader.ts';
import { WELL_KNOWN_SIDS } from '../../src/formats/sid.ts';
import { assertSurvivesDamage, bytesOf, hexOf, loadVectors, toJson } from './security-vectors.ts';

const ALLOW: Ace = {
  kind: 'basic',
  aceType: ACE_TYPES.accessAllowed,
  aceFlags: 0,
  mask: 0x20,
  sid: WELL_KNOWN_SIDS.system,
  extra: new Uint8Array(0),
};

for (const row of loadVectors('ace', 'valid')) {
  test(`decodeAce() and encodeAce(): ${row.name}`, () => {
    const bytes = bytesOf(row.hex);
    const { ace, sizeBytes } = decodeAce(bytes);
    assert.deepEqual(toJson(ace), row.value);
    assert.equal(sizeBytes, bytes.length);
    assert.equal(hexOf(encodeAce(ace)), row.hex);
    assertSurvivesDamage(bytes, decodeAce);
  });
}

for (const row of loadVectors('ace', 'invalid')) {
  test(`decodeAce() refuses: ${row.name}`, () => {
    assert.throws(() => decodeAce(bytesOf(row.hex)), FormatError);
  });
}

test('decodeAce() starts at the offset and stops at AceSize', () => {
  const { ace, sizeBytes } = decodeAce(
    bytesOf('ffff 0000140020000000010100000000000512000000 ff'.replaceAll(' ', '')),
    2,
  );
  assert.deepEqual(ace, ALLOW);
  assert.equal(sizeBytes, 20);
});

test('readAce() keeps what it returns apart from the bytes it came from', () => {
  const bytes = bytesOf('090018002000000001010000000000051200000061727478');
  const ace = readAce(new Reader(bytes, 'ACL'));
  bytes.fill(0);
  assert.equal(ace.kind === 'basic' && hexOf(ace.extra), '61727478');
});

test('decodeAce() says what is wrong and where', () => {
  assert.throws(() => decodeAce(bytesOf('00001600ff010f00')), {
    message: 'Cannot decode ACE at byte 2: AceSize is 22, needs a multiple of 4 from 4 up',
    offset: 2,
  });
});

test('encodeAce() takes the presence bits from the GUIDs', () => {
  const { aceFlags, mask, sid, extra } = ALLOW;
  const object = {
    kind: 'object',
    aceType: ACE_TYPES.accessAllowedObject,
    aceFlags,
    mask,
    sid,
    extra,
  } as const;
  const ace: Ace = {
    ...object,
    objectFlags: 2,
    objectType: SCHEMA_GUIDS.dnsRecord,
    inheritedObjectType: null,
  };
  assert.deepEqual(decodeAce(encodeAce(ace)).ace, { ...ace, objectFlags: 1 });
});

test('encodeAce() refuses what AceSize cannot say', () => {
  assert.throws(() => encodeAce({ ...ALLOW, extra: new Uint8Array(3) }), RangeError);
  assert.throws(() => encodeAce({ ...ALLOW, extra: new Uint8Array(65532) }), RangeError);
  assert.equal(encodeAce({ ...ALLOW, extra: new Uint8Array(65512) }).length, 65532);
});

test('acesEqual() and aceKey() compare stored bytes', () => {
  assert.equal(acesEqual(ALLOW, { ...ALLOW }), true);
  assert.equal(acesEqual(ALLOW, { ...ALLOW, aceFlags: 0x10 }), false);
  assert.equal(acesEqual(ALLOW, { ...ALLOW, mask: 0x30 }), false);
  assert.equal(acesEqual(ALLOW, { ...ALLOW, extra: new Uint8Array(4) }), false);
  assert.equal(aceKey(ALLOW), '0000140020000000010100000000000512000000');
});

test('isInherited() and isInheritOnly() read one flag each', () => {
  assert.deepEqual(
    [0x00, 0x10, 0x08, 0x1a].map((aceFlags) => isInherited({ ...ALLOW, aceFlags })),
    [false, true, false, true],
  );
  assert.deepEqual(
    [0x00, 0x10, 0x08, 0x1a].map((aceFlags) => isInheritOnly({ ...ALLOW, aceFlags })),
    [false, false, true, true],
  );
});

test('aceKindOf() knows the layout of every listed type but the compound one', () => {
  const kinds = Object.values(ACE_TYPES).map(aceKindOf);
  assert.equal(kinds.filter((kind) => kind === 'object').length, 8);
  assert.equal(kinds.filter((kind) => kind === 'unknown').length, 1);
  assert.equal(aceKindOf(ACE_TYPES.accessAllowedCompound), 'unknown');
  assert.equal(aceKindOf(0x14), 'unknown');
});
