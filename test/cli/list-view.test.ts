import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ran, runCli, stable, tempFolder } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const CORP = ['-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-q'];
const OWNERS = ['owners', ...CORP];

const linesOf = ({ out }: Pick<Ran, 'out'>): readonly string[] =>
  out.split(/\r?\n/).filter((line) => line !== '');

for (const command of ['zones', 'owners', 'audit', 'stale']) {
  test(`${command} --columns lists them and needs no zone`, async () => {
    const { code, out, err } = await runCli([command, '--columns']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^COLUMN +TITLE +IN TABLES\n(?:name|zone) +(?:Name|Zone) +yes\n/);
  });
}

test('watch ZONE --columns lists them', async () => {
  const { code, out } = await runCli(['watch', 'corp.example.com', '--columns']);
  assert.equal(code, 0);
  assert.match(out, /^dueBy +Due by +yes$/m);
});

test('--columns chooses columns of a table and of CSV, in its order', async () => {
  const csv = await runCli([...OWNERS, '--columns', 'owner,NAME', '-f', 'csv', '--limit', '2']);
  assert.deepEqual(linesOf(csv)[0], 'owner,name');
  const table = await runCli([...OWNERS, '--columns', 'sid,name', '--limit', '2']);
  assert.match(table.out, /^OWNER SID +NAME\n/);
});

test('--columns with JSON is refused: every value has all fields', async () => {
  const { code, err, out } = await runCli([...OWNERS, '--columns', 'name', '-f', 'ndjson']);
  assert.deepEqual([code, out], [64, '']);
  assert.match(err, /Cannot choose columns of ndjson/);
});

test('a misspelt column is told before anything is read, with what was meant and what there is', async () => {
  const bad = ['owners', '-z', 'x', '--server', 'ldaps://127.0.0.1:1', '--sort', 'ownr'];
  const { code, err } = await runCli(bad);
  assert.equal(code, 64);
  assert.match(err, /no column "ownr" for --sort; did you mean owner\?; there are name, type, /);
});

test('--sort sorts every format, ndjson too, and --limit takes the first of all names', async () => {
  const names = async (format: string): Promise<readonly string[]> =>
    linesOf(await runCli([...OWNERS, '--sort', '-name', '--limit', '2', '-f', format]));
  const lines = (await names('ndjson')).map((line) => JSON.parse(line).fqdn);
  assert.deepEqual(lines, ['\u202etxt.exe.corp.example.com', 'www.corp.example.com']);
  assert.deepEqual(
    JSON.parse((await names('json')).join('')).names.map(({ fqdn }: { fqdn: string }) => fqdn),
    lines,
  );
  assert.deepEqual(
    (await names('csv')).slice(1).map((line) => line.split(',')[0]),
    ['\\u202etxt.exe.corp.example.com', 'www.corp.example.com'],
  );
});

for (const [ending, args] of [
  ['txt', []],
  ['csv', ['-f', 'csv']],
  ['json', ['-f', 'json']],
  ['ndjson', ['-f', 'ndjson']],
  ['md', ['-f', 'markdown']],
] as const) {
  test(`owners --group-by as ${ending}`, async (t: TestContext) => {
    const { code, out } = await runCli([...OWNERS, '--group-by', 'class,kind', ...args]);
    assert.equal(code, 0);
    assertGolden(t, `owners-groups.${ending}`, stable(out));
  });
}

test('--group-by adds up, sorts by the count, and takes --sort for groups', async () => {
  const grouped = await runCli([...OWNERS, '--group-by', 'class', '--sort', 'class', '-f', 'ndjson']);
  const groups = linesOf(grouped).map((line) => JSON.parse(line));
  const listed = linesOf(await runCli([...OWNERS, '-f', 'ndjson']));
  assert.equal(
    groups.reduce((sum, { count }) => sum + count, 0),
    listed.length,
  );
  const classes = groups.map(({ by }) => by.class);
  assert.deepEqual(classes, [...classes].sort());
});

