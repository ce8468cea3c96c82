/** What happens to a name, and what of it the journal tells. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createJournal, type JournalEvent, type Outcome } from '../../src/apply/journal.ts';
import type { ChangeResult } from '../../src/apply/run.ts';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { descriptorBytes, INHERITED, OWNED_BY_SYSTEM } from '../support/corp.ts';
import { planOf, storedNode } from '../support/corp-plan.ts';
import { FakeStore, type Hooks } from '../support/fake-store.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { dnOf, fault, NAMES, nodes, run } from '../support/run-plan.ts';

/** In the order of the schema's default descriptor, which a domain controller sorts at the first write. */
const UNSORTED = `O:SYG:SYD:AI(A;;FULL;;;DA)(A;;FULL;;;ED)(A;;FULL;;;SY)(A;;LCRPLORC;;;WD)${INHERITED}`;
/** Runs a plan for pc1 against a store on which something is different, and gives what happened to it. */
async function outcomeOf(
  node: OwnedName,
  hooks: Hooks,
  prepare: (store: FakeStore) => void = () => {},
): Promise<{ outcome: Outcome; message: string | null; journal: MemoryJournal; store: FakeStore }> {
  const store = new FakeStore([node], hooks);
  prepare(store);
  const journal = new MemoryJournal();
  const { results } = await run(planOf([node]), store, journal);
  const [{ outcome, message }] = results as [ChangeResult];
  return { outcome, message, journal, store };
}

test('runPlan() writes every change and reads it back, though the store sorts the entries its own way', async () => {
  const unsorted = NAMES.map((name) => storedNode(name, UNSORTED));
  const plan = planOf(unsorted);
  const store = new FakeStore(unsorted);
  const { summary, results } = await run(plan, store, new MemoryJournal());
  assert.deepEqual(summary, {
    planned: 5,
    counts: { applied: 5, unchanged: 0, stale: 0, refused: 0, failed: 0 },
    left: 0,
  });
  assert.deepEqual(
    results.map((result) => [result.change.fqdn, result.outcome, result.message]),
    plan.changes.map((change) => [change.fqdn, 'applied', null]),
  );
  for (const change of plan.changes) {
    const stored = store.peek(change.dn);
    assert.equal(stored?.version, 4);
    assert.notDeepEqual(
      stored?.bytes,
      new Uint8Array(Buffer.from(change.after.base64, 'base64')),
      'was sorted',
    );
  }
});

test('runPlan() reads, notes down, writes, reads and notes down, in this order', async () => {
  const store = new FakeStore(nodes(['pc1']));
  const journal = new MemoryJournal();
  const plan = planOf(nodes(['pc1']));
  await run(plan, store, journal);
  const dn = dnOf('pc1');
  assert.deepEqual(store.calls, [`read ${dn}`, `write ${dn}`, `read ${dn}`]);
  const [start, planned, intent, outcome, end] = journal.events;
  const { changes, skipped: _, ...head } = plan;
  assert.deepEqual(start, {
    event: 'run-start',
    tool: 'dnsacl test',
    store: 'dc1.corp.example.com',
    plan: head,
  });
  assert.deepEqual(planned, { event: 'planned', change: changes[0] });
  assert.deepEqual(intent, {
    event: 'intent',
    dn,
    fqdn: 'pc1.corp.example.com',
    base64: changes[0]?.before.base64,
    version: 3,
  });
  const back = store.peek(dn);
  assert.deepEqual(outcome, {
    event: 'outcome',
    dn,
    fqdn: 'pc1.corp.example.com',
    outcome: 'applied',
    message: null,
    base64: Buffer.from(back?.bytes ?? []).toString('base64'),
    version: 4,
  });
  assert.deepEqual(end, {
    event: 'run-end',
    counts: { applied: 1, unchanged: 0, stale: 0, refused: 0, failed: 0 },
    left: 0,
  });
});

test('runPlan() has the intent with the old bytes on the disk before it writes', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dnsacl-run-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'run.journal');
  const found: boolean[] = [];
  const store = new FakeStore(nodes(), {
    beforeWrite: async (target) => {
      const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
      const events: JournalEvent[] = lines.map((line) => JSON.parse(line));
      const intent = events.find((event) => event.event === 'intent' && event.dn === target.dn);
      assert.ok(intent?.event === 'intent');
      const old = new Uint8Array(Buffer.from(intent.base64, 'base64'));
      assert.deepEqual(old, store.peek(target.dn)?.bytes);
      found.push(true);
    },
  });
  const journal = await createJournal(file, () => new Date('2026-11-20T21:00:00Z'));
  const { summary } = await run(planOf(nodes()), store, journal, 4);
  await journal.close();
  assert.equal(summary.counts.applied, 5);
  assert.equal(found.length, 5);
});

test('runPlan() a second time writes nothing and says so', async () => {
  const plan = planOf(nodes());
  const store = new FakeStore(nodes());
  await run(plan, store, new MemoryJournal());
  store.calls.length = 0;
  const journal = new MemoryJournal();
  const { summary } = await run(plan, store, journal);
  assert.equal(summary.counts.unchanged, 5);
  assert.deepEqual(store.written, []);
  assert.ok(!journal.events.some((event) => event.event === 'intent'));
});

