/**
 * Which entries of a search were handed over already, for the case that it breaks off and is begun again.
 *
 * That is rare, and a zone may hold a million names: so their DNs, without the base that all of them share, are
 * written one behind the other, and only a new attempt makes a set of them. A set kept from the start would hold
 * every DN of the zone in memory, and hashing them would be a tenth of the work of reading.
 */

import type { Dn } from '../../formats/dn.ts';

/** Bytes that hold some thousand names of a zone. */
const BLOCK_BYTES = 64 * 1024;
/** UTF-8 takes at most so many bytes for one unit of a JavaScript string. */
const UTF8_BYTES = 3;
const LENGTH_BYTES = 4;

/** The DNs of the entries of one search, over all attempts at it. */
export class HandedOver {
  readonly #base: string;
  readonly #full: Buffer[] = [];
  #block: Buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;
  #count = 0;
  #before: ReadonlySet<string> | null = null;

  /** @param base what most DNs end with; only what stands before it is kept */
  constructor(base: string) {
    this.#base = base;
  }

  /** How many entries were handed over. */
  get count(): number {
    return this.#count;
  }

  /** Notes an entry. */
  add(dn: Dn): void {
    const text = this.#shorten(dn);
    const needed = LENGTH_BYTES + UTF8_BYTES * text.length;
    if (this.#used + needed > this.#block.length) {
      this.#full.push(this.#block.subarray(0, this.#used));
      this.#block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, needed));
      this.#used = 0;
    }
    const written = this.#block.write(text, this.#used + LENGTH_BYTES);
    this.#block.writeUInt32LE(written, this.#used);
    this.#used += LENGTH_BYTES + written;
    this.#count += 1;
  }

  /** True for an entry that was noted before the last call of beginAgain(). */
  has(dn: Dn): boolean {
    return this.#before?.has(this.#shorten(dn)) ?? false;
  }

  /** From here on has() knows every entry that was noted so far. */
  beginAgain(): void {
    if (this.#count > 0) this.#before = new Set(this.#texts());
  }

  *#texts(): Generator<string, void> {
    for (const block of [...this.#full, this.#block.subarray(0, this.#used)]) {
      for (let at = 0; at < block.length; ) {
        const start = at + LENGTH_BYTES;
        const end = start + block.readUInt32LE(at);
        yield block.toString('utf8', start, end);
        at = end;
      }
    }
  }

  #shorten(dn: Dn): string {
    return dn.endsWith(this.#base) ? dn.slice(0, dn.length - this.#base.length) : dn;
  }
}
