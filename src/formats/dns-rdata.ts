/**
 * The Data of a dnsRecord, by record type. [MS-DNSP] 2.2.2.2.4
 *
 * Unlike the header around it, Data keeps the numbers of the DNS in network order; only the EntombedTime of a
 * tombstone is little-endian. Names are DNS_COUNT_NAME (dns-name.ts), strings are a length byte and bytes.
 *
 * | kind      | types                                    | layout                                                  |
 * | --------- | ---------------------------------------- | ------------------------------------------------------- |
 * | tombstone | ZERO                                     | EntombedTime u64 LE                                     |
 * | a, aaaa   | A, AAAA                                  | 4 or 16 bytes                                           |
 * | name      | NS MD MF CNAME MB MG MR PTR DNAME        | name                                                    |
 * | soa       | SOA                                      | five u32 BE, primary server, administrator              |
 * | mx        | MX AFSDB RT                              | u16 BE, name                                            |
 * | srv       | SRV                                      | three u16 BE, name                                      |
 * | strings   | TXT HINFO X25 ISDN                       | strings to the end                                      |
 * | two-names | MINFO RP                                 | name, name                                              |
 * | naptr     | NAPTR                                    | two u16 BE, three strings, name                         |
 * | wks       | WKS                                      | 4 bytes, protocol u8, bit mask to the end               |
 * | unknown   | all others, WINS and WINSR among them    | kept as bytes                                           |
 */

import { readCountName, writeCountName } from './dns-name.ts';
import { DNS_RECORD_TYPES, recordTypeName } from './dns-record-types.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-address.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** What a record says. Addresses and names are text, strings are bytes, times of SOA are seconds. */
export type Rdata =
  | { readonly kind: 'tombstone'; readonly entombedTime: bigint }
  | { readonly kind: 'a'; readonly address: string }
  | { readonly kind: 'aaaa'; readonly address: string }
  | { readonly kind: 'name'; readonly target: string }
  | {
      readonly kind: 'soa';
      readonly serial: number;
      readonly refreshSeconds: number;
      readonly retrySeconds: number;
      readonly expireSeconds: number;
      readonly minimumTtlSeconds: number;
      readonly primaryServer: string;
      readonly administrator: string;
    }
  | {
      readonly kind: 'srv';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly kind: 'mx'; readonly preference: number; readonly target: string }
  | { readonly kind: 'strings'; readonly strings: readonly Uint8Array[] }
  | { readonly kind: 'two-names'; readonly first: string; readonly second: string }
  | {
      readonly kind: 'naptr';
      readonly order: number;
      readonly preference: number;
      readonly flags: Uint8Array;
      readonly service: Uint8Array;
      readonly regexp: Uint8Array;
      readonly replacement: string;
    }
  | {
      readonly kind: 'wks';
      readonly address: string;
      readonly protocol: number;
      readonly bitmask: Uint8Array;
    }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

const T = DNS_RECORD_TYPES;
const KINDS: ReadonlyMap<number, Rdata['kind']> = new Map([
  [T.ZERO, 'tombstone'],
  [T.A, 'a'],
  [T.AAAA, 'aaaa'],
  ...[T.NS, T.MD, T.MF, T.CNAME, T.MB, T.MG, T.MR, T.PTR, T.DNAME].map((type) => [type, 'name'] as const),
  [T.SOA, 'soa'],
  [T.SRV, 'srv'],
  ...[T.MX, T.AFSDB, T.RT].map((type) => [type, 'mx'] as const),
  ...[T.TXT, T.HINFO, T.X25, T.ISDN].map((type) => [type, 'strings'] as const),
  ...[T.MINFO, T.RP].map((type) => [type, 'two-names'] as const),
  [T.NAPTR, 'naptr'],
  [T.WKS, 'wks'],
] as const);

/**
 * Reads the Data of a record of this type, from the cursor to the end. [MS-DNSP] 2.2.2.2.4
 *
 * @throws FormatError when the fields do not fill the bytes exactly
 */
export function readRdata(reader: Reader, type: number): Rdata {
  const data = readFields(reader, KINDS.get(type) ?? 'unknown');
  if (reader.remaining > 0) {
    throw reader.error(`found ${reader.remaining} more after the last field of type ${recordTypeName(type)}`);
  }
  return data;
}

/**
 * The Data of a record of this type in its plainest spelling. [MS-DNSP] 2.2.2.2.4
 *
 * @throws TypeError when `data` is not of the kind that `type` has
 * @throws FormatError when an address or name in it is none
 */
