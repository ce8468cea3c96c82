/** What ends a run before its last name, and how fast it goes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunOptions } from '../../src/apply/run.ts';
import { descriptorBytes, OWNED_BY_SYSTEM } from '../support/corp.ts';
import { planOf } from '../support/corp-plan.ts';
import { FakeStore, type Hooks } from '../support/fake-store.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { dnOf, fault, nodes, type Run, run } from '../support/run-plan.ts';

const MANY = Array.from({ length: 12 }, (_, index) => `pc${String(index).padStart(2, '0')}`);
const STALE = descriptorBytes(`${OWNED_BY_SYSTEM}(A;;RP;;;BO)`);

interface Limited extends Run {
  readonly store: FakeStore;
  readonly journal: MemoryJournal;
}

async function limited(
  more: Partial<RunOptions>,
  hooks: Hooks = {},
  prepare: (store: FakeStore) => void = () => {},
): Promise<Limited> {
  const store = new FakeStore(nodes(MANY), hooks);
  prepare(store);
  const journal = new MemoryJournal();
  const ran = await run(planOf(nodes(MANY)), store, journal, more.concurrency ?? 1, more);
  const { counts, left, planned } = ran.summary;
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count, left),
    planned,
    'the counts do not add up',
  );
  assert.deepEqual(journal.events.at(-1), { event: 'run-end', counts, left });
  return { ...ran, store, journal };
}

const refuse =
  (...names: readonly string[]) =>
  ({ dn }: { dn: string }) => {
    if (names.map(dnOf).includes(dn)) throw fault('rights');
  };

test('limit ends the run after the first names, and the journal holds all of the plan', async () => {
  const { summary, store, journal } = await limited({ limit: 5 });
  assert.deepEqual([summary.planned, summary.counts.applied, summary.left], [12, 5, 7]);
  assert.deepEqual(store.written, MANY.slice(0, 5).map(dnOf));
  assert.equal(journal.events.filter(({ event }) => event === 'planned').length, 12);
});

test('a limit beyond the last name changes nothing', async () => {
  const { summary } = await limited({ limit: 100 });
  assert.deepEqual([summary.counts.applied, summary.left], [12, 0]);
});

test('strict stops at the first name that is stale', async () => {
  const { summary, store } = await limited({ strict: true }, {}, (made) => made.put(dnOf('pc03'), STALE, 4));
  assert.deepEqual([summary.counts.applied, summary.counts.stale, summary.left], [3, 1, 8]);
  assert.equal(store.written.length, 3);
});

test('without strict a stale name stops nothing', async () => {
  const { summary } = await limited({}, {}, (made) => made.put(dnOf('pc03'), STALE, 4));
  assert.deepEqual([summary.counts.applied, summary.counts.stale, summary.left], [11, 1, 0]);
});

test('stopOnErrors stops at so many names that were refused or failed', async () => {
  const hooks = { beforeWrite: refuse('pc01', 'pc04', 'pc07') };
  const { summary } = await limited({ stopOnErrors: 2 }, hooks);
  assert.deepEqual([summary.counts.applied, summary.counts.refused, summary.left], [3, 2, 7]);
  assert.equal((await limited({ stopOnErrors: 4 }, hooks)).summary.left, 0);
  assert.equal((await limited({}, hooks)).summary.left, 0);
});

test('an abort lets what is in flight end, begins nothing new, and closes the journal', async () => {
  const abort = new AbortController();
  const hooks = {
    beforeWrite: async ({ dn }: { dn: string }) => {
      if (dn === dnOf('pc02')) abort.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
  const { summary, journal } = await limited({ signal: abort.signal, concurrency: 3 }, hooks);
  assert.equal(summary.counts.applied, 3);
  assert.equal(summary.left, 9);
  for (const name of MANY.slice(0, 3))
    assert.deepEqual(journal.of(dnOf(name)), ['intent', 'outcome applied']);
  for (const name of MANY.slice(3)) assert.deepEqual(journal.of(dnOf(name)), []);
});

test('a run that was aborted before it began touches nothing', async () => {
  const { summary, store } = await limited({ signal: AbortSignal.abort() });
  assert.deepEqual([summary.left, store.calls], [12, []]);
});

test('ratePerSecond spaces the names out, however many are in flight', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let begun = 0;
  const counted = (_: unknown, count: number): void => {
    if (count === 1) begun += 1;
  };
  const ran = limited({ ratePerSecond: 100, concurrency: 6 }, { beforeRead: counted });
  for (let name = 1; name <= MANY.length; name += 1) {
    await settled();
    assert.equal(begun, name);
    t.mock.timers.tick(9);
    await settled();
    assert.equal(begun, name, 'after 9 ms');
    t.mock.timers.tick(1);
  }
  assert.equal((await ran).summary.counts.applied, MANY.length);
});

/** Waits until everything is done that waits for no timer. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

test('what waits for its turn when the run is stopped does not begin any more', async () => {
  const abort = new AbortController();
  const onResult = (): void => abort.abort();
  const { summary, store } = await limited({
    signal: abort.signal,
    concurrency: 8,
    ratePerSecond: 20,
    onResult,
  });
  assert.equal(summary.counts.applied, 1);
  assert.equal(summary.left, 11);
  assert.equal(store.written.length, 1);
});
