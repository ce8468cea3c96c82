/**
 * `dnsacl show`: a plan or a journal in any format, stale or not, the record of a switch, or what a snapshot holds.
 * Nothing but the file is read.
 */

import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { readJournal } from '../../apply/journal-state.ts';
import { UsageError } from '../../errors.ts';
import { journalSteps } from '../../report/journal-rows.ts';
import { openAnswer } from '../answer/answer.ts';
import { writeJournal } from '../answer/journal-answer.ts';
import { writePlan } from '../answer/plan-answer.ts';
import { loadPlan } from '../changes/plan-input.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { addOutputOptions, type OutputFlags, SHOW_FORMATS } from '../options.ts';

/** Every line of a journal begins so, the first one with the number 1; a plan never does. */
const JOURNAL_START = /^\{"seq":\d+,/;
const LDIF_START = /^(?:\ufeff)?(?:\s*\n)*(?:#|dn:|version:)/;
/** The first line of the record of a switch. */
const SWITCH_START = /^\{"seq":1,"at":"[^"]{0,40}","event":"switch",/;
const START_BYTES = 128;

export function showCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('show')
    .description('show a plan, what a run did, or what a snapshot holds')
    .argument('<file>', 'plan file, journal of a run, record of a switch, or snapshot');
  addOutputOptions(command, SHOW_FORMATS).addHelpText(
    'after',
    `
The formats sddl, ldif, dsacls and powershell are for plans: the difference for reviewers, and the same change for
places where only those tools may run.

Examples:
  dnsacl show change.json
  dnsacl show change.json -v          every skipped name with its reason
  dnsacl show change.json -o ticket.md
  dnsacl show change.json -o review.html
  dnsacl show change.json -f ldif -o change.ldif
  dnsacl show change.2026-11-20T21-41-07-123.journal.ndjson
  dnsacl show before.ldif.gz`,
  );
  command.action(async (file: string, flags: OutputFlags) => deps.finish(await runShow(file, flags, deps)));
}

async function runShow(file: string, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const start = await readStart(file);
  if (isSnapshot(start)) return showSnapshot(file, flags, deps);
  if (SWITCH_START.test(start.toString('utf8'))) return showSwitch(file, flags, deps);
  if (JOURNAL_START.test(start.toString('utf8'))) return showJournal(file, flags, deps);
  const plan = await loadPlan(file);
  const answer = await openAnswer(flags, deps.io, deps.tool, SHOW_FORMATS);
  answer.say(`Plan ${file}, made ${plan.createdAt} from ${plan.server} by ${plan.tool}`);
  await writePlan(plan, answer, flags.verbose === true, file);
  await answer.end();
  answer.say(plan.checksum);
  return EXIT_CODES.ok;
}

async function showJournal(file: string, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const state = await readJournal(file);
  const answer = await openAnswer(flags, deps.io, deps.tool, SHOW_FORMATS);
  answer.say(`Run of ${state.startedAt} on ${state.store} by ${state.tool}, plan ${state.plan.checksum}`);
  await writeJournal(state, answer, deps.io.now());
  await answer.end();
  if (state.tail.cutBytes > 0)
    answer.say(`The last line of ${file} was cut short while it was written; it does not count`);
  if (!state.holdsPlan)
    answer.say('The run broke off before its plan was written down whole; it had changed nothing');
  for (const { text, command } of journalSteps(state)) answer.say(`${text}: ${command}`);
  return EXIT_CODES.ok;
}

async function showSwitch(file: string, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const { writeSwitchRecord } = await import('../switch/switch-record-answer.ts');
  const answer = await openAnswer(flags, deps.io, deps.tool, SHOW_FORMATS);
  await writeSwitchRecord(file, answer, deps.io.now());
  await answer.end();
  return EXIT_CODES.ok;
}

async function showSnapshot(file: string, flags: OutputFlags, deps: Deps): Promise<ExitCode> {
  const { writeSnapshotFacts } = await import('../answer/snapshot-answer.ts');
  const answer = await openAnswer(flags, deps.io, deps.tool, SHOW_FORMATS);
  await writeSnapshotFacts(file, answer, deps.io.now());
  await answer.end();
  return EXIT_CODES.ok;
}

/** Compressed, or with the first line of LDIF; plans and journals are JSON. */
function isSnapshot(start: Buffer): boolean {
  const isGzip = start.length >= 2 && start.readUInt16BE(0) === 0x1f8b;
  return isGzip || LDIF_START.test(start.toString('utf8'));
}

async function readStart(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(START_BYTES) });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    const message = `Cannot read the plan, journal or snapshot ${file}: ${(error as Error).message}`;
    throw new UsageError(message, file, { cause: error });
  }
}
