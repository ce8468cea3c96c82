/** What the README shows and says is what the program does. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT_CODES } from '../src/cli/exit.ts';
import { runCli } from './support/fake-io.ts';
import { guideText, readmeText, renderGuide, renderReadme } from './support/readme.ts';
import { argumentsOf, cutAnswer, shownRuns, withChecksum } from './support/shown-runs.ts';

// What is spawned leaves nothing in the cache of whoever runs the tests.
process.env.DNSACL_NO_CACHE = '1';

const ROOT = join(import.meta.dirname, '..');

test('the README shows what the program prints', async () => {
  const text = readmeText();
  assert.ok(shownRuns(text, 'console').length >= 3);
  assert.equal(await renderReadme(text), text);
});

test('the guide shows what the program prints, from the first look to the way back', async () => {
  const text = guideText();
  const commands = shownRuns(text, 'console').map(({ command }) => command.split(' ', 1)[0]);
  const looks = ['zones', 'owners', 'audit', 'why', 'readiness', 'snapshot', 'grant'];
  assert.deepEqual([...new Set(commands)], [...looks, 'apply', 'diff', 'secure', 'stale', 'undo']);
  assert.equal(await renderGuide(text), text);
});

test('the runs of a document: arguments, what cuts the answer, the checksum', () => {
  assert.deepEqual(argumentsOf("a -z 'b c' 2>&1 | tail -n 1"), ['a', '-z', 'b c']);
  assert.equal(cutAnswer('a | tail -n 1', '1 \n2  \n'), '2\n');
  assert.equal(cutAnswer('a 2>&1 | head -n 1', '1 \n2\n'), '1\n');
  assert.equal(cutAnswer('a', '1\n\n2'), '1\n\n2\n');
  const [old, now] = ['0', '1'].map((digit) => `sha256:${digit.repeat(64)}`);
  assert.equal(withChecksum(`apply --approve ${old}`, `${old}, then ${now}`), `apply --approve ${now}`);
});

test('the README names every exit code', () => {
  const rows = [...readmeText().matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.deepEqual(rows, Object.values(EXIT_CODES));
});

test('the README lists every command, with options that it has', async () => {
  const rows = [...readmeText().matchAll(/^\| `([a-z]+)[^`]*` \| .*$/gm)];
  const help = (await runCli(['--help'])).out;
  const commands = [...help.matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(([, command = '']) => command);
  const listed = rows.map(([, command = '']) => command).filter((command) => commands.includes(command));
  assert.deepEqual([...listed, 'help'].sort(), commands.sort());
  for (const [row, command = ''] of rows.filter(([, command = '']) => listed.includes(command))) {
    const { out } = await runCli([command, '--help']);
    for (const [option] of row.matchAll(/--[a-z-]+/g))
      assert.ok(out.includes(option), `${command} ${option}`);
  }
});

test('the scripts in examples/ run', () => {
  const run = (file: string): string =>
    execFileSync(process.execPath, [join(ROOT, 'examples', file)], { encoding: 'utf8' });
  assert.match(run('count-owners.ts'), /^system +\d+$/m);
  assert.match(run('explain-descriptor.ts'), /^O:SYG:SYD:AI/);
  const demo = run('demo.ts');
  const steps = [...demo.matchAll(/^\$ dnsacl (\w+)/gm)].map(([, command]) => command);
  assert.deepEqual(steps, ['zones', 'owners', 'audit', 'grant', 'apply', 'owners', 'audit', 'grant']);
  assert.match(demo, / applied, 0 unchanged, 0 stale, 0 refused, 0 failed$/m);
  assert.match(demo, /: 0 to change \(0 ACEs added\)/);
});

test('every name in examples/names.csv is planned from the example snapshot', async () => {
  const args = [
    'grant',
    '--csv',
    'names.csv',
    '--snapshot',
    'corp.example.com.ldif.gz',
    '--dhcp-account',
    'dhcp_update',
  ];
  const folder = process.cwd();
  process.chdir(join(ROOT, 'examples'));
  try {
    const { code, out } = await runCli([...args, '-f', 'json']);
    assert.equal(code, 0);
    const rows = readFileSync('names.csv', 'utf8')
      .split('\n')
      .filter((row) => /,(?:yes|x)$/.test(row));
    assert.equal(JSON.parse(out).summary.changes, new Set(rows.map((row) => row.split(/[.,]/, 1)[0])).size);
  } finally {
    process.chdir(folder);
  }
});
