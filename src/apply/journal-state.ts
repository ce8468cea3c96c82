/**
 * Reading a journal back: what was planned, how far each name got, and whether the file is whole. Every line is
 * checked against the chain before it is believed; a last line that a kill cut short counts as not written.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { StaleError, UsageError } from '../errors.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';
import { planHead, plannedChange } from '../plan/plan-file.ts';
import { CHAIN_START, type JournalTail, OUTCOMES, type Outcome } from './journal.ts';

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

const NEWLINE = 0x0a;
const CHAINED_LINE = /^(\{.*),"chain":"([0-9a-f]{64})"\}$/;
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
  let tail = { bytes: 0, sequence: 0, chain: CHAIN_START };
  let cutBytes = 0;
  for await (const { text, bytes, whole } of linesOf(file)) {
    if (!whole) {
      cutBytes = bytes;
      break;
    }
    const parsed = parseLine(text, file, tail);
    take(draft, parsed, file);
    tail = { bytes: tail.bytes + bytes, sequence: parsed.seq, chain: parsed.chain };
  }
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
    tail: { file, cutBytes, ...tail },
  };
}

/** A run writes its plan down before it changes anything, so that little is lost with a journal this short. */
function withoutStart(file: string, wholeBytes: number): UsageError {
  if (wholeBytes > 0) return new UsageError(`${file} is no journal: ${NO_START}`, file);
  const message = `${file} ends before its first line does: either it is no journal, or the run had changed nothing`;
  return new UsageError(message, file);
}

function parseLine(
  text: string,
  file: string,
  tail: { readonly sequence: number; readonly chain: string },
): Line {
  const number = tail.sequence + 1;
  const [, content, chain] = CHAINED_LINE.exec(text) ?? [];
  if (content === undefined || chain === undefined) {
    if (number === 1) throw new UsageError(`${file} is no journal: ${NO_START}`, file);
    throw brokenChain(file, number, tail.chain, 'none');
  }
  const expected = createHash('sha256').update(tail.chain).update(`${content}}`).digest('hex');
  if (chain !== expected) throw brokenChain(file, number, expected, chain);
  const parsed = line.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(
      `Cannot read ${file}: line ${number}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
      file,
    );
  }
  return parsed.data;
}

function brokenChain(file: string, number: number, expected: string, found: string): StaleError {
  const message = `${file} was changed after it was written: line ${number} does not follow from the line before it`;
  return new StaleError(message, { plannedHash: expected, foundHash: found });
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

/** The lines of a file; `whole` is false for a last one without its line end. */
async function* linesOf(
  file: string,
): AsyncGenerator<{ readonly text: string; readonly bytes: number; readonly whole: boolean }, void> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        yield { text: bytes.toString('utf8', start, end), bytes: end + 1 - start, whole: true };
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } catch (error) {
    throw new UsageError(`Cannot read the journal ${file}: ${(error as Error).message}`, file, {
      cause: error,
    });
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), bytes: rest.length, whole: false };
}
