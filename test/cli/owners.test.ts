import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OWNER_CLASSES } from '../../src/assess/owner-class.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const FROM = ['--snapshot', SMALL_SNAPSHOT, '--dhcp-account', 'dhcp_update'] as const;
const OWNERS = ['owners', '-z', 'corp.example.com', ...FROM] as const;

testForms('owners', () => OWNERS);
testForms('owners-summary', () => ['owners', '--all-zones', ...FROM, '--summary']);
testForms('owners-nothing', () => [...OWNERS, '--name', 'no-such-*']);

test('owners meets every owner class, and the counters add up', async () => {
  const { names, summary } = JSON.parse((await runCli([...OWNERS, '-f', 'json'])).out);
  assert.deepEqual(Object.keys(summary.byClass).sort(), [...OWNER_CLASSES].sort());
  const counted = Object.values<number>(summary.byClass).reduce((sum, count) => sum + count, 0);
  assert.equal(counted, summary.names);
  assert.equal(names.length, summary.names);
});

test('owners --name takes globs on relative and full names, several at once', async () => {
  assert.deepEqual(await fqdns(['--name', 'PC?', 'www.corp.example.com']), [
    'pc1',
    'pc1',
    'pc2',
    'pc3',
    'pc4',
    'www',
  ]);
  assert.deepEqual(await fqdns(['--name', '*.sub*']), ['app.sub']);
  assert.deepEqual(await fqdns(['--name', '\\*']), ['*']);
});

test('owners --type takes a list of record types', async () => {
  assert.deepEqual(await fqdns(['--type', 'aaaa,SRV']), ['_ldap._tcp.dc', 'pc2']);
});

test('owners --owner takes classes in any case, names and SIDs', async () => {
  assert.deepEqual(await fqdns(['--owner', 'Orphan', 'admin']), ['gone1', 'www']);
  assert.deepEqual(await fqdns(['--owner', 'CORP\\pc2$']), ['pc2', 'pc4']);
  assert.deepEqual(await fqdns(['--owner', 'S-1-5-21-1111111111-2222222222-3333333333-1104']), ['alien']);
});

test('owners --limit stops after that many names that passed the filters', async () => {
  assert.equal((await fqdns(['--limit', '3'])).length, 3);
  assert.deepEqual(await fqdns(['--type', 'SRV', '--limit', '3']), ['_ldap._tcp.dc']);
});

test('owners --csv shows the names that are listed, however they are written, and says which are missing', async (t) => {
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(
    csv,
    'name,zone\npc1,corp.example.com\nPC2.corp.example.com.,\n@,corp.example.com\nnobody,corp.example.com\n',
  );
  const { code, out, err } = await runCli(['owners', '--csv', csv, ...FROM, '-f', 'json']);
  const document = JSON.parse(out);
  assert.deepEqual(
    document.names.map((name: { name: string }) => name.name),
    ['@', 'pc1', 'pc2'],
  );
  assert.equal(code, 1);
  assert.match(err, /names\.csv:5: there is no name "nobody" in the zones that were read/);
  assert.deepEqual(
    document.problems
      .map((problem: { code: string }) => problem.code)
      .filter((name: string) => name === 'no-such-name'),
    ['no-such-name'],
  );
});

test('owners --csv does not call names missing that a filter or the limit left out', async (t) => {
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(csv, 'name\npc1\npc2\nwww\n');
  for (const args of [
    ['--type', 'AAAA'],
    ['--limit', '1'],
    ['--owner', 'admin'],
  ]) {
    const { code, err } = await runCli([...OWNERS, '--csv', csv, ...args]);
    assert.doesNotMatch(err, /no name/);
    assert.equal(code, 0);
  }
});

