/**
 * A cursor over bytes that never reads past the end. Every read names its field, so that an error says which
 * field of which format failed, at which offset; endianness is in the method's name because DNS records in
 * Active Directory mix both ([MS-DNSP] 2.3.2.2).
 */

import { FormatError } from '../errors.ts';

/** Reads fields in order; an offset is a place in `bytes`, except in errors, which count from the origin. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly format: string;
  offset: number;
  readonly #end: number;
  readonly #origin: number;

  /**
   * @param format the name used in error messages, such as `ACL`
   * @param offset where to begin, and `end` before which byte to stop
   * @param origin the byte that errors call byte 0
   */
  constructor(bytes: Uint8Array, format: string, offset = 0, end: number = bytes.length, origin = 0) {
    this.bytes = bytes;
    this.format = format;
    this.offset = offset;
    this.#end = end;
    this.#origin = origin;
  }

  /** Bytes left between the cursor and the end. */
  get remaining(): number {
    return this.#end - this.offset;
  }

  u8(field: string): number {
    return this.bytes[this.#take(1, field)] as number;
  }

  u16le(field: string): number {
    return u16leAt(this.bytes, this.#take(2, field));
  }

  u16be(field: string): number {
    return u16beAt(this.bytes, this.#take(2, field));
  }

  u32le(field: string): number {
    return u32leAt(this.bytes, this.#take(4, field));
  }

  u32be(field: string): number {
    const start = this.#take(4, field);
    return u16beAt(this.bytes, start) * 0x10000 + u16beAt(this.bytes, start + 2);
  }

  u64le(field: string): bigint {
    const start = this.#take(8, field);
    return BigInt(u32leAt(this.bytes, start)) | (BigInt(u32leAt(this.bytes, start + 4)) << 32n);
  }

  /** Steps over the next `length` bytes and returns the offset at which they start. */
  skip(length: number, field: string): number {
    return this.#take(length, field);
  }

  /** A copy of the next `length` bytes, so that what is kept does not pin the buffer it came in. */
  take(length: number, field: string): Uint8Array {
    const start = this.#take(length, field);
    // Buffer.slice would share memory with the input, Uint8Array's constructor never does.
    return new Uint8Array(this.bytes.subarray(start, start + length));
  }

  /** Moves the cursor to `offset`. @throws FormatError when that lies outside the bytes */
  seek(offset: number, field: string): void {
    if (offset < this.#origin || offset > this.#end) {
      const size = this.#end - this.#origin;
      throw this.error(`${field} points to byte ${offset - this.#origin}, but there are ${size}`, offset);
    }
    this.offset = offset;
  }

  /** An error about this format at `offset` (default: the cursor). */
  error(found: string, at: number = this.offset): FormatError {
    const offset = at - this.#origin;
    return new FormatError(this.format, `Cannot decode ${this.format} at byte ${offset}: ${found}`, {
      offset,
    });
  }

  #take(length: number, field: string): number {
    if (length > this.remaining) {
      throw this.error(`${field} needs ${length} bytes, found ${this.remaining}`);
    }
    const start = this.offset;
    this.offset += length;
    return start;
  }
}

/** The little-endian number in the two bytes at `at`, which must exist. */
export function u16leAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** The little-endian number in the four bytes at `at`, which must exist. */
export function u32leAt(bytes: Uint8Array, at: number): number {
  return (u16leAt(bytes, at) | (u16leAt(bytes, at + 2) << 16)) >>> 0;
}

/** True when the `length` bytes at `leftAt` are those at `rightAt`. For a few dozen; more are for Buffer.compare. */
export function sameBytesAt(
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  length: number,
): boolean {
  for (let at = 0; at < length; at++) if (left[leftAt + at] !== right[rightAt + at]) return false;
  return true;
}

function u16beAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
