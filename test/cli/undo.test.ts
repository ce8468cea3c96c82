/** `undo`, rehearsed on copies of a snapshot. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSnapshot } from '../../src/directory/snapshot/snapshot-file.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { savePlan } from '../support/saved-plan.ts';

const THREE_NAMES = ['--name', 'pc1', 'lease2', 'lease3'];

interface Applied {
  readonly folder: string;
  readonly journal: string;
  readonly copy: string;
}

async function applied(folder: string, args: readonly string[] = []): Promise<Applied> {
  const plan = await savePlan(folder, args);
  const [journal, copy] = [join(folder, 'plan.2026.journal.ndjson'), join(folder, 'copy.ldif')] as const;
  const where = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', copy, '--journal', journal];
  const { code, err } = await runCli(['apply', plan, '--yes', ...where]);
  assert.equal(code, 0, err);
  return { folder, journal, copy };
}

function undoArgs(
  { folder, journal, copy }: Applied,
  more: readonly string[] = ['--yes'],
): readonly string[] {
  return ['undo', journal, '--snapshot', copy, '--write-snapshot', join(folder, 'undone.ldif'), ...more];
}

testForms('undo', async (folder) => undoArgs(await applied(folder, THREE_NAMES)));

test('undo brings every descriptor back as it was, and touches nothing else', async (t) => {
  const run = await applied(tempFolder(t));
  const { code, out, err } = await runCli(undoArgs(run));
  assert.equal(code, 0, err);
  const planned = parsePlan(readFileSync(join(run.folder, 'plan.json'), 'utf8'), 'plan').changes.length;
  assert.match(out, new RegExp(`${planned} planned: ${planned} applied`));
  const [before, copied, undone] = await Promise.all(
    [SMALL_SNAPSHOT, run.copy, join(run.folder, 'undone.ldif')].map(descriptorsOf),
  );
  assert.notDeepEqual(copied, before);
  assert.deepEqual(undone, before);
});

test('undo asks first, after it has shown what it would do', async (t) => {
  for (const [answer, written] of [
    ['n', false],
    ['y', true],
  ] as const) {
    const run = await applied(tempFolder(t), THREE_NAMES);
    const ran = await runCli(undoArgs(run, []), { answers: [answer] });
    assert.equal(ran.code, 0);
    assert.deepEqual(ran.asked, ['Change 3 names on a copy of copy.ldif? [y/N] ']);
    assert.match(ran.out, /pc1\.corp\.example\.com +remove +CORP\\PC1\$ +full control +added by the run/);
    assert.equal(existsSync(join(run.folder, 'undone.ldif')), written);
  }
});

test('undo keeps a journal of its own beside the first, from which it can be undone', async (t) => {
  const run = await applied(tempFolder(t), THREE_NAMES);
  await runCli(undoArgs(run));
  const own = readdirSync(run.folder).filter((name) => name.includes('.undo.'));
  assert.deepEqual(own, ['plan.2026.undo.2026-11-20T21-00-00-000.journal.ndjson']);
  const again = await runCli([
    ...['undo', join(run.folder, own[0] as string), '--yes', '--journal', join(run.folder, 'third')],
    ...['--snapshot', join(run.folder, 'undone.ldif'), '--write-snapshot', join(run.folder, 'again.ldif')],
  ]);
  assert.equal(again.code, 0, again.err);
  assert.deepEqual(await descriptorsOf(join(run.folder, 'again.ldif')), await descriptorsOf(run.copy));
});

test('undo --name takes back only the names that match, relative or in full', async (t) => {
  for (const [glob, count] of [
    ['lease*', 2],
    ['pc1.corp.example.com', 1],
    ['nobody', 0],
  ] as const) {
    const run = await applied(tempFolder(t), THREE_NAMES);
    const { code, out, err } = await runCli(undoArgs(run, ['--yes', '--name', glob]));
    assert.equal(code, 0);
    if (count > 0) assert.match(out, new RegExp(`${count} planned: ${count} applied`));
    else assert.match(err, /^There is nothing to take back$/m);
  }
});

test('undo of what was undone already says so and writes nothing', async (t) => {
  const run = await applied(tempFolder(t), THREE_NAMES);
  const to = join(run.folder, 'undone.ldif');
  const { code, out, err } = await runCli([
    ...['undo', run.journal, '--yes', '-v'],
    ...['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', to],
  ]);
  assert.equal(code, 0);
  assert.match(out, /nothing-to-undo +nothing of what the run did is left on it/);
  assert.match(err, /^There is nothing to take back$/m);
  assert.equal(existsSync(to), false);
});

test('undo needs no approval, however much of a zone it changes', async (t) => {
  const run = await applied(tempFolder(t));
  assert.equal((await runCli(undoArgs(run, ['--yes', '--max-change', '1']))).code, 0);
});

test('undo refuses what is no journal, and a snapshot that would be changed in place', async (t) => {
  const run = await applied(tempFolder(t), THREE_NAMES);
  const plan = await runCli(['undo', join(run.folder, 'plan.json'), '--snapshot', run.copy]);
  assert.equal(plan.code, 64);
  assert.match(plan.err, /plan\.json is no journal/);
  const place = await runCli(['undo', run.journal, '--snapshot', run.copy]);
  assert.equal(place.code, 64);
  assert.match(place.err, /A snapshot is never changed in place: give --write-snapshot NEWFILE/);
});

/** The descriptors of a snapshot by DN, in base64. */
async function descriptorsOf(file: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const item of readSnapshot(file)) {
    const bytes = item.kind === 'record' ? item.attributes.get('ntsecuritydescriptor')?.[0] : undefined;
    if (item.kind === 'record' && bytes !== undefined)
      found.set(item.dn, Buffer.from(bytes).toString('base64'));
  }
  assert.ok(found.size > 30);
  return found;
}
