/**
 * Where the rows of an answer wait until all are there and can be put in order: side by side in blocks of bytes. As
 * strings, a few hundred thousand of them are most of what the garbage collector has to walk; and one put together from
 * pieces holds on to each of them. With a file, full blocks wait there and not in memory.
 *
 * A text lies as its length in bytes (4, little-endian) and its UTF-8, never in two blocks.
 */

import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { DnsaclError } from '../../errors.ts';

/** Keeps texts. */
export interface Shelf {
  /** @returns where the text lies */
  put(text: string): number;
  /** The texts that lie there, one after the other. */
  texts(places: Iterable<number>): Generator<string>;
}

/** A shelf that has a file of its own. */
export interface FileShelf extends Shelf {
  /** Removes the file; nothing can be had from the shelf then. A second time it does nothing. */
  close(): void;
}

/** Where full blocks go. */
interface Blocks {
  /** @returns where the block begins */
  add(block: Buffer): number;
  /** At least `size` bytes from `place` on, or all there are. */
  read(place: number, size: number): Buffer;
}

const LENGTH_BYTES = 4;
const BLOCK_BYTES = 1024 * 1024;
/** Nearly every row has fewer, and then one read is enough. */
const READ_BYTES = 4096;

/** A shelf in memory. */
export function createShelf(): Shelf {
  return shelfOn(blocksInMemory());
}

/**
 * A shelf on disk. Its put() throws DnsaclError when the disk refuses, because it is full for example.
 *
 * @param path of a file that is not there yet
 */
export function createFileShelf(path: string): FileShelf {
  const file = openSync(path, 'wx+', 0o600);
  let isOpen = true;
  return {
    ...shelfOn(blocksInFile(file, path)),
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(path);
    },
  };
}

function shelfOn(blocks: Blocks): Shelf {
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let start = 0;
  let used = 0;
  const makeRoom = (size: number): void => {
    if (used + size <= block.length) return;
    start = blocks.add(block) + block.length;
    block = Buffer.allocUnsafeSlow(Math.max(size, BLOCK_BYTES));
    used = 0;
  };
  const bytesAt = (place: number, size: number): Buffer =>
    place >= start ? block.subarray(place - start) : blocks.read(place, size);
  const textAt = (place: number): string => {
    const bytes = bytesAt(place, READ_BYTES);
    const end = LENGTH_BYTES + bytes.readUInt32LE(0);
    const whole = end <= bytes.length ? bytes : bytesAt(place, end);
    return whole.toString('utf8', LENGTH_BYTES, end);
  };
  return {
    put: (text) => {
      const length = Buffer.byteLength(text);
      makeRoom(LENGTH_BYTES + length);
      const place = start + used;
      block.writeUInt32LE(length, used);
      block.write(text, used + LENGTH_BYTES);
      used += LENGTH_BYTES + length;
      return place;
    },
    *texts(places) {
      for (const place of places) yield textAt(place);
    },
  };
}

function blocksInMemory(): Blocks {
  const blocks: { readonly start: number; readonly block: Buffer }[] = [];
  return {
    add: (block) => {
      const last = blocks.at(-1);
      const start = last === undefined ? 0 : last.start + last.block.length;
      blocks.push({ start, block });
      return start;
    },
    read: (place) => {
      const found = blocks.findLast(({ start }) => start <= place) as (typeof blocks)[number];
      return found.block.subarray(place - found.start);
    },
  };
}

function blocksInFile(file: number, path: string): Blocks {
  let end = 0;
  let buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return {
    add: (block) => {
      try {
        for (let at = 0; at < block.length; ) at += writeSync(file, block, at, block.length - at, end + at);
      } catch (error) {
        throw new DnsaclError('output', `Cannot write ${path}: ${(error as Error).message}`, {
          cause: error,
        });
      }
      end += block.length;
      return end - block.length;
    },
    read: (place, size) => {
      if (size > buffer.length) buffer = Buffer.allocUnsafeSlow(size);
      return buffer.subarray(0, readSync(file, buffer, 0, size, place));
    },
  };
}
