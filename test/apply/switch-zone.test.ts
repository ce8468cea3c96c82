/** The switch of a zone: in order, with somebody else in between, and in trouble. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createJournal, type Journal } from '../../src/apply/journal.ts';
import { readSwitchRecord, type SwitchEvent } from '../../src/apply/switch-record.ts';
import { type SwitchResult, switchZone, type ZoneSwitch } from '../../src/apply/switch-zone.ts';
import { type DirectoryFault, StaleError, UsageError } from '../../src/errors.ts';
import { SOME_GUID, zoneOf } from '../support/corp.ts';
import { tempFolder } from '../support/fake-io.ts';
import { fault } from '../support/run-plan.ts';
import {
  AGING,
  FakeZoneStore,
  OFF,
  PRIMARY,
  propertyOf,
  SECURE,
  UNSECURE,
  type ZoneHooks,
} from '../support/zone-properties.ts';

const CHANGE: ZoneSwitch = {
  zone: 'corp.example.com',
  dn: zoneOf().dn,
  objectGuid: SOME_GUID,
  before: UNSECURE,
  after: SECURE,
};
const CONTEXT = { tool: 'dnsacl test', domainSid: null } as const;
const NOW = new Date('2026-11-20T21:00:00Z');

interface Tried {
  readonly result: SwitchResult;
  readonly store: FakeZoneStore;
  readonly events: readonly SwitchEvent[];
}

async function attempt(hooks: ZoneHooks = {}): Promise<Tried> {
  const store = new FakeZoneStore([PRIMARY, UNSECURE, AGING], hooks);
  const events: SwitchEvent[] = [];
  const result = await switchZone(CHANGE, store, async () => memoryRecord(events, store), CONTEXT);
  return { result, store, events };
}

function memoryRecord(events: SwitchEvent[], store: FakeZoneStore): Journal<SwitchEvent> {
  return {
    append: async (event) => {
      store.calls.push(event.event);
      events.push(event);
    },
    close: async () => {},
  };
}

/** Throws at the first call only, or at so many. */
function failing(kind: DirectoryFault, times = 1): (store: FakeZoneStore, count: number) => void {
  return (_store, count) => {
    if (count <= times) throw fault(kind);
  };
}

function writing(...values: readonly Uint8Array[]): (store: FakeZoneStore) => void {
  return (store) => {
    store.values = values;
  };
}

test('the old octets are recorded, then one value is exchanged, then all are compared', async () => {
  const { result, store, events } = await attempt();
  assert.deepEqual([result.outcome, result.message], ['applied', null]);
  assert.deepEqual(store.calls, ['read', 'switch', 'swap', 'read', 'switch-outcome']);
  assert.deepEqual(store.values, [PRIMARY, AGING, SECURE]);
  const [intent] = events;
  assert.ok(intent?.event === 'switch');
  assert.equal(intent.before, Buffer.from(UNSECURE).toString('base64'));
  assert.equal(intent.properties.length, 3);
});

const MOVED: readonly (readonly [
  what: string,
  values: readonly Uint8Array[],
  outcome: string,
  words: RegExp,
])[] = [
  [
    'switched it elsewhere',
    [PRIMARY, OFF],
    'stale',
    /since it was shown, and nothing was written: it is none now$/,
  ],
  ['took the property away', [PRIMARY], 'stale', /nothing was written: now it has no AllowUpdate property$/],
  ['did the same', [PRIMARY, SECURE], 'unchanged', /^somebody else has done it meanwhile$/],
];

for (const [what, values, outcome, words] of MOVED) {
  test(`somebody else ${what} before: nothing is written, not even a record`, async () => {
    const { result, store, events } = await attempt({ beforeRead: writing(...values) });
    assert.equal(result.outcome, outcome);
    assert.match(result.message ?? '', words);
    assert.deepEqual([store.calls, events], [['read'], []]);
  });
}

test('a zone that is gone is told as gone', async () => {
  const { result } = await attempt({
    beforeRead: (store) => {
      store.values = null;
    },
  });
  assert.deepEqual([result.outcome, result.message], ['stale', 'the zone is gone']);
});

