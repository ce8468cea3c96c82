/** `apply --resume` and `apply --limit`, rehearsed on copies of a snapshot. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readJournal } from '../../src/apply/journal-state.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';
import { savePlan } from '../support/saved-plan.ts';

interface Begun {
  readonly folder: string;
  readonly plan: string;
  readonly journal: string;
  /** The copy that the first run wrote. */
  readonly copy: string;
  readonly planned: number;
  readonly ran: Ran;
}

/** A run that `--limit` ended after three names. */
async function begun(t: TestContext): Promise<Begun> {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const [journal, copy] = [join(folder, 'journal'), join(folder, 'copy.ldif')] as const;
  const ran = await runCli([
    ...['apply', plan, '--yes', '--limit', '3', '--journal', journal],
    ...['--snapshot', SMALL_SNAPSHOT, '--write-snapshot', copy],
  ]);
  const planned = parsePlan(readFileSync(plan, 'utf8'), plan).changes.length;
  return { folder, plan, journal, copy, planned, ran };
}

function resumeArgs({ journal, folder }: Begun, snapshot: string): readonly string[] {
  const to = join(folder, 'resumed.ldif');
  return ['apply', '--resume', journal, '--snapshot', snapshot, '--write-snapshot', to];
}

test('apply --limit does the first names, says how many are left and how to go on', async (t) => {
  const { ran, planned, journal, copy } = await begun(t);
  assert.equal(ran.code, 0);
  assert.match(ran.out, new RegExp(`${planned} planned: 3 applied, .* 0 failed, ${planned - 3} not reached`));
  assert.ok(
    ran.err.includes(
      `${planned - 3} names were not reached; go on with: dnsacl apply --resume ${journal} --snapshot ${copy} --write-snapshot NEWFILE\n`,
    ),
    ran.err,
  );
});

test('apply --resume does the rest, in the same journal, without being asked for a plan', async (t) => {
  const run = await begun(t);
  const { code, out, err } = await runCli(resumeArgs(run, run.copy));
  assert.equal(code, 0, err);
  const rest = run.planned - 3;
  assert.match(out, new RegExp(`${rest} planned: ${rest} applied`));
  assert.match(err, new RegExp(`^${rest} of ${run.planned} names have no outcome yet$`, 'm'));
  const { names, ended } = await readJournal(run.journal);
  assert.ok(ended && names.every(({ outcome }) => outcome?.outcome === 'applied'));
  const left = await runCli([
    ...['grant', '-z', 'corp.example.com', '--dhcp-account', 'dhcp_update', '-f', 'json'],
    ...['--snapshot', join(run.folder, 'resumed.ldif')],
  ]);
  assert.equal(JSON.parse(left.out).summary.changes, 0);
});

test('apply --resume of a run that came to its end says so and opens nothing', async (t) => {
  const run = await begun(t);
  await runCli(resumeArgs(run, run.copy));
  const { code, out, err } = await runCli(['apply', '--resume', run.journal]);
  assert.deepEqual([code, out], [0, '']);
  assert.match(err, /^Every name in .* has its outcome; nothing to do$/m);
});

test('apply --resume refuses a snapshot that does not hold what the run has done', async (t) => {
  const run = await begun(t);
  const { code, err } = await runCli(resumeArgs(run, SMALL_SNAPSHOT));
  assert.equal(code, 64);
  assert.match(
    err,
    /it does not hold what the run did to .*; give the copy that the run wrote, or apply the plan again/,
  );
  assert.equal((await readJournal(run.journal)).ended, false);
});

test('apply --resume --approve refuses the journal of another plan', async (t) => {
  const run = await begun(t);
  const { checksum } = parsePlan(readFileSync(run.plan, 'utf8'), run.plan);
  const other = `sha256:${'0'.repeat(64)}`;
  const refused = await runCli([...resumeArgs(run, run.copy), '--approve', other]);
  assert.equal(refused.code, 5);
  assert.ok(refused.err.includes(`Refused: --approve names ${other}, but this plan is ${checksum}`));
  assert.equal((await runCli([...resumeArgs(run, run.copy), '--approve', checksum])).code, 0);
});

test('apply --resume refuses a journal that was changed, and one that holds no whole plan', async (t) => {
  const run = await begun(t);
  const text = readFileSync(run.journal, 'utf8');
  writeFileSync(run.journal, text.replace('"applied"', '"refused"'));
  const changed = await runCli(resumeArgs(run, run.copy));
  assert.equal(changed.code, 6);
  assert.match(
    changed.err,
    /was changed after it was written: line \d+ does not follow from the line before it/,
  );

  writeFileSync(run.journal, text.split('\n').slice(0, 4).join('\n'));
  const short = await runCli(resumeArgs(run, run.copy));
  assert.equal(short.code, 64);
  assert.match(
    short.err,
    /interrupted before the plan was in it whole, and had changed nothing; apply the plan again/,
  );

  const missing = await runCli(['apply', '--resume', join(run.folder, 'none')]);
  assert.equal(missing.code, 64);
  assert.match(missing.err, /Cannot read the journal .*none: ENOENT/);
});

test('Ctrl-C ends a run with 130, and what was not reached can be gone on with', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const [journal, copy] = [join(folder, 'journal'), join(folder, 'copy.ldif')] as const;
  const args = ['apply', plan, '--yes', '--journal', journal, '--snapshot', SMALL_SNAPSHOT];
  const { code, out, err } = await runCli([...args, '--write-snapshot', copy], {
    interrupts: (interrupt) => interrupt(),
  });
  assert.equal(code, 130);
  assert.match(err, /^Stopping: finishing what is in flight; Ctrl-C again stops at once$/m);
  assert.match(out, /0 applied, .* not reached/);
  const resumed = await runCli([
    ...['apply', '--resume', journal, '--snapshot', copy],
    ...['--write-snapshot', join(folder, 'resumed.ldif')],
  ]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.ok((await readJournal(journal)).ended);
});

test('apply --resume of a run that was killed right before its last line gives the journal its end', async (t) => {
  const run = await begun(t);
  await runCli(resumeArgs(run, run.copy));
  const lines = readFileSync(run.journal, 'utf8').trimEnd().split('\n');
  assert.match(lines.at(-1) ?? '', /"run-end"/);
  writeFileSync(run.journal, `${lines.slice(0, -1).join('\n')}\n`);
  assert.equal((await readJournal(run.journal)).ended, false);
  const args = [
    '--snapshot',
    join(run.folder, 'resumed.ldif'),
    '--write-snapshot',
    join(run.folder, 'end.ldif'),
  ];
  const { code, err } = await runCli(['apply', '--resume', run.journal, ...args]);
  assert.equal(code, 0, err);
  assert.equal((await readJournal(run.journal)).ended, true);
});
