/** Completion: what is offered, what is noted, and that the scripts work in the shells that there are. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'dnsacl-dev.ts');
const ZONES = [
  '0.10.in-addr.arpa',
  '_msdcs.corp.example.com',
  'archive.example.com',
  'corp.example.com',
  'empty.example.com',
];

async function offered(line: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const words = line.split(' ').slice(1);
  const current = words.pop() ?? '';
  const { code, out, err } = await runCli(['completion', `--complete=${current}`, '--', ...words], { env });
  assert.deepEqual([code, err], [0, ''], line);
  return out.split('\n').flatMap((text) => (text === '' ? [] : [text.split('\t')[0] ?? '']));
}

/** A cache folder in which the zones of the small snapshot are noted. */
async function withZones(t: TestContext): Promise<Readonly<Record<string, string>>> {
  const env = { XDG_CACHE_HOME: tempFolder(t) };
  assert.equal((await runCli(['zones', '--snapshot', SMALL_SNAPSHOT], { env })).code, 0);
  return env;
}

const CASES: readonly { readonly line: string; readonly offers: readonly string[] }[] = [
  { line: 'dnsacl ow', offers: ['owners'] },
  { line: 'dnsacl no-such', offers: [] },
  { line: 'dnsacl owners --zo', offers: ['--zone'] },
  { line: 'dnsacl owners -f c', offers: ['csv'] },
  { line: 'dnsacl owners --format=c', offers: ['--format=csv'] },
  { line: 'dnsacl owners --format = c', offers: ['csv'] },
  { line: 'dnsacl owners --out ', offers: [':files'] },
  { line: 'dnsacl owners --snapshot x', offers: [':files'] },
  { line: 'dnsacl owners --server ', offers: [] },
  { line: 'dnsacl audit --verdict ready bl', offers: ['blocked'] },
  { line: 'dnsacl audit --verdict ready --exit', offers: ['--exit-code'] },
  { line: 'dnsacl apply ', offers: [':files'] },
  { line: 'dnsacl diff a.ldif ', offers: [':files'] },
  { line: 'dnsacl help ex', offers: ['explain', 'exit-codes'] },
  { line: 'dnsacl completion z', offers: ['zsh'] },
  { line: 'dnsacl explain orphan', offers: ['orphan-ace'] },
];

for (const { line, offers } of CASES) {
  test(`${JSON.stringify(line)} offers ${offers.join(' ') || 'nothing'}`, async () => {
    assert.deepEqual(await offered(line), offers);
  });
}

test('every visible command and every visible option of a command is offered', async () => {
  const help = (await runCli(['--help'])).out;
  for (const command of await offered('dnsacl '))
    assert.match(help, new RegExp(`^  ${command}\\b`, 'm'), command);
  const options = (await runCli(['watch', '--help'])).out.matchAll(/^ {2}(?:-\w, | {4})?(--[\w-]+)/gm);
  assert.deepEqual(
    [...options].map(([, long]) => long).sort(),
    [...(await offered('dnsacl watch -'))].sort(),
  );
});

test('zones are those that the last run listed, where a zone belongs', async (t) => {
  const env = await withZones(t);
  assert.deepEqual(await offered('dnsacl owners -z ', env), ZONES);
  assert.deepEqual(await offered('dnsacl owners --zone corp', env), ['corp.example.com']);
  assert.deepEqual(await offered('dnsacl secure arch', env), ['archive.example.com']);
  assert.deepEqual(await offered('dnsacl owners -z a b e', env), ['empty.example.com']);
  assert.deepEqual(await offered('dnsacl owners -z ', {}), []);
});

