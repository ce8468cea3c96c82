import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeSid, parseSid, type Sid } from '../../src/formats/sid.ts';
import { DOMAIN_SID } from '../support/corp.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT, smallSnapshot } from '../support/make-small-snapshot.ts';
import { applyArgs, assertFiles, savePlan } from '../support/saved-plan.ts';

const OTHER_DOMAIN_SID: Sid = parseSid('S-1-5-21-1-2-3');

test('apply refuses a plan that was made for another domain', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const other = join(folder, 'other.ldif');
  const text = smallSnapshot().replace(
    `objectsid:: ${base64(DOMAIN_SID)}`,
    `objectsid:: ${base64(OTHER_DOMAIN_SID)}`,
  );
  writeFileSync(other, text);
  const { code, err } = await runCli(applyArgs(plan, other));
  assert.equal(code, 6);
  assert.match(
    err,
    new RegExp(`was made for the domain ${DOMAIN_SID}, but other\\.ldif is in ${OTHER_DOMAIN_SID}`),
  );
  assertFiles(folder, ['other.ldif', 'plan.json']);
});

test('apply refuses a plan that was edited', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('CORP\\\\PC1$', 'CORP\\\\PC2$'));
  const { code, err } = await runCli(applyArgs(plan));
  assert.equal(code, 6);
  assert.match(err, /plan\.json was changed after it was made: its checksum is sha256:.*; make a new plan/);
  assertFiles(folder, ['plan.json']);
});

test('apply names the field that is wrong in a plan', async (t) => {
  const cases: readonly [RegExp | string, string, RegExp][] = [
    ['"schemaVersion": 1', '"schemaVersion": 2', /plan\.json: schemaVersion: /],
    ['"kind": "dnsacl-plan"', '"kind": "other"', /plan\.json: kind: /],
    [/"version":3/, '"version":"3"', /plan\.json: changes\.0\.before\.version: /],
    [/"after":\{/, '"afterwards":{', /plan\.json: changes\.0\.after: /],
    [
      /"base64":"[^"]{8}/,
      '"base64":"',
      /plan\.json: changes\.0\.before\.base64: is not a security descriptor/,
    ],
    [/S-1-5-21-[\d-]+","name/, 'S-x","name', /plan\.json: changes\.0\.add\.0\.principal\.sid: /],
    [/\}\n$/, '', /plan\.json: it is not JSON/],
  ];
  for (const [pattern, replacement, message] of cases) {
    const folder = tempFolder(t);
    const plan = await savePlan(folder);
    const text = readFileSync(plan, 'utf8');
    assert.notEqual(text.replace(pattern, replacement), text);
    writeFileSync(plan, text.replace(pattern, replacement));
    const { code, err } = await runCli(applyArgs(plan));
    assert.equal(code, 64, err);
    assert.match(err, message);
    assertFiles(folder, ['plan.json']);
  }
});

test('apply never overwrites a snapshot or a journal, and leaves no journal behind', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  copyFileSync(SMALL_SNAPSHOT, join(folder, 'after.ldif'));
  const taken = await runCli(applyArgs(plan), { answers: [] });
  assert.equal(taken.code, 64);
  assert.match(taken.err, /Cannot write the snapshot .*after\.ldif: it exists already; name a new file/);
  assertFiles(folder, ['after.ldif', 'plan.json']);

  const journal = join(folder, 'journal.ndjson');
  writeFileSync(journal, 'kept');
  const copy = join(folder, 'new.ldif');
  const from = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', copy];
  const second = await runCli(['apply', plan, ...from, '--yes', '--journal', journal]);
  assert.equal(second.code, 64);
  assert.match(second.err, /Cannot create the journal .*: it exists already; give another with --journal/);
  assert.equal(readFileSync(journal, 'utf8'), 'kept');
  assert.equal(existsSync(copy), false);
});

test('apply never writes to the snapshot itself', async (t) => {
  const plan = await savePlan(tempFolder(t));
  const { code, err } = await runCli(['apply', plan, '--snapshot', SMALL_SNAPSHOT, '--yes']);
  assert.equal(code, 64);
  assert.match(err, /A snapshot is never changed in place: give --write-snapshot NEWFILE/);
});

function base64(sid: Sid): string {
  return Buffer.from(encodeSid(sid)).toString('base64');
}
