/**
 * The process is killed by SIGKILL at every single step of an apply, of a resume and of an undo. Whatever step it was,
 * each name is untouched or exactly as planned, the journal knows which, the run can be gone on with, and undo brings
 * every byte back.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { holdsChange } from '../../src/apply/compare.ts';
import { type JournalState, readJournal } from '../../src/apply/journal-state.ts';
import { UsageError } from '../../src/errors.ts';
import type { PlannedChange } from '../../src/plan/plan.ts';
import { formatPlan } from '../../src/plan/plan-file.ts';
import { storedDescriptor } from '../../src/records/node.ts';
import { planOf, storedNode } from '../support/corp-plan.ts';
import { layFiles, openFiles } from '../support/crash/file-store.ts';
import { createFuse } from '../support/crash/fuse.ts';
import { apply, RUN, resume, UNDO, undo } from '../support/crash/session.ts';
import { FakeStore } from '../support/fake-store.ts';

type Deed = 'apply' | 'resume' | 'undo';

const CHILD = fileURLToPath(new URL('../support/crash/child.ts', import.meta.url));
const AT_ONCE = 4;
const NEVER = createFuse(Number.POSITIVE_INFINITY);

const root = mkdtempSync(join(tmpdir(), 'dnsacl-killed-'));
/** Some hundred processes start here; the cache spares them most of the work of starting. */
const ENV = { ...process.env, NODE_COMPILE_CACHE: join(root, 'cache') };
after(() => rmSync(root, { recursive: true }));

/** Three times as many as are in flight at once. */
const NODES = Array.from({ length: 9 }, (_, index) => storedNode(`pc${index}`));
const PLAN = planOf(inStoredOrder());

/** The names with their entries in the order that the store gives them, so that undone bytes can be compared. */
function inStoredOrder() {
  const store = new FakeStore(NODES);
  return NODES.map((node) => {
    assert.ok(node.descriptor.kind === 'read');
    store.overwrite(node.dn, storedDescriptor(node.descriptor));
    return { ...node, descriptor: { ...node.descriptor, bytes: store.peek(node.dn)?.bytes as Uint8Array } };
  });
}

/** Windows has no signals: a process that is ended there looks like one that failed. */
const WITH_SIGNALS = { skip: process.platform === 'win32' };

test('apply, killed at every step', WITH_SIGNALS, async (t) => {
  const kills = await killEverywhere('apply', newFolder);
  t.diagnostic(`apply was killed ${kills} times on the fake store`);
  assert.ok(kills >= 100, `${kills}`);
});

test('resume, killed at every step', WITH_SIGNALS, async (t) => {
  const begun = await killedHalfWay();
  const kills = await killEverywhere('resume', () => copyOf(begun));
  t.diagnostic(`resume was killed ${kills} times on the fake store`);
  assert.ok(kills >= 40, `${kills}`);
});

test('undo, killed at every step', WITH_SIGNALS, async (t) => {
  const applied = newFolder();
  await apply(applied, NEVER);
  const kills = await killEverywhere('undo', () => copyOf(applied));
  t.diagnostic(`undo was killed ${kills} times on the fake store`);
  assert.ok(kills >= 100, `${kills}`);
});

