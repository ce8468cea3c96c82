/** The published JSON Schemas: that they are up to date, and that every golden JSON is what they say. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ANSWERS } from '../scripts/schemas/answers.ts';
import { answerSchema, schemaFiles } from '../scripts/schemas/schema-files.ts';
import { runCli, tempFolder } from './support/fake-io.ts';
import { SMALL_SNAPSHOT } from './support/make-small-snapshot.ts';

const ROOT = join(import.meta.dirname, '..');
const GOLDEN = join(ROOT, 'test', 'golden', 'cli');
/** Runs that end in the answer of another command, or show a file that has a schema of its own. */
const SHAPES: Readonly<Record<string, string>> = {
  ...{ grant: 'plan', revoke: 'plan', undo: 'apply' },
  ...{ show: 'plan', 'show-journal': 'show-journal', 'show-snapshot': 'show-snapshot' },
};

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const compiled = new Map<string, ValidateFunction>();

/** By the schema that lets nothing pass that it does not name: what is published lets more pass. */
function validatorOf(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const type = ANSWERS[name];
  assert.ok(type, `There is no schema ${name}`);
  const validate = ajv.compile(answerSchema(type, 'closed'));
  compiled.set(name, validate);
  return validate;
}

function assertValid(name: string, value: unknown): void {
  const validate = validatorOf(name);
  assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors?.slice(0, 4), null, 2)}`);
}

test('the files in schemas/ are what the program writes now (npm run schemas)', () => {
  const files = schemaFiles();
  assert.deepEqual(readdirSync(join(ROOT, 'schemas')).sort(), [...files.keys()].sort());
  for (const [name, text] of files)
    assert.equal(readFileSync(join(ROOT, 'schemas', name), 'utf8'), text, name);
});

test('every published schema is a schema, and lets what the closed one takes pass with more fields', () => {
  for (const text of schemaFiles().values()) ajv.compile(JSON.parse(text));
  const open = ajv.getSchema('dnsacl:zones');
  const file = JSON.parse(readFileSync(join(GOLDEN, 'zones.json'), 'utf8'));
  assert.ok(open?.(file));
  assert.ok(open?.({ ...file, added: 1 }));
  assert.equal(open?.({ ...file, zones: [{}] }), false);
  assert.equal(validatorOf('zones')({ ...file, added: 1 }), false);
});

for (const file of readdirSync(GOLDEN)) {
  const [, run = '', ending = ''] = /^(.+)\.(json|ndjson)$/.exec(file) ?? [];
  const command = run.split('-')[0] ?? '';
  if (ending === '') continue;
  const shape = SHAPES[run] ?? SHAPES[command] ?? command;
  test(`golden ${file} is what its schema says`, () => {
    const text = readFileSync(join(GOLDEN, file), 'utf8');
    if (ending === 'json') return assertValid(shape, JSON.parse(withChecksum(text)));
    for (const line of text.split('\n').filter(Boolean)) assertValid(`${shape}.line`, JSON.parse(line));
  });
}

test('--group-by of zones, audit, stale and watch is what their schemas say', async () => {
  const corp = ['corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-q', '--group-by', 'zone'];
  const runs: readonly (readonly [string, readonly string[]])[] = [
    ['zones', ['zones', '--snapshot', SMALL_SNAPSHOT, '--group-by', 'updates', '-q']],
    ['audit', ['audit', '-z', ...corp]],
    ['stale', ['stale', '-z', ...corp]],
    ['watch', ['watch', ...corp, '--since', '2026-11-13']],
  ];
  for (const [name, args] of runs) {
    assertValid(name, JSON.parse((await runCli([...args, '-f', 'json'])).out));
    const lines = (await runCli([...args, '-f', 'ndjson'])).out.split('\n').filter(Boolean);
    for (const line of lines) assertValid(`${name}.line`, JSON.parse(line));
  }
});

test('a journal is what its schema says, line by line', async (t) => {
  const folder = tempFolder(t);
  const [plan, copy, journal] = ['plan.json', 'copy.ldif', 'run.ndjson'].map((name) => join(folder, name));
  const from = ['--snapshot', SMALL_SNAPSHOT];
  await runCli(['grant', '-z', 'corp.example.com', '--name', 'pc1', '--plan', plan ?? '', ...from]);
  const write = ['--write-snapshot', copy ?? '', '--journal', journal ?? '', '--yes'];
  const { code, err } = await runCli(['apply', plan ?? '', ...write, ...from]);
  assert.equal(code, 0, err);
  assertValid('plan', JSON.parse(readFileSync(plan ?? '', 'utf8')));
  const lines = readFileSync(journal ?? '', 'utf8')
    .split('\n')
    .filter(Boolean);
  assert.ok(lines.length > 3);
  for (const line of lines) assertValid('journal.line', JSON.parse(line));
});

test('show of the record of a switch, and config check, are what their schemas say', async (t) => {
  const cwd = tempFolder(t);
  const record = join(cwd, 'switch.ndjson');
  const to = ['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', join(cwd, 'after.ldif'), '--journal', record];
  const { code, err } = await runCli([
    'secure',
    'corp.example.com',
    '--mode',
    'none',
    '--yes',
    '--max-blocked',
    '100%',
    ...to,
  ]);
  assert.equal(code, 0, err);
  const updater = '{"names":["*"],"principal":"CORP\\\\x","reason":"y"}';
  writeFileSync(
    join(cwd, 'dnsacl.config.json'),
    `{"server":"dc1","readOnly":true,"extraUpdaters":[${updater}]}`,
  );
  for (const [name, args] of [
    ['show-switch', ['show', record]],
    ['config-check', ['config', 'check']],
  ] as const) {
    const json = await runCli([...args, '-f', 'json'], { cwd });
    assertValid(name, JSON.parse(json.out));
    const lines = (await runCli([...args, '-f', 'ndjson'], { cwd })).out.split('\n').filter(Boolean);
    assert.ok(lines.length > 0);
    for (const line of lines) assertValid(`${name}.line`, JSON.parse(line));
  }
});

/** Golden files hold a word in the place of the checksum, which changes with the version. */
function withChecksum(text: string): string {
  return text.replaceAll('sha256:CHECKSUM', `sha256:${'0'.repeat(64)}`);
}