test('runPlan() leaves alone what moved since the plan was made, and says what moved', async () => {
  const other =
    (sddl: string, version = 3) =>
    (store: FakeStore) =>
      store.put(dnOf('pc1'), descriptorBytes(sddl), version);
  const cases: readonly (readonly [(store: FakeStore) => void, RegExp])[] = [
    [other(OWNED_BY_SYSTEM.replace('O:SY', 'O:DOM-1109')), /its owner is S-[\d-]+-1109 now, was S-1-5-18/],
    [other(OWNED_BY_SYSTEM.replace('D:AI', 'D:PAI')), /inheritance was switched/],
    [other(`${OWNED_BY_SYSTEM}(A;ID;LC;;;BG)`), /its DACL was changed/],
    [other(OWNED_BY_SYSTEM, 5), /version 5, was 3/],
    [(store) => store.remove(dnOf('pc1')), /^the name is gone$/],
  ];
  for (const [prepare, expected] of cases) {
    const { outcome, message, journal, store } = await outcomeOf(storedNode('pc1'), {}, prepare);
    assert.equal(outcome, 'stale');
    assert.match(message ?? '', expected);
    assert.deepEqual(store.written, []);
    assert.deepEqual(journal.of(dnOf('pc1')), ['outcome stale']);
  }
});

test('runPlan() works on where neither the plan nor the store knows versions', async () => {
  const { outcome } = await outcomeOf(storedNode('pc1', OWNED_BY_SYSTEM, null), {});
  assert.equal(outcome, 'applied');
  const unversioned = (store: FakeStore) => store.put(dnOf('pc1'), descriptorBytes(OWNED_BY_SYSTEM), null);
  assert.equal((await outcomeOf(storedNode('pc1'), {}, unversioned)).outcome, 'applied');
});

/** A store in which somebody else grants Backup Operators something at the moment given. */
function disturbed(when: 'beforeWrite' | 'afterWrite', sddl: string): Hooks & { store: FakeStore | null } {
  const hooks: { store: FakeStore | null } & { [hook: string]: unknown } = { store: null };
  hooks[when] = ({ dn }: { dn: string }) => hooks.store?.overwrite(dn, descriptorBytes(sddl));
  return hooks as Hooks & { store: FakeStore | null };
}

test('runPlan() notices somebody who wrote between its read and its write', async () => {
  for (const planVersion of [3, null]) {
    const hooks = disturbed('beforeWrite', `${OWNED_BY_SYSTEM}(A;;RP;;;BO)`);
    const node = storedNode('pc1', OWNED_BY_SYSTEM, planVersion);
    const { outcome, message, journal } = await outcomeOf(node, hooks, (store) => {
      hooks.store = store;
      store.put(node.dn, descriptorBytes(OWNED_BY_SYSTEM), 3);
    });
    assert.equal(outcome, 'failed');
    assert.equal(
      message,
      'conflict: somebody else wrote its descriptor at the same moment: version 5, should be 4',
    );
    assert.deepEqual(journal.of(node.dn), ['intent', 'outcome failed']);
  }
});

test('runPlan() notices somebody who wrote between its write and its reading back', async () => {
  const hooks = disturbed('afterWrite', `${OWNED_BY_SYSTEM}(A;;RP;;;BO)`);
  const { outcome, message } = await outcomeOf(storedNode('pc1'), hooks, (store) => {
    hooks.store = store;
  });
  assert.equal(outcome, 'failed');
  assert.equal(message, 'conflict: the directory holds another descriptor than was written');
});

test('runPlan() notices a name that was deleted while it was being changed', async () => {
  let target: FakeStore | null = null;
  const hooks: Hooks = { afterWrite: ({ dn }) => target?.remove(dn) };
  const { outcome, message } = await outcomeOf(storedNode('pc1'), hooks, (store) => {
    target = store;
  });
  assert.deepEqual([outcome, message], ['failed', 'the name was deleted while it was being changed']);
});

test('runPlan() goes on when the server says no to one name, and its counters add up', async () => {
  const stale = descriptorBytes(`${OWNED_BY_SYSTEM}(A;ID;LC;;;BG)`);
  const store = new FakeStore(nodes(), {
    beforeWrite: ({ dn }) => {
      if (dn === dnOf('pc2')) throw fault('rights');
    },
    beforeRead: ({ dn }, count) => {
      if (dn === dnOf('pc3')) throw fault('rights', 'no right to read');
      if (dn === dnOf('pc4') && count === 2) throw fault('server', 'no right to read back');
    },
  });
  store.put(dnOf('pc5'), stale, 3);
  const journal = new MemoryJournal();
  const { summary, results } = await run(planOf(nodes()), store, journal, 3);
  assert.deepEqual(summary, {
    planned: 5,
    counts: { applied: 1, unchanged: 0, stale: 1, refused: 2, failed: 1 },
    left: 0,
  });
  assert.equal(
    Object.values(summary.counts).reduce((sum, count) => sum + count),
    summary.planned,
  );
  const messages = new Map(results.map((result) => [result.change.dn as string, result.message]));
  assert.equal(messages.get(dnOf('pc2')), 'it said rights');
  assert.equal(messages.get(dnOf('pc3')), 'no right to read');
  assert.equal(
    messages.get(dnOf('pc4')),
    'it was written, but it cannot be read back: no right to read back',
  );
  assert.deepEqual(journal.of(dnOf('pc2')), ['intent', 'outcome refused']);
  assert.deepEqual(journal.of(dnOf('pc3')), ['outcome refused']);
  assert.deepEqual(journal.of(dnOf('pc4')), ['intent', 'outcome failed']);
});
