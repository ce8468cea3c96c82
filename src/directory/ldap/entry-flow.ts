/**
 * Entries between the connection that receives them and the caller who works on them. When the caller is slower, the
 * connection is told not to read on, so that an answer of any length never waits in memory as a whole.
 */

/** Stops and starts what fills the flow; either may be called again when it is so already. */
export interface Gate {
  hold(): void;
  letGo(): void;
}

/** Stops nothing: something else has to bound what waits. */
export const NO_GATE: Gate = { hold: () => {}, letGo: () => {} };

/** Chunks of what was made of entries, in the order in which they were added; to be iterated once. */
export class EntryFlow<T> {
  readonly #gate: Gate;
  readonly #waiting: (readonly T[])[] = [];
  #news = Promise.withResolvers<void>();
  #isOver = false;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** What comes after the caller has stopped is dropped: nobody would let the gate go again. */
  add(chunk: readonly T[]): void {
    if (this.#isOver) return;
    this.#waiting.push(chunk);
    this.#gate.hold();
    this.#news.resolve();
  }

  /** No more will be added after this, so nothing has to be held any more. */
  end(last: readonly T[] = []): void {
    if (last.length > 0 && !this.#isOver) this.#waiting.push(last);
    this.#isOver = true;
    this.#news.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly T[], void> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) {
          yield chunk;
          if (this.#waiting.length === 0) this.#gate.letGo();
        } else if (this.#isOver) {
          return;
        } else {
          await this.#news.promise;
          this.#news = Promise.withResolvers();
        }
      }
    } finally {
      this.#isOver = true;
      this.#gate.letGo();
    }
  }
}
