import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SMALL_SNAPSHOT, smallSnapshot } from '../support/make-small-snapshot.ts';

test('the small snapshot is what its script makes', () => {
  assert.equal(readFileSync(SMALL_SNAPSHOT, 'utf8'), smallSnapshot());
});