test('owners -o takes the format from the ending of the file, and -f wins over it', async (t) => {
  const folder = tempFolder(t);
  const cases: readonly [string, readonly string[], RegExp][] = [
    ['a.csv', [], /^name,type,data/],
    ['a.JSON', [], /^\{\n {2}"schemaVersion": 1,/],
    ['a.ndjson', [], /^\{"zone":/],
    ['a.txt', [], /^NAME +TYPE/],
    ['b.csv', ['-f', 'json'], /^\{\n/],
  ];
  for (const [name, args, start] of cases) {
    const file = join(folder, name);
    const { code, out, err } = await runCli([...OWNERS, '-o', file, ...args], { width: 40 });
    assert.equal(code, 0);
    assert.equal(out, '');
    assert.match(err, new RegExp(`Wrote .*${name}`));
    assert.match(readFileSync(file, 'utf8'), start);
  }
});

test('owners -o leaves a file as it was when the command fails', async (t) => {
  const file = join(tempFolder(t), 'owners.csv');
  writeFileSync(file, 'yesterday');
  const { code } = await runCli(['owners', '-z', 'nope.example.com', ...FROM, '-o', file]);
  assert.equal(code, 64);
  assert.equal(readFileSync(file, 'utf8'), 'yesterday');
  await runCli([...OWNERS, '-o', file]);
  assert.doesNotMatch(readFileSync(file, 'utf8'), /yesterday/);
});

test('owners colours on a terminal only, and not with --no-color, NO_COLOR or -o', async (t) => {
  const colored = async (args: readonly string[], world: Parameters<typeof runCli>[1]) =>
    (await runCli([...OWNERS, ...args], world)).out.includes('\u001b[');
  assert.equal(await colored([], { width: 100 }), true);
  assert.equal(await colored(['--no-color'], { width: 100 }), false);
  assert.equal(await colored([], { width: 100, env: { NO_COLOR: '1' } }), false);
  assert.equal(await colored([], { width: 100, env: { NO_COLOR: '' } }), true);
  assert.equal(await colored([], {}), false);
  const file = join(tempFolder(t), 'a.txt');
  await runCli([...OWNERS, '-o', file], { width: 100 });
  assert.equal(readFileSync(file, 'utf8').includes('\u001b'), false);
});

test('owners cuts lines to the width of a terminal and cuts nothing without one', async () => {
  const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
  assert.equal(widest((await runCli([...OWNERS, '--no-color'], { width: 100 })).out), 100);
  assert.ok(widest((await runCli([...OWNERS])).out) > 120);
});

test('owners keeps the formulas of strangers out of CSV', async () => {
  const { out } = await runCli([...OWNERS, '-f', 'csv', '--name', '=cmd*']);
  assert.match(out, /^'=cmd\|'\/c calc'!A0\.corp/m);
});

test('owners -q says nothing but errors; -v counts what was asked', async (t) => {
  assert.equal((await runCli([...OWNERS, '-q'])).err, '');
  assert.match(
    (await runCli([...OWNERS, '-v'])).err,
    /\d+ requests?, \d+ pages?, \d+ entr(?:y|ies), \d+ bytes? read/,
  );
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(csv, 'name\nnobody\n');
  const { code, err } = await runCli([...OWNERS, '-q', '--csv', csv]);
  assert.equal(code, 1);
  assert.match(err, /^error: .*names\.csv:2: there is no name "nobody" in the zones that were read\n$/);
});

test('owners shows the first ten problems, and all with -v', async (t) => {
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(csv, `name\n${Array.from({ length: 15 }, (_, at) => `nobody${at}`).join('\n')}\n`);
  const short = (await runCli([...OWNERS, '-q', '--csv', csv])).err;
  assert.equal(short.match(/^error:/gm)?.length, 10);
  assert.match(short, /^and 5 more problems; -v shows them all$/m);
  assert.equal((await runCli([...OWNERS, '-q', '-v', '--csv', csv])).err.match(/^error:/gm)?.length, 15);
});

async function fqdns(args: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await runCli([...OWNERS, ...args, '-f', 'json']);
  assert.equal(code, 0);
  return JSON.parse(out).names.map((name: { name: string }) => name.name);
}
