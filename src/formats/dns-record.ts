/**
 * One value of the dnsRecord attribute. [MS-DNSP] 2.3.2.2
 *
 * | offset | size | field      | endian | meaning                                             |
 * | ------ | ---- | ---------- | ------ | --------------------------------------------------- |
 * | 0      | 2    | DataLength | LE     | bytes after the header                              |
 * | 2      | 2    | Type       | LE     | dns-record-types.ts                                 |
 * | 4      | 1    | Version    |        | 5                                                   |
 * | 5      | 1    | Rank       |        | 0xF0 zone data, 0x80 glue, 0x82 delegation, 0 tombstone |
 * | 6      | 2    | Flags      | LE     | 0                                                   |
 * | 8      | 4    | Serial     | LE     | serial of the zone when written                     |
 * | 12     | 4    | TtlSeconds | BE     |                                                     |
 * | 16     | 4    | Reserved   | LE     | 0                                                   |
 * | 20     | 4    | TimeStamp  | LE     | hours since 1601 UTC; 0 = static                    |
 * | 24     | n    | Data       |        | dns-rdata.ts                                        |
 *
 * DNS_RPC_RECORD of the management protocol looks alike and is another structure.
 */

import { FormatError } from '../errors.ts';
import { encodeRdata, type Rdata, readRdata } from './dns-rdata.ts';
import { Reader, u16leAt } from './reader.ts';
import { Writer } from './writer.ts';

export type { Rdata } from './dns-rdata.ts';
export { formatRdata } from './dns-rdata-text.ts';
export {
  DNS_RECORD_TYPES,
  type DnsRecordTypeName,
  recordTypeCode,
  recordTypeName,
} from './dns-record-types.ts';

const FORMAT = 'dnsRecord';
const HEADER_BYTES = 24;
const TYPE_OFFSET = 2;

/** A record of a name, every field of its header kept. */
export interface DnsRecord {
  readonly type: number;
  readonly version: number;
  readonly rank: number;
  readonly flags: number;
  readonly serial: number;
  readonly ttlSeconds: number;
  readonly reserved: number;
  /** Hours since 1601-01-01 UTC; 0 for a static record. */
  readonly timestampHours: number;
  readonly data: Rdata;
  /** Data as it was stored; null when there is only one way to write it, and for a record made here. */
  readonly raw: Uint8Array | null;
}

/**
 * Reads one value of dnsRecord: all of `bytes`, or what lies from `start` to before `end` of them. [MS-DNSP] 2.3.2.2
 *
 * A type that this program does not take apart comes back with `kind: 'unknown'` and its bytes.
 *
 * @throws FormatError when DataLength is not the length of what follows, or Data does not fit the type
 */
export function decodeDnsRecord(bytes: Uint8Array, start = 0, end: number = bytes.length): DnsRecord {
  const reader = new Reader(bytes, FORMAT, start, end, start);
  const dataLength = reader.u16le('dataLength');
  const type = reader.u16le('type');
  const version = reader.u8('version');
  const rank = reader.u8('rank');
  const flags = reader.u16le('flags');
  const serial = reader.u32le('serial');
  const ttlSeconds = reader.u32be('ttlSeconds');
  const reserved = reader.u32le('reserved');
  const timestampHours = reader.u32le('timestampHours');
  if (dataLength !== reader.remaining) {
    throw reader.error(`DataLength is ${dataLength}, but ${reader.remaining} bytes follow the header`, start);
  }
  const data = readRdata(reader, type);
  const raw = hasOneSpelling(data) ? null : new Uint8Array(bytes.subarray(start + HEADER_BYTES, end));
  return { type, version, rank, flags, serial, ttlSeconds, reserved, timestampHours, data, raw };
}

/**
 * Writes one value of dnsRecord. [MS-DNSP] 2.3.2.2
 *
 * Data is made from `record.data`. Only when `record.raw` says the same in another spelling (a wrong LabelCount, the
 * root as `01 00 00`) is `raw` written instead, so that a record which was read encodes back to its own bytes.
 *
 * @throws TypeError when the data is not of the kind that the type has
 * @throws FormatError when an address or name in it is none
 * @throws RangeError when Data is longer than 65,535 bytes
 */
export function encodeDnsRecord(record: DnsRecord): Uint8Array {
  const plain = encodeRdata(record.type, record.data);
  const data = record.raw !== null && saysTheSame(record.type, record.raw, plain) ? record.raw : plain;
  if (data.length > 0xffff) {
    throw new RangeError(`Cannot encode ${FORMAT}: Data is ${data.length} bytes, needs at most 65535`);
  }
  return new Writer(HEADER_BYTES + data.length)
    .u16le(data.length)
    .u16le(record.type)
    .u8(record.version)
    .u8(record.rank)
    .u16le(record.flags)
    .u32le(record.serial)
    .u32be(record.ttlSeconds)
    .u32le(record.reserved)
    .u32le(record.timestampHours)
    .raw(data)
    .bytes();
}

/** The order in which the records of a name are listed: by type, then by Data, both as they are stored. */
export function compareStoredRecords(a: Uint8Array, b: Uint8Array): number {
  return typeOf(a) - typeOf(b) || Buffer.compare(a.subarray(HEADER_BYTES), b.subarray(HEADER_BYTES));
}

/** True for a record that never ages, because a person or a tool made it. [MS-DNSP] 2.3.2.2 TimeStamp */
export function isStatic(record: Pick<DnsRecord, 'timestampHours'>): boolean {
  return record.timestampHours === 0;
}

function typeOf(stored: Uint8Array): number {
  return stored.length < HEADER_BYTES ? 0 : u16leAt(stored, TYPE_OFFSET);
}

function hasOneSpelling(data: Rdata): boolean {
  return data.kind === 'a' || data.kind === 'aaaa' || data.kind === 'tombstone';
}

/** True when `raw` decodes to the very data whose plainest spelling is `plain`. */
function saysTheSame(type: number, raw: Uint8Array, plain: Uint8Array): boolean {
  try {
    const stored = readRdata(new Reader(raw, FORMAT), type);
    return Buffer.compare(encodeRdata(type, stored), plain) === 0;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
