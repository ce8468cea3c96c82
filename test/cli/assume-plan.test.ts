import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';

const CORP = 'corp.example.com';
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
/** The one name that a condition decides cannot be granted on. */
const ONE_UNKNOWN = ['--max-blocked', '1'] as const;

/** A snapshot, and a plan for what its zones miss, in a folder of their own. */
async function prepare(t: TestContext, zones: readonly string[] = [LAB_ZONE]) {
  const folder = tempFolder(t);
  const [snapshot, plan] = [auditSnapshot(folder), join(folder, 'plan.json')];
  const { code, err } = await runCli([
    ...['grant', ...zones.flatMap((zone) => ['-z', zone]), '--snapshot', snapshot, ...DHCP, '--plan', plan],
  ]);
  assert.equal(code, 0, err);
  const readiness = (...args: readonly string[]): Promise<Ran> =>
    runCli(['readiness', '-z', LAB_ZONE, '--snapshot', snapshot, ...DHCP, ...args]);
  return { folder, snapshot, plan, readiness };
}

test('readiness --assume-plan turns a no-go into a go where the plan repairs the names', async (t) => {
  const { plan, readiness } = await prepare(t);
  assert.equal((await readiness(...ONE_UNKNOWN)).code, 2);
  const assumed = await readiness(...ONE_UNKNOWN, '--assume-plan', plan);
  assert.equal(assumed.code, 0, assumed.err);
  assert.match(
    assumed.out,
    /^GO {2}lab\.example\.com: 0 of 10 dynamic names are blocked and 1 unknown, the limit for both is 1$/m,
  );
  assert.doesNotMatch(assumed.err, /warning/);
  assert.equal(
    (await readiness('--assume-plan', plan)).code,
    2,
    'what the plan does not repair still counts',
  );
});

test('readiness --assume-plan leaves the snapshot and the plan as they are', async (t) => {
  const { snapshot, plan, readiness } = await prepare(t);
  const before = [readFileSync(snapshot), readFileSync(plan)];
  await readiness('--assume-plan', plan);
  assert.deepEqual([readFileSync(snapshot), readFileSync(plan)], before);
});

test('readiness --assume-plan says which names changed since the plan was made, and judges them as they are', async (t) => {
  const { folder, snapshot, plan, readiness } = await prepare(t);
  const other = join(folder, 'other.json');
  const copy = join(folder, 'after.ldif');
  const grant = [
    'grant',
    '-z',
    LAB_ZONE,
    '--name',
    'odd',
    '--snapshot',
    snapshot,
    '--dhcp-account',
    'helpdesk',
  ];
  assert.equal((await runCli([...grant, '--plan', other])).code, 0);
  const applied = await runCli(['apply', other, '--snapshot', snapshot, '--write-snapshot', copy, '--yes']);
  assert.equal(applied.code, 0, applied.err);
  const ran = await readiness('--assume-plan', plan, '--snapshot', copy, ...ONE_UNKNOWN);
  assert.equal(ran.code, 2);
  assert.match(
    ran.err,
    /^warning: odd\.lab\.example\.com: the plan changes it, but it was not met as the plan saw it; make a new plan$/m,
  );
  assert.equal(ran.err.match(/^warning/gm)?.length, 1, 'only the one that moved');
});

test('readiness --assume-plan has nothing to say about a plan that was applied already', async (t) => {
  const { folder, snapshot, plan, readiness } = await prepare(t);
  const copy = join(folder, 'after.ldif');
  const args = ['--snapshot', snapshot, '--write-snapshot', copy, '--yes', '--max-change', '100%'];
  const applied = await runCli(['apply', plan, ...args]);
  assert.equal(applied.code, 0, applied.err);
  const ran = await readiness('--assume-plan', plan, '--snapshot', copy, ...ONE_UNKNOWN);
  assert.equal(ran.code, 0, ran.err);
  assert.doesNotMatch(ran.err, /warning/);
});

test('readiness --assume-plan is silent about changes in zones that it does not judge', async (t) => {
  const { plan, readiness } = await prepare(t, [LAB_ZONE, CORP]);
  const ran = await readiness('--assume-plan', plan, ...ONE_UNKNOWN);
  assert.equal(ran.code, 0, ran.err);
  assert.doesNotMatch(ran.err, /warning/);
});

test('readiness --assume-plan refuses a plan that cannot be believed', async (t) => {
  const { folder, plan, readiness } = await prepare(t);
  const edited = join(folder, 'edited.json');
  writeFileSync(edited, readFileSync(plan, 'utf8').replace('CORP\\\\dhcp_update', 'CORP\\\\somebody'));
  assert.equal((await readiness('--assume-plan', edited)).code, 6);
  writeFileSync(edited, '{}');
  assert.equal((await readiness('--assume-plan', edited)).code, 64);
  assert.equal((await readiness('--assume-plan', join(folder, 'no-such.json'))).code, 64);
});
