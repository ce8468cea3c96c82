import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from '../../src/formats/counted.ts';

test('counted() has one word for one and another for any other count', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'name')),
    ['0 names', '1 name', '2 names'],
  );
  assert.equal(counted(1, 'entry', 'entries'), '1 entry');
  assert.equal(counted(11, 'entry', 'entries'), '11 entries');
});
