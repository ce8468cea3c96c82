/** Files that are damaged, cut off, or something else than they should be. */

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT, smallSnapshot } from '../support/make-small-snapshot.ts';

test('refused: CSV files that are none', async (t) => {
  const file = join(tempFolder(t), 'names.csv');
  for (const [content, message] of [
    ['', /names\.csv/],
    [Buffer.from('504b0304140006000800', 'hex'), /names\.csv/],
    [
      'color,size\nred,1\n',
      /no column holds the name; found color, size; needs one of name|no column holds the name/,
    ],
    ['name\n', /names\.csv lists no names: it has no rows, or none is approved/],
    ['name,approve\npc1,no\n', /lists no names/],
    ['name\npc1\n', /No row of .*names\.csv tells its zone; give -z ZONE/],
  ] as const) {
    writeFileSync(file, content);
    for (const command of ['owners', 'grant']) {
      const { code, out, err } = await runCli([command, '--csv', file, '--snapshot', SMALL_SNAPSHOT]);
      assert.deepEqual([code, out], [64, ''], err);
      assert.match(err, message);
    }
  }
});

test('refused: snapshots that are cut off, damaged, or something else', async (t) => {
  const folder = tempFolder(t);
  const whole = gzipSync(smallSnapshot());
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 2000, 2100);
  for (const [name, content, code, message] of [
    ['cut.ldif.gz', whole.subarray(0, whole.length / 2), 64, /Cannot read the snapshot .*cut\.ldif\.gz: /],
    ['damaged.ldif.gz', damaged, 64, /Cannot read the snapshot .*damaged\.ldif\.gz: /],
    ['text.ldif', 'Dear colleague,\nplease find attached', 1, /text\.ldif:1: Cannot read LDIF line 1/],
    ['empty.ldif', '', 1, /There is no zone in any partition of empty\.ldif/],
  ] as const) {
    writeFileSync(join(folder, name), content);
    const { code: found, out, err } = await runCli(['zones', '--snapshot', join(folder, name)]);
    assert.deepEqual([found, out], [code, ''], err);
    assert.match(err, message);
    assert.doesNotMatch(err, /unexpected failure/);
  }
});

test('a damaged descriptor or record makes its name unreadable; the scan goes on and warns', async () => {
  const args = ['owners', '-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-f', 'json'];
  const { code, out, err } = await runCli(args);
  assert.equal(code, 0);
  const { names, problems } = JSON.parse(out);
  const reasonOf = (wanted: string) =>
    names.find(({ name }: { name: string }) => name === wanted).unreadable as string | null;
  assert.match(reasonOf('cut') ?? '', /^Cannot decode security descriptor at byte \d+: /);
  assert.match(reasonOf('broken') ?? '', /^Cannot decode dnsRecord at byte \d+: /);
  assert.match(reasonOf('hidden') ?? '', /READ_CONTROL is missing/);
  assert.equal(reasonOf('pc1'), null);
  assert.equal(names.length, 30);
  assert.deepEqual(
    problems.map((problem: { code: string }) => problem.code),
    ['unreadable-descriptor', 'unreadable-descriptor', 'bad-record'],
  );
  assert.equal(err.match(/^warning: \w+ in corp\.example\.com \(DomainDnsZones\): /gm)?.length, 3);
});

test('an export without any descriptor is refused and counted, never taken for empty lists', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'bare.ldif');
  writeFileSync(file, smallSnapshot().replaceAll(/^ntsecuritydescriptor::.*\n(?: .*\n)*/gm, ''));
  for (const args of [
    ['owners', '-f', 'table'],
    ['owners', '--summary'],
    ['grant', '--dhcp-account', 'dhcp_update', '--plan', join(folder, 'plan.json')],
  ]) {
    const { code, out, err } = await runCli([...args, '-z', 'corp.example.com', '--snapshot', file]);
    assert.deepEqual([code, out], [4, ''], err);
    assert.match(
      err,
      /Cannot read a single descriptor of the 30 names in corp\.example\.com: this account lacks READ_CONTROL/,
    );
  }
  assert.deepEqual(readdirSync(folder), ['bare.ldif']);
});

test('an output that fills up is told, not thrown', { skip: process.platform !== 'linux' }, async () => {
  for (const format of ['table', 'json', 'csv']) {
    const args = ['owners', '--all-zones', '--snapshot', SMALL_SNAPSHOT, '-f', format, '-o', '/dev/full'];
    const { code, err } = await runCli(args);
    assert.equal(code, 1);
    assert.match(err, /^dnsacl: Cannot write \/dev\/full: ENOSPC/m);
  }
});

test('a file in the place of a folder is named', async (t) => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, 'plan.json'));
  const args = [
    'grant',
    '-z',
    'corp.example.com',
    '--snapshot',
    SMALL_SNAPSHOT,
    '--plan',
    join(folder, 'plan.json'),
  ];
  const { code, err } = await runCli(args);
  assert.equal(code, 64);
  assert.match(err, /Cannot save the plan .*plan\.json: /);
});
