/** `dnsacl apply`: executes a plan, with a journal that is on the disk before each write. */

import type { Command } from 'commander';
import { createJournal, type Journal, type Outcome } from '../../apply/journal.ts';
import { type ChangeResult, type RunSummary, runPlan } from '../../apply/run.ts';
import { StaleError, UsageError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { csvHeader, csvRow } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { planTotals } from '../../report/plan-rows.ts';
import { RESULT_COLUMNS, resultValue, runTotals } from '../../report/run-rows.ts';
import { renderTable } from '../../report/table.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { openPlace, type Place } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addOutputOptions,
  addWhereOptions,
  type OutputFlags,
  type WhereFlags,
  wholeNumber,
} from '../options.ts';
import { loadPlan } from '../plan-input.ts';
import { readSettings } from '../settings.ts';

export interface ApplyFlags extends WhereFlags, OutputFlags {
  readonly writeSnapshot?: string;
  readonly journal?: string;
  readonly yes?: boolean;
  readonly input: boolean;
  readonly concurrency: number;
}

export function applyCommand(parent: Command, deps: Deps): void {
  const command = parent.command('apply').description('execute a plan').argument('<plan>', 'plan file');
  command
    .optionsGroup('Writing:')
    .option('-y, --yes', 'do not ask')
    .option('--no-input', 'never ask: without --yes nothing is done')
    .option('--journal <file>', 'where to keep the journal (default: beside the plan)')
    .option('--write-snapshot <file>', 'with --snapshot: write the changed copy to this new file')
    .option('--concurrency <n>', 'names in flight at once', wholeNumber(1, 256), 8);
  addOutputOptions(addWhereOptions(command)).addHelpText(
    'after',
    `
Each name is read again and compared with the plan before it is written; one that changed since is left alone.
Only the DACL is written, never the owner. Every descriptor is in the journal before it is changed.

Examples:
  dnsacl apply change.json --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl apply change.json --snapshot export.ldif.gz --write-snapshot after.ldif.gz --yes`,
  );
  command.action(async (file: string, flags: ApplyFlags) => deps.finish(await runApply(file, flags, deps)));
}

export async function runApply(file: string, flags: ApplyFlags, deps: Deps): Promise<ExitCode> {
  const plan = await loadPlan(file);
  if (flags.snapshot !== undefined && flags.writeSnapshot === undefined) {
    throw new UsageError(
      'A snapshot is never changed in place: give --write-snapshot NEWFILE',
      '--write-snapshot',
    );
  }
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  if (plan.changes.length === 0) {
    answer.say('The plan holds no changes; nothing to do');
    const summary = { planned: 0, counts: { applied: 0, unchanged: 0, stale: 0, refused: 0, failed: 0 } };
    await writeRun({ results: [], summary, journal: null, server: null }, answer, deps);
    await answer.end();
    return EXIT_CODES.ok;
  }
  const place = await openPlace(settings.where, deps.io, flags.writeSnapshot);
  try {
    await demandSameDomain(plan, place, file);
    if (!(await confirm(plan, place, flags, deps))) {
      answer.say('Nothing was changed');
      return EXIT_CODES.ok;
    }
    return await execute(plan, place, flags.journal ?? journalPath(file, deps.io.now()), flags, answer, deps);
  } finally {
    await place.close();
  }
}

async function execute(
  plan: Plan,
  place: Place,
  journalFile: string,
  flags: ApplyFlags,
  answer: Answer,
  deps: Deps,
): Promise<ExitCode> {
  const store = await place.openStore(plan.changes);
  const journal = await createJournal(journalFile, deps.io.now);
  answer.say(`Journal: ${journalFile}`);
  const results: ChangeResult[] = [];
  let summary: RunSummary;
  try {
    summary = await runPlan(plan, store, journal, {
      tool: deps.tool,
      concurrency: flags.concurrency,
      onResult: (result) => results.push(result),
    });
  } finally {
    await closeAll(store.close, journal);
  }
  const { server } = await place.source.describe();
  await writeRun({ results, summary, journal: journalFile, server }, answer, deps);
  await answer.end();
  if (flags.writeSnapshot !== undefined) answer.say(`Changed copy: ${flags.writeSnapshot}`);
  answer.tellCounters(place.source.counters);
  return exitCodeOf(summary);
}

