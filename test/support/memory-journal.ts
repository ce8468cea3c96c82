/** A journal in memory, which can run out of room. */

import type { Journal, JournalEvent } from '../../src/apply/journal.ts';

export class MemoryJournal implements Journal {
  readonly events: JournalEvent[] = [];
  readonly #room: number;

  /** @param room how many events fit; every later append fails, as on a full disk */
  constructor(room: number = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }

  async append(event: JournalEvent): Promise<void> {
    await new Promise(setImmediate);
    if (this.events.length >= this.#room) throw new Error('ENOSPC: no space left on device, write');
    this.events.push(event);
  }

  async close(): Promise<void> {}

  /** The events of one name, in order, as `intent` and `outcome applied`. */
  of(dn: string): readonly string[] {
    return this.events.flatMap((event) => {
      if (event.event === 'intent') return event.dn === dn ? ['intent'] : [];
      if (event.event === 'outcome') return event.dn === dn ? [`outcome ${event.outcome}`] : [];
      return [];
    });
  }
}
