import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSpread } from '../../src/cli/changes/spread.ts';

function spread(size: number, length: number): readonly number[] {
  const sample = createSpread<number>(size);
  for (let item = 0; item < length; item++) sample.add(item);
  assert.equal(sample.seen, length);
  return sample.items();
}

test('createSpread() keeps everything when that is no more than was wanted', () => {
  assert.deepEqual(spread(5, 0), []);
  assert.deepEqual(spread(5, 5), [0, 1, 2, 3, 4]);
  assert.deepEqual(spread(Number.POSITIVE_INFINITY, 3), [0, 1, 2]);
});

test('createSpread() keeps as many as were wanted, each once, in order, over the whole length', () => {
  for (const size of [1, 7, 50]) {
    for (const length of [51, 100, 101, 1000, 12_345]) {
      const items = spread(size, length);
      assert.equal(items.length, size);
      assert.equal(items[0], 0);
      const gaps = items.slice(1).map((item, index) => item - (items[index] as number));
      assert.ok(
        gaps.every((gap) => gap > 0 && gap <= (4 * length) / size),
        `${size} of ${length}: ${gaps}`,
      );
      const end = length - (items.at(-1) as number);
      assert.ok(end <= (4 * length) / size, `${size} of ${length} ends ${end} before the end`);
    }
  }
});
