import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ran, runCli, stable, tempFolder } from '../support/fake-io.ts';
import { assertGolden, testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { watchSnapshots } from '../support/watch-snapshot.ts';

const ZONE = 'corp.example.com';
const DHCP = ['--dhcp-account', 'dhcp_update'];
const COUNTERS = {
  Received: 1000,
  RefusedNonSecure: 0,
  RefusedAccessDenied: 2,
  SecureSuccess: 3,
  SecureFailure: 2,
};

testForms(
  'watch',
  (folder) => {
    const { before, now } = watchSnapshots(folder);
    return ['watch', ZONE, '--snapshot', now, '--baseline', before, ...DHCP, '--exit-code'];
  },
  2,
);
testForms('watch-statistics', (folder) => {
  const files = ['before.json', 'after.json'].map((name) => join(folder, name));
  const after = {
    ...COUNTERS,
    Received: 5000,
    RefusedNonSecure: 2100,
    SecureSuccess: 1900,
    SecureFailure: 1,
  };
  [COUNTERS, after].forEach((counters, at) => {
    writeFileSync(files[at] as string, JSON.stringify({ UpdateStatistics: counters }));
  });
  return [
    'watch',
    ZONE,
    '--snapshot',
    watchSnapshots(folder).now,
    '--dns-statistics',
    ...files,
    '--class',
    'created',
  ];
});
test('watch as Markdown: whether to go on first, and the names that call for somebody to act', async (t) => {
  const { before, now } = watchSnapshots(tempFolder(t));
  const args = ['watch', ZONE, '--snapshot', now, '--baseline', before, ...DHCP, '-f', 'markdown'];
  assertGolden(t, 'watch.md', stable((await runCli(args)).out));
});

testForms('watch-no-aging', (folder) => ['watch', ZONE, '--snapshot', watchSnapshots(folder, false).now]);

async function watch(t: TestContext, args: readonly string[]): Promise<Ran> {
  return runCli(['watch', ZONE, '--snapshot', watchSnapshots(tempFolder(t)).now, '-f', 'json', ...args]);
}

test('watch --since wins over what the zone tells', async (t) => {
  const { since } = JSON.parse((await watch(t, ['--since', '2026-11-19'])).out);
  assert.deepEqual(since, { at: '2026-11-19T00:00:00Z', from: 'flag' });
  const offset = JSON.parse((await watch(t, ['--since', '2026-11-19T08:00+02:00'])).out);
  assert.equal(offset.since.at, '2026-11-19T06:00:00Z');
  const plain = JSON.parse((await watch(t, ['--since', '2026-11-19T08:00'])).out);
  assert.equal(plain.since.at, '2026-11-19T08:00:00Z');
});

test('watch finds new names of SYSTEM remarkable only once the zone is "Secure only"', async (t) => {
  const { before } = watchSnapshots(tempFolder(t));
  const codes = async (snapshot: string): Promise<readonly string[]> => {
    const args = ['watch', ZONE, '--snapshot', snapshot, '--since', '2024-01-01', '-f', 'json'];
    const { problems } = JSON.parse((await runCli(args)).out);
    return problems.map(({ code }: { readonly code: string }) => code);
  };
  assert.ok(!(await codes(before)).includes('created-by-system'));
  assert.ok((await codes(watchSnapshots(tempFolder(t)).now)).includes('created-by-system'));
});

test('watch refuses a time that is none, or that is still to come', async (t) => {
  for (const text of ['yesterday', '2026-13-01', '13.11.2026']) {
    const { code, err } = await watch(t, ['--since', text]);
    assert.equal(code, 64, text);
    assert.match(err, /It needs a time such as/);
  }
  const { code, err } = await watch(t, ['--since', '2026-12-01']);
  assert.equal(code, 64);
  assert.match(err, /is later than 2026-11-20T21:00:00\.000Z/);
});

test('watch takes the time of the baseline when the zone tells none, and asks when nothing does', async (t) => {
  const { before } = watchSnapshots(tempFolder(t));
  const still = ['watch', ZONE, '--snapshot', before, '-f', 'json'];
  const { since } = JSON.parse((await runCli([...still, '--baseline', before])).out);
  assert.deepEqual(since, { at: '2026-11-09T12:00:00Z', from: 'baseline' });
  const { code, err } = await runCli(still);
  assert.equal(code, 64);
  assert.match(
    err,
    /Since when\? corp\.example\.com: it is nonsecure-and-secure, not secure-only; give --since/,
  );
});

test('watch refuses a baseline without the zone, and several zones at once', async (t) => {
  const folder = tempFolder(t);
  const { now } = watchSnapshots(folder);
  const other = join(folder, 'other.ldif');
  writeFileSync(other, '');
  const lacking = await runCli(['watch', ZONE, '--snapshot', now, '--baseline', other]);
  assert.equal(lacking.code, 64);
  assert.match(lacking.err, /it does not hold the zone corp\.example\.com/);
  const several = await runCli(['watch', '*', '--snapshot', SMALL_SNAPSHOT, '--since', '2026-11-01']);
  assert.equal(several.code, 64);
  assert.match(several.err, /Cannot watch several zones/);
});

test('watch says so when a snapshot does not tell its time', async () => {
  const args = ['watch', 'empty.example.com', '--snapshot', SMALL_SNAPSHOT, '--since', '2026-11-01'];
  const { err } = await runCli(args);
  assert.match(err, /no names/);
  const dated = await runCli(['watch', ZONE, '--snapshot', SMALL_SNAPSHOT, '--since', '2026-11-01']);
  assert.match(dated.err, /judged by the clock of this machine/);
});

test('watch lists classes and as many names as asked for, and counts all', async (t) => {
  const { names, summary } = JSON.parse((await watch(t, ['--class', 'overdue', 'due', '--limit', '2'])).out);
  assert.equal(names.length, 2);
  assert.equal(summary.watched, 8);
});

test('watch refuses intervals, statistics and formats that it cannot use', async (t) => {
  for (const interval of ['5', '0s', '5d', '-1m']) {
    assert.match(
      (await watch(t, [`--interval=${interval}`])).err,
      /It needs a time such as 30s, 5m or 1h/,
      interval,
    );
  }
  const missing = await watch(t, ['--dns-statistics', join(tempFolder(t), 'none.json')]);
  assert.equal(missing.code, 64);
  assert.match(missing.err, /Cannot read .*none\.json/);
  assert.match((await watch(t, ['--dns-statistics', 'a', 'b', 'c'])).err, /takes one, or before and after/);
});
