/** Planning to take one name of a run back, whatever happened to it since. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeResult } from '../../src/apply/apply-change.ts';
import type { JournalName } from '../../src/apply/journal-state.ts';
import type { StoredDescriptor } from '../../src/apply/store.ts';
import { planUndo } from '../../src/apply/undo.ts';
import { aceKey } from '../../src/formats/ace.ts';
import { formatSddl, parseAce, parseSddl } from '../../src/formats/sddl.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { type AceChange, change } from '../../src/plan/change.ts';
import { addAces, removeAces } from '../../src/plan/descriptor-change.ts';
import type { PlannedChange, SkippedName } from '../../src/plan/plan.ts';
import { descriptorBytes, fullSddl, OWNED_BY_SYSTEM, SDDL } from '../support/corp.ts';
import { COMPUTER, changeOf, DHCP, planOf, storedNode } from '../support/corp-plan.ts';
import { FakeStore } from '../support/fake-store.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { run } from '../support/run-plan.ts';

const GRANTED = changeOf(storedNode('pc1'));
const GRANT = { event: 'applied' } as const;
const INTENT = { base64: GRANTED.before.base64, version: 3 };

/** A name of a run as its journal has it. */
function nameOf(
  planned: PlannedChange,
  outcome: 'applied' | 'unchanged' | 'stale' | 'refused' | 'failed' | null = GRANT.event,
  intent: JournalName['intent'] = INTENT,
): JournalName {
  const ended = outcome === null ? null : { outcome, message: null, base64: null, version: 4 };
  return { change: planned, intent, outcome: ended };
}

function stored(bytes: Uint8Array | string, tombstoned = false): StoredDescriptor {
  const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
  return { bytes: raw, version: 9, tombstoned };
}

function undone(name: JournalName, current: StoredDescriptor): PlannedChange {
  const outcome = planUndo(name, current, SDDL);
  assert.ok(outcome.kind === 'change', outcome.kind === 'skipped' ? outcome.skipped.reason : '');
  return outcome.change;
}

function skipped(name: JournalName, current: StoredDescriptor | null): SkippedName {
  const outcome = planUndo(name, current, SDDL);
  assert.ok(outcome.kind === 'skipped');
  return outcome.skipped;
}

/** A change of pc1 from one list to another, as a planner would have made it. */
function changed(sddl: string, add: readonly string[], remove: readonly string[]): PlannedChange {
  const bytes = descriptorBytes(sddl);
  const before = decodeSecurityDescriptor(bytes);
  const aces = (texts: readonly string[]): readonly AceChange[] =>
    texts.map((text) => ({ ace: aceOf(text), principal: COMPUTER.principal, reason: 'test' }));
  const gone = new Set(remove.map((text) => aceKey(aceOf(text))));
  const after = addAces(
    removeAces(before, (ace) => gone.has(aceKey(ace))),
    add.map(aceOf),
  );
  const { zone, fqdn, dn, objectGuid, ownerClass } = GRANTED;
  const target = { zone, fqdn, dn, objectGuid, ownerClass, version: 3 };
  const content = { before, beforeBytes: bytes, after, add: aces(add), remove: aces(remove) };
  const outcome = change(target, content, SDDL);
  assert.ok(outcome.kind === 'change');
  return outcome.change;
}

const aceOf = (text: string) => parseAce(fullSddl(text), SDDL);

test('a name that is as the run left it gets its old list back, byte for byte', () => {
  const plan = undone(nameOf(GRANTED), stored(GRANTED.after.base64));
  assert.equal(plan.after.base64, GRANTED.before.base64);
  assert.equal(plan.before.base64, GRANTED.after.base64);
  assert.equal(plan.before.version, 9);
  assert.deepEqual(plan.add, []);
  assert.deepEqual(
    plan.remove.map(({ ace, principal, reason }) => [ace, principal, reason]),
    GRANTED.add.map(({ ace, principal }) => [ace, principal, 'added by the run']),
  );
  assert.deepEqual(plan.notes, []);
});

test('it comes back byte for byte too when the directory has sorted the list', () => {
  const turned = GRANTED.after.sddl.replace(/(\(A;;LCRPLORC;;;WD\))(.*?\(A;;[A-Z]+;;;DA\))/, '$2$1');
  assert.notEqual(turned, GRANTED.after.sddl);
  const plan = undone(nameOf(GRANTED), stored(encodeSecurityDescriptor(parseSddl(turned, SDDL))));
  assert.equal(plan.after.sddl, GRANTED.before.sddl);
});

