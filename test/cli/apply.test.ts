import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeSid, parseSid, type Sid } from '../../src/formats/sid.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { DOMAIN_SID } from '../support/corp.ts';
import { type Ran, runCli, tempFolder, type World } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT, smallSnapshot } from '../support/make-small-snapshot.ts';
import { savePlan } from '../support/saved-plan.ts';

const GUID_OF_PC2 = 'AAAAAAAAAECAAAAAAAABBA==';
const UNUSED_GUID = 'AAAAAAAAAECAAAAAAAAJCQ==';
const OTHER_DOMAIN_SID: Sid = parseSid('S-1-5-21-1-2-3');

testForms('apply', async (folder) => applyArgs(await savePlan(folder)));
testForms('apply-nothing', async (folder) => applyArgs(await savePlan(folder, ['--name', 'no-such-*'])));
testForms(
  'apply-stale',
  async (folder) => {
    const plan = await savePlan(folder, ['--name', 'pc*']);
    return applyArgs(plan, await movedSnapshot(folder));
  },
  3,
);

test('apply on a copy: then there is nothing left to grant, and owners are as they were', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const original = readFileSync(SMALL_SNAPSHOT);
  const { code, out } = await runCli(applyArgs(plan));
  assert.equal(code, 0);
  assert.match(out, /^15 planned: 15 applied, 0 unchanged, 0 stale, 0 refused, 0 failed\n$/);
  assert.deepEqual(readFileSync(SMALL_SNAPSHOT), original);

  const after = ['-z', 'corp.example.com', '--snapshot', join(folder, 'after.ldif')];
  const dhcp = ['--dhcp-account', 'dhcp_update'];
  const left = JSON.parse((await runCli(['grant', ...after, ...dhcp, '-f', 'json'])).out);
  assert.deepEqual([left.summary.names, left.summary.changes, left.summary.bySkipCode.already], [30, 0, 17]);
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
  assert.match(again.out, /^15 planned: 0 applied, 15 unchanged, 0 stale, 0 refused, 0 failed$/m);
  assert.equal(
    readFileSync(join(folder, 'again.ldif'), 'utf8'),
    readFileSync(join(folder, 'after.ldif'), 'utf8'),
  );
  assert.doesNotMatch(readFileSync(join(folder, 'second.ndjson'), 'utf8'), /"intent"/);
});

test('apply keeps a journal beside the plan: each intent with the old bytes, then its outcome', async (t) => {
  const folder = tempFolder(t);
  const planFile = await savePlan(folder, ['--name', 'pc*']);
  const { err } = await runCli([...applyArgs(planFile), '--concurrency', '1']);
  const file = join(folder, 'plan.2026-11-20T21-00-00.journal.ndjson');
  assert.match(err, /^Journal: .*plan\.2026-11-20T21-00-00\.journal\.ndjson$/m);
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const plan = parsePlan(readFileSync(planFile, 'utf8'), planFile);
  assert.deepEqual(
    events.map((event) => event.event),
    ['run-start', ...plan.changes.flatMap(() => ['intent', 'outcome']), 'run-end'],
  );
  assert.equal(events[0].planChecksum, plan.checksum);
  assert.deepEqual(
    events.filter((event) => event.event === 'intent').map((event) => event.change),
    plan.changes,
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
    const { ran, written } = await applyAsking(t, [], { answers: [answer] });
    assert.equal(ran.code, 0);
    assert.deepEqual(ran.asked, ['Change 15 names on a copy of small.example.com.ldif? [y/N] ']);
    assert.match(ran.err, /^30 names looked at: 15 to change/m);
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

test('apply refuses a plan that was made for another domain', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const other = join(folder, 'other.ldif');
  const text = smallSnapshot().replace(
    `objectsid:: ${base64(DOMAIN_SID)}`,
    `objectsid:: ${base64(OTHER_DOMAIN_SID)}`,
  );
  writeFileSync(other, text);
  const { code, err } = await runCli(applyArgs(plan, other));
  assert.equal(code, 6);
  assert.match(
    err,
    new RegExp(`was made for the domain ${DOMAIN_SID}, but other\\.ldif is in ${OTHER_DOMAIN_SID}`),
  );
  assertNothingWritten(folder, ['other.ldif', 'plan.json']);
});

test('apply refuses a plan that was edited', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('CORP\\\\PC1$', 'CORP\\\\PC2$'));
  const { code, err } = await runCli(applyArgs(plan));
  assert.equal(code, 6);
  assert.match(err, /plan\.json was changed after it was made: its checksum is sha256:.*; make a new plan/);
  assertNothingWritten(folder, ['plan.json']);
});

