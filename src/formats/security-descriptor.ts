/**
 * Self-relative security descriptors, the value of nTSecurityDescriptor. [MS-DTYP] 2.4.6, little-endian.
 *
 * | offset | field       | size | meaning                                                      |
 * | ------ | ----------- | ---- | ------------------------------------------------------------ |
 * | 0      | Revision    | 1    | always 1                                                     |
 * | 1      | Sbz1        | 1    | resource manager bits when Control has RM                    |
 * | 2      | Control     | 2    |                                                              |
 * | 4      | OffsetOwner | 4    | from the start; 0: there is none                             |
 * | 8      | OffsetGroup | 4    | same                                                         |
 * | 12     | OffsetSacl  | 4    | same; looked at only when Control has SP                     |
 * | 16     | OffsetDacl  | 4    | same; looked at only when Control has DP                     |
 * | 20     | parts       | ..   | in any order; written as owner, group, SACL, DACL            |
 *
 * Order and gaps of the parts are not kept; everything else is. AD and Samba write the same order as this file.
 */

import { type Acl, readAcl, writeAcl } from './acl.ts';
import { Reader } from './reader.ts';
import { readSid, type Sid, writeSid } from './sid.ts';
import { Writer } from './writer.ts';

/** Control bits. [MS-DTYP] 2.4.6 */
export const CONTROL_FLAGS = {
  ownerDefaulted: 0x0001,
  groupDefaulted: 0x0002,
  daclPresent: 0x0004,
  daclDefaulted: 0x0008,
  saclPresent: 0x0010,
  saclDefaulted: 0x0020,
  daclTrusted: 0x0040,
  serverSecurity: 0x0080,
  daclComputedInheritanceRequired: 0x0100,
  saclComputedInheritanceRequired: 0x0200,
  daclAutoInherited: 0x0400,
  saclAutoInherited: 0x0800,
  daclProtected: 0x1000,
  saclProtected: 0x2000,
  rmControlValid: 0x4000,
  selfRelative: 0x8000,
} as const;

/**
 * The three states of a DACL or SACL. For a DACL, absent and null let everyone do everything, while present with
 * no ACEs lets nobody do anything.
 */
export type AclState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'null' }
  | { readonly kind: 'present'; readonly acl: Acl };

/** A security descriptor with all that was stored except the order of its parts. */
export interface SecurityDescriptor {
  readonly revision: number;
  readonly sbz1: number;
  /** CONTROL_FLAGS bits as stored; when encoded, SR is set and DP and SP follow `dacl` and `sacl`. */
  readonly control: number;
  readonly owner: Sid | null;
  readonly group: Sid | null;
  readonly sacl: AclState;
  readonly dacl: AclState;
}

const FORMAT = 'security descriptor';
const HEADER_BYTES = 20;

/**
 * Reads a self-relative descriptor. Bytes that no part covers are ignored.
 *
 * @throws FormatError when the header is damaged, an offset points into it or past the end, or a part is damaged
 */
export function decodeSecurityDescriptor(bytes: Uint8Array): SecurityDescriptor {
  const reader = new Reader(bytes, FORMAT);
  const revision = reader.u8('Revision');
  if (revision !== 1) throw reader.error(`Revision is ${revision}, needs 1`, 0);
  const sbz1 = reader.u8('Sbz1');
  const control = reader.u16le('Control');
  if ((control & CONTROL_FLAGS.selfRelative) === 0) {
    throw reader.error(`Control is 0x${control.toString(16)}, needs the self-relative bit`, 2);
  }
  const offsetOwner = reader.u32le('OffsetOwner');
  const offsetGroup = reader.u32le('OffsetGroup');
  const offsetSacl = reader.u32le('OffsetSacl');
  const offsetDacl = reader.u32le('OffsetDacl');
  return {
    revision,
    sbz1,
    control,
    owner: readOptionalSid(reader, offsetOwner, 'OffsetOwner'),
    group: readOptionalSid(reader, offsetGroup, 'OffsetGroup'),
    sacl: readAclState(reader, control & CONTROL_FLAGS.saclPresent, offsetSacl, 'OffsetSacl'),
    dacl: readAclState(reader, control & CONTROL_FLAGS.daclPresent, offsetDacl, 'OffsetDacl'),
  };
}

/**
 * The stored bytes of a descriptor: header, owner, group, SACL, DACL.
 *
 * @throws FormatError when an ACL exceeds 65,535 bytes
 */
export function encodeSecurityDescriptor(sd: SecurityDescriptor): Uint8Array {
  const writer = new Writer(2048).u8(sd.revision).u8(sd.sbz1).u16le(controlOf(sd));
  for (let field = 4; field < HEADER_BYTES; field += 4) writer.u32le(0);
  if (sd.owner !== null) writeSid(startPart(writer, 4), sd.owner);
  if (sd.group !== null) writeSid(startPart(writer, 8), sd.group);
  if (sd.sacl.kind === 'present') writeAcl(startPart(writer, 12), sd.sacl.acl);
  if (sd.dacl.kind === 'present') writeAcl(startPart(writer, 16), sd.dacl.acl);
  return writer.bytes();
}

function readOptionalSid(reader: Reader, offset: number, field: string): Sid | null {
  if (offset === 0) return null;
  seekPart(reader, offset, field);
  return readSid(reader);
}

function readAclState(reader: Reader, presentBit: number, offset: number, field: string): AclState {
  if (presentBit === 0) return { kind: 'absent' };
  if (offset === 0) return { kind: 'null' };
  seekPart(reader, offset, field);
  return { kind: 'present', acl: readAcl(reader) };
}

function seekPart(reader: Reader, offset: number, field: string): void {
  if (offset < HEADER_BYTES) {
    throw reader.error(`${field} is ${offset}, needs at least ${HEADER_BYTES}`, offset);
  }
  reader.seek(offset, field);
}

function controlOf(sd: SecurityDescriptor): number {
  const { daclPresent, saclPresent, selfRelative } = CONTROL_FLAGS;
  const kept = sd.control & ~(daclPresent | saclPresent);
  const dacl = sd.dacl.kind === 'absent' ? 0 : daclPresent;
  const sacl = sd.sacl.kind === 'absent' ? 0 : saclPresent;
  return kept | dacl | sacl | selfRelative;
}

/** Notes in the header that the part begins at the cursor. */
function startPart(writer: Writer, offsetField: number): Writer {
  return writer.patchU32le(offsetField, writer.length);
}
