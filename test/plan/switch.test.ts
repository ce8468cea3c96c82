import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMode, isOnlySwap, octetsFor } from '../../src/plan/switch.ts';
import { AGING, OFF, PRIMARY, propertyOf, SECURE, UNSECURE } from '../support/zone-properties.ts';

const MODES = [
  ['none', OFF],
  ['nonsecure-and-secure', UNSECURE],
  ['secure-only', SECURE],
] as const;

for (const [mode, octets] of MODES) {
  test(`findMode() finds ${mode} among other properties`, () => {
    assert.deepEqual(findMode([PRIMARY, octets, AGING]), { kind: 'set', octets, mode });
  });

  test(`octetsFor() makes ${mode} of every other mode, and changes no other byte`, () => {
    for (const [, stored] of MODES) assert.deepEqual(octetsFor(mode, stored), octets);
  });
}

test('octetsFor() keeps a name length and a trailer that are rubbish', () => {
  const stored = Buffer.from('010000001700003500000000010000000200000001deadbeef', 'hex');
  const changed = Buffer.from('010000001700003500000000010000000200000002deadbeef', 'hex');
  assert.deepEqual(Buffer.from(octetsFor('secure-only', stored)), changed);
  assert.equal(stored[20], 1, 'what was stored stays as it was');
});

const UNCLEAR: readonly (readonly [what: string, values: readonly Uint8Array[], reason: RegExp])[] = [
  ['a zone without any property', [], /no properties at all, or this account may not read dNSProperty/],
  ['a zone without AllowUpdate', [PRIMARY, AGING], /^it has no AllowUpdate property$/],
  ['two values', [UNSECURE, PRIMARY, SECURE], /^2 values may be its AllowUpdate property \(01/],
  ['the same value twice, as under two spellings', [UNSECURE, UNSECURE], /^2 values may be/],
  ['a value that is cut off before its id', [UNSECURE, UNSECURE.slice(0, 12)], /^2 values may be/],
  ['only a value that is cut off', [PRIMARY, UNSECURE.slice(0, 12)], /AllowUpdate property is damaged: /],
  ['data that is cut off', [UNSECURE.slice(0, 20)], /AllowUpdate property is damaged: /],
  ['no data, which stands for a default', [propertyOf(2)], /holds 0 bytes of data, needs 1$/],
  ['too much data', [propertyOf(2, 1, 0, 0, 0)], /holds 4 bytes of data, needs 1$/],
  ['a mode that is none', [propertyOf(2, 3)], /^its AllowUpdate is 3, needs 0, 1 or 2$/],
];

for (const [what, values, reason] of UNCLEAR) {
  test(`findMode() does not guess: ${what}`, () => {
    const found = findMode(values);
    assert.match(found.kind === 'unclear' ? found.reason : assert.fail(found.mode), reason);
  });
}

test('isOnlySwap() sees the exchange of one value in any order, and nothing else', () => {
  const before = [PRIMARY, UNSECURE, AGING];
  const others: readonly (readonly Uint8Array[])[] = [
    [PRIMARY, UNSECURE, AGING],
    [PRIMARY, SECURE],
    [PRIMARY, SECURE, AGING, AGING],
    [PRIMARY, SECURE, UNSECURE, AGING],
    [PRIMARY, SECURE, propertyOf(0x40, 0, 0, 0, 0)],
    [PRIMARY, OFF, AGING],
  ];
  assert.ok(isOnlySwap(before, [AGING, SECURE, PRIMARY], UNSECURE, SECURE));
  for (const now of others) assert.ok(!isOnlySwap(before, now, UNSECURE, SECURE));
});
