/**
 * The journal: one JSON line per event, on the disk before the write it speaks of. A run can be gone on with, shown
 * and taken back from this file alone (journal-state.ts reads it).
 *
 * Each line carries the SHA-256 of the line before it joined with its own content, so that a line that was lost or
 * changed shows. Lines that several names produce at the same moment share one write and one fsync.
 */

import { hash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DnsaclError, UsageError } from '../errors.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';

/** How the change of one name ended. */
export const OUTCOMES = ['applied', 'unchanged', 'stale', 'refused', 'failed'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What the journal records. */
export type JournalEvent =
  | {
      readonly event: 'run-start';
      readonly tool: string;
      readonly store: string;
      readonly plan: Omit<Plan, 'changes' | 'skipped'>;
    }
  | { readonly event: 'planned'; readonly change: PlannedChange }
  | { readonly event: 'run-resume'; readonly tool: string; readonly store: string; readonly open: number }
  | {
      readonly event: 'intent';
      readonly dn: string;
      readonly fqdn: string;
      /** The descriptor that is there now and is about to be replaced. */
      readonly base64: string;
      readonly version: number | null;
    }
  | {
      readonly event: 'outcome';
      readonly dn: string;
      readonly fqdn: string;
      readonly outcome: Outcome;
      readonly message: string | null;
      /** The descriptor that was read back after a write. */
      readonly base64: string | null;
      readonly version: number | null;
    }
  | { readonly event: 'run-end'; readonly counts: Readonly<Record<Outcome, number>>; readonly left: number };

/** Where a run writes down what it is about to do. @typeParam Event what is recorded */
export interface Journal<Event = JournalEvent> {
  /**
   * Resolves when the event is on the disk.
   *
   * @throws DnsaclError `journal` when it cannot be written, and from then on every time
   */
  append(event: Event): Promise<void>;
  close(): Promise<void>;
}

/** Where a journal that was read goes on. */
export interface JournalTail {
  readonly file: string;
  /** Bytes of whole lines, and of a last one that a kill cut short. */
  readonly bytes: number;
  readonly cutBytes: number;
  readonly sequence: number;
  readonly chain: string;
}

/** What the first line of a journal is chained to. */
export const CHAIN_START: string = '0'.repeat(64);

/**
 * Creates a journal file; one that exists is never overwritten.
 *
 * @param now the clock, for the time of each line
 * @throws UsageError when the file exists or cannot be created
 */
export async function createJournal<Event = JournalEvent>(
  file: string,
  now: () => Date,
): Promise<Journal<Event>> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'ax', 0o600);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const cause = taken ? 'it exists already; give another with --journal' : (error as Error).message;
    throw new UsageError(`Cannot create the journal ${file}: ${cause}`, '--journal', { cause: error });
  }
  return new FileJournal(handle, now, { file, bytes: 0, cutBytes: 0, sequence: 0, chain: CHAIN_START });
}

/**
 * Opens a journal that was read, to go on with it. A last line that was cut short is taken off.
 *
 * @throws UsageError when the file cannot be written, or has grown since it was read
 */
export async function continueJournal(tail: JournalTail, now: () => Date): Promise<Journal> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(tail.file, 'r+');
    const { size } = await handle.stat();
    if (size !== tail.bytes + tail.cutBytes) throw new Error('another process is writing to it');
    await handle.truncate(tail.bytes);
  } catch (error) {
    await handle?.close();
    const message = `Cannot go on with the journal ${tail.file}: ${(error as Error).message}`;
    throw new UsageError(message, '--resume', { cause: error });
  }
  return new FileJournal(handle, now, tail);
}

class FileJournal<Event> implements Journal<Event> {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #now: () => Date;
  #sequence: number;
  #previous: string;
  #bytes: number;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(handle: FileHandle, now: () => Date, tail: JournalTail) {
    this.#file = tail.file;
    this.#handle = handle;
    this.#now = now;
    this.#sequence = tail.sequence;
    this.#previous = tail.chain;
    this.#bytes = tail.bytes;
  }

  append(event: Event): Promise<void> {
    this.#waiting.push(this.#format(event));
    this.#next ??= this.#writeAfter(this.#writing);
    return this.#next;
  }

  async close(): Promise<void> {
    try {
      await (this.#next ?? this.#writing);
    } finally {
      await this.#handle.close();
    }
  }

  #format(event: Event): string {
    this.#sequence += 1;
    const content = JSON.stringify({ seq: this.#sequence, at: this.#now().toISOString(), ...event });
    this.#previous = hash('sha256', this.#previous + content);
    return `${content.slice(0, -1)},"chain":"${this.#previous}"}\n`;
  }

  /** Everything that is waiting by the time the disk is free goes out together; a failed write fails all after it. */
  async #writeAfter(previous: Promise<void>): Promise<void> {
    await previous;
    // Answers arrive several at once; what they lead to shares one fsync.
    await new Promise((resolve) => setImmediate(resolve));
    this.#writing = this.#next ?? previous;
    this.#next = null;
    const lines = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    try {
      // A look at an open file never waits for the disk.
      const { size } = fstatSync(this.#handle.fd);
      if (size !== this.#bytes) throw new Error('another process is writing to it');
      await this.#writeAll(lines);
      await this.#handle.datasync();
    } catch (error) {
      const message = `Cannot write the journal ${this.#file}: ${(error as Error).message}; the run stops here`;
      throw new DnsaclError('journal', message, { cause: error });
    }
  }

  async #writeAll(lines: Buffer): Promise<void> {
    let done = 0;
    while (done < lines.length) {
      const { bytesWritten } = await this.#handle.write(lines, done, lines.length - done, this.#bytes);
      done += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }
}
