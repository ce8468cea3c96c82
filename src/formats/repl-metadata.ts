/**
 * replPropertyMetaData: which attribute of an object was last written when, where and how often. It replicates with
 * the object, so a version is the same on every domain controller, and it is the only proof that nobody wrote in
 * between. [MS-DRSR] 5.162 PROPERTY_META_DATA, little-endian
 *
 * | offset | size | field           |     | each entry | size | field                              |
 * | ------ | ---- | --------------- | --- | ---------- | ---- | ---------------------------------- |
 * | 0      | 4    | version, 1      |     | 0          | 4    | attid                              |
 * | 4      | 4    | reserved        |     | 4          | 4    | version                            |
 * | 8      | 4    | count           |     | 8          | 8    | originatingTime, seconds since 1601 |
 * | 12     | 4    | reserved        |     | 16         | 16   | invocationId                       |
 * | 16     | 48 n | entries         |     | 32         | 8    | originatingUsn                     |
 * |        |      |                 |     | 40         | 8    | localUsn                           |
 */

import { dateToFiletime, secondsSince1601ToDate } from './filetime.ts';
import { decodeGuid, encodeGuid, type Guid } from './guid.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** attids of the attributes that matter here; those of the base schema are the same in every forest. */
export const ATTRIBUTE_IDS = {
  whenCreated: 0x0002_0002,
  nTSecurityDescriptor: 0x0002_0119,
  dnsRecord: 0x0009_017e,
  dNSProperty: 0x0009_051a,
  dNSTombstoned: 0x0009_0586,
  dc: 0x0015_0019,
  /** Written once, when the object is created. */
  objectClass: 0x0000_0000,
  isDeleted: 0x0002_0030,
} as const;

/** The last write of one attribute. */
export interface AttributeMetadata {
  readonly attid: number;
  /** Rises by one with every originating write. */
  readonly version: number;
  /** To the second; null when the entry holds no time. */
  readonly originatingTime: Date | null;
  /** The database of the domain controller that wrote. */
  readonly invocationId: Guid;
  readonly originatingUsn: bigint;
  readonly localUsn: bigint;
}

const FORMAT = 'replPropertyMetaData';
const VERSION = 1;
const HEADER_BYTES = 16;
const ENTRY_BYTES = 48;
const TICKS_PER_SECOND = 10_000_000n;

/**
 * Reads the whole attribute, entries in stored order.
 *
 * @throws FormatError when the version is not 1 or the entries do not fill the bytes exactly
 */
export function decodeReplPropertyMetaData(bytes: Uint8Array): readonly AttributeMetadata[] {
  const { reader, count } = readHeader(bytes);
  return Array.from({ length: count }, () => readEntry(reader));
}

/** The version of one attribute, or null when the metadata does not speak of it. @throws FormatError when damaged */
export function attributeVersion(bytes: Uint8Array, attid: number): number | null {
  const { reader, count } = readHeader(bytes);
  for (let index = 0; index < count; index += 1) {
    reader.seek(HEADER_BYTES + index * ENTRY_BYTES, 'attid');
    if (reader.u32le('attid') === attid) return reader.u32le('version');
  }
  return null;
}

/**
 * When one attribute was last written by anybody, anywhere; null when the metadata does not speak of it.
 *
 * @throws FormatError when damaged
 */
export function attributeWrittenAt(bytes: Uint8Array, attid: number): Date | null {
  const { reader, count } = readHeader(bytes);
  for (let index = 0; index < count; index += 1) {
    reader.seek(HEADER_BYTES + index * ENTRY_BYTES, 'attid');
    if (reader.u32le('attid') !== attid) continue;
    reader.u32le('version');
    return secondsSince1601ToDate(reader.u64le('originatingTime'));
  }
  return null;
}

/** The last write of one attribute, or null when the metadata does not speak of it. @throws FormatError when damaged */
export function attributeMetadata(bytes: Uint8Array, attid: number): AttributeMetadata | null {
  return decodeReplPropertyMetaData(bytes).find((entry) => entry.attid === attid) ?? null;
}

/** Checks the header and that the entries fill the bytes; the reader stands on the first. */
function readHeader(bytes: Uint8Array): { readonly reader: Reader; readonly count: number } {
  const reader = new Reader(bytes, FORMAT);
  const version = reader.u32le('version');
  if (version !== VERSION) throw reader.error(`version is ${version}, needs ${VERSION}`, 0);
  reader.u32le('reserved');
  const count = reader.u32le('count');
  reader.u32le('reserved');
  if (count * ENTRY_BYTES !== reader.remaining) {
    throw reader.error(
      `${count} entries need ${count * ENTRY_BYTES} bytes, found ${reader.remaining}`,
      HEADER_BYTES,
    );
  }
  return { reader, count };
}

/** Writes the whole attribute, reserved fields as 0. */
export function encodeReplPropertyMetaData(entries: readonly AttributeMetadata[]): Uint8Array {
  const writer = new Writer(HEADER_BYTES + entries.length * ENTRY_BYTES);
  writer.u32le(VERSION).u32le(0).u32le(entries.length).u32le(0);
  for (const entry of entries) writeEntry(writer, entry);
  return writer.bytes();
}

function readEntry(reader: Reader): AttributeMetadata {
  return {
    attid: reader.u32le('attid'),
    version: reader.u32le('version'),
    originatingTime: secondsSince1601ToDate(reader.u64le('originatingTime')),
    invocationId: decodeGuid(reader.take(16, 'invocationId')),
    originatingUsn: reader.u64le('originatingUsn'),
    localUsn: reader.u64le('localUsn'),
  };
}

function writeEntry(writer: Writer, entry: AttributeMetadata): void {
  const { originatingTime: time } = entry;
  writer
    .u32le(entry.attid)
    .u32le(entry.version)
    .u64le(time === null ? 0n : dateToFiletime(time) / TICKS_PER_SECOND)
    .raw(encodeGuid(entry.invocationId))
    .u64le(entry.originatingUsn)
    .u64le(entry.localUsn);
}
