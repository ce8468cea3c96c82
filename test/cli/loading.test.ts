/** What a run loads: each command only what it uses, because loading is a good part of a short run. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'dnsacl-dev.ts');

/** Runs before the program and writes down the address of every module that is loaded. */
const LISTENER = `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// What is spawned leaves nothing in the cache of whoever runs the tests.
process.env.DNSACL_NO_CACHE = '1';
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    appendFileSync(process.env.LOADED, found.url + '\\n');
    return found;
  },
});`;

let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dnsacl-loading-'));
  writeFileSync(join(folder, 'dnsacl.config.json'), '{"server":"127.0.0.1:1"}');
});

after(() => rmSync(folder, { recursive: true, force: true }));

const SNAPSHOT = ['--snapshot', SMALL_SNAPSHOT];
const SERVER = ['--server', 'ldaps://127.0.0.1:1', '--user', 'a@b', '--tls-insecure'];

const CASES: readonly {
  readonly args: readonly string[];
  readonly loads: readonly string[];
  readonly doesNot: readonly string[];
}[] = [
  { args: ['--version'], loads: ['cli/main.ts'], doesNot: ['cli/program.ts', '/node_modules/'] },
  {
    args: ['owners', '--all-zones', ...SNAPSHOT],
    loads: ['commands/owners.ts', 'directory/snapshot/snapshot-source.ts'],
    doesNot: ['commands/audit.ts', 'directory/ldap/ldap-', 'node:tls', 'ldapts', 'zod', 'sax'],
  },
  {
    args: ['audit', '--all-zones', ...SNAPSHOT],
    loads: ['commands/audit.ts', 'assess/audit.ts'],
    doesNot: ['commands/owners.ts', 'directory/ldap/ldap-', 'ldapts', 'zod', 'sax', 'src/apply/'],
  },
  {
    args: ['owners', '--all-zones', ...SERVER],
    loads: ['directory/ldap/ldap-session.ts', 'ldapts'],
    doesNot: ['directory/snapshot/snapshot-', 'directory/ldap/ldap-store.ts', 'zod'],
  },
];

for (const { args, loads, doesNot } of CASES) {
  const shown = args.map((arg) => (arg === SMALL_SNAPSHOT ? 'FILE' : arg)).join(' ');
  test(`${shown} loads only what it uses`, () => {
    const loaded = loadedBy(args, tmpdir());
    for (const part of loads) assert.ok(loaded.some(holds(part)), `${part} is not loaded`);
    for (const part of doesNot) assert.deepEqual(loaded.filter(holds(part)), [], part);
  });
}

test('a configuration file brings in what reads it', () => {
  const loaded = loadedBy(['zones', '--user', 'a@b', '--tls-insecure'], folder);
  assert.ok(loaded.some(holds('zod')));
});

function loadedBy(args: readonly string[], cwd: string): readonly string[] {
  const log = join(folder, 'loaded');
  writeFileSync(log, '');
  const listener = `data:text/javascript,${encodeURIComponent(LISTENER)}`;
  const env = { ...process.env, LOADED: log, DNSACL_PASSWORD: 'x' };
  spawnSync(process.execPath, ['--import', listener, PROGRAM, ...args], { cwd, env });
  return readFileSync(log, 'utf8').split('\n');
}

function holds(part: string): (address: string) => boolean {
  return (address) => address.includes(part);
}
