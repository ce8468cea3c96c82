import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMultisets } from '../../src/assess/multiset.ts';

test('compareMultisets() counts how often a thing is there, whatever the order', () => {
  const compare = (old: string, now: string) => {
    const { removed, added } = compareMultisets([...old], [...now], (item) => item.toLowerCase());
    return [removed.join(''), added.join('')];
  };
  assert.deepEqual(compare('', ''), ['', '']);
  assert.deepEqual(compare('abc', 'CBA'), ['', '']);
  assert.deepEqual(compare('aab', 'ab'), ['a', '']);
  assert.deepEqual(compare('ab', 'abbb'), ['', 'bb']);
  assert.deepEqual(compare('ax', 'ay'), ['x', 'y']);
});
