import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryFlow } from '../../../src/directory/ldap/entry-flow.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { entryOf } from '../../support/corp.ts';

function chunkOf(name: string): readonly RawEntry[] {
  return [entryOf(`DC=${name}`)];
}

function flowWithGate(): { flow: EntryFlow<RawEntry>; calls: string[] } {
  const calls: string[] = [];
  const gate = { hold: () => void calls.push('hold'), letGo: () => void calls.push('let go') };
  return { flow: new EntryFlow<RawEntry>(gate), calls };
}

test('chunks come in their order, those added before and those added while the caller waits', async () => {
  const { flow } = flowWithGate();
  flow.add(chunkOf('a'));
  const names: string[] = [];
  const reading = (async () => {
    for await (const [entry] of flow) names.push(entry?.dn ?? '');
  })();
  for (const name of ['b', 'c', 'd']) {
    await new Promise((resolve) => setImmediate(resolve));
    flow.add(chunkOf(name));
  }
  flow.end();
  await reading;
  assert.deepEqual(names, ['DC=a', 'DC=b', 'DC=c', 'DC=d']);
});

test('while a chunk waits the gate is held; when all are taken it is let go', async () => {
  const { flow, calls } = flowWithGate();
  assert.deepEqual(calls, []);
  flow.add(chunkOf('a'));
  assert.deepEqual(calls, ['hold']);
  flow.add(chunkOf('b'));
  assert.deepEqual(calls, ['hold', 'hold']);
  const chunks = flow[Symbol.asyncIterator]();
  await chunks.next();
  await chunks.next();
  assert.deepEqual(calls, ['hold', 'hold']);
  const third = chunks.next();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(calls, ['hold', 'hold', 'let go']);
  flow.end();
  assert.equal((await third).done, true);
});

test('a caller that stops early lets the gate go', async () => {
  const { flow, calls } = flowWithGate();
  flow.add(chunkOf('a'));
  for await (const _ of flow) break;
  assert.deepEqual(calls, ['hold', 'let go']);
});

test('what comes after the caller has stopped does not hold the gate', async () => {
  const { flow, calls } = flowWithGate();
  flow.add(chunkOf('a'));
  for await (const _ of flow) break;
  for (const name of ['b', 'c', 'd']) flow.add(chunkOf(name));
  assert.deepEqual(calls, ['hold', 'let go']);
});

test('what was added before the end still comes', async () => {
  const { flow } = flowWithGate();
  flow.add(chunkOf('a'));
  flow.end();
  let count = 0;
  for await (const _ of flow) count += 1;
  assert.equal(count, 1);
});

test('what comes with the end still comes, and holds nothing', async () => {
  const { flow, calls } = flowWithGate();
  flow.end(chunkOf('a'));
  assert.deepEqual(calls, []);
  const names: string[] = [];
  for await (const [entry] of flow) names.push(entry?.dn ?? '');
  assert.deepEqual(names, ['DC=a']);
});
