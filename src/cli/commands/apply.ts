/** `dnsacl apply`: executes a plan, or goes on with a run that was interrupted. */

import type { Command } from 'commander';
import { holdsChange } from '../../apply/compare.ts';
import { continueJournal } from '../../apply/journal.ts';
import { type JournalState, readJournal } from '../../apply/journal-state.ts';
import { resumeRun } from '../../apply/run.ts';
import type { DescriptorStore } from '../../apply/store.ts';
import { UsageError } from '../../errors.ts';
import type { PlannedChange } from '../../plan/plan.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { writeResults } from '../answer/results.ts';
import { addExecuteOptions, type ExecuteFlags, executePlan, run } from '../changes/execute.ts';
import { loadPlan } from '../changes/plan-input.ts';
import { configuredLimitOf, demandApproved, demandSameDomain } from '../changes/run-limits.ts';
import { demandReplicas } from '../changes/verify-replicas.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addOutputOptions,
  addWhereOptions,
  type OutputFlags,
  type WhereFlags,
  wholeNumber,
} from '../options.ts';
import { openPlace } from '../place/connect.ts';
import { demandWritable } from '../place/read-only.ts';
import { readSettings } from '../settings/settings.ts';

interface ApplyFlags extends WhereFlags, OutputFlags, ExecuteFlags {
  readonly resume?: string;
  readonly limit?: number;
}

export function applyCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('apply')
    .description('execute a plan, or go on with an interrupted run')
    .argument('[plan]', 'plan file');
  addExecuteOptions(command)
    .option(
      '--limit <n>',
      'only the first names of the plan, as a pilot',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--resume <journal>', 'go on with the run of this journal')
    .option('--write-snapshot <file>', 'with --snapshot: write the changed copy to this new file');
  addWhereOptions(addOutputOptions(command)).addHelpText(
    'after',
    `
Each name is read again and compared with the plan before it is written; one that changed since is left alone.
Only the DACL is written, never the owner. Every descriptor is in the journal before it is changed.

With --verify-replicas the run ends with 2 when another domain controller does not hold what was written after
--replica-wait seconds, or cannot be asked. To look again later, apply the same plan again: it writes nothing then.

Examples:
  dnsacl apply change.json --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl apply change.json --limit 20 --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl apply change.json --verify-replicas=all --replica-wait 900 --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl apply --resume change.2026-11-20T21-41-07-123.journal.ndjson --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl apply change.json --snapshot export.ldif.gz --write-snapshot after.ldif.gz --yes`,
  );
  command.action(async (file: string | undefined, flags: ApplyFlags) =>
    deps.finish(await runApply(file, flags, deps)),
  );
}

async function runApply(file: string | undefined, flags: ApplyFlags, deps: Deps): Promise<ExitCode> {
  if (flags.snapshot !== undefined && flags.writeSnapshot === undefined) {
    throw new UsageError(
      'A snapshot is never changed in place: give --write-snapshot NEWFILE',
      '--write-snapshot',
    );
  }
  if (flags.resume !== undefined) return resume(flags.resume, flags, deps);
  if (file === undefined)
    throw new UsageError('What is to be applied? Give a plan file, or --resume JOURNAL');
  const plan = await loadPlan(file);
  const settings = await readSettings(flags, deps.io);
  demandWritable(settings.where, 'apply');
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(settings.where, deps.io, flags.writeSnapshot);
  try {
    if (plan.changes.length === 0) {
      const counts = { applied: 0, unchanged: 0, stale: 0, refused: 0, failed: 0 };
      await writeResults([], { planned: 0, counts, left: 0 }, null, answer, place, deps);
      await answer.end();
      answer.say('The plan holds no changes; nothing to do');
      return EXIT_CODES.ok;
    }
    return await executePlan({
      plan,
      place,
      flags,
      configuredLimit: configuredLimitOf(settings),
      limit: flags.limit,
      nameJournalAfter: file,
      answer,
      deps,
    });
  } finally {
    await place.close();
  }
}

async function resume(journalFile: string, flags: ApplyFlags, deps: Deps): Promise<ExitCode> {
  const state = await readJournal(journalFile);
  demandApproved(state.plan, flags);
  if (!state.holdsPlan) {
    const message = `Cannot go on with ${journalFile}: the run was interrupted before the plan was in it whole, and had changed nothing; apply the plan again`;
    throw new UsageError(message, '--resume');
  }
  const settings = await readSettings(flags, deps.io);
  demandWritable(settings.where, 'apply');
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const open = state.names.filter((name) => name.outcome === null);
  // A run that was killed right before its last line has nothing open, but no end either.
  if (state.ended) {
    sayNothingOpen(journalFile, answer);
    return EXIT_CODES.ok;
  }
  const place = await openPlace(settings.where, deps.io, flags.writeSnapshot);
  try {
    await demandReplicas(flags, place);
    await demandSameDomain(state.plan, place);
    const store = await place.openStore(state.names.map((name) => name.change));
    if (flags.snapshot !== undefined) await demandCopy(state, store, flags.snapshot);
    const journal = await continueJournal(state.tail, deps.io.now);
    answer.say(`${open.length} of ${state.names.length} names have no outcome yet`);
    const execution = { flags, limit: flags.limit, writtenBefore: writtenBy(state), answer, deps, place };
    return await run(execution, open.length, journalFile, journal, store.close, (options) =>
      resumeRun(state, store, journal, options),
    );
  } finally {
    await place.close();
  }
}

/**
 * A changed copy is written at the end of a run; one that was killed has left none.
 *
 * @throws UsageError when the snapshot does not hold what the journal says was applied
 */
async function demandCopy(state: JournalState, store: DescriptorStore, snapshot: string): Promise<void> {
  for (const { change, outcome } of state.names) {
    if (outcome?.outcome !== 'applied') continue;
    const held = await store.read(change);
    if (held !== null && holdsChange(Buffer.from(change.after.base64, 'base64'), held.bytes)) continue;
    const message = `Cannot go on with ${state.file} on ${snapshot}: it does not hold what the run did to ${change.fqdn}; give the copy that the run wrote, or apply the plan again`;
    throw new UsageError(message, '--snapshot');
  }
}

function writtenBy(state: JournalState): readonly PlannedChange[] {
  return state.names.filter(({ outcome }) => outcome?.outcome === 'applied').map(({ change }) => change);
}

function sayNothingOpen(journalFile: string, answer: Answer): void {
  answer.say(`Every name in ${journalFile} has its outcome; nothing to do`);
}
