/**
 * Access control entries: one line of an ACL. [MS-DTYP] 2.4.4, little-endian.
 *
 * | offset | field               | size | in                                         |
 * | ------ | ------------------- | ---- | ------------------------------------------ |
 * | 0      | AceType             | 1    | every ACE                                  |
 * | 1      | AceFlags            | 1    | every ACE                                  |
 * | 2      | AceSize             | 2    | every ACE; header included, multiple of 4  |
 * | 4      | Mask                | 4    | basic, object                              |
 * | 8      | Flags               | 4    | object                                     |
 * | 12     | ObjectType          | 16   | object, when Flags has 1                   |
 * | ..     | InheritedObjectType | 16   | object, when Flags has 2                   |
 * | ..     | Sid                 | 8..68| basic, object                              |
 * | ..     | application data    | rest | callback types: the condition; else slack  |
 */

import { decodeGuid, GUID_BYTES, type Guid, writeGuid } from './guid.ts';
import { Reader } from './reader.ts';
import { readSid, type Sid, sidSizeBytes, writeSid } from './sid.ts';
import { Writer } from './writer.ts';

/** AceType values. [MS-DTYP] 2.4.4.1 */
export const ACE_TYPES = {
  accessAllowed: 0x0,
  accessDenied: 0x1,
  systemAudit: 0x2,
  systemAlarm: 0x3,
  accessAllowedCompound: 0x4,
  accessAllowedObject: 0x5,
  accessDeniedObject: 0x6,
  systemAuditObject: 0x7,
  systemAlarmObject: 0x8,
  accessAllowedCallback: 0x9,
  accessDeniedCallback: 0xa,
  accessAllowedCallbackObject: 0xb,
  accessDeniedCallbackObject: 0xc,
  systemAuditCallback: 0xd,
  systemAlarmCallback: 0xe,
  systemAuditCallbackObject: 0xf,
  systemAlarmCallbackObject: 0x10,
  systemMandatoryLabel: 0x11,
  systemResourceAttribute: 0x12,
  systemScopedPolicyId: 0x13,
} as const;

/** AceFlags bits. `inherited` marks an ACE that came from the parent object. [MS-DTYP] 2.4.4.1 */
export const ACE_FLAGS = {
  objectInherit: 0x01,
  containerInherit: 0x02,
  noPropagateInherit: 0x04,
  inheritOnly: 0x08,
  inherited: 0x10,
  successfulAccess: 0x40,
  failedAccess: 0x80,
} as const;

/** Flags bits of object ACEs: which of the two GUIDs are stored. [MS-DTYP] 2.4.4.3 */
export const OBJECT_ACE_FLAGS = {
  objectTypePresent: 0x1,
  inheritedObjectTypePresent: 0x2,
} as const;

const EFFECT_OF_TYPE: ReadonlyMap<number, 'grants' | 'denies'> = new Map([
  [ACE_TYPES.accessAllowed, 'grants'],
  [ACE_TYPES.accessAllowedObject, 'grants'],
  [ACE_TYPES.accessAllowedCallback, 'grants'],
  [ACE_TYPES.accessAllowedCallbackObject, 'grants'],
  [ACE_TYPES.accessDenied, 'denies'],
  [ACE_TYPES.accessDeniedObject, 'denies'],
  [ACE_TYPES.accessDeniedCallback, 'denies'],
  [ACE_TYPES.accessDeniedCallbackObject, 'denies'],
]);

const CALLBACK_TYPES: ReadonlySet<number> = new Set([
  ACE_TYPES.accessAllowedCallback,
  ACE_TYPES.accessDeniedCallback,
  ACE_TYPES.accessAllowedCallbackObject,
  ACE_TYPES.accessDeniedCallbackObject,
]);

/** An ACE that holds a mask and a SID. `extra` is what follows the SID: a condition, a claim or slack. */
export interface BasicAce {
  readonly kind: 'basic';
  readonly aceType: number;
  readonly aceFlags: number;
  readonly mask: number;
  readonly sid: Sid;
  readonly extra: Uint8Array;
}

/** An ACE that can be limited to an attribute or class, and to be inherited by one class only. */
export interface ObjectAce {
  readonly kind: 'object';
  readonly aceType: number;
  readonly aceFlags: number;
  readonly mask: number;
  /** As stored; the two presence bits are taken from the GUIDs when encoded. */
  readonly objectFlags: number;
  readonly objectType: Guid | null;
  readonly inheritedObjectType: Guid | null;
  readonly sid: Sid;
  readonly extra: Uint8Array;
}

