import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceFromPlan, holdsChange } from '../../src/apply/compare.ts';
import { FormatError } from '../../src/errors.ts';
import { descriptorBytes, domainSid } from '../support/corp.ts';

const PLANNED = 'O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)';

/** The same owner and DACL, or what differs. */
const FOUND: readonly (readonly [why: string, found: string, difference: string | null])[] = [
  ['the same descriptor', PLANNED, null],
  ['another group', 'O:SYG:BAD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)', null],
  [
    'another owner',
    `O:DOM-1109G:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)`,
    `its owner is ${domainSid(1109)} now, was S-1-5-18`,
  ],
  ['no owner', 'G:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)', 'its owner is missing now, was S-1-5-18'],
  [
    'inheritance switched off',
    'O:SYG:SYD:PAI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)',
    'its inheritance was switched on or off',
  ],
  ['one more ACE', `${PLANNED}(A;ID;LC;;;RU)`, 'its DACL was changed'],
  ['one ACE less', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;ID;RP;;;BA)', 'its DACL was changed'],
  ['another mask', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;;RP;;;AU)(A;ID;RP;;;BA)', 'its DACL was changed'],
  [
    'another order, which decides',
    'O:SYG:SYD:AI(A;;WP;;;AU)(A;;RP;;;WD)(A;ID;RP;;;BA)',
    'its DACL was changed',
  ],
  ['a NULL DACL', 'O:SYG:SYD:AINO_ACCESS_CONTROL', 'its DACL is null now, was present'],
  ['no DACL', 'O:SYG:SY', 'its DACL is absent now, was present'],
];

for (const [why, found, difference] of FOUND) {
  test(`differenceFromPlan() meets ${why}`, () => {
    assert.equal(differenceFromPlan(descriptorBytes(PLANNED), descriptorBytes(found)), difference);
  });
}

/** Explicit ACEs as multisets; of inherited ones only whether there are any. */
const WRITTEN: readonly (readonly [why: string, found: string, holds: boolean])[] = [
  ['what was written', PLANNED, true],
  ['explicit ACEs in another order', 'O:SYG:SYD:AI(A;;WP;;;AU)(A;;RP;;;WD)(A;ID;RP;;;BA)', true],
  ['other inherited ACEs', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)(A;ID;LC;;;RU)', true],
  ['a control bit that does not matter', 'O:SYG:SYD:(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)', true],
  ['inherited ACEs lost', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)', false],
  ['an explicit ACE more', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;;WP;;;BG)(A;ID;RP;;;BA)', false],
  [
    'an explicit ACE twice, which a directory may collapse',
    'O:SYG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;;WP;;;AU)(A;ID;RP;;;BA)',
    true,
  ],
  ['one twice in place of another', 'O:SYG:SYD:AI(A;;WP;;;AU)(A;;WP;;;AU)(A;ID;RP;;;BA)', false],
  ['an explicit ACE less', 'O:SYG:SYD:AI(A;;RP;;;WD)(A;ID;RP;;;BA)', false],
  ['another owner', 'O:BAG:SYD:AI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)', false],
  ['a protected list', 'O:SYG:SYD:PAI(A;;RP;;;WD)(A;;WP;;;AU)(A;ID;RP;;;BA)', false],
  ['a NULL DACL', 'O:SYG:SYD:AINO_ACCESS_CONTROL', false],
];

for (const [why, found, holds] of WRITTEN) {
  test(`holdsChange() is ${holds} for ${why}`, () => {
    assert.equal(holdsChange(descriptorBytes(PLANNED), descriptorBytes(found)), holds);
  });
}

test('holdsChange() and differenceFromPlan() refuse bytes that are no descriptor', () => {
  assert.throws(() => holdsChange(descriptorBytes(PLANNED), new Uint8Array(4)), FormatError);
  assert.throws(() => differenceFromPlan(descriptorBytes(PLANNED), new Uint8Array(4)), FormatError);
});