export function encodeRdata(type: number, data: Rdata): Uint8Array {
  const kind = KINDS.get(type) ?? 'unknown';
  if (data.kind !== kind) {
    throw new TypeError(
      `Cannot encode ${data.kind} data in a ${recordTypeName(type)} record: it needs ${kind}`,
    );
  }
  const writer = new Writer(64);
  writeFields(writer, data);
  return writer.bytes();
}

function readFields(reader: Reader, kind: Rdata['kind']): Rdata {
  switch (kind) {
    case 'tombstone':
      return { kind, entombedTime: reader.u64le('entombedTime') };
    case 'a':
      return { kind, address: formatIpv4(reader.bytes, reader.skip(4, 'address')) };
    case 'aaaa':
      return { kind, address: formatIpv6(reader.take(16, 'address')) };
    case 'name':
      return { kind, target: readCountName(reader, 'target') };
    case 'soa':
      return readSoa(reader);
    case 'srv':
      return {
        kind,
        priority: reader.u16be('priority'),
        weight: reader.u16be('weight'),
        port: reader.u16be('port'),
        target: readCountName(reader, 'target'),
      };
    case 'mx':
      return { kind, preference: reader.u16be('preference'), target: readCountName(reader, 'target') };
    case 'strings':
      return { kind, strings: readStrings(reader) };
    case 'two-names':
      return { kind, first: readCountName(reader, 'first'), second: readCountName(reader, 'second') };
    case 'naptr':
      return readNaptr(reader);
    case 'wks':
      return {
        kind,
        address: formatIpv4(reader.take(4, 'address')),
        protocol: reader.u8('protocol'),
        bitmask: reader.take(reader.remaining, 'bitmask'),
      };
    case 'unknown':
      return { kind, bytes: reader.take(reader.remaining, 'data') };
    default:
      return kind satisfies never;
  }
}

function writeFields(writer: Writer, data: Rdata): void {
  switch (data.kind) {
    case 'tombstone':
      writer.u64le(data.entombedTime);
      break;
    case 'a':
      writer.raw(parseIpv4(data.address));
      break;
    case 'aaaa':
      writer.raw(parseIpv6(data.address));
      break;
    case 'name':
      writeCountName(writer, data.target);
      break;
    case 'soa':
      writer.u32be(data.serial).u32be(data.refreshSeconds).u32be(data.retrySeconds);
      writer.u32be(data.expireSeconds).u32be(data.minimumTtlSeconds);
      writeCountName(writer, data.primaryServer);
      writeCountName(writer, data.administrator);
      break;
    case 'srv':
      writer.u16be(data.priority).u16be(data.weight).u16be(data.port);
      writeCountName(writer, data.target);
      break;
    case 'mx':
      writer.u16be(data.preference);
      writeCountName(writer, data.target);
      break;
    case 'strings':
      for (const string of data.strings) writeString(writer, string);
      break;
    case 'two-names':
      writeCountName(writer, data.first);
      writeCountName(writer, data.second);
      break;
    case 'naptr':
      writer.u16be(data.order).u16be(data.preference);
      for (const string of [data.flags, data.service, data.regexp]) writeString(writer, string);
      writeCountName(writer, data.replacement);
      break;
    case 'wks':
      writer.raw(parseIpv4(data.address)).u8(data.protocol).raw(data.bitmask);
      break;
    case 'unknown':
      writer.raw(data.bytes);
      break;
    default:
      data satisfies never;
  }
}

function readSoa(reader: Reader): Rdata {
  return {
    kind: 'soa',
    serial: reader.u32be('serial'),
    refreshSeconds: reader.u32be('refreshSeconds'),
    retrySeconds: reader.u32be('retrySeconds'),
    expireSeconds: reader.u32be('expireSeconds'),
    minimumTtlSeconds: reader.u32be('minimumTtlSeconds'),
    primaryServer: readCountName(reader, 'primaryServer'),
    administrator: readCountName(reader, 'administrator'),
  };
}

function readNaptr(reader: Reader): Rdata {
  return {
    kind: 'naptr',
    order: reader.u16be('order'),
    preference: reader.u16be('preference'),
    flags: readString(reader, 'flags'),
    service: readString(reader, 'service'),
    regexp: readString(reader, 'regexp'),
    replacement: readCountName(reader, 'replacement'),
  };
}

function readStrings(reader: Reader): Uint8Array[] {
  const strings: Uint8Array[] = [];
  while (reader.remaining > 0) strings.push(readString(reader, `string ${strings.length + 1}`));
  return strings;
}

function readString(reader: Reader, field: string): Uint8Array {
  return reader.take(reader.u8(`${field}.length`), field);
}

function writeString(writer: Writer, string: Uint8Array): void {
  if (string.length > 255) {
    throw new RangeError(`Cannot encode a string of ${string.length} bytes: it needs at most 255`);
  }
  writer.u8(string.length).raw(string);
}