/** An ACE of a type without a known layout; `body` is everything after the 4-byte header. */
export interface UnknownAce {
  readonly kind: 'unknown';
  readonly aceType: number;
  readonly aceFlags: number;
  readonly body: Uint8Array;
}

/** One entry of an ACL. Treat the byte arrays as read-only: they are shared. */
export type Ace = BasicAce | ObjectAce | UnknownAce;

const HEADER_BYTES = 4;
/** The largest AceSize: 16 bits, a multiple of 4. */
export const MAX_ACE_BYTES = 0xfffc;
const NO_BYTES = new Uint8Array(0);

const OBJECT_TYPES: ReadonlySet<number> = new Set([
  ACE_TYPES.accessAllowedObject,
  ACE_TYPES.accessDeniedObject,
  ACE_TYPES.systemAuditObject,
  ACE_TYPES.systemAlarmObject,
  ACE_TYPES.accessAllowedCallbackObject,
  ACE_TYPES.accessDeniedCallbackObject,
  ACE_TYPES.systemAuditCallbackObject,
  ACE_TYPES.systemAlarmCallbackObject,
]);

const HIGHEST_KNOWN_TYPE = ACE_TYPES.systemScopedPolicyId;

/** The layout that goes with an AceType: the `kind` of its ACEs. */
export function aceKindOf(aceType: number): Ace['kind'] {
  if (OBJECT_TYPES.has(aceType)) return 'object';
  const known = aceType <= HIGHEST_KNOWN_TYPE && aceType !== ACE_TYPES.accessAllowedCompound;
  return known ? 'basic' : 'unknown';
}

/**
 * Reads the ACE at `offset` of `bytes`.
 *
 * AceSize can leave bytes after the last field; they are kept in `extra`. A type this file does not know comes
 * back as `kind: 'unknown'` with its body untouched.
 *
 * @returns the ACE, and the bytes it took
 * @throws FormatError when AceSize is below 4, not a multiple of 4 or runs past the end, or the SID is none
 */
export function decodeAce(bytes: Uint8Array, offset = 0): { readonly ace: Ace; readonly sizeBytes: number } {
  const reader = new Reader(bytes, 'ACE', offset);
  const ace = readAce(reader);
  return { ace, sizeBytes: reader.offset - offset };
}

/** Reads the ACE at the cursor and moves the cursor behind it, as `decodeAce` does. @throws FormatError likewise */
export function readAce(reader: Reader): Ace {
  const start = reader.offset;
  const aceType = reader.u8('AceType');
  const aceFlags = reader.u8('AceFlags');
  const aceSize = reader.u16le('AceSize');
  if (aceSize < HEADER_BYTES || aceSize % 4 !== 0) {
    throw reader.error(`AceSize is ${aceSize}, needs a multiple of 4 from 4 up`, start + 2);
  }
  const end = start + aceSize;
  if (end > reader.bytes.length) {
    throw reader.error(`AceSize is ${aceSize}, but ${reader.bytes.length - start} bytes are left`, start + 2);
  }
  const body = new Reader(reader.bytes.subarray(0, end), reader.format, start + HEADER_BYTES);
  reader.offset = end;
  return readBody(body, aceType, aceFlags);
}

/** The stored bytes of an ACE. @throws RangeError when they are no multiple of 4 or do not fit AceSize */
export function encodeAce(ace: Ace): Uint8Array {
  return writeAce(new Writer(aceSizeBytes(ace)), ace).bytes();
}

/** Writes an ACE at the cursor. @throws RangeError as `encodeAce` does */
export function writeAce(writer: Writer, ace: Ace): Writer {
  const sizeBytes = aceSizeBytes(ace);
  if (sizeBytes > MAX_ACE_BYTES || sizeBytes % 4 !== 0) {
    throw new RangeError(
      `Cannot encode ACE: it takes ${sizeBytes} bytes, needs a multiple of 4 up to ${MAX_ACE_BYTES}`,
    );
  }
  writer.u8(ace.aceType).u8(ace.aceFlags).u16le(sizeBytes);
  writeBody(writer, ace);
  return writer;
}

