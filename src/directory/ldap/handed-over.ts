/**
 * Which entries of a search were handed over already, for the case that it breaks off and is begun again.
 *
 * That is rare, and a zone may hold a million names: so their DNs, without the base that all of them share, are
 * written one behind the other, and only a new attempt makes a set of them. A set kept from the start would hold
 * every DN of the zone in memory, and hashing them would be a tenth of the work of reading.
 */

import { sameBytesAt } from '../../formats/reader.ts';
import type { ByteSpan } from './wire-entry.ts';

/** Bytes that hold some thousand names of a zone. */
const BLOCK_BYTES = 64 * 1024;
const LENGTH_BYTES = 4;

/** The DNs of the entries of one search, over all attempts at it. */
export class HandedOver {
  readonly #base: Buffer;
  readonly #full: Buffer[] = [];
  #block: Buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  #used = 0;
  #count = 0;
  #before: ReadonlySet<string> | null = null;

  /** @param base what most DNs end with; only what stands before it is kept */
  constructor(base: string) {
    this.#base = Buffer.from(base);
  }

  /** How many entries were handed over. */
  get count(): number {
    return this.#count;
  }

  /** Notes the entry with this DN. */
  add({ bytes, start, end }: ByteSpan): void {
    const length = this.#shortened(bytes, start, end);
    const needed = LENGTH_BYTES + length;
    if (this.#used + needed > this.#block.length) {
      this.#full.push(this.#block.subarray(0, this.#used));
      this.#block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, needed));
      this.#used = 0;
    }
    this.#block.writeUInt32LE(length, this.#used);
    const to = this.#used + LENGTH_BYTES;
    // A name is short: the native copy would take longer to be called than this takes.
    for (let at = 0; at < length; at++) this.#block[to + at] = bytes[start + at] as number;
    this.#used += needed;
    this.#count += 1;
  }

  /** True for an entry that was noted before the last call of beginAgain(). */
  has({ bytes, start, end }: ByteSpan): boolean {
    if (this.#before === null) return false;
    const length = this.#shortened(bytes, start, end);
    return this.#before.has(Buffer.from(bytes.subarray(start, start + length)).toString());
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

  /** How many bytes of a DN stand before the base, or all where it ends otherwise. */
  #shortened(bytes: Uint8Array, start: number, end: number): number {
    const base = this.#base;
    const length = end - start - base.length;
    return length >= 0 && sameBytesAt(base, 0, bytes, start + length, base.length) ? length : end - start;
  }
}
