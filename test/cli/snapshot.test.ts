/** `snapshot` from another snapshot, `show` of it, and `diff` of two: what they say in every form, and what they refuse. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { assertGolden, testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const ZONE = 'corp.example.com';

async function save(file: string, ...args: readonly string[]): Promise<void> {
  const ran = await runCli(['snapshot', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT, '-o', file, ...args]);
  assert.equal(ran.code, 0, ran.err);
}

/** A snapshot, and one of the same names after a plan for some of them was rehearsed on it. */
async function saveTwo(folder: string): Promise<readonly [string, string]> {
  const [before, after] = [join(folder, 'before.ldif'), join(folder, 'after.ldif.gz')];
  const plan = join(folder, 'plan.json');
  await save(before);
  const wish = ['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--plan', plan, '--snapshot', before];
  assert.equal((await runCli(wish)).code, 0);
  const apply = [
    'apply',
    plan,
    '--yes',
    '--max-change',
    '100%',
    '--snapshot',
    before,
    '--write-snapshot',
    after,
  ];
  const ran = await runCli(apply);
  assert.equal(ran.code, 0, ran.err);
  return [before, after];
}

testForms('diff', async (folder) => ['diff', ...(await saveTwo(folder))]);

testForms('show-snapshot', async (folder) => {
  await save(join(folder, 'before.ldif'));
  return ['show', join(folder, 'before.ldif')];
});

test('diff as Markdown', async (t) => {
  const ran = await runCli(['diff', ...(await saveTwo(tempFolder(t))), '-f', 'markdown']);
  assertGolden(t, 'diff.md', ran.out);
});

test('diff --exit-code tells by 2 that something differs, and by 0 that nothing does', async (t) => {
  const [before, after] = await saveTwo(tempFolder(t));
  assert.equal((await runCli(['diff', before, after, '--exit-code'])).code, 2);
  const same = await runCli(['diff', before, SMALL_SNAPSHOT, '--exit-code']);
  assert.equal(same.code, 0, same.out);
  assert.match(same.err, /0 new, 0 gone, 0 changed/);
});

test('a snapshot of a snapshot gives the same answers', async (t) => {
  const file = join(tempFolder(t), 'copy.ldif.gz');
  await save(file);
  const audit = async (from: string) => {
    const { out } = await runCli(['audit', '-z', ZONE, '--snapshot', from, '-f', 'ndjson']);
    return out;
  };
  assert.notEqual(await audit(file), '');
  assert.equal(await audit(file), await audit(SMALL_SNAPSHOT));
});

test('zones whose names were not saved are listed without a count, which is told', async (t) => {
  const file = join(tempFolder(t), 'copy.ldif');
  await save(file);
  const { code, out, err } = await runCli(['zones', '--snapshot', file, '-f', 'json']);
  assert.equal(code, 0);
  const counts = new Map(
    JSON.parse(out).zones.map((zone: { dn: string; names: unknown }) => [zone.dn, zone.names]),
  );
  assert.ok([...counts.values()].some((names) => names === null));
  assert.ok([...counts.values()].some((names) => typeof names === 'number'));
  assert.match(err, /it holds those of corp\.example\.com only; take a snapshot with -z/);
});

const REFUSED: readonly (readonly [what: string, args: readonly string[], words: RegExp])[] = [
  ['a snapshot without a file', ['snapshot', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT], /Give -o FILE/],
  [
    'a snapshot without a zone',
    ['snapshot', '-o', 'x.ldif', '--snapshot', SMALL_SNAPSHOT],
    /No zone was named/,
  ],
  ['diff with one side', ['diff', SMALL_SNAPSHOT], /Compare with what/],
  ['diff with three sides', ['diff', SMALL_SNAPSHOT, SMALL_SNAPSHOT, '--live'], /Compare with what/],
  [
    'diff with --snapshot',
    ['diff', SMALL_SNAPSHOT, '--live', '--snapshot', 'x'],
    /takes its snapshots as arguments/,
  ],
  ['a snapshot as HTML', ['show', SMALL_SNAPSHOT, '-f', 'html'], /Cannot show a snapshot as html/],
];

for (const [what, args, words] of REFUSED) {
  test(`${what} is refused`, async () => {
    const { code, out, err } = await runCli(args);
    assert.deepEqual([code, out], [64, '']);
    assert.match(err, words);
  });
}

test('a snapshot never overwrites', async (t) => {
  const file = join(tempFolder(t), 'copy.ldif');
  writeFileSync(file, 'mine');
  const ran = await runCli(['snapshot', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT, '-o', file]);
  assert.equal(ran.code, 64);
  assert.match(ran.err, /it exists already; name a new file/);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
});

test('--anonymize with one key gives one file, with another another; a short key is refused', async (t) => {
  const folder = tempFolder(t);
  const key = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [one, two] = [key('one', 'a key of this test'), key('two', 'another key of this test')];
  await save(join(folder, 'a.ldif'), '--anonymize-key-file', one);
  await save(join(folder, 'b.ldif'), '--anonymize-key-file', one);
  await save(join(folder, 'c.ldif'), '--anonymize-key-file', two);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(join(folder, `${name}.ldif`), 'utf8'));
  assert.equal(a, b);
  assert.notEqual(a, c);
  const short = ['snapshot', '-z', ZONE, '--snapshot', SMALL_SNAPSHOT, '-o', join(folder, 'd.ldif')];
  const ran = await runCli([...short, '--anonymize-key-file', key('short', 'short')]);
  assert.equal(ran.code, 64);
  assert.match(ran.err, /it has 5 bytes, needs 16 or more/);
  assert.ok(!readdirSync(folder).includes('d.ldif'));
});
