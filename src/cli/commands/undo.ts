/** `dnsacl undo`: takes back exactly what a run did, by a plan of its own that is shown, asked for and journaled. */

import type { Command } from 'commander';
import { type JournalName, type JournalState, readJournal } from '../../apply/journal-state.ts';
import type { DescriptorStore } from '../../apply/store.ts';
import { planUndo } from '../../apply/undo.ts';
import { DirectoryError } from '../../errors.ts';
import type { SddlContext } from '../../formats/sddl.ts';
import { skip } from '../../plan/change.ts';
import { draftPlan, type NameOutcome, type Plan } from '../../plan/plan.ts';
import { sealPlan } from '../../plan/plan-file.ts';
import { globMatcher } from '../../records/glob.ts';
import { openAnswer } from '../answer/answer.ts';
import { writePlan } from '../answer/plan-answer.ts';
import { createProgress, type Progress } from '../answer/progress.ts';
import { addExecuteOptions, type ExecuteFlags, executePlan } from '../changes/execute.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { addOutputOptions, addWhereOptions, type OutputFlags, type WhereFlags } from '../options.ts';
import { openPlace } from '../place/connect.ts';
import { demandWritable } from '../place/read-only.ts';
import { readSettings } from '../settings/settings.ts';

interface UndoFlags extends WhereFlags, OutputFlags, ExecuteFlags {
  readonly name?: readonly string[];
}

/** Reads of the present state that are under way at once. */
const READS_AT_ONCE = 32;

export function undoCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('undo')
    .description('take back exactly what a run did')
    .argument('<journal>', 'journal of the run')
    .option('--name <glob...>', 'only these names, relative or fully qualified');
  addExecuteOptions(command).option(
    '--write-snapshot <file>',
    'with --snapshot: write the changed copy to this new file',
  );
  addWhereOptions(addOutputOptions(command)).addHelpText(
    'after',
    `
Entries that the run added go, entries that it removed come back; what was changed since is kept. The undoing is
journaled too, and can be undone.

Examples:
  dnsacl undo change.2026-11-20T21-41-07-123.journal.ndjson --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl undo change.2026-11-20T21-41-07-123.journal.ndjson --name 'pc0*' --server dc1.corp.example.com --user admin@corp.example.com`,
  );
  command.action(async (file: string, flags: UndoFlags) => deps.finish(await runUndo(file, flags, deps)));
}

async function runUndo(file: string, flags: UndoFlags, deps: Deps): Promise<ExitCode> {
  const state = await readJournal(file);
  const settings = await readSettings(flags, deps.io);
  demandWritable(settings.where, 'undo');
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(settings.where, deps.io, flags.writeSnapshot);
  try {
    const chosen = chooseNames(state, flags.name ?? []);
    const targets = chosen.map((name) => name.change);
    const store = await place.openStore(targets);
    const outcomes = await planAll(
      chosen,
      store,
      state,
      createProgress(deps.io, answer, chosen.length, 'names read'),
    );
    const plan = undoPlan(state, outcomes, file, deps);
    answer.say(`Taking back the run of ${state.startedAt} on ${state.store}`);
    // A program reads what was done, or, when nothing is, why.
    if (plan.changes.length === 0 || answer.format === 'table') {
      await writePlan(plan, answer, flags.verbose === true);
    }
    if (plan.changes.length === 0) {
      await answer.end();
      answer.say('There is nothing to take back');
      return EXIT_CODES.ok;
    }
    // The run itself passed the guards; taking it back never needs to.
    const approved = { ...flags, approve: plan.checksum };
    return await executePlan({
      plan,
      place,
      flags: approved,
      configuredLimit: null,
      nameJournalAfter: `${file.replace(/(?:\.journal)?\.ndjson$/i, '')}.undo`,
      answer,
      deps,
    });
  } finally {
    await place.close();
  }
}

function chooseNames(state: JournalState, patterns: readonly string[]): readonly JournalName[] {
  if (patterns.length === 0) return state.names;
  const globs = patterns.map(globMatcher);
  return state.names.filter(({ change }) => {
    const relative = change.fqdn.endsWith(`.${change.zone}`)
      ? change.fqdn.slice(0, -change.zone.length - 1)
      : change.fqdn;
    return globs.some((matches) => matches(change.fqdn) || matches(relative));
  });
}

/** Reads what is there now and plans each name, in the order of the journal. */
async function planAll(
  names: readonly JournalName[],
  store: DescriptorStore,
  state: JournalState,
  progress: Progress,
): Promise<readonly NameOutcome[]> {
  const context = { domainSid: state.plan.domainSid, rootDomainSid: state.plan.domainSid };
  const outcomes: NameOutcome[] = [];
  for (let at = 0; at < names.length; at += READS_AT_ONCE) {
    const some = names.slice(at, at + READS_AT_ONCE);
    const plan = async (name: JournalName): Promise<NameOutcome> => {
      const outcome = await planOne(name, store, context);
      progress.step();
      return outcome;
    };
    outcomes.push(...(await Promise.all(some.map(plan))));
  }
  progress.end();
  return outcomes;
}

async function planOne(
  name: JournalName,
  store: DescriptorStore,
  context: SddlContext,
): Promise<NameOutcome> {
  try {
    return planUndo(name, await store.read(name.change), context);
  } catch (error) {
    // One name that this account may not read does not keep the others from being taken back.
    if (!(error instanceof DirectoryError) || error.fault !== 'rights') throw error;
    return skip(name.change, 'unreadable', error.message);
  }
}

function undoPlan(state: JournalState, outcomes: readonly NameOutcome[], file: string, deps: Deps): Plan {
  const { server, domainSid, zones, checksum } = state.plan;
  const head = {
    createdAt: deps.io.now().toISOString(),
    tool: deps.tool,
    server,
    domainSid,
    options: { command: 'undo', journal: file, planChecksum: checksum },
    zones,
  };
  return sealPlan(draftPlan(head, outcomes));
}
