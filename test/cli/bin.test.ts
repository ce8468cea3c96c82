/** The built program, started as a process of its own: that it starts, and what only a process can show. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPageScript } from '../../src/cli/page-script.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

// What is spawned leaves nothing in the cache of whoever runs the tests.
process.env.DNSACL_NO_CACHE = '1';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SYSTEM_NODE = '/usr/bin/node';

let folder = '';
let program = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dnsacl-built-'));
  program = join(folder, 'bin', 'dnsacl.js');
  for (const part of ['bin', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const args = [join(ROOT, 'scripts', 'build.ts'), folder];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('the built program prints its version', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { status, stdout, stderr } = run([program, '--version']);
  assert.deepEqual([status, stdout, stderr], [0, `${version}\n`, '']);
});

test('the built program carries the licences of what is built in', () => {
  const licenses = readFileSync(join(folder, 'dist', 'cli', 'LICENSES.txt'), 'utf8');
  for (const name of ['chalk', 'cli-table3', 'commander', 'ldapts', 'zod'])
    assert.match(licenses, new RegExp(`^${name} \\d.*\n\n[^]*?copyright`, 'im'));
});

test('the built program writes pages with the script that the source has', async () => {
  const { status, stdout, stderr } = run([
    program,
    'owners',
    '--all-zones',
    '--snapshot',
    SMALL_SNAPSHOT,
    '-f',
    'html',
  ]);
  assert.equal(status, 0, stderr);
  const { text, hash } = await loadPageScript();
  assert.ok(stdout.includes(`<script>${text}</script>`));
  assert.ok(stdout.includes(hash.replaceAll("'", '&#39;')));
});

test('the built program leaves its exit code to the shell', () => {
  const { status, stderr } = run([program, 'owners', '--server', 'dc1']);
  assert.equal(status, 64);
  assert.match(stderr, /^dnsacl: No zone was named/);
});

for (const [what, args] of [
  ['a short answer', 'zones'],
  ['one answer longer than a pipe holds', 'owners --all-zones -f json'],
  ['an answer in many writes', 'owners --all-zones -f csv'],
] as const) {
  test(`a reader that goes away ends ${what} quietly`, { skip: process.platform === 'win32' }, () => {
    const { status, stdout, stderr } = pipeToHead(`${args} -q --snapshot "$1"`, '');
    assert.deepEqual([status, stderr], [0, ''], stdout);
    assert.equal(stdout.trimEnd().split('\n').length, 1);
  });
}

test('talk that nobody reads ends quietly too', { skip: process.platform === 'win32' }, () => {
  const { status, stderr } = pipeToHead('owners --all-zones -v -f csv --snapshot "$1"', '2>&1');
  assert.deepEqual([status, stderr], [0, '']);
});

test('a full disk behind stdout is told', { skip: process.platform !== 'linux' }, () => {
  const command = `"$0" "${program}" zones -q --snapshot "$1" > /dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, SMALL_SNAPSHOT], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^dnsacl: Cannot write to standard output: ENOSPC.*\n$/);
});

test('an older Node is told which one is needed', { skip: !isTooOld(SYSTEM_NODE) }, () => {
  const { status, stdout, stderr } = spawnSync(SYSTEM_NODE, [program, 'zones'], { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^dnsacl needs Node 22\.18 or later; this is \d+\.\d+\.\d+\n$/);
});

function run(args: readonly string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

/** The program's own exit code, with `head -n 1` behind it that takes one line of what `redirect` leads to stdout. */
function pipeToHead(args: string, redirect: string) {
  const command = `{ "$0" "${program}" ${args} ${redirect}; echo $? > "${folder}/status"; } | head -n 1`;
  const ran = spawnSync('sh', ['-c', command, process.execPath, SMALL_SNAPSHOT], { encoding: 'utf8' });
  return { ...ran, status: Number(readFileSync(join(folder, 'status'), 'utf8')) };
}

function isTooOld(node: string): boolean {
  if (!existsSync(node)) return false;
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(version)?.[1]) < 22;
}
