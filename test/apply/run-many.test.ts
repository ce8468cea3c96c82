/** Many names at once, and what stops a run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectoryError } from '../../src/errors.ts';
import { planOf } from '../support/corp-plan.ts';
import { FakeStore } from '../support/fake-store.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { dnOf, fault, NAMES, nodes, run } from '../support/run-plan.ts';

/** run-start, and each change of the plan. */
const HEAD_EVENTS = 1 + NAMES.length;

for (const kind of ['unreachable', 'tls', 'busy'] as const) {
  test(`runPlan() stops when the connection is lost for good after two writes (${kind}), all of it in the journal`, async () => {
    let writes = 0;
    const store = new FakeStore(nodes(), {
      beforeWrite: () => {
        writes += 1;
        if (writes >= 3) throw fault(kind);
      },
    });
    const journal = new MemoryJournal();
    await assert.rejects(run(planOf(nodes()), store, journal), { name: 'DirectoryError', fault: kind });
    assert.deepEqual(
      NAMES.map((name) => journal.of(dnOf(name))),
      [['intent', 'outcome applied'], ['intent', 'outcome applied'], ['intent'], [], []],
    );
    assert.equal(journal.events.at(-1)?.event, 'intent');
    const tried = kind === 'tls' ? ['pc3'] : ['pc3', 'pc3'];
    assert.deepEqual(store.written, ['pc1', 'pc2', ...tried].map(dnOf));
  });
}

test('runPlan() after a lost connection lets what is in flight end and begins nothing new', async () => {
  const store = new FakeStore(nodes(), {
    beforeWrite: async ({ dn }) => {
      if (dn === dnOf('pc1')) throw fault('unreachable');
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  });
  const journal = new MemoryJournal();
  await assert.rejects(run(planOf(nodes()), store, journal, 2), DirectoryError);
  assert.deepEqual(
    NAMES.map((name) => journal.of(dnOf(name))),
    [['intent'], ['intent', 'outcome applied'], [], [], []],
  );
});

test('runPlan() passes an error on that is not the directory speaking', async () => {
  const store = new FakeStore(nodes(), {
    beforeWrite: () => {
      throw new TypeError('a bug');
    },
  });
  await assert.rejects(run(planOf(nodes()), store, new MemoryJournal()), TypeError);
});

test('runPlan() does not write what it could not note down', async () => {
  const store = new FakeStore(nodes());
  await assert.rejects(run(planOf(nodes()), store, new MemoryJournal(HEAD_EVENTS)), /ENOSPC/);
  assert.deepEqual(store.written, []);
  const empty = new FakeStore(nodes());
  await assert.rejects(run(planOf(nodes()), empty, new MemoryJournal(0)), /ENOSPC/);
  assert.deepEqual(empty.calls, []);
});

test('runPlan() stops at a disk that is full half-way: nothing is written without an intent', async () => {
  for (let room = 1; room < HEAD_EVENTS + 11; room += 1) {
    const store = new FakeStore(nodes());
    const journal = new MemoryJournal(room);
    await assert.rejects(run(planOf(nodes()), store, journal, 2), /ENOSPC/);
    for (const dn of store.written) assert.equal(journal.of(dn)[0], 'intent', `room for ${room}: ${dn}`);
  }
});

test('runPlan() works on several names at once, never more than allowed, each in its own order', async () => {
  const many = Array.from({ length: 40 }, (_, index) => `pc${index}`);
  let turn = 0;
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, (turn++ * 7) % 5));
  const store = new FakeStore(nodes(many), { beforeRead: pause, beforeWrite: pause });
  const journal = new MemoryJournal();
  const { summary, results } = await run(planOf(nodes(many)), store, journal, 4);
  assert.equal(summary.counts.applied, 40);
  assert.equal(new Set(results.map((result) => result.change.dn)).size, 40);
  assert.equal(store.busiest, 4);
  for (const dn of many.map(dnOf)) {
    assert.deepEqual(journal.of(dn), ['intent', 'outcome applied']);
    assert.deepEqual(
      store.calls.filter((call) => call.endsWith(` ${dn}`)).map((call) => call.split(' ', 1)[0]),
      ['read', 'write', 'read'],
    );
  }
  assert.equal(journal.events[0]?.event, 'run-start');
  assert.equal(journal.events.at(-1)?.event, 'run-end');
});

test('runPlan() of an empty plan touches nothing and closes the run', async () => {
  const store = new FakeStore([]);
  const journal = new MemoryJournal();
  const { summary } = await run(planOf([]), store, journal);
  assert.deepEqual([summary.planned, store.calls], [0, []]);
  assert.deepEqual(
    journal.events.map((event) => event.event),
    ['run-start', 'run-end'],
  );
});
