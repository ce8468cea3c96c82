import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { savePlan } from '../support/saved-plan.ts';

testForms('show', async (folder) => ['show', await savePlan(folder, ['--name', 'pc*', 'a,b', 'dup'])]);
testForms('show-verbose', async (folder) => ['show', await savePlan(folder, ['--name', 'pc*']), '-v']);
testForms('show-nothing', async (folder) => ['show', await savePlan(folder, ['--name', 'no-such-*'])]);

test('show -f json gives the plan back, byte for byte', async (t) => {
  const file = await savePlan(tempFolder(t));
  assert.equal((await runCli(['show', file, '-f', 'json'])).out, readFileSync(file, 'utf8'));
});

test('show takes a plan that another tool has indented again', async (t) => {
  const folder = tempFolder(t);
  const file = await savePlan(folder);
  const copy = join(folder, 'copy.json');
  writeFileSync(copy, JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), null, 4));
  const { code, out } = await runCli(['show', copy, '-f', 'csv']);
  assert.equal(code, 0);
  assert.equal(out, (await runCli(['show', file, '-f', 'csv'])).out);
});
