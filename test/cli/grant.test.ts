import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Plan, SKIP_CODES } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { CORP_ZONE_DN, ldifOf, SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { tooLargeName } from '../support/small-names.ts';

const FROM = ['--snapshot', SMALL_SNAPSHOT, '--dhcp-account', 'dhcp_update'] as const;
const GRANT = ['grant', '-z', 'corp.example.com', ...FROM] as const;

testForms('grant', () => GRANT);
testForms('grant-update', () => [...GRANT, '--rights', 'update', '--name', 'pc?', 'lease?', '-v']);
testForms('grant-nothing', () => [...GRANT, '--name', 'lease1']);

test('grant plans from an equal directory give equal bytes, and no plan is overwritten', async (t) => {
  const folder = tempFolder(t);
  const [first, second] = [join(folder, 'a.json'), join(folder, 'b.json')] as const;
  const { code, err } = await runCli([...GRANT, '--plan', first]);
  assert.equal(code, 0);
  assert.match(
    err,
    /^Next: dnsacl show .*a\.json; dnsacl apply .*a\.json --snapshot .* --write-snapshot NEWFILE$/m,
  );
  await runCli([...GRANT, '--plan', second]);
  const text = readFileSync(first, 'utf8');
  assert.equal(readFileSync(second, 'utf8'), text);
  if (process.platform !== 'win32') assert.equal(statSync(first).mode & 0o077, 0);

  const again = await runCli([...GRANT, '--name', 'pc1', '--plan', first]);
  assert.equal(again.code, 64);
  assert.match(
    again.err,
    /Cannot save the plan .*a\.json: it exists already, and a plan is never overwritten/,
  );
  assert.equal(readFileSync(first, 'utf8'), text);
});

test('grant -f json is the plan file', async (t) => {
  const file = join(tempFolder(t), 'plan.json');
  const { out } = await runCli([...GRANT, '-f', 'json', '--plan', file]);
  assert.equal(out, readFileSync(file, 'utf8'));
  assert.match(out, /\\u202etxt\.exe/);
});

test('grant counts every name once, as changed or as skipped for one reason', async () => {
  const plan = await planOf([...GRANT]);
  const { names, changes, skipped, add, bySkipCode } = plan.summary;
  assert.equal(changes + skipped, names);
  assert.equal(plan.changes.length, changes);
  assert.equal(plan.skipped.length, skipped);
  assert.equal(plan.changes.flatMap((change) => change.add).length, add);
  assert.equal(
    Object.values(bySkipCode).reduce((sum, count) => sum + count, 0),
    skipped,
  );
});

test('grant skips for every reason there is for it', async (t) => {
  const folder = tempFolder(t);
  const [snapshot, csv] = [join(folder, 'crowded.ldif'), join(folder, 'names.csv')] as const;
  copyFileSync(SMALL_SNAPSHOT, snapshot);
  appendFileSync(snapshot, ldifOf([tooLargeName(CORP_ZONE_DN)]));
  writeFileSync(csv, 'name,principal\nprinter1,@computer\ndup,@computer\nnobody,\n');
  const zone = ['grant', '-z', 'corp.example.com', '--snapshot', snapshot, '--dhcp-account', 'dhcp_update'];
  const plans = [
    await planOf(zone),
    await planOf([...zone, '--limit', '1']),
    await planOf([...zone, '--csv', csv]),
  ];
  const codes = new Set(plans.flatMap((plan) => plan.skipped.map((skipped) => skipped.code)));
  const ofOthers: readonly string[] = ['nothing-to-remove', 'would-lose', 'nothing-to-undo'];
  assert.deepEqual([...codes].sort(), SKIP_CODES.filter((code) => !ofOthers.includes(code)).sort());
});

test('grant --limit plans the first names and says what it left', async () => {
  const plan = await planOf([...GRANT, '--limit', '2']);
  assert.equal(plan.summary.changes, 2);
  assert.equal(plan.summary.bySkipCode.limit, (await planOf([...GRANT])).summary.changes - 2);
});

test('grant --include-protected plans names that are protected otherwise', async () => {
  const protectedNames = ['--name', '\\*', 'wpad'];
  assert.deepEqual(changed(await planOf([...GRANT, ...protectedNames])), []);
  assert.deepEqual(changed(await planOf([...GRANT, ...protectedNames, '--include-protected'])), [
    '*.corp.example.com',
    'wpad.corp.example.com',
  ]);
});

test('grant --exit-code tells changes by 2, and nothing to do by 0', async () => {
  assert.equal((await runCli([...GRANT, '--exit-code'])).code, 2);
  assert.equal((await runCli([...GRANT, '--exit-code', '--name', 'lease1'])).code, 0);
});

test('grant never touches the snapshot', async () => {
  const before = readFileSync(SMALL_SNAPSHOT);
  await runCli([...GRANT]);
  assert.deepEqual(readFileSync(SMALL_SNAPSHOT), before);
});

async function planOf(args: readonly string[]): Promise<Plan> {
  const { code, out, err } = await runCli([...args, '-f', 'json']);
  assert.equal(code, 0, err);
  return parsePlan(out, 'stdout');
}

function changed(plan: Plan): readonly string[] {
  return plan.changes.map((change) => change.fqdn);
}