test('apply names the field that is wrong in a plan', async (t) => {
  const cases: readonly [RegExp | string, string, RegExp][] = [
    ['"schemaVersion": 1', '"schemaVersion": 2', /plan\.json: schemaVersion: /],
    ['"kind": "dnsacl-plan"', '"kind": "other"', /plan\.json: kind: /],
    [/"version":3/, '"version":"3"', /plan\.json: changes\.0\.before\.version: /],
    [/"after":\{/, '"afterwards":{', /plan\.json: changes\.0\.after: /],
    [
      /"base64":"[^"]{8}/,
      '"base64":"',
      /plan\.json: changes\.0\.before\.base64: is not a security descriptor/,
    ],
    [/S-1-5-21-[\d-]+","name/, 'S-x","name', /plan\.json: changes\.0\.add\.0\.principal\.sid: /],
    [/\}\n$/, '', /plan\.json: it is not JSON/],
  ];
  for (const [pattern, replacement, message] of cases) {
    const folder = tempFolder(t);
    const plan = await savePlan(folder);
    const text = readFileSync(plan, 'utf8');
    assert.notEqual(text.replace(pattern, replacement), text);
    writeFileSync(plan, text.replace(pattern, replacement));
    const { code, err } = await runCli(applyArgs(plan));
    assert.equal(code, 64, err);
    assert.match(err, message);
    assertNothingWritten(folder, ['plan.json']);
  }
});

test('apply never overwrites a snapshot or a journal, and leaves no journal behind', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  copyFileSync(SMALL_SNAPSHOT, join(folder, 'after.ldif'));
  const taken = await runCli(applyArgs(plan), { answers: [] });
  assert.equal(taken.code, 64);
  assert.match(taken.err, /Cannot write the snapshot .*after\.ldif: it exists already; name a new file/);
  assertNothingWritten(folder, ['after.ldif', 'plan.json']);

  const journal = join(folder, 'journal.ndjson');
  writeFileSync(journal, 'kept');
  const copy = join(folder, 'new.ldif');
  const from = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', copy];
  const second = await runCli(['apply', plan, ...from, '--yes', '--journal', journal]);
  assert.equal(second.code, 64);
  assert.match(second.err, /Cannot create the journal .*: it exists already; give another with --journal/);
  assert.equal(readFileSync(journal, 'utf8'), 'kept');
  assert.equal(existsSync(copy), false);
});

test('apply never writes to the snapshot itself', async (t) => {
  const plan = await savePlan(tempFolder(t));
  const { code, err } = await runCli(['apply', plan, '--snapshot', SMALL_SNAPSHOT, '--yes']);
  assert.equal(code, 64);
  assert.match(err, /A snapshot is never changed in place: give --write-snapshot NEWFILE/);
});

function applyArgs(plan: string, snapshot: string = SMALL_SNAPSHOT): readonly string[] {
  return [
    'apply',
    plan,
    '--snapshot',
    snapshot,
    '--write-snapshot',
    join(dirname(plan), 'after.ldif'),
    '--yes',
  ];
}

async function applyAsking(
  t: TestContext,
  args: readonly string[],
  world: World,
): Promise<{ readonly ran: Ran; readonly written: boolean }> {
  const plan = await savePlan(tempFolder(t));
  const asking = applyArgs(plan).filter((arg) => arg !== '--yes');
  const ran = await runCli([...asking, ...args], world);
  const written = existsSync(join(dirname(plan), 'after.ldif'));
  if (!written) assertNothingWritten(dirname(plan), ['plan.json']);
  return { ran, written };
}

function assertNothingWritten(folder: string, expected: readonly string[]): void {
  assert.deepEqual(readdirSync(folder).sort(), expected);
}

/** The small directory a while later: somebody changed pc4, and pc2 was deleted and came back as another object. */
async function movedSnapshot(folder: string): Promise<string> {
  const [plan, csv] = [join(folder, 'other-plan.json'), join(folder, 'other.csv')] as const;
  writeFileSync(csv, 'name,principal\npc4.corp.example.com,helpdesk\n');
  await runCli(['grant', '--csv', csv, '--snapshot', SMALL_SNAPSHOT, '--plan', plan]);
  const changed = join(folder, 'changed.ldif');
  const from = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', changed];
  const { code } = await runCli(['apply', plan, ...from, '--yes', '--journal', join(folder, 'other.ndjson')]);
  assert.equal(code, 0);
  const text = readFileSync(changed, 'utf8');
  const moved = text.replace(`objectguid:: ${GUID_OF_PC2}`, `objectguid:: ${UNUSED_GUID}`);
  assert.notEqual(moved, text);
  writeFileSync(join(folder, 'moved.ldif'), moved);
  return join(folder, 'moved.ldif');
}

function base64(sid: Sid): string {
  return Buffer.from(encodeSid(sid)).toString('base64');
}
