/** A journal as rows, JSON values and words: what a run did to each name, and what is left of it to do. */

import type { Outcome } from '../apply/journal.ts';
import type { JournalName, JournalState } from '../apply/journal-state.ts';
import type { RunSummary } from '../apply/run.ts';
import { counted } from '../formats/counted.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import type { PlannedAce } from '../plan/plan.ts';
import type { Column, Role } from './columns.ts';
import { entryInWords } from './plan-rows.ts';
import { shellWord } from './plan-summary.ts';
import { ROLE_OF_OUTCOME, resultValue, runTotals } from './run-rows.ts';
import { safeDn } from './safe-text.ts';

/** How far a name got: its outcome, or where the run broke off. */
export type Progress = Outcome | 'interrupted' | 'not-reached';

/** One name of a run. */
export interface JournalRow {
  readonly name: JournalName;
  readonly progress: Progress;
  readonly message: string | null;
  /** What was changed, in words; null when nothing was, or it is not known. */
  readonly done: string | null;
}

/** What the colour of a name's progress means. */
export const ROLE_OF_PROGRESS: Readonly<Record<Progress, Role>> = {
  ...ROLE_OF_OUTCOME,
  interrupted: 'bad',
  'not-reached': 'warn',
};

const MESSAGES: Readonly<Partial<Record<Progress, string>>> = {
  interrupted:
    'the run ended between the write and its outcome; apply --resume finds out whether it was written',
  'not-reached': 'the run ended before it',
};

const NAME: Column<JournalRow> = { id: 'name', title: 'Name', value: ({ name }) => name.change.fqdn };
const OUTCOME: Column<JournalRow> = {
  id: 'outcome',
  title: 'Outcome',
  value: (row) => row.progress,
  paint: (row) => ROLE_OF_PROGRESS[row.progress],
};
const DONE: Column<JournalRow> = { id: 'done', title: 'Done', value: (row) => row.done };
const MESSAGE: Column<JournalRow> = { id: 'message', title: 'Message', value: (row) => row.message };

/** One line per name, for people. */
export const JOURNAL_TABLE_COLUMNS: readonly Column<JournalRow>[] = [NAME, OUTCOME, DONE, MESSAGE];

/** One line per name with all there is. */
export const JOURNAL_COLUMNS: readonly Column<JournalRow>[] = [
  ...JOURNAL_TABLE_COLUMNS,
  { id: 'zone', title: 'Zone', value: ({ name }) => name.change.zone },
  { id: 'dn', title: 'DN', value: ({ name }) => safeDn(name.change.dn) },
];

/** Every name of the run, in the order of its plan. */
export function journalRows({ names, plan }: JournalState): readonly JournalRow[] {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  return names.map((name) => {
    const progress = name.outcome?.outcome ?? (name.intent === null ? 'not-reached' : 'interrupted');
    const message = name.outcome === null ? (MESSAGES[progress] ?? null) : name.outcome.message;
    return { name, progress, message, done: progress === 'applied' ? doneWords(name, context) : null };
  });
}

/** The JSON value of one name: as `apply` gives it, with the entries. */
export function journalValue({ name, progress, message }: JournalRow): Readonly<Record<string, unknown>> {
  const { change } = name;
  const result = resultValue({ change, outcome: name.outcome?.outcome ?? 'failed', message });
  return { ...result, outcome: progress, add: change.add, remove: change.remove };
}

/** Counts that add up; what was interrupted or not reached is left. */
export function journalSummary({ names }: JournalState): RunSummary {
  const counts: Record<Outcome, number> = { applied: 0, unchanged: 0, stale: 0, refused: 0, failed: 0 };
  let left = 0;
  for (const { outcome } of names) {
    if (outcome === null) left += 1;
    else counts[outcome.outcome] += 1;
  }
  return { planned: names.length, counts, left };
}

/** The counts in one line. */
export function journalTotals(state: JournalState): string {
  const interrupted = state.names.filter(({ intent, outcome }) => intent !== null && outcome === null).length;
  const summary = journalSummary(state);
  const totals = runTotals({ ...summary, left: summary.left - interrupted });
  return interrupted === 0 ? totals : `${totals}, ${interrupted} interrupted`;
}

/** What can be done with a journal: the reason, and the command. Nothing where its plan is cut short: nothing was done. */
export function journalSteps(
  state: JournalState,
): readonly { readonly text: string; readonly command: string }[] {
  const file = shellWord(state.file);
  const steps = [];
  if (!state.holdsPlan) return [];
  if (!state.ended) {
    const { left } = journalSummary(state);
    const text = `The run is not complete: ${counted(left, 'name has', 'names have')} no outcome. To go on`;
    steps.push({ text, command: `dnsacl apply --resume ${file}` });
  }
  if (state.names.some(mayHaveWritten))
    steps.push({ text: 'To take it back', command: `dnsacl undo ${file}` });
  return steps;
}

/** What made the run: facts by their titles, for the head of a document. */
export function journalFacts(state: JournalState): readonly (readonly [title: string, text: string])[] {
  return [
    ['Journal', state.file],
    ['Started', `${state.startedAt} by ${state.tool}`],
    ['Written to', state.store],
    ['Plan', `${state.plan.checksum}, made ${state.plan.createdAt} from ${state.plan.server}`],
  ];
}

function mayHaveWritten({ intent }: JournalName): boolean {
  return intent !== null;
}

function doneWords({ change }: JournalName, context: SddlContext): string {
  const words = (verb: string, aces: readonly PlannedAce[]): readonly string[] =>
    aces.map(({ ace, principal }) => {
      const entry = entryInWords(parseAce(ace, context)) ?? ace;
      return `${verb} ${principal.name ?? principal.sid} ${entry}`;
    });
  return [...words('removed', change.remove), ...words('added', change.add)].join(', ');
}
