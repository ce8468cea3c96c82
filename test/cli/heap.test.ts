import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import { createHeapGuide } from '../../src/cli/heap.ts';
import { assertKnowsFlags } from '../support/heap-guide.ts';

test('this Node.js knows the flags', () => assertKnowsFlags(process.execPath));

test('the flags are set where they were tried, the one about growth once a zone is on its way', (t) => {
  const flags: string[] = [];
  t.mock.method(v8, 'setFlagsFromString', (flag: string) => void flags.push(flag));
  for (const node of ['24.1.0', '26.0.0']) {
    const told = createHeapGuide(node);
    for (const names of [0, 4000, 5000, 6000]) told(names);
    if (node.startsWith('24')) assert.equal(flags.splice(0).at(-1), '--semi-space-growth-factor=1');
    assert.deepEqual(flags, []);
  }
});
