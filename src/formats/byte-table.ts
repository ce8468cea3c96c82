/**
 * A table of decoded values, found by the bytes they were decoded from.
 *
 * Bytes are read as 32-bit words through one DataView for all values that lie in the same buffer: that takes a third
 * of the time of putting words together from bytes, but making a view takes longer than anything done with it.
 */

/**
 * Gives the value that the `length` bytes at `start` of a view stand for; `length` is a multiple of 4.
 *
 * @param at the value's place among those that belong together: the value that had it last is looked at first
 */
export type ByteTable<T> = (view: DataView, start: number, length: number, at: number) => T;

/** Makes the value of bytes that are not in the table; they are its own only during the call. */
export type ByteDecoder<T> = (bytes: Uint8Array) => T;

const SLOTS = 2 ** 15;
/** An object ACE with both GUIDs and a domain account's SID has 72 bytes. */
const MAX_KEY_WORDS = 20;
const WORD_BYTES = 4;
/** Places whose last value is known. */
const PLACES = 16;

/** @returns a function that gives the view of a buffer, the last one again when the buffer is still the same */
export function createViews(): (buffer: ArrayBufferLike) => DataView {
  let last: DataView = new DataView(new ArrayBuffer(0));
  return (buffer) => {
    if (last.buffer !== buffer) last = new DataView(buffer);
    return last;
  };
}

/**
 * An empty table. Two keys that share a slot push each other out, which keeps memory bounded without any bookkeeping.
 * All keys lie in one array: as objects of their own they would be most of what the garbage collector has to move.
 */
export function createByteTable<T>(decode: ByteDecoder<T>): ByteTable<T> {
  const keys = new Uint32Array(SLOTS * MAX_KEY_WORDS);
  const lengths = new Uint8Array(SLOTS);
  const values = new Array<T | undefined>(SLOTS).fill(undefined);
  const lastSlots = new Uint16Array(PLACES);
  return (view, start, length, at) => {
    const words = length / WORD_BYTES;
    if (words > MAX_KEY_WORDS) return decode(new Uint8Array(view.buffer, start, length));
    const place = at % PLACES;
    const last = lastSlots[place] as number;
    if (lengths[last] === words && isSame(keys, last * MAX_KEY_WORDS, view, start, words)) {
      return values[last] as T;
    }
    const slot = hashOf(view, start, words) % SLOTS;
    const key = slot * MAX_KEY_WORDS;
    lastSlots[place] = slot;
    if (lengths[slot] === words && isSame(keys, key, view, start, words)) return values[slot] as T;
    const value = decode(new Uint8Array(view.buffer, start, length));
    for (let word = 0; word < words; word++) keys[key + word] = wordAt(view, start, word);
    lengths[slot] = words;
    values[slot] = value;
    return value;
  };
}

/** FNV-1a over the words, its high half folded in because the slot comes from the low bits. */
function hashOf(view: DataView, start: number, words: number): number {
  let hash = 0x811c9dc5;
  for (let word = 0; word < words; word++) hash = Math.imul(hash ^ wordAt(view, start, word), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function isSame(keys: Uint32Array, key: number, view: DataView, start: number, words: number): boolean {
  for (let word = 0; word < words; word++) {
    if (keys[key + word] !== wordAt(view, start, word)) return false;
  }
  return true;
}

function wordAt(view: DataView, start: number, word: number): number {
  return view.getUint32(start + word * WORD_BYTES, true);
}
