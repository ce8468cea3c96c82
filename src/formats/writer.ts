/**
 * The counterpart of Reader: appends fields to a buffer that grows, endianness in the method's name.
 */

/** Collects fields in order; `bytes()` gives what was written so far. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.#put(value);
  }

  u16le(value: number): this {
    return this.#put(value, value >> 8);
  }

  u16be(value: number): this {
    return this.#put(value >> 8, value);
  }

  u32le(value: number): this {
    return this.u16le(value).u16le(value >>> 16);
  }

  u32be(value: number): this {
    return this.u16be(value >>> 16).u16be(value);
  }

  u64le(value: bigint): this {
    return this.u32le(Number(value & 0xffffffffn)).u32le(Number((value >> 32n) & 0xffffffffn));
  }

  raw(bytes: Uint8Array): this {
    const start = this.#grow(bytes.length);
    this.#bytes.set(bytes, start);
    return this;
  }

  /** Overwrites four bytes written earlier, for offsets that are known only afterwards. */
  patchU32le(offset: number, value: number): this {
    if (offset < 0 || offset + 4 > this.#length)
      throw new RangeError(`Cannot patch byte ${offset}: ${this.#length} written`);
    for (let index = 0; index < 4; index++) this.#bytes[offset + index] = value >>> (8 * index);
    return this;
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Appends the lowest eight bits of each. */
  #put(first: number, second?: number): this {
    const at = this.#grow(second === undefined ? 1 : 2);
    this.#bytes[at] = first;
    if (second !== undefined) this.#bytes[at + 1] = second;
    return this;
  }

  #grow(by: number): number {
    const start = this.#length;
    const needed = start + by;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#length = needed;
    return start;
  }
}