/** Kills the deed at each of its steps, in a folder of its own for each, and checks all that has to hold then. */
async function killEverywhere(deed: Deed, prepare: () => string): Promise<number> {
  const steps = Number(await runChild(prepare(), deed, Number.POSITIVE_INFINITY));
  let next = 1;
  let kills = 0;
  const worker = async (): Promise<void> => {
    while (next <= steps) {
      const at = next;
      next += 1;
      const folder = prepare();
      if ((await runChild(folder, deed, at)) !== 'SIGKILL') continue;
      kills += 1;
      try {
        await (deed === 'undo' ? checkUndoing(folder) : checkApplying(folder));
      } catch (error) {
        throw new Error(`${deed} killed at step ${at} of ${steps}`, { cause: error });
      }
      rmSync(folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return kills;
}

async function checkApplying(folder: string): Promise<void> {
  const state = await stateOrNull(folder);
  if (state === null || !state.holdsPlan) return assertUntouched(folder);
  assertKnown(folder, state);

  const taken = copyOf(folder);
  await undo(taken, NEVER);
  assertUntouched(taken);
  rmSync(taken, { recursive: true });

  const { counts, left } = await resume(folder, RUN, NEVER);
  assert.deepEqual([counts.stale, counts.refused, counts.failed, left], [0, 0, 0, 0]);
  await assertApplied(folder);
  await undo(folder, NEVER);
  assertUntouched(folder);
}

async function checkUndoing(folder: string): Promise<void> {
  const store = openFiles(join(folder, 'store'));
  for (const change of PLAN.changes) assert.notEqual(sideOf(store, change), null, change.fqdn);
  const undoing = await stateOrNull(folder, UNDO);
  if (undoing === null || !undoing.holdsPlan) {
    await assertApplied(folder);
    rmSync(join(folder, UNDO), { force: true });
  }
  await undo(folder, NEVER);
  assertUntouched(folder);
}

/** What the journal says of a name is what the store holds; only between intent and outcome both are possible. */
function assertKnown(folder: string, state: JournalState): void {
  const store = openFiles(join(folder, 'store'));
  for (const { change, intent, outcome } of state.names) {
    const side = sideOf(store, change);
    assert.notEqual(side, null, `${change.fqdn} is neither as it was nor as planned`);
    if (outcome !== null) assert.equal(side, outcome.outcome === 'applied' ? 'after' : 'before', change.fqdn);
    else if (intent === null) assert.equal(side, 'before', change.fqdn);
  }
}

/** Every name as planned, written once and not twice, and the journal at its end. */
async function assertApplied(folder: string): Promise<void> {
  const store = openFiles(join(folder, 'store'));
  for (const change of PLAN.changes) {
    assert.equal(sideOf(store, change), 'after', change.fqdn);
    assert.equal(store.peek(change.dn)?.version, 4, change.fqdn);
  }
  const { names, ended } = await readJournal(join(folder, RUN));
  assert.ok(ended);
  assert.ok(names.every(({ outcome }) => outcome?.outcome === 'applied'));
}

function assertUntouched(folder: string): void {
  const store = openFiles(join(folder, 'store'));
  for (const { dn, before } of PLAN.changes) {
    assert.equal(Buffer.from(store.peek(dn)?.bytes ?? []).toString('base64'), before.base64, dn);
  }
}

function sideOf(store: FakeStore, { dn, before, after: wanted }: PlannedChange): 'before' | 'after' | null {
  const bytes = store.peek(dn)?.bytes ?? new Uint8Array(0);
  if (Buffer.from(bytes).toString('base64') === before.base64) return 'before';
  return holdsChange(Buffer.from(wanted.base64, 'base64'), bytes) ? 'after' : null;
}

/** null when the process did not live to write the first line. */
async function stateOrNull(folder: string, name = RUN): Promise<JournalState | null> {
  try {
    return await readJournal(join(folder, name));
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return null;
  }
}

/** The number of steps, or the signal that ended it. */
function runChild(folder: string, deed: Deed, at: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CHILD, folder, deed, String(at)], { env: ENV }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.signal === 'SIGKILL') resolve('SIGKILL');
      else reject(new Error(`${deed} at step ${at}: ${stderr}`));
    });
  });
}

/** A folder in which some names have their outcome, some are in flight, and some have not begun. */
async function killedHalfWay(): Promise<string> {
  const folder = newFolder();
  assert.equal(await runChild(folder, 'apply', 66), 'SIGKILL');
  const { names } = await readJournal(join(folder, RUN));
  assert.ok(names.some(({ intent, outcome }) => intent !== null && outcome === null));
  assert.ok(names.some(({ intent }) => intent === null));
  return folder;
}

let folders = 0;

function newFolder(): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(join(folder, 'store'), { recursive: true });
  layFiles(join(folder, 'store'), inStoredOrder());
  writeFileSync(join(folder, 'plan.json'), formatPlan(PLAN));
  return folder;
}

function copyOf(folder: string): string {
  folders += 1;
  const copy = join(root, String(folders));
  cpSync(folder, copy, { recursive: true });
  return copy;
}
