/** A zone whose names were written by strangers, through every command and every format. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { cellWidth } from '../../src/report/cell-width.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';
import { HOSTILE_LABELS, HOSTILE_ZONE, hostileSnapshot } from '../support/hostile-snapshot.ts';

/** Everything that steers a terminal or cannot be seen, but the line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Cf}\p{Cs}]/u;
const MARKUP = /<(?:script>alert|img src=x|svg onload)/i;
const FORMULA = /^[=+\-@\t\r＝＋－＠]/u;

const LISTS = ['table', 'csv', 'json', 'ndjson'];
const TICKET = [...LISTS, 'markdown'];
const PLANS = [...TICKET, 'html'];
const SHOWN = [...PLANS, 'sddl', 'ldif', 'dsacls', 'powershell'];
const ZONE = ['-z', HOSTILE_ZONE];

interface Case {
  readonly name: string;
  readonly formats: readonly string[];
  readonly codes: readonly number[];
  /** @returns the arguments; what they need is made in `folder` */
  readonly args: (folder: string, snapshot: string) => readonly string[] | Promise<readonly string[]>;
}

const DHCP = ['--dhcp-account', 'dhcp_update'];

async function plan(folder: string, snapshot: string): Promise<string> {
  const file = join(folder, 'plan.json');
  const { code, err } = await runCli(['grant', ...ZONE, ...DHCP, '--snapshot', snapshot, '--plan', file]);
  assert.equal(code, 0, err);
  return file;
}

async function journal(folder: string, snapshot: string): Promise<string> {
  const file = join(folder, 'run.ndjson');
  const { code, err } = await runCli([...(await applying(folder, snapshot)), '--journal', file]);
  assert.equal(code, 0, err);
  return file;
}

async function applying(folder: string, snapshot: string): Promise<readonly string[]> {
  const copy = ['--snapshot', snapshot, '--write-snapshot', join(folder, 'after.ldif')];
  return ['apply', await plan(folder, snapshot), ...copy, '--yes', '--max-change', '100%'];
}

/** The same directory after some of its names were changed. */
async function changed(folder: string, snapshot: string): Promise<string> {
  await journal(folder, snapshot);
  return join(folder, 'after.ldif');
}

const from = (snapshot: string): readonly string[] => [...ZONE, ...DHCP, '--snapshot', snapshot];

const CASES: readonly Case[] = [
  { name: 'zones', formats: TICKET, codes: [0], args: (_, snapshot) => ['zones', '--snapshot', snapshot] },
  { name: 'owners', formats: TICKET, codes: [0], args: (_, file) => ['owners', ...from(file)] },
  {
    name: 'owners --group-by',
    formats: TICKET,
    codes: [0],
    args: (_, file) => ['owners', ...from(file), '--group-by', 'owner,data'],
  },
  { name: 'audit', formats: TICKET, codes: [0], args: (_, file) => ['audit', ...from(file)] },
  {
    name: 'why',
    formats: ['table', 'json', 'ndjson'],
    codes: [0],
    args: (_, file) => ['why', ...whyNames(), ...from(file)],
  },
  { name: 'readiness', formats: TICKET, codes: [2], args: (_, file) => ['readiness', ...from(file)] },
  { name: 'stale', formats: LISTS, codes: [0], args: (_, file) => ['stale', ...from(file)] },
  {
    name: 'watch',
    formats: LISTS,
    codes: [0],
    args: (_, file) => ['watch', HOSTILE_ZONE, '--since', '2026-11-13', '--snapshot', file, ...DHCP],
  },
  {
    name: 'doctor',
    formats: LISTS,
    codes: [0, 1, 2],
    args: (_, file) => ['doctor', ...ZONE, '--snapshot', file],
  },
  { name: 'grant', formats: PLANS, codes: [0], args: (_, file) => ['grant', ...from(file)] },
  {
    name: 'revoke',
    formats: PLANS,
    codes: [0],
    args: (_, file) => ['revoke', ...ZONE, '--snapshot', file, '--orphans'],
  },
  {
    name: 'show PLAN',
    formats: SHOWN,
    codes: [0],
    args: async (folder, file) => ['show', await plan(folder, file), '-v'],
  },
  { name: 'apply', formats: LISTS, codes: [0], args: applying },
  {
    name: 'show JOURNAL',
    formats: PLANS,
    codes: [0],
    args: async (folder, file) => ['show', await journal(folder, file)],
  },
  { name: 'show SNAPSHOT', formats: TICKET, codes: [0], args: (_, file) => ['show', file] },
  {
    name: 'diff',
    formats: TICKET,
    codes: [0, 2],
    args: async (folder, file) => ['diff', file, await changed(folder, file), ...ZONE],
  },
  {
    name: 'undo',
    formats: LISTS,
    codes: [0],
    args: async (folder, file) => {
      const [run, undone] = [await journal(folder, file), join(folder, 'undone.ldif')];
      const copy = ['--snapshot', join(folder, 'after.ldif'), '--write-snapshot', undone];
      return ['undo', run, ...copy, '--yes', '--max-change', '100%'];
    },
  },
  {
    name: 'secure --print',
    formats: ['table', 'json', 'ndjson'],
    codes: [0],
    args: (_, file) => ['secure', HOSTILE_ZONE, '--print', '--snapshot', file, ...DHCP],
  },
  {
    name: 'snapshot',
    formats: [''],
    codes: [0],
    args: (folder, file) => ['snapshot', ...ZONE, '--snapshot', file, '-o', join(folder, 'saved.ldif')],
  },
  {
    name: 'an unknown zone',
    formats: [''],
    codes: [64],
    args: (_, file) => ['owners', '-z', '\u001b[31m', '--snapshot', file],
  },
];

