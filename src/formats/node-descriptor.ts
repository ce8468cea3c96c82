/**
 * The fast way to read the descriptors of a whole zone: owner, group and DACL only, bytes read in place.
 * Layouts: security-descriptor.ts, acl.ts, ace.ts.
 *
 * The premise: a zone has as many descriptors as names, but few distinct parts. Names differ in the owner and in
 * one or two explicit ACEs; the inherited ACEs at the end (the tail) are the same everywhere. So SIDs and
 * explicit ACEs are looked up by their bytes in tables of what was decoded lately, and the tail is compared as
 * one block with the tails seen lately. Caching whole descriptors instead was measured to be a loss: nearly every
 * one is new, and hashing it costs more than walking it.
 *
 * The fast way only takes what it fully understands. Whatever looks odd goes to decodeSecurityDescriptor, which
 * reads it or says what is wrong.
 */

import { ACE_FLAGS, type Ace, decodeAce, isInherited, readAce } from './ace.ts';
import { Reader, sameBytesAt, u16leAt, u32leAt } from './reader.ts';
import { CONTROL_FLAGS, decodeSecurityDescriptor } from './security-descriptor.ts';
import { MAX_SUB_AUTHORITIES, readSid, type Sid } from './sid.ts';

/** What an audit needs of a descriptor. `explicit` and `inherited` in a row are the stored DACL. */
export interface NodeDescriptor {
  readonly owner: Sid | null;
  readonly group: Sid | null;
  /** CONTROL_FLAGS bits as stored. */
  readonly control: number;
  /** As AclState: absent and null let everyone do everything, present with no ACEs nobody. */
  readonly dacl: 'absent' | 'null' | 'present';
  /** The ACEs before the first inherited one. */
  readonly explicit: readonly Ace[];
  /** The rest in stored order; when the DACL is not canonical, explicit ACEs are among them. */
  readonly inherited: readonly Ace[];
}

/** Reads descriptors one after the other and remembers their parts. */
export interface DescriptorDecoder {
  /**
   * Reads a self-relative descriptor; nothing it returns refers to `bytes`.
   *
   * `inherited` is the same array for the same bytes as long as they are among the last 16 tails, so that what
   * was worked out for it can be kept in a Map by identity.
   *
   * @throws FormatError exactly when decodeSecurityDescriptor does
   */
  decode(bytes: Uint8Array): NodeDescriptor;
  /** Tails decoded so far; one that was forgotten in between counts again. */
  readonly distinctTails: number;
  /** Owners and groups decoded so far, and explicit ACEs; one that was forgotten in between counts again. */
  readonly distinctSids: number;
  readonly distinctAces: number;
}

interface Tail {
  readonly bytes: Buffer;
  readonly aces: readonly Ace[];
}

interface Dacl {
  readonly explicit: readonly Ace[];
  readonly inherited: readonly Ace[];
}

interface Tables {
  readonly sidAt: ByteTable<Sid>;
  readonly aceAt: ByteTable<Ace>;
  readonly tailAt: (bytes: Uint8Array, start: number, end: number, aceCount: number) => readonly Ace[];
  /** Where explicit ACEs are gathered, again and again. */
  readonly scratch: Ace[];
  /** A list with these ACEs: the last one if it holds the same, else a copy. */
  readonly listOf: (aces: readonly Ace[]) => readonly Ace[];
}

/** Gives the value that the `length` bytes at `start` stand for. */
type ByteTable<T> = (bytes: Uint8Array, start: number, length: number) => T;

const SD_HEADER_BYTES = 20;
const ACL_HEADER_BYTES = 8;
const ACE_HEADER_BYTES = 4;
const TABLE_SLOTS = 2 ** 15;
/** An object ACE with both GUIDs and a domain account's SID has 72. */
const MAX_KEY_BYTES = 80;
const TAILS_KEPT = 16;
const NO_ACES: readonly Ace[] = [];

/** A decoder with empty tables: use one per scan. */
export function createDescriptorDecoder(): DescriptorDecoder {
  const tails: Tail[] = [];
  let distinctTails = 0;
  let distinctSids = 0;
  let distinctAces = 0;
  let lastList = NO_ACES;
  const tables: Tables = {
    scratch: [],
    listOf(aces) {
      if (!isSameList(aces, lastList)) lastList = aces.slice();
      return lastList;
    },
    sidAt: createByteTable((bytes, start) => {
      distinctSids += 1;
      return readSid(new Reader(bytes, 'security descriptor', start));
    }),
    aceAt: createByteTable((bytes, start) => {
      distinctAces += 1;
      return decodeAce(bytes, start).ace;
    }),
    tailAt(bytes, start, end, aceCount) {
      const known = indexOfTail(tails, bytes, start, end, aceCount);
      if (known > 0) tails.unshift(...tails.splice(known, 1));
      if (known === -1) {
        tails.unshift(decodeTail(bytes, start, end, aceCount));
        distinctTails += 1;
      }
      if (tails.length > TAILS_KEPT) tails.pop();
      return (tails[0] as Tail).aces;
    },
  };
  return {
    decode: (bytes) => decodeFast(bytes, tables) ?? decodeSlowly(bytes),
    get distinctTails() {
      return distinctTails;
    },
    get distinctSids() {
      return distinctSids;
    },
    get distinctAces() {
      return distinctAces;
    },
  };
}

