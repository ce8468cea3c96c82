import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { runCli, stable, tempFolder } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const ZONE = ['-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT];
const FILES = [
  ...['SHA256SUMS', 'audit.json', 'names.csv', 'plan.html', 'plan.json'],
  ...['report.html', 'report.md'],
];

async function report(t: TestContext) {
  const parent = tempFolder(t);
  const folder = join(parent, 'change 4711');
  const ran = await runCli(['report', ...ZONE, '-o', folder]);
  assert.equal(ran.code, 0, ran.err);
  return { parent, folder, ran, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
}

test('report writes every file once, with sums that are right', async (t) => {
  const { parent, folder, read } = await report(t);
  assert.deepEqual(readdirSync(parent), ['change 4711']);
  assert.deepEqual(readdirSync(folder).sort(), FILES);
  const sums = FILES.slice(1).map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}  ${name}\n`,
  );
  assert.equal(read('SHA256SUMS'), sums.join(''));
});

test('report holds what audit and grant answer', async (t) => {
  const { read } = await report(t);
  assert.equal(read('names.csv'), (await runCli(['audit', ...ZONE, '-f', 'csv'])).out);
  assert.equal(read('audit.json'), (await runCli(['audit', ...ZONE, '-f', 'json'])).out);
  const planned = parsePlan((await runCli(['grant', ...ZONE, '-f', 'json'])).out, 'grant');
  const { changes, skipped } = parsePlan(read('plan.json'), 'plan.json');
  assert.deepEqual({ changes, skipped }, { changes: planned.changes, skipped: planned.skipped });
});

test('report judges the zone as readiness does', async (t) => {
  const { ran, read } = await report(t);
  const { out } = await runCli(['readiness', ...ZONE]);
  assert.equal(ran.out.split('\n', 1)[0], out.split('\n', 1)[0]);
  const told = (await runCli(['readiness', ...ZONE, '-f', 'json'])).out;
  for (const { id, status } of JSON.parse(told).checks) {
    assert.ok(read('report.md').includes(`\n| ${id} | ${status} |`), id);
  }
});

test('the text for the ticket, and what is said', async (t) => {
  const { ran, read } = await report(t);
  assertGolden(t, 'report.md', stable(read('report.md')));
  assertGolden(t, 'report.txt', stable(ran.out));
  assertGolden(t, 'report.stderr.txt', stable(ran.err));
});

test('what the report expects after the plan is what an audit finds once it is applied', async (t) => {
  const { parent, folder, read } = await report(t);
  const copy = join(parent, 'after.ldif');
  const { checksum } = parsePlan(read('plan.json'), 'plan.json');
  const apply = ['apply', join(folder, 'plan.json'), '--snapshot', SMALL_SNAPSHOT, '--write-snapshot', copy];
  const applied = await runCli([...apply, '--yes', '--approve', checksum]);
  assert.equal(applied.code, 0, applied.err);
  const audit = await runCli([
    'audit',
    '-z',
    'corp.example.com',
    '--snapshot',
    copy,
    '--summary',
    '-f',
    'json',
  ]);
  const expected = [...read('report.md').matchAll(/^\| ([a-z-]+) \| \d+ \| ([1-9]\d*) \|$/gm)];
  assert.deepEqual(
    Object.fromEntries(expected.map(([, verdict, after]) => [verdict, Number(after)])),
    JSON.parse(audit.out).summary.byVerdict,
  );
});

test('report goes into an empty folder, and into no other', async (t) => {
  const folder = tempFolder(t);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  assert.equal((await runCli(['report', ...ZONE, '-o', empty, '--exit-code'])).code, 2);
  assert.ok(existsSync(join(empty, 'report.html')));
  const again = await runCli(['report', ...ZONE, '-o', empty]);
  assert.equal(again.code, 64);
  assert.match(again.err, /holds 7 files; needs a new or empty folder/);
  writeFileSync(join(folder, 'file'), '');
  assert.equal((await runCli(['report', ...ZONE, '-o', join(folder, 'file')])).code, 64);
  mkdirSync(join(folder, 'new.partial'));
  assert.match(
    (await runCli(['report', ...ZONE, '-o', join(folder, 'new')])).err,
    /another report is being written/,
  );
});

test('a report that cannot be made leaves nothing behind', async (t) => {
  const folder = tempFolder(t);
  const args = ['report', '-z', 'no.such.zone', '--snapshot', SMALL_SNAPSHOT, '-o', join(folder, 'new')];
  assert.notEqual((await runCli(args)).code, 0);
  assert.deepEqual(readdirSync(folder), []);
});