for (const { name, formats, codes, args } of CASES) {
  for (const format of formats) {
    test(`${name} as ${format || 'it is'} lets nothing of a hostile zone through`, async (t: TestContext) => {
      const folder = tempFolder(t);
      const snapshot = hostileSnapshot(folder);
      const asked = [
        ...(await args(folder, snapshot)),
        ...(format === '' ? [] : ['-f', format, '--no-color']),
      ];
      const ran = await runCli(asked, { width: 100 });
      assert.ok(codes.includes(ran.code), `${ran.code}: ${ran.err.slice(0, 500)}`);
      assertSafe(ran, format);
    });
  }
}

test('JSON gives every name back as it is in the directory', async (t) => {
  const snapshot = hostileSnapshot(tempFolder(t));
  const { out } = await runCli(['owners', ...ZONE, '--snapshot', snapshot, '-f', 'ndjson']);
  const names = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).name);
  assert.deepEqual([...names].sort(), [...HOSTILE_LABELS].sort());
});

test('the CSV of the audit plans the same names again', async (t) => {
  const folder = tempFolder(t);
  const where = [...DHCP, '--snapshot', hostileSnapshot(folder, 'plain.example.com')];
  const zone = ['-z', 'plain.example.com'];
  const file = join(folder, 'audit.csv');
  writeFileSync(file, (await runCli(['audit', ...zone, ...where, '-f', 'csv'])).out);
  const direct = await runCli(['grant', ...zone, ...where, '-f', 'json']);
  const again = await runCli(['grant', '--csv', file, ...where, '-f', 'json']);
  assert.equal(again.code, 0, again.err);
  const dns = ({ out }: Ran) => JSON.parse(out).changes.map(({ dn }: { dn: string }) => dn);
  assert.ok(dns(direct).length > 20);
  assert.deepEqual(dns(again), dns(direct));
});

test('a saved snapshot and a plan hold no control characters, and read back the same', async (t) => {
  const folder = tempFolder(t);
  const snapshot = hostileSnapshot(folder);
  const saved = join(folder, 'saved.ldif');
  assert.equal((await runCli(['snapshot', ...ZONE, '--snapshot', snapshot, '-o', saved])).code, 0);
  const values = readFileSync(saved, 'utf8').replace(/^#.*\n/gm, '');
  assert.doesNotMatch(values, UNSAFE);
  assert.doesNotMatch(readFileSync(await plan(folder, snapshot), 'utf8'), UNSAFE);
  const [before, after] = await Promise.all(
    [snapshot, saved].map(
      async (file) => (await runCli(['owners', ...ZONE, '--snapshot', file, '-f', 'ndjson'])).out,
    ),
  );
  assert.equal(after, before);
});

function whyNames(): readonly string[] {
  return HOSTILE_LABELS.filter((label) => !label.startsWith('-')).map((label) => `${label}.${HOSTILE_ZONE}`);
}

function assertSafe({ out, err }: Ran, format: string): void {
  assert.doesNotMatch(err, UNSAFE);
  assert.doesNotMatch(
    format === 'csv' || format === 'dsacls' || format === 'powershell' ? out.replaceAll('\r\n', '\n') : out,
    UNSAFE,
  );
  switch (format) {
    case 'csv': {
      const rows: string[][] = parse(out);
      for (const cell of rows.flat()) assert.ok(!FORMULA.test(cell) || /^-?\d+$/.test(cell), cell);
      break;
    }
    case 'json':
      if (out !== '') JSON.parse(out);
      break;
    case 'ndjson':
      for (const line of out.split('\n').filter(Boolean)) JSON.parse(line);
      break;
    case 'markdown':
    case 'html':
      assert.doesNotMatch(out, MARKUP);
      if (format === 'markdown') assertTables(out);
      break;
    default:
  }
  if (format === 'table') assertWidth(out);
}

/** Every line of a table has as many cells as its head. */
function assertTables(markdown: string): void {
  let cells: number | null = null;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) cells = null;
    else {
      const found: number = line.replace(/\\./g, '').split('|').length;
      cells ??= found;
      assert.equal(found, cells, line);
    }
  }
}

/** Rows of a table are cut to the terminal; sentences are not, and neither are commands to be copied. */
function assertWidth(table: string): void {
  const rows = table
    .split('\n')
    .filter((line) => / {2}\S/.test(line) && !/cure|: |dnsacl|\S {2}-{2}|Set-|^ {2}/.test(line));
  for (const line of rows) assert.ok(cellWidth(line) <= 100, line);
}