/** Undefined when the bytes are not of the common shape. */
function decodeFast(bytes: Uint8Array, tables: Tables): NodeDescriptor | undefined {
  if (bytes.length < SD_HEADER_BYTES || bytes[0] !== 1) return undefined;
  const control = u16leAt(bytes, 2);
  if ((control & CONTROL_FLAGS.selfRelative) === 0 || (control & CONTROL_FLAGS.saclPresent) !== 0) {
    return undefined;
  }
  const owner = sidAt(bytes, u32leAt(bytes, 4), tables.sidAt);
  const group = sidAt(bytes, u32leAt(bytes, 8), tables.sidAt);
  if (owner === undefined || group === undefined) return undefined;
  const without = { explicit: NO_ACES, inherited: NO_ACES };
  if ((control & CONTROL_FLAGS.daclPresent) === 0) {
    return { owner, group, control, dacl: 'absent', ...without };
  }
  const offsetDacl = u32leAt(bytes, 16);
  if (offsetDacl === 0) return { owner, group, control, dacl: 'null', ...without };
  const dacl = daclAt(bytes, offsetDacl, tables);
  if (dacl === undefined) return undefined;
  return { owner, group, control, dacl: 'present', explicit: dacl.explicit, inherited: dacl.inherited };
}

function decodeSlowly(bytes: Uint8Array): NodeDescriptor {
  const { owner, group, control, dacl } = decodeSecurityDescriptor(bytes);
  const aces = dacl.kind === 'present' ? dacl.acl.aces : NO_ACES;
  const firstInherited = aces.findIndex(isInherited);
  const split = firstInherited === -1 ? aces.length : firstInherited;
  return {
    owner,
    group,
    control,
    dacl: dacl.kind,
    explicit: aces.slice(0, split),
    inherited: aces.slice(split),
  };
}

function sidAt(bytes: Uint8Array, offset: number, table: ByteTable<Sid>): Sid | null | undefined {
  if (offset === 0) return null;
  if (offset < SD_HEADER_BYTES || offset + 8 > bytes.length) return undefined;
  const count = bytes[offset + 1] as number;
  const length = 8 + 4 * count;
  if (count > MAX_SUB_AUTHORITIES || offset + length > bytes.length) return undefined;
  return table(bytes, offset, length);
}

function daclAt(bytes: Uint8Array, offset: number, tables: Tables): Dacl | undefined {
  if (offset < SD_HEADER_BYTES || offset + ACL_HEADER_BYTES > bytes.length) return undefined;
  const revision = bytes[offset] as number;
  const end = offset + u16leAt(bytes, offset + 2);
  if (revision < 2 || revision > 4 || end < offset + ACL_HEADER_BYTES || end > bytes.length) return undefined;
  const explicit = tables.scratch;
  explicit.length = 0;
  let inherited = NO_ACES;
  let at = offset + ACL_HEADER_BYTES;
  for (let left = u16leAt(bytes, offset + 4); left > 0; left--) {
    if (at + ACE_HEADER_BYTES > end) return undefined;
    if (((bytes[at + 1] as number) & ACE_FLAGS.inherited) !== 0) {
      inherited = tables.tailAt(bytes, at, end, left);
      break;
    }
    const size = u16leAt(bytes, at + 2);
    if (size < ACE_HEADER_BYTES || size % 4 !== 0 || at + size > end) return undefined;
    explicit.push(tables.aceAt(bytes, at, size));
    at += size;
  }
  return { explicit: tables.listOf(explicit), inherited };
}

function isSameList(left: readonly Ace[], right: readonly Ace[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

function indexOfTail(
  tails: readonly Tail[],
  bytes: Uint8Array,
  start: number,
  end: number,
  aceCount: number,
): number {
  const length = end - start;
  for (let index = 0; index < tails.length; index++) {
    const tail = tails[index] as Tail;
    if (tail.aces.length !== aceCount || tail.bytes.length !== length) continue;
    // The native comparison: a tail is long.
    if (tail.bytes.compare(bytes, start, end) === 0) return index;
  }
  return -1;
}

function decodeTail(bytes: Uint8Array, start: number, end: number, aceCount: number): Tail {
  const reader = new Reader(bytes.subarray(0, end), 'security descriptor', start);
  const aces: Ace[] = [];
  while (aces.length < aceCount) aces.push(readAce(reader));
  return { bytes: Buffer.from(bytes.subarray(start, end)), aces };
}

/**
 * A table of decoded values, found by their bytes. Two keys that share a slot push each other out, which keeps
 * memory bounded without any bookkeeping. All keys lie in one array: as objects of their own they would be most of
 * what the garbage collector has to move.
 */
function createByteTable<T>(decode: (bytes: Uint8Array, start: number) => T): ByteTable<T> {
  const keys = new Uint8Array(TABLE_SLOTS * MAX_KEY_BYTES);
  const lengths = new Uint8Array(TABLE_SLOTS);
  const values = new Array<T | undefined>(TABLE_SLOTS).fill(undefined);
  return (bytes, start, length) => {
    if (length > MAX_KEY_BYTES) return decode(bytes, start);
    const slot = hashWords(bytes, start, length) % TABLE_SLOTS;
    const key = slot * MAX_KEY_BYTES;
    if (lengths[slot] === length && sameBytesAt(keys, key, bytes, start, length)) return values[slot] as T;
    const value = decode(bytes, start);
    keys.set(bytes.subarray(start, start + length), key);
    lengths[slot] = length;
    values[slot] = value;
    return value;
  };
}

/** FNV-1a over 32-bit words, its high half folded in because the slot comes from the low bits. */
function hashWords(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + length; at += 4) hash = Math.imul(hash ^ u32leAt(bytes, at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
