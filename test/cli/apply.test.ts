import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ClosedPipe } from '../../src/cli/process-io.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { type Ran, runCli, tempFolder, type World } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { applyArgs, assertFiles, savePlan } from '../support/saved-plan.ts';

const GUID_OF_LEASE3 = 'AAAAAAAAAECAAAAAAAABCg==';
const UNUSED_GUID = 'AAAAAAAAAECAAAAAAAAJCQ==';

/** Names that are planned whatever is found out about the others. */
const THREE_NAMES = ['--name', 'pc1', 'lease2', 'lease3'];

testForms('apply', async (folder) => applyArgs(await savePlan(folder)));
testForms('apply-nothing', async (folder) => applyArgs(await savePlan(folder, ['--name', 'no-such-*'])));
testForms(
  'apply-stale',
  async (folder) => {
    const plan = await savePlan(folder, THREE_NAMES);
    return applyArgs(plan, await movedSnapshot(folder));
  },
  3,
);

test('apply keeps its exit code when nobody reads its answer', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder, THREE_NAMES);
  const out = (): Promise<void> => Promise.reject(new ClosedPipe());
  const { code, err } = await runCli(applyArgs(plan, await movedSnapshot(folder)), { out });
  assert.equal(code, 3);
  assert.doesNotMatch(err, /unexpected/);
});

test('apply on a copy: then there is nothing left to grant, and owners are as they were', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const original = readFileSync(SMALL_SNAPSHOT);
  const { code, out } = await runCli(applyArgs(plan));
  assert.equal(code, 0);
  const { changes } = planIn(plan);
  assert.ok(changes.length > 5);
  assert.equal(out, totals({ planned: changes.length, applied: changes.length }));
  assert.deepEqual(readFileSync(SMALL_SNAPSHOT), original);

  const after = ['-z', 'corp.example.com', '--snapshot', join(folder, 'after.ldif')];
  const dhcp = ['--dhcp-account', 'dhcp_update'];
  const left = JSON.parse((await runCli(['grant', ...after, ...dhcp, '-f', 'json'])).out);
  assert.deepEqual([left.summary.names, left.summary.changes], [30, 0]);
  assert.ok(left.summary.bySkipCode.already >= changes.length);
  const before = ['-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT];
  assert.equal(
    (await runCli(['owners', ...after, ...dhcp, '-f', 'csv'])).out,
    (await runCli(['owners', ...before, ...dhcp, '-f', 'csv'])).out,
  );
});

test('apply a second time writes nothing and says so', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  await runCli(applyArgs(plan));
  const again = await runCli([
    ...['apply', plan, '--yes', '--journal', join(folder, 'second.ndjson')],
    ...['--snapshot', join(folder, 'after.ldif'), '--write-snapshot', join(folder, 'again.ldif')],
  ]);
  assert.equal(again.code, 0);
  const planned = planIn(plan).changes.length;
  assert.ok(again.out.endsWith(`\n${totals({ planned, unchanged: planned })}`));
  assert.equal(
    readFileSync(join(folder, 'again.ldif'), 'utf8'),
    readFileSync(join(folder, 'after.ldif'), 'utf8'),
  );
  assert.doesNotMatch(readFileSync(join(folder, 'second.ndjson'), 'utf8'), /"intent"/);
});