test('somebody else is faster by a moment: the directory refuses, and what is there now is told', async () => {
  const { result, store } = await attempt({ beforeSwap: writing(PRIMARY, OFF, AGING) });
  assert.equal(result.outcome, 'stale');
  assert.match(result.message ?? '', /at the same moment, and nothing was written: it is none now$/);
  assert.deepEqual(store.values, [PRIMARY, OFF, AGING]);
});

test('another property that somebody changed at the same moment is a conflict, and stays', async () => {
  const changed = propertyOf(0x40, 0, 0, 0, 0);
  const { result, store } = await attempt({ afterSwap: writing(PRIMARY, changed, SECURE) });
  assert.equal(result.outcome, 'failed');
  assert.match(result.message ?? '', /AllowUpdate was switched, and somebody else changed other properties/);
  assert.deepEqual(store.values, [PRIMARY, changed, SECURE]);
});

test('a directory that holds both values afterwards is a conflict', async () => {
  const { result } = await attempt({ afterSwap: writing(PRIMARY, UNSECURE, SECURE, AGING) });
  assert.equal(result.outcome, 'failed');
  assert.match(result.message ?? '', /another AllowUpdate than was written: now 2 values may be/);
});

for (const kind of ['busy', 'unreachable'] as const) {
  test(`an answer that was lost (${kind}) is found out by reading`, async () => {
    const { result, store } = await attempt({ afterSwap: failing(kind) });
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(store.calls, ['read', 'switch', 'swap', 'recover', 'read', 'switch-outcome']);
  });

  test(`a request that did not arrive (${kind}) is sent again, once`, async () => {
    const { result, store } = await attempt({ beforeSwap: failing(kind) });
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(store.calls.filter((call) => call === 'swap').length, 2);
  });

  test(`trouble for the second time (${kind}) ends it; the record has the intent alone`, async () => {
    const store = new FakeZoneStore([PRIMARY, UNSECURE], { beforeSwap: failing(kind, 2) });
    const events: SwitchEvent[] = [];
    const open = async (): Promise<Journal<SwitchEvent>> => memoryRecord(events, store);
    await assert.rejects(switchZone(CHANGE, store, open, CONTEXT), { fault: kind });
    assert.deepEqual(
      events.map(({ event }) => event),
      ['switch'],
    );
  });
}

test('a directory that says no is told in its words', async () => {
  const { result, store } = await attempt({ beforeSwap: failing('rights') });
  assert.deepEqual([result.outcome, result.message], ['refused', 'it said rights']);
  assert.deepEqual(store.values, [PRIMARY, UNSECURE, AGING]);
});

test('without a record nothing is written', async () => {
  const store = new FakeZoneStore([PRIMARY, UNSECURE]);
  const open = async (): Promise<never> => {
    throw new UsageError('disk full');
  };
  await assert.rejects(switchZone(CHANGE, store, open, CONTEXT), /disk full/);
  assert.deepEqual(store.calls, ['read']);
});

async function recordFile(t: TestContext): Promise<string> {
  const file = join(tempFolder(t), 'zone.switch.ndjson');
  const store = new FakeZoneStore([PRIMARY, UNSECURE]);
  await switchZone(CHANGE, store, () => createJournal<SwitchEvent>(file, () => NOW), CONTEXT);
  return file;
}

test('a record reads back; cut short it still holds the old octets', async (t) => {
  const file = await recordFile(t);
  const whole = await readSwitchRecord(file);
  assert.deepEqual([whole.intent.zone, whole.outcome?.outcome], ['corp.example.com', 'applied']);
  assert.deepEqual(Buffer.from(whole.intent.before, 'base64'), Buffer.from(UNSECURE));
  writeFileSync(file, readFileSync(file).subarray(0, -20));
  const cut = await readSwitchRecord(file);
  assert.deepEqual([cut.intent, cut.outcome], [whole.intent, null]);
});

test('a record that was changed is refused, and so is what is none', async (t) => {
  const file = await recordFile(t);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('corp.example.com', 'evil.example.com'));
  await assert.rejects(readSwitchRecord(file), StaleError);
  for (const other of ['', 'hello\n', text.slice(0, 40)]) {
    writeFileSync(file, other);
    await assert.rejects(readSwitchRecord(file), /is no record of a switch/);
  }
});
