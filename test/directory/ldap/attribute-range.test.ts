import assert from 'node:assert/strict';
import test from 'node:test';
import { isRangeName, rangeOf } from '../../../src/directory/ldap/attribute-range.ts';

test('rangeOf() reads which values came, and whether they are the last', () => {
  assert.deepEqual(rangeOf('member;range=0-1499'), {
    attribute: 'member',
    first: 0,
    last: 1499,
    isFinal: false,
  });
  const { attribute, first, isFinal } = rangeOf('memberof;range=3000-*') ?? assert.fail('no range');
  assert.deepEqual({ attribute, first, isFinal }, { attribute: 'memberof', first: 3000, isFinal: true });
});

for (const name of [
  ...['member', 'range=0-1499', ';range=0-1499', 'member;range=0', 'member;range=*-5', 'member;range=-5'],
  ...['member;range=0-1499;binary', 'member;binary', 'member;range=0-14x'],
]) {
  test(`rangeOf() takes ${name} for a name like any other`, () => {
    assert.equal(rangeOf(name), null);
    assert.equal(isRangeName(name), false);
  });
}