test('apply keeps a journal beside the plan: each intent with the old bytes, then its outcome', async (t) => {
  const folder = tempFolder(t);
  const planFile = await savePlan(folder, THREE_NAMES);
  const { err } = await runCli([...applyArgs(planFile), '--concurrency', '1']);
  const file = join(folder, 'plan.2026-11-20T21-00-00-000.journal.ndjson');
  assert.match(err, /^Journal: .*plan\.2026-11-20T21-00-00-000\.journal\.ndjson$/m);
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const plan = planIn(planFile);
  assert.deepEqual(
    events.map((event) => event.event),
    [
      'run-start',
      ...plan.changes.map(() => 'planned'),
      ...plan.changes.flatMap(() => ['intent', 'outcome']),
      'run-end',
    ],
  );
  assert.equal(events[0].plan.checksum, plan.checksum);
  assert.deepEqual(
    events.filter((event) => event.event === 'planned').map((event) => event.change),
    plan.changes,
  );
  assert.deepEqual(
    events.filter((event) => event.event === 'intent').map((event) => event.base64),
    plan.changes.map((change) => change.before.base64),
  );
  for (const event of events.filter((item) => item.event === 'outcome')) {
    assert.deepEqual([event.outcome, event.message, event.version], ['applied', null, 4]);
  }
  assert.deepEqual(events.at(-1).counts, { applied: 3, unchanged: 0, stale: 0, refused: 0, failed: 0 });
});

test('apply asks first, and does nothing unless the answer is yes', async (t) => {
  for (const [answer, applied] of [
    ['y', true],
    ['YES ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ] as const) {
    const { ran, written, planned } = await applyAsking(t, [], { answers: [answer] });
    assert.equal(ran.code, 0);
    assert.deepEqual(ran.asked, [`Change ${planned} names on a copy of small.example.com.ldif? [y/N] `]);
    assert.match(ran.err, new RegExp(`^30 names looked at: ${planned} to change`, 'm'));
    assert.equal(written, applied, answer);
    if (!applied) assert.match(ran.err, /^Nothing was changed$/m);
  }
});

test('apply --yes does not ask', async (t) => {
  const { ran, written } = await applyAsking(t, ['--yes'], { answers: [] });
  assert.deepEqual([ran.asked, written], [[], true]);
});

test('apply without --yes does nothing where nobody can be asked', async (t) => {
  for (const [args, world] of [
    [[], {}],
    [['--no-input'], { answers: ['yes'] }],
  ] as const) {
    const { ran, written } = await applyAsking(t, args, world);
    assert.equal(ran.code, 64);
    assert.deepEqual([ran.asked, ran.out, written], [[], '', false]);
    assert.match(ran.err, /Nothing was changed: there is nobody to ask; give --yes/);
  }
});

async function applyAsking(
  t: TestContext,
  args: readonly string[],
  world: World,
): Promise<{ readonly ran: Ran; readonly written: boolean; readonly planned: number }> {
  const plan = await savePlan(tempFolder(t));
  const asking = applyArgs(plan).filter((arg) => arg !== '--yes');
  const ran = await runCli([...asking, ...args], world);
  const written = existsSync(join(dirname(plan), 'after.ldif'));
  if (!written) assertFiles(dirname(plan), ['plan.json']);
  return { ran, written, planned: planIn(plan).changes.length };
}

/** The small directory later: somebody changed lease2, and lease3 was deleted and came back as another object. */
async function movedSnapshot(folder: string): Promise<string> {
  const [plan, csv] = [join(folder, 'other-plan.json'), join(folder, 'other.csv')] as const;
  writeFileSync(csv, 'name,principal\nlease2.corp.example.com,helpdesk\n');
  await runCli(['grant', '--csv', csv, '--snapshot', SMALL_SNAPSHOT, '--plan', plan]);
  const changed = join(folder, 'changed.ldif');
  const from = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', changed];
  const { code } = await runCli(['apply', plan, ...from, '--yes', '--journal', join(folder, 'other.ndjson')]);
  assert.equal(code, 0);
  const text = readFileSync(changed, 'utf8');
  const moved = text.replace(`objectguid:: ${GUID_OF_LEASE3}`, `objectguid:: ${UNUSED_GUID}`);
  assert.notEqual(moved, text);
  writeFileSync(join(folder, 'moved.ldif'), moved);
  return join(folder, 'moved.ldif');
}

function planIn(file: string): Plan {
  return parsePlan(readFileSync(file, 'utf8'), file);
}

function totals({ planned = 0, applied = 0, unchanged = 0 }): string {
  return `${planned} planned: ${applied} applied, ${unchanged} unchanged, 0 stale, 0 refused, 0 failed\n`;
}
