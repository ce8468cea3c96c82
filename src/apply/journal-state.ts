/**
 * Reading a journal back: what was planned, how far each name got, and whether the file is whole. A last
 * line that a kill cut short counts as not written.
 */

import { z } from 'zod';
import { UsageError } from '../errors.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';
import { planHead, plannedChange } from '../plan/plan-file.ts';
import { type JournalTail, OUTCOMES, type Outcome } from './journal.ts';
import { type JournalKind, readJournalLines } from './journal-lines.ts';

/** How far one planned name got. */
export interface JournalName {
  readonly change: PlannedChange;
  /** The descriptor that was there right before it was written; null when it came to no write. */
  readonly intent: { readonly base64: string; readonly version: number | null } | null;
  readonly outcome: {
    readonly outcome: Outcome;
    readonly message: string | null;
    readonly base64: string | null;
    readonly version: number | null;
  } | null;
}

/** A journal as it was read. */
export interface JournalState {
  readonly file: string;
  readonly tool: string;
  /** Where the run wrote: a domain controller, or a file. */
  readonly store: string;
  readonly startedAt: string;
  /** The plan without its changes, which are in `names`. */
  readonly plan: Omit<Plan, 'changes' | 'skipped'>;
  readonly names: readonly JournalName[];
  /** Every change of the plan is in `names`; a run that was killed before that had changed nothing. */
  readonly holdsPlan: boolean;
  /** The run came to its end, whatever the outcomes. */
  readonly ended: boolean;
  /** Where the next event goes. */
  readonly tail: JournalTail;
}

const NO_START = 'its first line does not start a run';
const lineBase = { seq: z.int(), at: z.string(), chain: z.string() };
const outcomeCounts = z.record(z.enum(OUTCOMES), z.int());
const line = z.discriminatedUnion('event', [
  z.strictObject({
    ...lineBase,
    event: z.literal('run-start'),
    tool: z.string(),
    store: z.string(),
    plan: planHead,
  }),
  z.strictObject({ ...lineBase, event: z.literal('planned'), change: plannedChange }),
  z.strictObject({
    ...lineBase,
    event: z.literal('run-resume'),
    tool: z.string(),
    store: z.string(),
    open: z.int(),
  }),
  z.strictObject({
    ...lineBase,
    event: z.literal('intent'),
    dn: z.string(),
    fqdn: z.string(),
    base64: z.base64(),
    version: z.int().nullable(),
  }),
  z.strictObject({
    ...lineBase,
    event: z.literal('outcome'),
    dn: z.string(),
    fqdn: z.string(),
    outcome: z.enum(OUTCOMES),
    message: z.string().nullable(),
    base64: z.base64().nullable(),
    version: z.int().nullable(),
  }),
  z.strictObject({ ...lineBase, event: z.literal('run-end'), counts: outcomeCounts, left: z.int() }),
]);
type Line = z.infer<typeof line>;

/** One line of a journal. */
export const journalLine: z.ZodType = line;

const KIND: JournalKind<Line> = { name: 'journal', noStart: NO_START, line };

/** A JournalState while it is being read. */
interface Draft {
  start: Extract<Line, { event: 'run-start' }> | null;
  readonly names: Map<
    string,
    { change: PlannedChange; intent: JournalName['intent']; outcome: JournalName['outcome'] }
  >;
  ended: boolean;
}

/**
 * Reads and checks a journal.
 *
 * @throws UsageError when it is no journal, or cannot be read
 * @throws StaleError when a line was changed, added or lost
 */
export async function readJournal(file: string): Promise<JournalState> {
  const draft: Draft = { start: null, names: new Map(), ended: false };
  const tail = await readJournalLines(file, KIND, (parsed) => take(draft, parsed, file));
  if (draft.start === null) throw withoutStart(file, tail.bytes);
  const { tool, store, plan, at } = draft.start;
  return {
    file,
    tool,
    store,
    startedAt: at,
    plan: plan as JournalState['plan'],
    names: [...draft.names.values()],
    holdsPlan: draft.names.size === plan.summary.changes,
    ended: draft.ended,
    tail,
  };
}

/** A run writes its plan down before it changes anything, so that little is lost with a journal this short. */
function withoutStart(file: string, wholeBytes: number): UsageError {
  if (wholeBytes > 0) return new UsageError(`${file} is no journal: ${NO_START}`, file);
  const message = `${file} ends before its first line does: either it is no journal, or the run had changed nothing`;
  return new UsageError(message, file);
}

function take(draft: Draft, event: Line, file: string): void {
  switch (event.event) {
    case 'run-start':
      draft.start = event;
      break;
    case 'planned':
      draft.names.set(event.change.dn, {
        change: event.change as PlannedChange,
        intent: null,
        outcome: null,
      });
      break;
    case 'intent':
      nameOf(draft, event.dn, file).intent = { base64: event.base64, version: event.version };
      break;
    case 'outcome': {
      const { outcome, message, base64, version } = event;
      nameOf(draft, event.dn, file).outcome = { outcome, message, base64, version };
      break;
    }
    case 'run-resume':
      draft.ended = false;
      break;
    case 'run-end':
      draft.ended = event.left === 0;
      break;
  }
}

function nameOf(draft: Draft, dn: string, file: string) {
  const name = draft.names.get(dn);
  if (name === undefined)
    throw new UsageError(`Cannot read ${file}: it speaks of ${dn}, which it did not plan`, file);
  return name;
}
