import assert from 'node:assert/strict';
import test from 'node:test';
import { orderSrv } from '../../../src/directory/locate/srv-records.ts';
import { seededRandom } from '../../formats/codec-vectors.ts';

const ROUNDS = 20_000;

function random(): () => number {
  const draw = seededRandom(2782);
  return () => draw(2 ** 32) / 2 ** 32;
}

function server(target: string, priority: number, weight: number) {
  return { target, priority, weight };
}

test('priorities are kept apart, the lowest first', () => {
  const records = [server('c', 20, 5), server('a', 0, 1), server('b', 0, 1), server('d', 100, 0)];
  const groups = orderSrv(records, random()).map((group) => group.map(({ target }) => target).sort());
  assert.deepEqual(groups, [['a', 'b'], ['c'], ['d']]);
  assert.deepEqual(orderSrv([], random()), []);
});

test('weight decides how often a server comes first, and then second', () => {
  const records = [server('one', 0, 100), server('three', 0, 300), server('six', 0, 600)];
  const draw = random();
  const first = new Map<string, number>();
  const afterSix = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const [a, b] = (orderSrv(records, draw)[0] ?? []).map(({ target }) => target) as [string, string];
    first.set(a, (first.get(a) ?? 0) + 1);
    if (a === 'six') afterSix.set(b, (afterSix.get(b) ?? 0) + 1);
  }
  for (const [target, share] of [
    ['one', 0.1],
    ['three', 0.3],
    ['six', 0.6],
  ] as const) {
    assert.ok(Math.abs((first.get(target) ?? 0) / ROUNDS - share) < 0.01, `${target}: ${first.get(target)}`);
  }
  const threeAfterSix = (afterSix.get('three') ?? 0) / (first.get('six') ?? 1);
  assert.ok(Math.abs(threeAfterSix - 0.75) < 0.015, `${threeAfterSix}`);
});

test('weight 0 comes first only now and then, and in any order among its like', () => {
  const draw = random();
  let zeroFirst = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (orderSrv([server('zero', 0, 0), server('full', 0, 99)], draw)[0]?.[0]?.target === 'zero')
      zeroFirst += 1;
  }
  assert.ok(zeroFirst > 0 && zeroFirst / ROUNDS < 0.02, `${zeroFirst}`);
  const firsts = new Set<string | undefined>();
  for (let round = 0; round < 100; round += 1) {
    firsts.add(orderSrv([server('a', 0, 0), server('b', 0, 0)], draw)[0]?.[0]?.target);
  }
  assert.deepEqual([...firsts].sort(), ['a', 'b']);
});
