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

import { FormatError } from '../errors.ts';
import { ACE_FLAGS, type Ace, decodeAce, isInherited, readAce } from './ace.ts';
import { type ByteTable, createByteTable, createViews } from './byte-table.ts';
import { Reader } from './reader.ts';
import { CONTROL_FLAGS, decodeSecurityDescriptor } from './security-descriptor.ts';
import { decodeSid, MAX_SUB_AUTHORITIES, type Sid } from './sid.ts';

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
   * Reads the self-relative descriptor that is all of `bytes`, or what lies from `start` to before `end` of them;
   * nothing it returns refers to `bytes`.
   *
   * `inherited` is the same array for the same bytes as long as they are among the last 16 tails, so that what
   * was worked out for it can be kept in a Map by identity.
   *
   * @throws FormatError exactly when decodeSecurityDescriptor does
   */
  decode(bytes: Uint8Array, start?: number, end?: number): NodeDescriptor;
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

/** A descriptor where it lies: its first byte has the offset `first` in the view. */
interface Stored {
  readonly view: DataView;
  readonly first: number;
  readonly size: number;
}

interface Tables {
  readonly viewOf: (buffer: ArrayBufferLike) => DataView;
  readonly sidAt: ByteTable<Sid>;
  readonly aceAt: ByteTable<Ace>;
  readonly tailAt: (bytes: Uint8Array, start: number, end: number, aceCount: number) => readonly Ace[];
  /** Where explicit ACEs are gathered, again and again. */
  readonly scratch: Ace[];
  /** A list with these ACEs: the last one if it holds the same, else a copy. */
  readonly listOf: (aces: readonly Ace[]) => readonly Ace[];
}

const SD_HEADER_BYTES = 20;
const ACL_HEADER_BYTES = 8;
const ACE_HEADER_BYTES = 4;
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
    viewOf: createViews(),
    sidAt: createByteTable((bytes) => {
      distinctSids += 1;
      return decodeSid(bytes);
    }),
    aceAt: createByteTable((bytes) => {
      distinctAces += 1;
      return decodeAce(bytes).ace;
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
    decode(bytes, start = 0, end = bytes.length) {
      try {
        const descriptor = decodeFast(bytes, start, end, tables);
        if (descriptor !== undefined) return descriptor;
      } catch (error) {
        // What the tables' decoders say is about a part; the general one tells where in the descriptor it is.
        if (!(error instanceof FormatError)) throw error;
      }
      return decodeSlowly(bytes.subarray(start, end));
    },
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
function decodeFast(
  bytes: Uint8Array,
  start: number,
  end: number,
  tables: Tables,
): NodeDescriptor | undefined {
  if (end - start < SD_HEADER_BYTES || bytes[start] !== 1) return undefined;
  const view = tables.viewOf(bytes.buffer);
  const header = bytes.byteOffset + start;
  const control = view.getUint16(header + 2, true);
  if ((control & CONTROL_FLAGS.selfRelative) === 0 || (control & CONTROL_FLAGS.saclPresent) !== 0) {
    return undefined;
  }
  const stored: Stored = { view, first: header, size: end - start };
  const owner = sidAt(stored, view.getUint32(header + 4, true), tables.sidAt, 0);
  const group = sidAt(stored, view.getUint32(header + 8, true), tables.sidAt, 1);
  if (owner === undefined || group === undefined) return undefined;
  const without = { explicit: NO_ACES, inherited: NO_ACES };
  if ((control & CONTROL_FLAGS.daclPresent) === 0) {
    return { owner, group, control, dacl: 'absent', ...without };
  }
  const offsetDacl = view.getUint32(header + 16, true);
  if (offsetDacl === 0) return { owner, group, control, dacl: 'null', ...without };
  const dacl = daclAt(bytes, stored, offsetDacl, tables);
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

/** @param offset as stored: from the first byte of the descriptor, 0 for none */
function sidAt(
  { view, first, size }: Stored,
  offset: number,
  table: ByteTable<Sid>,
  place: number,
): Sid | null | undefined {
  if (offset === 0) return null;
  if (offset < SD_HEADER_BYTES || offset + 8 > size) return undefined;
  const count = view.getUint8(first + offset + 1);
  const length = 8 + 4 * count;
  if (count > MAX_SUB_AUTHORITIES || offset + length > size) return undefined;
  return table(view, first + offset, length, place);
}

/** @param offset as sidAt() */
function daclAt(
  bytes: Uint8Array,
  { view, first, size }: Stored,
  offset: number,
  tables: Tables,
): Dacl | undefined {
  if (offset < SD_HEADER_BYTES || offset + ACL_HEADER_BYTES > size) return undefined;
  const acl = first + offset;
  const end = acl + view.getUint16(acl + 2, true);
  const revision = view.getUint8(acl);
  if (revision < 2 || revision > 4 || end < acl + ACL_HEADER_BYTES || end > first + size) return undefined;
  const explicit = tables.scratch;
  explicit.length = 0;
  let inherited = NO_ACES;
  let at = acl + ACL_HEADER_BYTES;
  for (let left = view.getUint16(acl + 4, true); left > 0; left--) {
    if (at + ACE_HEADER_BYTES > end) return undefined;
    if ((view.getUint8(at + 1) & ACE_FLAGS.inherited) !== 0) {
      inherited = tables.tailAt(bytes, at - bytes.byteOffset, end - bytes.byteOffset, left);
      break;
    }
    const length = view.getUint16(at + 2, true);
    if (length < ACE_HEADER_BYTES || length % 4 !== 0 || at + length > end) return undefined;
    explicit.push(tables.aceAt(view, at, length, explicit.length));
    at += length;
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