/** `before` the run, what it `add`s and `remove`s, what is there `now`, and what undoing gives. */
const LATER: readonly {
  readonly why: string;
  readonly before: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly now: string;
  readonly undone: string;
}[] = [
  {
    why: 'an entry that somebody added since stays',
    before: '(A;;RP;;;WD)',
    add: ['(A;;WP;;;DOM-1109)'],
    now: '(A;;RP;;;WD)(A;;WP;;;DOM-1109)(A;;RP;;;BO)',
    undone: '(A;;RP;;;WD)(A;;RP;;;BO)',
  },
  {
    why: 'an entry that somebody removed since stays away',
    before: '(A;;RP;;;WD)(A;;RP;;;BG)',
    add: ['(A;;WP;;;DOM-1109)'],
    now: '(A;;RP;;;WD)(A;;WP;;;DOM-1109)',
    undone: '(A;;RP;;;WD)',
  },
  {
    why: 'one of two entries of the run that is left goes',
    before: '(A;;RP;;;WD)',
    add: ['(A;;WP;;;DOM-1109)', '(A;;WP;;;DOM-1155)'],
    now: '(A;;RP;;;WD)(A;;WP;;;DOM-1155)',
    undone: '(A;;RP;;;WD)',
  },
  {
    why: 'an entry that the run removed comes back beside what is new',
    before: '(A;;WP;;;AU)(A;;RP;;;WD)',
    remove: ['(A;;WP;;;AU)'],
    now: '(A;;RP;;;WD)(A;;RP;;;BO)',
    undone: '(A;;RP;;;WD)(A;;RP;;;BO)(A;;WP;;;AU)',
  },
  {
    why: 'an entry that the run removed and somebody gave again is not given twice',
    before: '(A;;WP;;;AU)(A;;RP;;;DOM-1109)',
    add: ['(A;;WP;;;DOM-1109)'],
    remove: ['(A;;WP;;;AU)'],
    now: '(A;;RP;;;DOM-1109)(A;;WP;;;DOM-1109)(A;;WP;;;AU)',
    undone: '(A;;RP;;;DOM-1109)(A;;WP;;;AU)',
  },
  {
    why: 'an entry with other rights for the same principal is somebody else\u2019s',
    before: '(A;;RP;;;WD)',
    add: ['(A;;WP;;;DOM-1109)'],
    now: '(A;;RP;;;WD)(A;;WP;;;DOM-1109)(A;;RPWP;;;DOM-1109)',
    undone: '(A;;RP;;;WD)(A;;RPWP;;;DOM-1109)',
  },
  {
    why: 'an entry of unknown type and a conditional one stay as they are',
    before: '(0x4;;#01020304)(XA;;RP;;;WD;#61727478)',
    add: ['(A;;WP;;;DOM-1109)'],
    now: '(0x4;;#01020304)(XA;;RP;;;WD;#61727478)(A;;WP;;;DOM-1109)(A;;RP;;;BO)',
    undone: '(0x4;;#01020304)(XA;;RP;;;WD;#61727478)(A;;RP;;;BO)',
  },
  {
    why: 'an inherited entry equal to that of the run stays',
    before: '(A;;RP;;;WD)',
    add: ['(A;;WP;;;DOM-1109)'],
    now: '(A;;RP;;;WD)(A;;WP;;;DOM-1109)(A;ID;WP;;;DOM-1109)',
    undone: '(A;;RP;;;WD)(A;ID;WP;;;DOM-1109)',
  },
];

for (const { why, before, add = [], remove = [], now, undone: wanted } of LATER) {
  test(`later changes: ${why}`, () => {
    const done = changed(`O:SYG:SYD:AI${before}`, add, remove);
    const plan = undone(nameOf(done), stored(descriptorBytes(`O:SYG:SYD:AI${now}`)));
    assert.equal(plan.after.sddl, fullSddl(`O:SYG:SYD:AI${wanted}`));
    assert.deepEqual(plan.notes, ['it was changed after the run; that change is kept']);
  });
}

test('a new owner, a protected list and new inherited entries are kept', () => {
  const now = GRANTED.after.sddl
    .replace('O:SY', 'O:BA')
    .replace('D:AI', 'D:PAI')
    .replace('(A;CIID;LC;;;RU)', '');
  const plan = undone(nameOf(GRANTED), stored(encodeSecurityDescriptor(parseSddl(now, SDDL))));
  const wanted = GRANTED.before.sddl
    .replace('O:SY', 'O:BA')
    .replace('D:AI', 'D:PAI')
    .replace('(A;CIID;LC;;;RU)', '');
  // Of two equal entries of SYSTEM none was the run's.
  assert.equal(plan.after.sddl, wanted);
  assert.equal(plan.notes.length, 1);
});

test('a tombstoned name is undone too, and said to be tombstoned', () => {
  const plan = undone(nameOf(GRANTED), stored(GRANTED.after.base64, true));
  assert.deepEqual(plan.notes, ['it is tombstoned now; its access list decides who may register it again']);
});

test('a name that the run did not change is left alone', () => {
  for (const outcome of ['unchanged', 'stale', 'refused'] as const) {
    const { code, reason } = skipped(nameOf(GRANTED, outcome), stored(GRANTED.after.base64));
    assert.deepEqual([code, reason], ['nothing-to-undo', 'the run did not change it']);
  }
  assert.equal(skipped(nameOf(GRANTED, null, null), stored(GRANTED.after.base64)).code, 'nothing-to-undo');
});

