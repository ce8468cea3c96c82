/**
 * The lines of a journal as they are read back: each is checked against the chain before it is believed, and a last
 * one that a kill cut short counts as not written. What the lines say is the caller's.
 */

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { z } from 'zod';
import { StaleError, UsageError } from '../errors.ts';
import { CHAIN_START, type JournalTail } from './journal.ts';

/** What the caller takes a journal for. */
export interface JournalKind<Line> {
  /** For messages: `journal`. */
  readonly name: string;
  /** What is wrong when the first line is no line of a journal at all. */
  readonly noStart: string;
  readonly line: z.ZodType<Line>;
}

interface ChainedLine {
  readonly seq: number;
  readonly chain: string;
}

const NEWLINE = 0x0a;
/** With `s`, because a name may hold U+2028, which JSON leaves as it is. */
const CHAINED_LINE = /^(\{.*),"chain":"([0-9a-f]{64})"\}$/s;

/**
 * Hands each whole line to `take`, in order.
 *
 * @returns where the next event goes
 * @throws UsageError when it is no such journal, or cannot be read
 * @throws StaleError when a line was changed, added or lost
 */
export async function readJournalLines<Line extends ChainedLine>(
  file: string,
  kind: JournalKind<Line>,
  take: (line: Line) => void,
): Promise<JournalTail> {
  let tail = { bytes: 0, sequence: 0, chain: CHAIN_START };
  let cutBytes = 0;
  for await (const { text, bytes, whole } of linesOf(file, kind.name)) {
    if (!whole) {
      cutBytes = bytes;
      break;
    }
    const parsed = parseLine(text, file, kind, tail);
    take(parsed);
    tail = { bytes: tail.bytes + bytes, sequence: parsed.seq, chain: parsed.chain };
  }
  return { file, cutBytes, ...tail };
}

function parseLine<Line>(
  text: string,
  file: string,
  { name, noStart, line }: JournalKind<Line>,
  tail: { readonly sequence: number; readonly chain: string },
): Line {
  const number = tail.sequence + 1;
  const [, content, chain] = CHAINED_LINE.exec(text) ?? [];
  if (content === undefined || chain === undefined) {
    if (number === 1) throw new UsageError(`${file} is no ${name}: ${noStart}`, file);
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

/** The lines of a file; `whole` is false for a last one without its line end. */
async function* linesOf(
  file: string,
  name: string,
): AsyncGenerator<{ readonly text: string; readonly bytes: number; readonly whole: boolean }, void> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    // Closed also when a line stops the reading: Windows removes no file that is open.
    await using handle = await open(file);
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        yield { text: bytes.toString('utf8', start, end), bytes: end + 1 - start, whole: true };
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } catch (error) {
    throw new UsageError(`Cannot read the ${name} ${file}: ${(error as Error).message}`, file, {
      cause: error,
    });
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), bytes: rest.length, whole: false };
}
