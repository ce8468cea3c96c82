/** One change in trouble: what is retried, what is found out by reading, and what an interruption leaves. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange, type ChangeResult, settleChange } from '../../src/apply/apply-change.ts';
import type { DirectoryFault } from '../../src/errors.ts';
import { descriptorBytes, OWNED_BY_SYSTEM } from '../support/corp.ts';
import { changeOf, storedNode } from '../support/corp-plan.ts';
import { FakeStore, type Hooks } from '../support/fake-store.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { fault } from '../support/run-plan.ts';

const NODE = storedNode('pc1');
const CHANGE = changeOf(NODE);
const AFTER = Buffer.from(CHANGE.after.base64, 'base64');
const { dn: DN } = CHANGE;

interface Tried {
  readonly result: ChangeResult;
  readonly journal: MemoryJournal;
  readonly store: FakeStore;
  /** The calls without the DN. */
  readonly calls: readonly string[];
}

async function attempt(
  work: typeof applyChange,
  hooks: Hooks,
  prepare: (store: FakeStore) => void = () => {},
): Promise<Tried> {
  const store = new FakeStore([NODE], hooks);
  prepare(store);
  const journal = new MemoryJournal();
  const result = await work(CHANGE, store, journal);
  return { result, journal, store, calls: store.calls.map((call) => call.split(' ', 1)[0] as string) };
}

/** Throws at the first call only, or at so many. */
function failing(kind: DirectoryFault, times = 1): () => void {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw fault(kind);
  };
}

for (const kind of ['busy', 'unreachable'] as const) {
  test(`a read that fails once (${kind}) is done again`, async () => {
    const { result, calls } = await attempt(applyChange, { beforeRead: failing(kind) });
    assert.deepEqual([result.outcome, result.message], ['applied', null]);
    assert.deepEqual(calls, ['read', 'recover', 'read', 'write', 'read']);
  });

  test(`a write that did not arrive (${kind}) is done again, once`, async () => {
    const { result, calls, store } = await attempt(applyChange, { beforeWrite: failing(kind) });
    assert.deepEqual([result.outcome, result.message], ['applied', null]);
    assert.deepEqual(calls, ['read', 'write', 'recover', 'read', 'write', 'read']);
    assert.equal(store.peek(DN)?.version, 4);
  });

  test(`a write that arrived and whose answer was lost (${kind}) is found out by reading`, async () => {
    const { result, calls, store } = await attempt(applyChange, { afterWrite: failing(kind) });
    assert.deepEqual([result.outcome, result.message], ['applied', null]);
    assert.deepEqual(calls, ['read', 'write', 'recover', 'read']);
    assert.equal(store.peek(DN)?.version, 4);
  });

  test(`a write that fails twice (${kind}) stops the run; the journal has the intent alone`, async () => {
    const store = new FakeStore([NODE], { beforeWrite: failing(kind, 2) });
    const journal = new MemoryJournal();
    await assert.rejects(applyChange(CHANGE, store, journal), { fault: kind });
    assert.deepEqual(journal.of(DN), ['intent']);
  });

  test(`a read that fails twice (${kind}) stops the run before anything is written`, async () => {
    const store = new FakeStore([NODE], { beforeRead: failing(kind, 2) });
    const journal = new MemoryJournal();
    await assert.rejects(applyChange(CHANGE, store, journal), { fault: kind });
    assert.deepEqual([journal.events, store.written], [[], []]);
  });
}

test('a write whose answer was lost, beside somebody else who wrote: a conflict, never written over', async () => {
  const others = descriptorBytes(`${OWNED_BY_SYSTEM}(A;;RP;;;BO)`);
  const hooks: { store: FakeStore | null; beforeWrite: () => void } = {
    store: null,
    beforeWrite: () => {
      hooks.store?.overwrite(DN, others);
      throw fault('unreachable');
    },
  };
  const { result, store } = await attempt(applyChange, hooks, (made) => {
    hooks.store = made;
  });
  assert.equal(result.outcome, 'failed');
  assert.match(result.message ?? '', /^conflict: the directory holds another descriptor than was written$/);
  assert.equal(store.written.length, 1);
});

test('a write whose answer was lost and that cannot be read back: failed, and said so', async () => {
  const { result, journal } = await attempt(applyChange, {
    beforeRead: (_, count) => {
      if (count > 1) throw fault('rights', 'no right to read');
    },
    afterWrite: failing('unreachable'),
  });
  assert.equal(result.outcome, 'failed');
  assert.equal(
    result.message,
    'the connection was lost while it was being written, but it cannot be read back: no right to read',
  );
  assert.deepEqual(journal.of(DN), ['intent', 'outcome failed']);
});

for (const kind of ['tls', 'credentials'] as const) {
  test(`trouble with ${kind} is no answer about one name: it stops the run`, async () => {
    const store = new FakeStore([NODE], { beforeWrite: failing(kind) });
    await assert.rejects(applyChange(CHANGE, store, new MemoryJournal()), { fault: kind });
  });
}

test('after an interruption a change that was written counts as applied, and is not written again', async () => {
  const { result, store, journal } = await attempt(settleChange, {}, (made) => made.overwrite(DN, AFTER));
  assert.equal(result.outcome, 'applied');
  assert.equal(result.message, 'it had been written before the run was interrupted');
  assert.deepEqual(store.written, []);
  const [event] = journal.events;
  assert.ok(event?.event === 'outcome');
  assert.equal(event.base64, Buffer.from(store.peek(DN)?.bytes ?? []).toString('base64'));
  assert.equal(event.version, 4);
});

test('after an interruption a change that was not written is written now, with an intent of its own', async () => {
  const { result, store, journal } = await attempt(settleChange, {});
  assert.deepEqual([result.outcome, result.message], ['applied', null]);
  assert.deepEqual(journal.of(DN), ['intent', 'outcome applied']);
  assert.equal(store.peek(DN)?.version, 4);
});

/** What may have been written and cannot be told any more is never called untouched. */
const UNSURE: readonly (readonly [
  why: string,
  prepare: (store: FakeStore) => void,
  hooks: Hooks,
  says: RegExp,
])[] = [
  [
    'that somebody changed since',
    (store) => store.put(DN, descriptorBytes(`${OWNED_BY_SYSTEM}(A;;RP;;;BO)`), 5),
    {},
    /its DACL was changed$/,
  ],
  ['that somebody put back since', (store) => store.put(DN, storedBytes(), 5), {}, /version 5, was 3$/],
  ['that was deleted since', (store) => store.remove(DN), {}, /the name is gone$/],
  ['that cannot be read', () => {}, { beforeRead: failing('rights') }, /it said rights$/],
];

for (const [why, prepare, hooks, says] of UNSURE) {
  test(`after an interruption a name ${why} counts as failed`, async () => {
    const { result, store, journal } = await attempt(settleChange, hooks, prepare);
    assert.equal(result.outcome, 'failed');
    assert.match(
      result.message ?? '',
      /^the run was interrupted while it was being written, and whether it was is not known: /,
    );
    assert.match(result.message ?? '', says);
    assert.deepEqual(store.written, []);
    assert.deepEqual(journal.of(DN), ['outcome failed']);
  });
}

test('after an interruption a write that the server refuses was never done', async () => {
  const { result } = await attempt(settleChange, { beforeWrite: failing('rights') });
  assert.deepEqual([result.outcome, result.message], ['refused', 'it said rights']);
});

function storedBytes(): Uint8Array {
  return Buffer.from(CHANGE.before.base64, 'base64');
}
