import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCli, tempFolder, type World } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { applyArgs, assertFiles, savePlan } from '../support/saved-plan.ts';

/** Nobody listens there; a command that connects ends with 7, one that asks for the password fails the test. */
const SERVER = ['--server', 'ldaps://127.0.0.1:1', '--user', 'admin@corp.example.com'];
const CONNECTED = 7;

type Arguments = (folder: string) => Promise<readonly string[]>;

/** Applies the plan to a copy, so that there is a journal to take back or to go on with. */
async function journalIn(folder: string): Promise<string> {
  const journal = join(folder, 'run.journal.ndjson');
  const { code, err } = await runCli([...applyArgs(await savePlan(folder)), '--journal', journal]);
  assert.equal(code, 0, err);
  return journal;
}

const WRITERS: readonly (readonly [name: string, args: Arguments])[] = [
  ['apply', async (folder) => ['apply', await savePlan(folder), '--yes']],
  ['apply', async (folder) => ['apply', '--resume', await journalIn(folder), '--yes']],
  ['undo', async (folder) => ['undo', await journalIn(folder), '--yes']],
  ['grant --apply', async () => ['grant', '-z', 'corp.example.com', '--apply', '--yes']],
  ['revoke --apply', async () => ['revoke', '-z', 'corp.example.com', '--orphans', '--apply', '--yes']],
];

/** A person at a terminal to whom nothing may be put. */
const world = (env: Readonly<Record<string, string>> = {}): World => ({ answers: [], env });

for (const [name, args] of WRITERS) {
  test(`--read-only refuses ${name} before anything is asked`, async (t: TestContext) => {
    const folder = tempFolder(t);
    const { code, err, asked } = await runCli([...(await args(folder)), ...SERVER, '--read-only'], world());
    assert.equal(code, 5, err);
    assert.match(err, new RegExp(`Refused: ${name} changes the directory, and --read-only`));
    assert.deepEqual(asked, []);
  });
}

test('DNSACL_READ_ONLY and readOnly in the configuration do the same, and a variable that says no wins', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const config = join(folder, 'dnsacl.config.json');
  writeFileSync(config, '{"readOnly":true}');
  const apply = ['apply', plan, '--yes', ...SERVER];
  const password = { DNSACL_PASSWORD: 'x' };
  const codes = {
    variable: (await runCli(apply, world({ DNSACL_READ_ONLY: '1' }))).code,
    file: (await runCli([...apply, '--config', config], world())).code,
    neither: (await runCli(apply, world(password))).code,
    both: (await runCli([...apply, '--config', config], world({ ...password, DNSACL_READ_ONLY: '0' }))).code,
  };
  assert.deepEqual(codes, { variable: 5, file: 5, neither: CONNECTED, both: CONNECTED });
  assertFiles(folder, ['dnsacl.config.json', 'plan.json']);
});

test('--read-only lets reading, planning and a rehearsal on a copy pass', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder, ['--read-only']);
  const { code, err } = await runCli([...applyArgs(plan), '--read-only']);
  assert.equal(code, 0, err);
  assert.ok(existsSync(join(folder, 'after.ldif')));
  const zones = await runCli(['zones', '--snapshot', SMALL_SNAPSHOT, '--read-only']);
  assert.equal(zones.code, 0, zones.err);
});