/** The copy of a snapshot and the journal are closed whatever happened, the journal last. */
async function closeAll(closeStore: () => Promise<void>, journal: Journal): Promise<void> {
  try {
    await closeStore();
  } finally {
    await journal.close();
  }
}

async function demandSameDomain(plan: Plan, place: Place, file: string): Promise<void> {
  const { domain, server } = await place.source.describe();
  const found = domain?.sid ?? null;
  if (plan.domainSid === null || found === null || plan.domainSid === found) return;
  const message = `The plan ${file} was made for the domain ${plan.domainSid}, but ${server} is in ${found}`;
  throw new StaleError(message, { plannedHash: plan.domainSid, foundHash: found });
}

async function confirm(plan: Plan, place: Place, flags: ApplyFlags, deps: Deps): Promise<boolean> {
  if (flags.yes === true) return true;
  const { server } = await place.source.describe();
  const where = flags.writeSnapshot === undefined ? server : `a copy of ${server}`;
  if (!flags.input || !deps.io.stdinIsTerminal) {
    throw new UsageError(
      'Nothing was changed: there is nobody to ask; give --yes to apply without asking',
      '--yes',
    );
  }
  deps.io.err(`${planTotals(plan)}\n`);
  const answer = await deps.io.ask(`Change ${plan.changes.length} names on ${where}? [y/N] `, {
    hidden: false,
  });
  return /^y(?:es)?$/i.test(answer.trim());
}

/** What came of a run; without changes there is neither journal nor server. */
interface Run {
  readonly results: readonly ChangeResult[];
  readonly summary: RunSummary;
  readonly journal: string | null;
  readonly server: string | null;
}

async function writeRun(
  { results, summary, journal, server }: Run,
  answer: Answer,
  deps: Deps,
): Promise<void> {
  const sorted = [...results].sort((a, b) => (a.change.dn < b.change.dn ? -1 : 1));
  switch (answer.format) {
    case 'table': {
      const notAsPlanned = sorted.filter((result) => result.outcome !== 'applied');
      if (notAsPlanned.length > 0)
        await answer.write(`${renderTable(RESULT_COLUMNS, notAsPlanned, answer.render)}\n`);
      await answer.write(`${runTotals(summary)}\n`);
      break;
    }
    case 'csv':
      await answer.write(csvHeader(RESULT_COLUMNS));
      for (const result of sorted) await answer.write(csvRow(RESULT_COLUMNS, result));
      break;
    case 'json': {
      const zones = [...new Set(sorted.map((result) => result.change.zone))].sort();
      const head = { command: 'apply', generatedAt: deps.io.now(), server, zones, problems: [] };
      await answer.write(jsonDocument(head, { journal, results: sorted.map(resultValue), summary }));
      break;
    }
    case 'ndjson':
      for (const result of sorted) await answer.write(ndjsonLine(resultValue(result)));
      break;
  }
}

function exitCodeOf({ planned, counts }: RunSummary): ExitCode {
  const done = counts.applied + counts.unchanged;
  if (done === planned) return EXIT_CODES.ok;
  const only = (outcome: Outcome): boolean => counts[outcome] === planned;
  if (only('stale')) return EXIT_CODES.stale;
  if (only('refused')) return EXIT_CODES.rights;
  return done === 0 ? EXIT_CODES.failed : EXIT_CODES.partlyApplied;
}

/** `change.json` gives `change.2026-11-20T21-41-07.journal.ndjson` in the same folder. */
function journalPath(planFile: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${planFile.replace(/\.json$/i, '')}.${stamp}.journal.ndjson`;
}
