import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStages } from '../../src/cli/answer/stages.ts';
import { copyEntry } from '../../src/records/entry.ts';
import { DOMAIN, PARTITION, zoneOf } from '../support/corp.ts';
import { runCli } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { MemorySource } from '../support/memory-source.ts';

/** Stages with a clock that stands still until the test moves it. */
function stopwatch() {
  let ms = 0;
  const pass = (seconds: number): void => {
    ms += seconds * 1000;
  };
  return { stages: createStages(() => new Date(ms)), pass };
}

async function* pagesOf(makeEach: () => void): AsyncGenerator<number, void> {
  for (const page of [1, 2]) {
    makeEach();
    yield page;
  }
}

test('time counts to the stage that was begun last, and a stage can come back', () => {
  const { stages, pass } = stopwatch();
  pass(1);
  stages.begin('computers');
  pass(2);
  stages.begin('connect and sign in');
  pass(0.5);
  assert.equal(stages.report(), 'connect and sign in 1.50 s, computers 2.00 s, total 3.50 s');
});

test('the names are told in parts: making a page, using it, writing it', async () => {
  const { stages, pass } = stopwatch();
  stages.begin('names');
  const nodes = stages.duringPages(
    'reading',
    pagesOf(() => pass(3)),
  );
  for await (const _ of nodes) {
    pass(0.25);
    await stages.during('writing', async () => pass(0.125));
  }
  assert.equal(
    stages.report(),
    'connect and sign in 0.00 s, names 6.75 s (reading 6.00 s, judging 0.50 s, writing 0.25 s), total 6.75 s',
  );
});

test('work that fails gives its time back to what it was part of', async () => {
  const { stages, pass } = stopwatch();
  stages.begin('names');
  await assert.rejects(
    stages.during('writing', async () => {
      pass(1);
      throw new Error('the disk is full');
    }),
  );
  pass(2);
  assert.match(stages.report(), /names 3\.00 s \(judging 2\.00 s, writing 1\.00 s\)/);
});

test('a watched source answers as before, and begins the stages of what is read', async () => {
  const { stages, pass } = stopwatch();
  const source = new MemorySource({});
  const watched = stages.watch(source);
  pass(1);
  assert.deepEqual(await watched.describe(), await source.describe());
  assert.equal(watched.counters, source.counters);
  for await (const _ of watched.zones(PARTITION)) assert.fail('there are none');
  assert.deepEqual(await watched.bySid([]), []);
  for await (const _ of slowly(watched.computers(copyEntry), () => pass(2))) assert.fail('there are none');
  pass(4);
  for await (const _ of watched.nodes(zoneOf().dn, 'census', copyEntry)) assert.fail('there are none');
  pass(8);
  assert.equal(await watched.account(DOMAIN.dn), null);
  assert.match(
    stages.report(),
    /^connect and sign in 0\.00 s, zones and who is who 7\.00 s, computers 0\.00 s, names 8\.00 s \(/,
  );
});

async function* slowly<T>(pages: AsyncIterable<T>, pass: () => void): AsyncGenerator<T, void> {
  yield* pages;
  pass();
}

test('-v tells requests, distinct descriptors and times; without it nothing is said', async () => {
  const args = ['audit', '-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT];
  const { err } = await runCli([...args, '-v']);
  assert.match(err, /^\d+ requests?, \d+ pages?, \d+ entr(?:y|ies), \d+ bytes? read$/m);
  assert.match(
    err,
    /^Distinct parts of descriptors: [1-9]\d* owners and groups, [1-9]\d* explicit ACEs, [1-9]\d* inherited lists?$/m,
  );
  assert.match(
    err,
    /^Time: connect and sign in 0\.00 s, .*computers 0\.00 s, names 0\.00 s \(.*\), total 0\.00 s$/m,
  );
  assert.doesNotMatch((await runCli(args)).err, /requests|Distinct|Time/);
});
