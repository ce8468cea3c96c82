/** Whether a Node.js knows the flags that the heap guide sets. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const GUIDE = pathToFileURL(`${import.meta.dirname}/../../src/cli/heap.ts`).href;

/** Runs the guide through a zone of 10,000 names; V8 would complain on stderr. @param node its path */
export function assertKnowsFlags(node: string): void {
  const script = `import { createHeapGuide } from '${GUIDE}';
const told = createHeapGuide(process.versions.node);
for (let names = 0; names <= 10_000; names += 1000) told(names);
console.log('guided');`;
  const { stdout, stderr } = spawnSync(node, ['--no-warnings', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(stdout, 'guided\n');
}
