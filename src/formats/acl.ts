/**
 * Access control lists: a header and ACEs in a row. [MS-DTYP] 2.4.5, little-endian.
 *
 * | offset | field       | size | meaning                                                 |
 * | ------ | ----------- | ---- | ------------------------------------------------------- |
 * | 0      | AclRevision | 1    | 2; 4 when object ACEs may occur (3: compound ACEs)      |
 * | 1      | Sbz1        | 1    | should be zero                                          |
 * | 2      | AclSize     | 2    | bytes, header included; may exceed what the ACEs take   |
 * | 4      | AceCount    | 2    |                                                         |
 * | 6      | Sbz2        | 2    | should be zero                                          |
 * | 8      | ACEs        | ..   | then slack up to AclSize                                |
 */

import { FormatError } from '../errors.ts';
import { type Ace, aceSizeBytes, readAce, writeAce } from './ace.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** An ACL with everything that was stored, so that it encodes back to the same bytes. */
export interface Acl {
  readonly revision: number;
  readonly sbz1: number;
  readonly sbz2: number;
  readonly aces: readonly Ace[];
  /** The bytes between the last ACE and AclSize. */
  readonly slack: Uint8Array;
}

/** AclRevision values. [MS-DTYP] 2.4.5 */
export const ACL_REVISIONS = { basic: 2, directoryService: 4 } as const;

/** The most bytes that AclSize can say. */
export const MAX_ACL_BYTES = 0xffff;

const HEADER_BYTES = 8;

/** What stands at the front of a stored ACL. */
interface AclHeader {
  readonly revision: number;
  readonly sbz1: number;
  readonly sizeBytes: number;
  readonly aceCount: number;
  readonly sbz2: number;
}

/** Reads the ACL at the front of `bytes`; bytes behind AclSize are left alone. @throws FormatError as `readAcl` */
export function decodeAcl(bytes: Uint8Array): Acl {
  return readAcl(new Reader(bytes, 'ACL'));
}

/**
 * Reads the ACL at the cursor and moves the cursor behind it.
 *
 * @throws FormatError when the revision is not 2 to 4, AclSize runs past the end, or an ACE is damaged or runs
 *   past AclSize
 */
export function readAcl(reader: Reader): Acl {
  const start = reader.offset;
  const { revision, sbz1, sizeBytes, aceCount, sbz2 } = readAclHeader(reader);
  const end = start + sizeBytes;
  const body = new Reader(reader.bytes.subarray(0, end), reader.format, reader.offset);
  const aces: Ace[] = [];
  while (aces.length < aceCount) aces.push(readAce(body));
  reader.offset = end;
  return { revision, sbz1, sbz2, aces, slack: body.take(body.remaining, 'slack') };
}

/** The stored bytes of an ACL. @throws FormatError when they exceed AclSize, RangeError as `encodeAce` */
export function encodeAcl(acl: Acl): Uint8Array {
  return writeAcl(new Writer(aclSizeBytes(acl)), acl).bytes();
}

/** Writes an ACL at the cursor. @throws FormatError, RangeError as `encodeAcl` does */
export function writeAcl(writer: Writer, acl: Acl): Writer {
  const sizeBytes = aclSizeBytes(acl);
  if (sizeBytes > MAX_ACL_BYTES) {
    throw new FormatError(
      'ACL',
      `Cannot encode ACL: ${acl.aces.length} ACEs take ${sizeBytes} bytes, needs at most ${MAX_ACL_BYTES}`,
    );
  }
  writer.u8(acl.revision).u8(acl.sbz1).u16le(sizeBytes).u16le(acl.aces.length).u16le(acl.sbz2);
  for (const ace of acl.aces) writeAce(writer, ace);
  return writer.raw(acl.slack);
}

/** The bytes that an ACL takes when stored, header and slack included. */
export function aclSizeBytes({ aces, slack }: Pick<Acl, 'aces' | 'slack'>): number {
  return aces.reduce((sum, ace) => sum + aceSizeBytes(ace), HEADER_BYTES + slack.length);
}

function readAclHeader(reader: Reader): AclHeader {
  const start = reader.offset;
  const revision = reader.u8('AclRevision');
  if (revision < 2 || revision > 4) throw reader.error(`AclRevision is ${revision}, needs 2 to 4`, start);
  const sbz1 = reader.u8('Sbz1');
  const sizeBytes = reader.u16le('AclSize');
  const left = reader.bytes.length - start;
  if (sizeBytes < HEADER_BYTES || sizeBytes > left) {
    throw reader.error(`AclSize is ${sizeBytes}, needs ${HEADER_BYTES} to ${left}`, start + 2);
  }
  return { revision, sbz1, sizeBytes, aceCount: reader.u16le('AceCount'), sbz2: reader.u16le('Sbz2') };
}
