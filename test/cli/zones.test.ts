import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const ZONES = ['zones', '--snapshot', SMALL_SNAPSHOT] as const;

testForms('zones', () => ZONES);

test('zones --partition lists the zones of that partition only', async () => {
  assert.deepEqual(await namesOf(['--partition', 'forest']), ['_msdcs.corp.example.com']);
  assert.deepEqual(await namesOf(['--partition', 'LEGACY']), ['archive.example.com']);
  assert.deepEqual(await namesOf(['--partition', 'DC=ForestDnsZones,DC=corp,DC=example,DC=com']), [
    '_msdcs.corp.example.com',
  ]);
});

test('zones names the next command for a zone that takes nonsecure updates, and only for such a one', async () => {
  assert.match(
    (await runCli(ZONES)).err,
    /^Next: dnsacl owners -z 0\.10\.in-addr\.arpa --summary --snapshot /m,
  );
  assert.doesNotMatch((await runCli([...ZONES, '--partition', 'forest'])).err, /Next:/);
});

test('zones counts every name of a zone once', async () => {
  const { out } = await runCli([...ZONES, '-f', 'json']);
  for (const zone of JSON.parse(out).zones) {
    const { names, dynamic, static: fixed, tombstoned, empty } = zone.namesByKind;
    assert.equal(dynamic + fixed + tombstoned + empty, names, zone.name);
    assert.equal(zone.names, names);
  }
});

test('zones --forest needs a directory', async () => {
  const { code, err } = await runCli([...ZONES, '--forest']);
  assert.equal(code, 64);
  assert.match(err, /--forest asks the domains of a directory/);
});

async function namesOf(args: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await runCli([...ZONES, ...args, '-f', 'ndjson']);
  assert.equal(code, 0);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).name);
}