test('the cache holds the names of zones and nothing else, for its owner only', async (t) => {
  const env = await withZones(t);
  const file = join(env.XDG_CACHE_HOME ?? '', 'dnsacl', 'zones.json');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { schemaVersion: 1, zones: ZONES });
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('owners notes zones too; --no-cache, another partition and commands that list none do not', async (t) => {
  const noted = async (args: readonly string[]): Promise<boolean> => {
    const env = { HOME: tempFolder(t) };
    await runCli([...args, '--snapshot', SMALL_SNAPSHOT], { env });
    return existsSync(join(env.HOME, '.cache', 'dnsacl', 'zones.json'));
  };
  assert.equal(await noted(['owners', '-z', 'corp.example.com', '--summary']), true);
  assert.equal(await noted(['owners', '-z', 'corp.example.com', '--summary', '--no-cache']), false);
  assert.equal(await noted(['zones', '--partition', 'forest']), false);
  assert.equal(await noted(['owners', '--columns']), false);
  const env = { HOME: tempFolder(t), DNSACL_NO_CACHE: '1' };
  await runCli(['zones', '--snapshot', SMALL_SNAPSHOT], { env });
  assert.equal(existsSync(join(env.HOME, '.cache')), false);
});

test('a cache that is damaged, hostile or cannot be written does no harm', async (t) => {
  const env = await withZones(t);
  const file = join(env.XDG_CACHE_HOME ?? '', 'dnsacl', 'zones.json');
  writeFileSync(file, '{"zones":["$(reboot)","-rf","a b","fine.example.com",7]}');
  assert.deepEqual(await offered('dnsacl owners -z ', env), ['fine.example.com']);
  writeFileSync(file, 'nonsense');
  assert.deepEqual(await offered('dnsacl owners -z ', env), []);
  const { code } = await runCli(['zones', '--snapshot', SMALL_SNAPSHOT], { env: { XDG_CACHE_HOME: file } });
  assert.equal(code, 0);
});

test('completion needs the name of a shell', async () => {
  const { code, err } = await runCli(['completion', 'bsh']);
  assert.equal(code, 64);
  assert.match(
    err,
    /Which shell\? found bsh; did you mean bash or zsh\?; needs one of bash, zsh, fish, powershell/,
  );
});

const PROBES: readonly {
  readonly shell: string;
  readonly args: readonly string[];
  readonly script: string;
}[] = [
  {
    shell: 'bash',
    args: ['--noprofile', '--norc', '-c'],
    script: `source <(dnsacl completion bash)
      ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dnsacl; printf '%s;' "\${COMPREPLY[@]}"; echo; }
      complete -p dnsacl >/dev/null || exit 9
      ask dnsacl ow; ask dnsacl owners -z corp; ask dnsacl owners -o ''`,
  },
  {
    shell: 'zsh',
    args: ['-f', '-c'],
    script: `autoload -U compinit && compinit -u -D
      source <(dnsacl completion zsh)
      [[ $_comps[dnsacl] == _dnsacl ]] || exit 9
      compadd() { printf '%s;' $values }
      _files() { }
      ask() { words=("$@"); CURRENT=$#; _dnsacl; echo }
      ask dnsacl ow; ask dnsacl owners -z corp; ask dnsacl owners -o ''`,
  },
  {
    shell: 'fish',
    args: ['--no-config', '-c'],
    script: `dnsacl completion fish | source
      for line in 'dnsacl ow' 'dnsacl owners -z corp'
        complete -C $line | string replace -r '\\t.*' ';' | string replace -r '([^;])$' '$1;'
      end
      complete -C 'dnsacl owners -o ./no-such'; echo`,
  },
];

for (const { shell, args, script } of PROBES) {
  const missing = spawnSync(shell, ['--version']).error !== undefined;
  test(`${shell} completes`, {
    skip: missing ? `there is no ${shell} on this machine` : false,
  }, async (t) => {
    const folder = tempFolder(t);
    const program = join(folder, 'dnsacl');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
    chmodSync(program, 0o755);
    const env = {
      ...process.env,
      ...(await withZones(t)),
      HOME: folder,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
    };
    const { stdout, stderr, status } = spawnSync(shell, [...args, script], {
      env,
      encoding: 'utf8',
      cwd: folder,
    });
    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/^;$/, ''))
        .filter(Boolean),
      ['owners;', 'corp.example.com;'],
    );
  });
}
