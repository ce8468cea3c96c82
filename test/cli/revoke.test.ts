import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';

const CORP = 'corp.example.com';

const from = (folder: string) => ['--snapshot', auditSnapshot(folder), '--dhcp-account', 'dhcp_update'];

testForms('revoke', (folder) => ['revoke', '-z', CORP, LAB_ZONE, ...from(folder), '--orphans', '--open']);

test('revoke --orphans removes entries of accounts whose domain says that they are gone, no others', async (t) => {
  const { changes } = await planOf(t, ['-z', CORP, '--orphans']);
  assert.deepEqual(
    changes.map(({ fqdn, remove }) => [fqdn, remove.map(({ principal }) => principal.sid.split('-').at(-1))]),
    [['gone1.corp.example.com', ['1187']]],
    'alien is owned by a SID of a domain that did not answer',
  );
});

test('revoke --open removes what lets everybody write, and not what somebody would lose by', async (t) => {
  const { changes, skipped } = await planOf(t, ['-z', LAB_ZONE, '--open']);
  assert.deepEqual(
    changes.map(({ fqdn }) => fqdn),
    [],
  );
  const opened = skipped.find(({ fqdn }) => fqdn === `opened.${LAB_ZONE}`);
  assert.equal(opened?.code, 'would-lose');
  assert.match(
    opened?.reason ?? '',
    /^CORP\\dhcp_update could not update it any more; grant first, then revoke$/,
  );
  const nobody = await planOf(t, ['-z', LAB_ZONE, '--open'], []);
  assert.deepEqual(
    nobody.changes.map(({ fqdn, remove }) => [fqdn, remove.map(({ ace }) => ace)]),
    [[`opened.${LAB_ZONE}`, ['(A;;WP;;;AU)']]],
  );
});

test('revoke --principal removes the entries of each one named, deny entries only when told', async (t) => {
  const { changes } = await planOf(t, ['-z', CORP, '--principal', 'helpdesk', 'S-1-5-11']);
  assert.deepEqual(
    changes.map(({ fqdn }) => fqdn),
    ['app.sub.corp.example.com'],
  );
  const denied = await planOf(t, ['-z', CORP, '--principal', 'S-1-5-11', '--include-deny']);
  assert.deepEqual(
    denied.changes.map(({ fqdn, remove }) => [fqdn, remove.map(({ ace }) => ace)]),
    [['denied.corp.example.com', ['(D;;WP;;;AU)']]],
  );
});

test('revoke --csv and --name limit it to some names, and a name that is missing is said', async (t) => {
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(csv, 'name\napp.sub.corp.example.com\nnobody.corp.example.com\n');
  const listed = await planOf(t, ['--csv', csv, '--principal', 'helpdesk', '--orphans']);
  assert.deepEqual(
    [...listed.changes, ...listed.skipped].map(({ fqdn }) => fqdn),
    ['app.sub.corp.example.com', 'nobody.corp.example.com'],
  );
  assert.equal(listed.skipped[0]?.code, 'not-found');
  const named = await planOf(t, ['-z', CORP, '--name', 'gone*', '--principal', 'helpdesk', '--orphans']);
  assert.deepEqual(
    named.changes.map(({ fqdn }) => fqdn),
    ['gone1.corp.example.com'],
  );
});

test('revoke leaves protected names alone until it is told otherwise', async (t) => {
  const codeOf = ({ skipped }: Plan, name: string) =>
    skipped.find(({ fqdn }) => fqdn === `${name}.${CORP}`)?.code;
  const guarded = await planOf(t, ['-z', CORP, '--open', '--protect', 'app.*']);
  assert.deepEqual(
    ['wpad', 'dc1', 'app.sub'].map((name) => codeOf(guarded, name)),
    ['protected', 'infrastructure', 'protected'],
  );
  const forced = await planOf(t, ['-z', CORP, '--open', '--protect', 'app.*', '--include-protected']);
  assert.deepEqual(
    ['wpad', 'dc1', 'app.sub'].map((name) => codeOf(forced, name)),
    ['nothing-to-remove', 'nothing-to-remove', 'nothing-to-remove'],
  );
});

test('revoke leaves what it did in the options of its plan', async (t) => {
  const { options } = await planOf(t, [
    '-z',
    CORP,
    '--principal',
    'helpdesk',
    '--include-deny',
    '--limit',
    '5',
  ]);
  assert.equal(options.command, 'revoke');
  assert.deepEqual(
    [options.includeDeny, options.orphans, options.open, options.limit],
    [true, false, false, 5],
  );
  assert.match(String(options.principals), /^S-1-5-21-.*-1130$/);
});

test('revoke needs to be told what is to go, and from where', async (t) => {
  const snapshot = from(tempFolder(t));
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['-z', CORP], /What is to go\? Give --principal NAME, --orphans or --open/],
    [['--orphans'], /No zone was named/],
    [['-z', CORP, '--principal', 'helpdsek'], /helpdsek/],
  ];
  for (const [args, says] of cases) {
    const { code, err } = await runCli(['revoke', ...args, ...snapshot]);
    assert.equal(code, 64);
    assert.match(err, says);
  }
});

test('revoke --apply asks, removes, and undo brings it back', async (t) => {
  const folder = tempFolder(t);
  const copy = join(folder, 'copy.ldif');
  const journal = join(folder, 'journal');
  const where = [...from(folder), '--write-snapshot', copy, '--journal', journal];
  const args = ['revoke', '-z', CORP, '--orphans', '--apply', ...where];
  const ran = await runCli(args, { answers: ['y'] });
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(ran.asked, ['Change 1 name on a copy of audit.ldif? [y/N] ']);
  const after = await runCli(['revoke', '-z', CORP, '--orphans', '--snapshot', copy, '-f', 'json']);
  assert.equal(JSON.parse(after.out).summary.changes, 0);
  const to = ['--snapshot', copy, '--write-snapshot', join(folder, 'undone.ldif')];
  const undone = await runCli(['undo', journal, '--yes', ...to]);
  assert.match(
    undone.out,
    /gone1\.corp\.example\.com +add +S-1-5-21-\d+-\d+-\d+-1187 +full control +removed by the run/,
  );
});

async function planOf(
  t: TestContext,
  args: readonly string[],
  who: readonly string[] = ['--dhcp-account', 'dhcp_update'],
): Promise<Plan> {
  const snapshot = ['--snapshot', auditSnapshot(tempFolder(t))];
  const { code, out, err } = await runCli(['revoke', ...args, ...snapshot, ...who, '-f', 'json']);
  assert.equal(code, 0, err);
  return parsePlan(out, 'stdout');
}
