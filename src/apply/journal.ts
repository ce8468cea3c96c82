/**
 * The journal: one JSON line per event, on the disk before the write it speaks of. A run can be settled and taken
 * back from this file alone.
 *
 * Each line carries the SHA-256 of the line before it joined with its own content, so that a line that was lost or
 * changed shows. Lines that several names produce at the same moment share one write and one fsync.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { PlannedChange } from '../plan/plan.ts';

/** How the change of one name ended. */
export type Outcome = 'applied' | 'unchanged' | 'stale' | 'refused' | 'failed';

/** What the journal records. */
export type JournalEvent =
  | {
      readonly event: 'run-start';
      readonly tool: string;
      readonly store: string;
      readonly planChecksum: string;
      readonly changes: number;
    }
  | { readonly event: 'intent'; readonly change: PlannedChange }
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
  | { readonly event: 'run-end'; readonly counts: Readonly<Record<Outcome, number>> };

/** Where a run writes down what it is about to do. */
export interface Journal {
  /** Resolves when the event is on the disk. */
  append(event: JournalEvent): Promise<void>;
  close(): Promise<void>;
}

const CHAIN_START = '0'.repeat(64);

/**
 * Creates a journal file; one that exists is never overwritten.
 *
 * @param now the clock, for the time of each line
 * @throws UsageError when the file exists or cannot be created
 */
export async function createJournal(file: string, now: () => Date): Promise<Journal> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'ax', 0o600);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const cause = taken ? 'it exists already; give another with --journal' : (error as Error).message;
    throw new UsageError(`Cannot create the journal ${file}: ${cause}`, '--journal', { cause: error });
  }
  return new FileJournal(handle, now);
}

class FileJournal implements Journal {
  readonly #handle: FileHandle;
  readonly #now: () => Date;
  #sequence = 0;
  #previous = CHAIN_START;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(handle: FileHandle, now: () => Date) {
    this.#handle = handle;
    this.#now = now;
  }

  append(event: JournalEvent): Promise<void> {
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

  #format(event: JournalEvent): string {
    this.#sequence += 1;
    const content = JSON.stringify({ seq: this.#sequence, at: this.#now().toISOString(), ...event });
    this.#previous = createHash('sha256').update(this.#previous).update(content).digest('hex');
    return `${content.slice(0, -1)},"chain":"${this.#previous}"}\n`;
  }

  /** Everything that is waiting by the time the disk is free goes out together; a failed write fails all after it. */
  async #writeAfter(previous: Promise<void>): Promise<void> {
    await previous;
    this.#writing = this.#next ?? previous;
    this.#next = null;
    const lines = this.#waiting.join('');
    this.#waiting = [];
    await this.#handle.appendFile(lines);
    await this.#handle.datasync();
  }
}
