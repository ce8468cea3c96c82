import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runCli } from '../support/fake-io.ts';

const COMMANDS = [
  ...['doctor', 'zones', 'owners', 'grant', 'snapshot', 'diff', 'show', 'apply', 'secure', 'watch', 'stale'],
];

test('dnsacl alone prints the way to work, like --help', async () => {
  const alone = await runCli([]);
  assert.equal(alone.code, 0);
  assert.match(alone.out, /The way from a first look to one week after the switch:/);
  assert.deepEqual(await runCli(['--help']), alone);
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await runCli(['--version']), {
    ...{ code: 0, out: `${version}\n`, err: '', screen: `${version}\n`, asked: [] },
  });
});

for (const command of COMMANDS) {
  test(`dnsacl ${command} --help holds examples`, async () => {
    const { code, out, err } = await runCli([command, '--help']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`Examples:\n  dnsacl ${command} `));
  });
}
