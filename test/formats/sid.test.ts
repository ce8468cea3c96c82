import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { Reader } from '../../src/formats/reader.ts';
import {
  decodeSid,
  encodeSid,
  isSidText,
  parseSid,
  readSid,
  sidDomain,
  sidOf,
  sidRid,
  WELL_KNOWN_SIDS,
  wellKnownName,
} from '../../src/formats/sid.ts';
import { assertSurvivesDamage, bytesOf, hexOf, loadVectors } from './security-vectors.ts';

const ACCOUNT = parseSid('S-1-5-21-1047456448-2337630968-2720937775-1109');

for (const row of loadVectors('sid', 'valid')) {
  test(`decodeSid() and encodeSid(): ${row.name}`, () => {
    const sid = decodeSid(bytesOf(row.hex));
    assert.equal(sid, row.value);
    assert.equal(hexOf(encodeSid(sid)), row.hex);
    assert.equal(parseSid(sid), sid);
    assertSurvivesDamage(bytesOf(row.hex), decodeSid);
  });
}

for (const row of loadVectors('sid', 'noncanonical')) {
  test(`parseSid() makes canonical: ${row.name}`, () => {
    assert.equal(parseSid(row.text as string), row.value);
    assert.equal(isSidText(row.text as string), true);
  });
}

for (const row of loadVectors('sid', 'invalid')) {
  test(`refuses a SID: ${row.name}`, () => {
    if (row.text === undefined) {
      assert.throws(() => decodeSid(bytesOf(row.hex)), FormatError);
    } else {
      assert.throws(() => parseSid(row.text as string), FormatError);
      assert.equal(isSidText(row.text), false);
    }
  });
}

test('decodeSid() says what is wrong and where', () => {
  assert.throws(() => decodeSid(bytesOf('020100000000000512000000')), {
    message: 'Cannot decode SID at byte 0: Revision of the SID is 2, needs 1',
    offset: 0,
  });
});

test('readSid() leaves the cursor behind the SID', () => {
  const reader = new Reader(bytesOf('ffff010100000000000512000000ff'), 'ACE', 2);
  assert.equal(readSid(reader), 'S-1-5-18');
  assert.equal(reader.remaining, 1);
});

test('sidDomain() and sidRid() split domain accounts only', () => {
  assert.equal(sidDomain(ACCOUNT), 'S-1-5-21-1047456448-2337630968-2720937775');
  assert.equal(sidRid(ACCOUNT), 1109);
  for (const text of [
    'S-1-5-18',
    'S-1-5-32-544',
    'S-1-5-21-1-2-3',
    'S-1-5-21-1-2-3-4-5',
    'S-1-15-21-1-2-3-4',
  ]) {
    assert.equal(sidDomain(parseSid(text)), null, text);
    assert.equal(sidRid(parseSid(text)), null, text);
  }
});

test('sidOf() joins a domain and a RID, and refuses what is no RID', () => {
  const domain = parseSid('S-1-5-21-1-2-3');
  assert.equal(sidOf(domain, 4294967295), 'S-1-5-21-1-2-3-4294967295');
  for (const rid of [-1, 1.5, 4294967296, Number.NaN]) assert.throws(() => sidOf(domain, rid), RangeError);
});

test('wellKnownName() names every fixed SID and no other', () => {
  assert.equal(wellKnownName(WELL_KNOWN_SIDS.system), 'NT AUTHORITY\\SYSTEM');
  assert.equal(wellKnownName(WELL_KNOWN_SIDS.everyone), 'Everyone');
  assert.equal(wellKnownName(WELL_KNOWN_SIDS.administrators), 'BUILTIN\\Administrators');
  assert.equal(wellKnownName(ACCOUNT), null);
  for (const sid of Object.values(WELL_KNOWN_SIDS)) {
    assert.equal(parseSid(sid), sid);
    assert.notEqual(wellKnownName(sid), null, sid);
  }
  assert.equal(new Set(Object.values(WELL_KNOWN_SIDS)).size, Object.keys(WELL_KNOWN_SIDS).length);
});
