/** What apply refuses unless somebody says so: large plans, plans that nobody approved, names outside. */

import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { formatPlan, parsePlan, sealPlan } from '../../src/plan/plan-file.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { CORP_ZONE_DN, ldifOf, SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { assertFiles } from '../support/saved-plan.ts';
import { plainName } from '../support/small-names.ts';

interface Large {
  readonly folder: string;
  readonly file: string;
  readonly plan: Plan;
  /** What grant said when it made the plan. */
  readonly said: string;
  apply(more?: readonly string[], answers?: readonly string[]): ReturnType<typeof runCli>;
}

/** A plan for 70 of the 100 names of a zone. */
async function largePlan(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Large> {
  const folder = tempFolder(t);
  const [snapshot, file] = [join(folder, 'large.ldif'), join(folder, 'plan.json')] as const;
  copyFileSync(SMALL_SNAPSHOT, snapshot);
  appendFileSync(snapshot, ldifOf(Array.from({ length: 70 }, (_, at) => plainName(CORP_ZONE_DN, at))));
  const who = ['--dhcp-account', 'dhcp_update', '--name', 'host*'];
  const { code, err } = await runCli(
    [...['grant', '-z', 'corp.example.com', ...who], ...['--snapshot', snapshot, '--plan', file]],
    { env },
  );
  assert.equal(code, 0, err);
  const where = ['--snapshot', snapshot, '--write-snapshot', join(folder, 'copy.ldif')];
  return {
    folder,
    file,
    said: err,
    plan: parsePlan(readFileSync(file, 'utf8'), file),
    apply: (more = ['--yes'], answers) =>
      runCli(['apply', file, '--journal', join(folder, 'journal'), ...where, ...more], {
        env,
        ...(answers === undefined ? {} : { answers }),
      }),
  };
}

test('apply refuses a plan that changes more than a quarter of a large zone, before it asks', async (t) => {
  const { apply, plan, folder } = await largePlan(t);
  for (const [more, answers] of [
    [['--yes'], undefined],
    [[], ['y']],
  ] as const) {
    const { code, out, err, asked } = await apply(more, answers);
    assert.deepEqual([code, out, asked], [5, '', []]);
    assert.equal(
      err,
      'dnsacl: Refused: 70 of the 100 names in corp.example.com would change (70.0 %); the limit is 25 %. Largest class: owner system, 70 names. ' +
        `If that is what you intend: --approve ${plan.checksum}, or --max-change 70%\n`,
    );
  }
  assertFiles(folder, ['large.ldif', 'plan.json']);
});

test('grant --plan says that apply will refuse, and suggests the command with the approval that passes', async (t) => {
  const { said, plan } = await largePlan(t);
  assert.match(
    said,
    /^Without --approve, apply will refuse this plan: 70 of the 100 names in corp\.example\.com/m,
  );
  assert.ok(said.includes(`plan.json --approve ${plan.checksum} --snapshot `), said);
});

test('the limit of the configuration holds for apply where none is typed, and for what grant says of it', async (t) => {
  const { said, apply } = await largePlan(t, { DNSACL_MAX_CHANGE: '70%' });
  assert.doesNotMatch(said, /--approve/);
  assert.equal((await apply(['--yes', '--max-change', '69'])).code, 5);
  assert.equal((await apply()).code, 0);
});

test('apply --approve with the checksum of the plan passes', async (t) => {
  const { apply, plan } = await largePlan(t);
  const { code, out } = await apply(['--yes', '--approve', plan.checksum]);
  assert.equal(code, 0);
  assert.match(out, /70 planned: 70 applied/);
});

test('apply --approve refuses any other plan, small ones too', async (t) => {
  const { apply, plan, folder } = await largePlan(t);
  const other = `sha256:${'f'.repeat(64)}`;
  const { code, err } = await apply(['--yes', '--max-change', '100%', '--approve', other]);
  assert.equal(code, 5);
  assert.equal(err, `dnsacl: Refused: --approve names ${other}, but this plan is ${plan.checksum}\n`);
  assertFiles(folder, ['large.ldif', 'plan.json']);
});

test('apply --max-change passes up to the number or share that it names', async (t) => {
  for (const [limit, code] of [
    ['70', 0],
    ['69', 5],
    ['70%', 0],
    ['69.5%', 5],
    ['0', 5],
    ['101%', 64],
    ['many', 64],
  ] as const) {
    const { apply } = await largePlan(t);
    const ran = await apply(['--yes', '--max-change', limit]);
    assert.equal(ran.code, code, `${limit}: ${ran.err}`);
    if (code === 5)
      assert.match(
        ran.err,
        new RegExp(`the limit is ${limit.replace('%', ' %')}${limit.includes('%') ? '' : ' names'}\\.`),
      );
  }
});

test('apply --limit does not get round the guard: the plan is what was reviewed', async (t) => {
  const { apply } = await largePlan(t);
  assert.equal((await apply(['--yes', '--limit', '5'])).code, 5);
});

test('apply refuses a plan with a change outside its zones, approved or not', async (t) => {
  const { apply, plan, file, folder } = await largePlan(t);
  const [first, ...rest] = plan.changes;
  assert.ok(first !== undefined);
  const dn = 'CN=Administrator,CN=Users,DC=corp,DC=example,DC=com';
  const { checksum: _, ...draft } = plan;
  const forged = sealPlan({ ...draft, changes: [{ ...first, dn }, ...rest] });
  writeFileSync(file, formatPlan(forged));
  const { code, err } = await apply(['--yes', '--approve', forged.checksum]);
  assert.equal(code, 5);
  assert.equal(err, `dnsacl: Refused: the plan changes ${dn}, which lies in none of its zones\n`);
  assertFiles(folder, ['large.ldif', 'plan.json']);
});

test('grant --apply is guarded as apply is', async (t) => {
  const { folder } = await largePlan(t);
  const where = ['--snapshot', join(folder, 'large.ldif'), '--write-snapshot', join(folder, 'copy.ldif')];
  const args = [
    'grant',
    '-z',
    'corp.example.com',
    '--dhcp-account',
    'dhcp_update',
    '--name',
    'host*',
    ...where,
  ];
  const { code, err } = await runCli([...args, '--apply', '--yes']);
  assert.equal(code, 5);
  assert.match(err, /70 of the 100 names in corp\.example\.com would change/);
  assertFiles(folder, ['large.ldif', 'plan.json']);
});
