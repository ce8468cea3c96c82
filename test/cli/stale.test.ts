import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const ZONE = 'corp.example.com';

testForms('stale', () => ['stale', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT]);
testForms('stale-zones', (folder) => [
  'stale',
  '-z',
  LAB_ZONE,
  'archive.*',
  '--snapshot',
  auditSnapshot(folder),
]);

async function stale(args: readonly string[]) {
  const ran = await runCli(['stale', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT, '-f', 'json', ...args]);
  return { ...ran, document: ran.code === 64 ? null : JSON.parse(ran.out) };
}

test('stale --older-than sets the age, and refuses what is no number of days', async () => {
  const { document } = await stale(['--older-than', '5000']);
  assert.equal(document.summary.zones[0].bySign.aged, 0);
  assert.match((await stale(['--older-than', '0'])).err, /whole number from 1/);
});

test('stale --sign lists names with that sign, the one that lists none by itself too', async () => {
  const { document } = await stale(['--older-than', '5000', '--sign', 'no-account']);
  assert.ok(document.names.length > 0);
  for (const { signs } of document.names) assert.ok(signs.includes('no-account'));
});

test('stale filters by name, and still sees who has the address now', async () => {
  const { document } = await stale(['--name', 'pc1', 'pc2', '--limit', '1']);
  assert.deepEqual(
    document.names.map(({ name }: { readonly name: string }) => name),
    ['pc1'],
  );
  assert.equal(document.summary.zones[0].dynamic, 2);
});

test('stale exits with 2 for a listed name when asked to', async () => {
  assert.equal((await stale(['--exit-code'])).code, 2);
  assert.equal((await stale(['--exit-code', '--name', 'no-such-name'])).code, 0);
});

test('stale judges by the time of the snapshot when it tells one', async (t) => {
  const { watchSnapshots } = await import('../support/watch-snapshot.ts');
  const { before } = watchSnapshots(tempFolder(t));
  const ran = await runCli(['stale', '-z', ZONE, '--snapshot', before, '-f', 'ndjson']);
  const names = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    names.map(({ name, signs }) => [name, signs]),
    [['asleep', ['aged', 'no-account']]],
  );
});