test('a name that may have been written is looked at: failed, or cut off before its outcome', () => {
  for (const outcome of ['failed', null] as const) {
    assert.equal(
      undone(nameOf(GRANTED, outcome), stored(GRANTED.after.base64)).after.base64,
      GRANTED.before.base64,
    );
    const { reason } = skipped(nameOf(GRANTED, outcome), stored(GRANTED.before.base64));
    assert.equal(reason, 'nothing of what the run did is left on it');
  }
});

test('a name that is gone, and one whose list was taken away, are said and fail nothing', () => {
  assert.deepEqual(
    [skipped(nameOf(GRANTED), null)].map(({ code, reason }) => [code, reason]),
    [['not-found', 'it was deleted after the run']],
  );
  const revoked = changed('O:SYG:SYD:(A;;WP;;;AU)(A;;RP;;;WD)', [], ['(A;;WP;;;AU)']);
  for (const [sddl, kind] of [
    ['O:SYG:SYD:NO_ACCESS_CONTROL', 'null'],
    ['O:SYG:SY', 'absent'],
  ] as const) {
    const { code, reason } = skipped(nameOf(revoked), stored(descriptorBytes(sddl)));
    assert.equal(code, 'nothing-to-undo');
    assert.equal(reason, `its access list is ${kind} now: nothing of the run is in it`);
  }
});

test('a list that has grown so that what was removed does not fit is said', () => {
  const revoked = changed('O:SYG:SYD:(A;;WP;;;AU)(A;;RP;;;WD)', [], ['(A;;WP;;;AU)']);
  const aces = Array.from({ length: 1819 }, (_, at) => `(A;;LC;;;DOM-${20_000 + at})`).join('');
  const full = stored(descriptorBytes(`O:SYG:SYD:(A;;RP;;;WD)(A;;RP;;;SY)${aces}`));
  assert.equal(skipped(nameOf(revoked), full).code, 'too-large');
});

test('a list near the largest there can be goes through a run and back, byte for byte', async () => {
  const aces = Array.from({ length: 1810 }, (_, at) => `(A;;LC;;;DOM-${20_000 + at})`).join('');
  const node = storedNode('pc1', `O:SYG:SYD:AI${aces}(A;;FULL;;;SY)`);
  const store = new FakeStore([node]);
  const journal = new MemoryJournal();
  const { results } = await run(planOf([node]), store, journal);
  assert.deepEqual(
    results.map(({ outcome, message }) => [outcome, message]),
    [['applied', null]],
  );
  const done = (results[0] as ChangeResult).change;
  assert.ok(Buffer.from(done.after.base64, 'base64').length > 65_000);
  const plan = undone(nameOf(done), store.peek(node.dn) as StoredDescriptor);
  assert.equal(plan.after.base64, done.before.base64);
});

test('undoing the undoing gives what the run gave', () => {
  const back = undone(nameOf(GRANTED), stored(GRANTED.after.base64));
  const again = undone(nameOf(back), stored(back.after.base64));
  assert.equal(again.after.base64, GRANTED.after.base64);
  assert.deepEqual(
    again.add.map(({ ace, principal }) => [ace, principal.name]),
    GRANTED.add.map(({ ace, principal }) => [ace, principal.name]),
  );
});

test('entries of unknown type, callback entries, duplicates and slack come through a grant and its undoing', () => {
  const odd = `O:SYG:SYD:PAI(0x4;;#0102030405060708)(XA;;RP;;;WD;#6172747801020304)(A;;FULL;;;SY)(A;;FULL;;;SY)${OWNED_BY_SYSTEM.slice('O:SYG:SYD:AI'.length)}`;
  const before = decodeSecurityDescriptor(descriptorBytes(odd));
  assert.ok(before.dacl.kind === 'present');
  const acl = { ...before.dacl.acl, slack: new Uint8Array(8).fill(0xab), sbz1: 1, sbz2: 2 };
  const bytes = encodeSecurityDescriptor({ ...before, dacl: { kind: 'present', acl } });
  const added = [COMPUTER, DHCP].map(({ principal }) => aceOf(`(A;;FULL;;;${principal.sid})`));
  const decoded = decodeSecurityDescriptor(bytes);
  const after = addAces(decoded, added);
  const { zone, fqdn, dn, objectGuid, ownerClass } = GRANTED;
  const add = added.map((ace) => ({ ace, principal: COMPUTER.principal, reason: 'test' }));
  const outcome = change(
    { zone, fqdn, dn, objectGuid, ownerClass, version: 3 },
    { before: decoded, beforeBytes: bytes, after, add, remove: [] },
    SDDL,
  );
  assert.ok(outcome.kind === 'change');
  const plan = undone(nameOf(outcome.change), stored(outcome.change.after.base64));
  assert.equal(plan.after.base64, Buffer.from(bytes).toString('base64'));
  assert.equal(formatSddl(decodeSecurityDescriptor(bytes), SDDL), plan.after.sddl);
});
