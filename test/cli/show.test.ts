import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formatPlan } from '../../src/plan/plan-file.ts';
import { runCli, stable, tempFolder } from '../support/fake-io.ts';
import { assertGolden, testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { savePlan } from '../support/saved-plan.ts';
import { sampleJournal, samplePlan } from '../support/show-model.ts';

const PLAN_FORMS = [
  ['table', 'txt'],
  ['csv', 'csv'],
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['markdown', 'md'],
  ['html', 'html'],
  ['sddl', 'sddl'],
  ['ldif', 'ldif'],
  ['dsacls', 'cmd'],
  ['powershell', 'ps1'],
] as const;
const JOURNAL_FORMS = PLAN_FORMS.slice(0, 6);

testForms('show', async (folder) => ['show', await savePlan(folder, ['--name', 'pc*', 'a,b', 'dup'])]);
testForms('show-verbose', async (folder) => ['show', await savePlan(folder, ['--name', 'pc*']), '-v']);
testForms('show-nothing', async (folder) => ['show', await savePlan(folder, ['--name', 'no-such-*'])]);

for (const [format, ending] of PLAN_FORMS) {
  test(`show of the sample plan as ${format}`, async (t: TestContext) => {
    const folder = tempFolder(t);
    const { code, out, err } = await runCli(['show', sampleFile(folder), '-f', format, '-v']);
    assert.equal(code, 0, err);
    assertGolden(t, `show-plan.${ending}`, stable(out));
  });
}

for (const [format, ending] of JOURNAL_FORMS) {
  test(`show of the sample journal as ${format}`, async (t: TestContext) => {
    const folder = tempFolder(t);
    const { code, out, err } = await runCli(['show', await sampleJournal(folder), '-f', format]);
    assert.equal(code, 0, err);
    assertGolden(t, `show-journal.${ending}`, stable(out));
    if (format === 'table') assertGolden(t, 'show-journal.stderr.txt', stable(err));
  });
}

test('show -f json gives the plan back, byte for byte', async (t) => {
  const file = await savePlan(tempFolder(t));
  assert.equal((await runCli(['show', file, '-f', 'json'])).out, readFileSync(file, 'utf8'));
});

test('show takes a plan that another tool has indented again', async (t) => {
  const folder = tempFolder(t);
  const file = await savePlan(folder);
  const copy = join(folder, 'copy.json');
  writeFileSync(copy, JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), null, 4));
  const { code, out } = await runCli(['show', copy, '-f', 'csv']);
  assert.equal(code, 0);
  assert.equal(out, (await runCli(['show', file, '-f', 'csv'])).out);
});

test('show -o takes the form from the ending of the file, other commands only those that they have', async (t) => {
  const folder = tempFolder(t);
  const plan = sampleFile(folder);
  for (const [format, ending] of PLAN_FORMS) {
    const out = join(folder, `out.${ending}`);
    assert.equal((await runCli(['show', plan, '-o', out])).code, 0);
    assert.equal(readFileSync(out, 'utf8'), (await runCli(['show', plan, '-f', format])).out, ending);
  }
  const out = join(folder, 'zones.ldif');
  assert.equal((await runCli(['zones', '--snapshot', SMALL_SNAPSHOT, '-o', out])).code, 0);
  assert.match(readFileSync(out, 'utf8'), /^ZONE +PARTITION/);
  assert.equal((await runCli(['zones', '--snapshot', SMALL_SNAPSHOT, '-f', 'ldif'])).code, 64);
});

test('show names the file of the plan in the commands, quoted', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'my plan.json');
  writeFileSync(file, formatPlan(samplePlan()));
  const { out } = await runCli(['show', file, '-f', 'markdown']);
  assert.ok(out.includes(`\ndnsacl apply '${file}' --approve sha256:`));
});

test('show refuses a plan that was edited, and one of a version it does not know', async (t) => {
  const file = sampleFile(tempFolder(t));
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('pc1.corp', 'pc9.corp'));
  const edited = await runCli(['show', file]);
  assert.equal(edited.code, 6);
  assert.match(edited.err, /was changed after it was made/);
  writeFileSync(file, text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
  const newer = await runCli(['show', file]);
  assert.equal(newer.code, 64);
  assert.match(newer.err, /schemaVersion/);
});

test('show says where a journal was changed, or lost a line', async (t) => {
  const file = await sampleJournal(tempFolder(t));
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  for (const [found, wrong] of [
    [
      lines.map((line) => line.replace('"outcome":"stale"', '"outcome":"applied"')),
      /line \d+ does not follow/,
    ],
    [lines.toSpliced(20, 1), /line 21 does not follow/],
  ] as const) {
    writeFileSync(file, `${found.join('\n')}\n`);
    const { code, out, err } = await runCli(['show', file]);
    assert.equal(code, 6);
    assert.equal(out, '');
    assert.match(err, wrong);
  }
});

test('show tells of a journal that was cut short what it holds, and how to go on', async (t) => {
  const file = await sampleJournal(tempFolder(t));
  const text = readFileSync(file, 'utf8');
  const lastIntent = text.lastIndexOf('\n', text.lastIndexOf('"event":"outcome"'));
  writeFileSync(file, text.slice(0, lastIntent + 20));
  const { code, out, err } = await runCli(['show', file]);
  assert.equal(code, 0);
  assert.match(out, / interrupted .*apply --resume finds out/);
  assert.match(out, /12 planned: 9 applied, .*, 1 interrupted\n$/);
  assert.match(err, /The last line of .* was cut short/);
  assert.match(err, /To go on: dnsacl apply --resume /);
  assert.match(err, /To take it back: dnsacl undo /);
});

test('show tells of a journal whose plan is not whole that nothing was changed', async (t) => {
  const file = await sampleJournal(tempFolder(t));
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n`);
  const { code, err } = await runCli(['show', file]);
  assert.equal(code, 0);
  assert.match(err, /had changed nothing/);
  assert.doesNotMatch(err, /undo|--resume/);
});

test('show writes no change for other tools out of a journal', async (t) => {
  const file = await sampleJournal(tempFolder(t));
  for (const format of ['sddl', 'ldif', 'dsacls', 'powershell']) {
    const { code, out, err } = await runCli(['show', file, '-f', format]);
    assert.equal(code, 64);
    assert.equal(out, '');
    assert.match(err, /needs one of table, csv, json, ndjson, markdown, html/);
  }
});

test('show says what is wrong with a file that is neither, or is not there', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'x');
  assert.match((await runCli(['show', file])).err, /Cannot read the plan, journal or snapshot .*ENOENT/);
  writeFileSync(file, '');
  const { code, err } = await runCli(['show', file]);
  assert.equal(code, 64);
  assert.match(err, /it is not JSON/);
});

function sampleFile(folder: string): string {
  const file = join(folder, 'plan.json');
  writeFileSync(file, formatPlan(samplePlan()));
  return file;
}