test('audit, stale and zones group too; watch on its screen', async () => {
  const audit = await runCli(['audit', ...CORP, '--group-by', 'verdict']);
  assert.match(audit.out, /^VERDICT +COUNT +SHARE\n/);
  const stale = await runCli(['stale', ...CORP, '--group-by', 'signs', '-f', 'csv']);
  assert.match(stale.out, /^signs,count,share\r\n/);
  const zones = await runCli(['zones', '--snapshot', SMALL_SNAPSHOT, '--group-by', 'updates', '-f', 'json']);
  assert.equal(JSON.parse(zones.out).groups[0].count, 2);
  const since = ['--since', '2026-11-13', '--class', 'unknown', 'overdue', 'due', 'refreshed'];
  const watch = ['watch', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-q', ...since];
  assert.match((await runCli([...watch, '--group-by', 'ownerClass'])).out, /^OWNER CLASS +COUNT +SHARE$/m);
  assert.match((await runCli([...watch, '--columns', 'host,name'])).out, /^HOST +NAME$/m);
});

test('--group-by with --summary or --columns is refused', async () => {
  for (const other of [['--summary'], ['--columns', 'name']]) {
    const { code, err } = await runCli([...OWNERS, '--group-by', 'class', ...other]);
    assert.equal(code, 64);
    assert.match(err, /cannot be used with option/);
  }
});

test('CSV is written with the separator and the mark that were asked for, and stays the same otherwise', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'owners.csv');
  await runCli([...OWNERS, '-o', file, '--csv-separator', 'semicolon', '--csv-bom']);
  const excel = readFileSync(file, 'utf8');
  const plain = (await runCli([...OWNERS, '-f', 'csv'])).out;
  assert.ok(excel.startsWith('\ufeffname;type;data;'));
  assert.equal(linesOf({ out: excel }).length, linesOf({ out: plain }).length);
  const back = await runCli([...OWNERS, '--csv', file, '-f', 'ndjson']);
  assert.equal(linesOf(back).length > 0, true, back.err);
  const grant = await runCli(['grant', ...CORP, '-f', 'csv', '--csv-separator', 'tab']);
  assert.match(grant.out, /^name\t/);
});

for (const [name, args] of [
  ['owners', [...OWNERS]],
  ['owners-summary', ['owners', '--all-zones', '--snapshot', SMALL_SNAPSHOT, '-q', '--summary']],
  ['audit', ['audit', ...CORP]],
  ['readiness', ['readiness', ...CORP]],
  ['zones', ['zones', '--snapshot', SMALL_SNAPSHOT, '-q']],
  ['stale', ['stale', ...CORP]],
  ['doctor', ['doctor', '--snapshot', SMALL_SNAPSHOT, '-q']],
] as const) {
  test(`${name} as Markdown`, async (t: TestContext) => {
    const { out } = await runCli([...args, '-f', 'markdown']);
    assertGolden(t, `${name}.md`, stable(out));
  });
}

test('a list that --limit cut says so, as a ticket does too; with how many there are where that is known', async () => {
  const corp = ['corp.example.com', '--snapshot', SMALL_SNAPSHOT];
  const said = async (...args: readonly string[]) => {
    const { out, err } = await runCli([...args, '-f', 'markdown']);
    const [line = null] = /^Showing .*$/m.exec(err) ?? [];
    assert.equal(line === null, !/^Showing /m.test(out.replaceAll('\\', '')));
    return line;
  };
  assert.match(
    (await said('owners', '-z', ...corp, '--limit', '3')) ?? '',
    /^Showing 3 of at least \d+ names: --limit ended the reading there$/,
  );
  assert.equal(
    await said('owners', '-z', ...corp, '--limit', '3', '--sort', 'name'),
    'Showing 3 of 30 names',
  );
  assert.match(
    (await said('audit', '-z', ...corp, '--limit', '2', '--group-by', 'class')) ?? '',
    /^Showing 2 of \d+ groups$/,
  );
  assert.equal(await said('stale', '-z', ...corp, '--limit', '3'), 'Showing 3 of 23 names');
  const watch = ['watch', ...corp, '--since', '2026-11-13', '--class', 'overdue', 'unknown'];
  assert.match((await said(...watch, '--limit', '1')) ?? '', /^Showing 1 of \d+ names$/);
  for (const args of [['owners', '-z', ...corp], ['owners', '-z', ...corp, '--limit', '31'], watch])
    assert.equal(await said(...args), null);
});