/** The bytes that an ACE takes when stored, header included. */
export function aceSizeBytes(ace: Ace): number {
  if (ace.kind === 'unknown') return HEADER_BYTES + ace.body.length;
  const afterMask = sidSizeBytes(ace.sid) + ace.extra.length;
  if (ace.kind === 'basic') return HEADER_BYTES + 4 + afterMask;
  const guids = (ace.objectType === null ? 0 : 1) + (ace.inheritedObjectType === null ? 0 : 1);
  return HEADER_BYTES + 8 + GUID_BYTES * guids + afterMask;
}

/** What an ACE does to an access check: grant, deny, or nothing (audit, label, unknown types). [MS-DTYP] 2.5.3.2 */
export function aceEffect(ace: Ace): 'grants' | 'denies' | null {
  return EFFECT_OF_TYPE.get(ace.aceType) ?? null;
}

/** True for a callback ACE: whether it counts hangs on a condition in its application data. [MS-DTYP] 2.4.4.6 */
export function isConditional(ace: Ace): boolean {
  return CALLBACK_TYPES.has(ace.aceType);
}

/** True when the ACE came from the parent object. */
export function isInherited(ace: Ace): boolean {
  return (ace.aceFlags & ACE_FLAGS.inherited) !== 0;
}

/** True when the ACE only waits to be inherited and decides nothing on the object that carries it. */
export function isInheritOnly(ace: Ace): boolean {
  return (ace.aceFlags & ACE_FLAGS.inheritOnly) !== 0;
}

/** True when two ACEs have the same stored bytes. */
export function acesEqual(a: Ace, b: Ace): boolean {
  if (a === b) return true;
  if (a.aceType !== b.aceType || a.aceFlags !== b.aceFlags) return false;
  if (a.kind !== 'unknown' && b.kind !== 'unknown' && (a.mask !== b.mask || a.sid !== b.sid)) return false;
  return aceKey(a) === aceKey(b);
}

/** The stored bytes in hexadecimal: equal ACEs have equal keys, so that lists compare as multisets. */
export function aceKey(ace: Ace): string {
  return Buffer.from(encodeAce(ace)).toString('hex');
}

function readBody(reader: Reader, aceType: number, aceFlags: number): Ace {
  const kind = aceKindOf(aceType);
  if (kind === 'unknown') return { kind, aceType, aceFlags, body: readRest(reader) };
  const mask = reader.u32le('Mask');
  if (kind === 'basic') {
    return { kind, aceType, aceFlags, mask, sid: readSid(reader), extra: readRest(reader) };
  }
  const objectFlags = reader.u32le('Flags');
  return {
    kind,
    aceType,
    aceFlags,
    mask,
    objectFlags,
    objectType: readGuidIf(reader, objectFlags & OBJECT_ACE_FLAGS.objectTypePresent, 'ObjectType'),
    inheritedObjectType: readGuidIf(
      reader,
      objectFlags & OBJECT_ACE_FLAGS.inheritedObjectTypePresent,
      'InheritedObjectType',
    ),
    sid: readSid(reader),
    extra: readRest(reader),
  };
}

function readGuidIf(reader: Reader, presentBit: number, field: string): Guid | null {
  return presentBit === 0 ? null : decodeGuid(reader.take(16, field));
}

function readRest(reader: Reader): Uint8Array {
  return reader.remaining === 0 ? NO_BYTES : reader.take(reader.remaining, 'application data');
}

function writeBody(writer: Writer, ace: Ace): void {
  if (ace.kind === 'unknown') {
    writer.raw(ace.body);
    return;
  }
  writer.u32le(ace.mask);
  if (ace.kind === 'object') {
    const { objectTypePresent, inheritedObjectTypePresent } = OBJECT_ACE_FLAGS;
    const otherFlags = ace.objectFlags & ~(objectTypePresent | inheritedObjectTypePresent);
    const present =
      (ace.objectType === null ? 0 : objectTypePresent) |
      (ace.inheritedObjectType === null ? 0 : inheritedObjectTypePresent);
    writer.u32le((otherFlags | present) >>> 0);
    if (ace.objectType !== null) writeGuid(writer, ace.objectType);
    if (ace.inheritedObjectType !== null) writeGuid(writer, ace.inheritedObjectType);
  }
  writeSid(writer, ace.sid).raw(ace.extra);
}
