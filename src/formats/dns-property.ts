/**
 * One value of the dNSProperty attribute of a zone. [MS-DNSP] 2.3.2.1, little-endian
 *
 * | offset | size | field      | meaning                                              |
 * | ------ | ---- | ---------- | ---------------------------------------------------- |
 * | 0      | 4    | DataLength | bytes of Data; 0 stands for "the default"            |
 * | 4      | 4    | NameLength | real zones hold 1, 0 or rubbish: ignored             |
 * | 8      | 4    | Flag       | 0                                                    |
 * | 12     | 4    | Version    | 1                                                    |
 * | 16     | 4    | Id         | DNS_PROPERTY_IDS                                     |
 * | 20     | n    | Data       | per Id                                               |
 * | 20+n   | m    | Name       | 1 byte in the specification; Windows and Samba write 4 |
 */

import { FormatError } from '../errors.ts';
import { filetimeToDate, hoursToDate, secondsSince1601ToDate } from './filetime.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** What a property is about, by the names of [MS-DNSP] 2.3.2.1.1. */
export const DNS_PROPERTY_IDS = {
  ZONE_TYPE: 0x01,
  ALLOW_UPDATE: 0x02,
  SECURE_TIME: 0x08,
  NOREFRESH_INTERVAL: 0x10,
  SCAVENGING_SERVERS: 0x11,
  AGING_ENABLED_TIME: 0x12,
  REFRESH_INTERVAL: 0x20,
  AGING_STATE: 0x40,
  DELETED_FROM_HOSTNAME: 0x80,
  MASTER_SERVERS: 0x81,
  AUTO_NS_SERVERS: 0x82,
  DCPROMO_CONVERT: 0x83,
  SCAVENGING_SERVERS_DA: 0x90,
  MASTER_SERVERS_DA: 0x91,
  AUTO_NS_SERVERS_DA: 0x92,
  NODE_DBFLAGS: 0x100,
} as const;

/** The words for AllowUpdate. [MS-DNSP] 2.2.6.1.1 */
export const UPDATE_MODES = {
  0: 'none',
  1: 'nonsecure-and-secure',
  2: 'secure-only',
} as const;

/** The words for the type of a zone. [MS-DNSP] 2.2.5.1.1 */
export const ZONE_TYPES = {
  0: 'cache',
  1: 'primary',
  2: 'secondary',
  3: 'stub',
  4: 'forwarder',
  5: 'secondary-cache',
} as const;

/** A property with every byte kept; `trailer` is whatever follows Data. */
export interface DnsProperty {
  /** Always `data.length`. */
  readonly dataLength: number;
  readonly nameLength: number;
  readonly flag: number;
  readonly version: number;
  readonly id: number;
  readonly data: Uint8Array;
  readonly trailer: Uint8Array;
}

/** How records of a zone age. */
export interface Aging {
  readonly enabled: boolean;
  readonly noRefreshHours: number;
  readonly refreshHours: number;
}

const FORMAT = 'dNSProperty';
const DATA_OFFSET = 20;
/** What the server uses when a zone names no interval: seven days. */
const DEFAULT_INTERVAL_HOURS = 168;
/** Of this year, hours since 1601 have 7 digits, seconds 11 and FILETIMEs 18. */
const LARGEST_HOURS = 100_000_000n;
const LARGEST_SECONDS = 100_000_000_000_000n;

/** Reads one value of dNSProperty. [MS-DNSP] 2.3.2.1. @throws FormatError when the header or Data is cut off */
export function decodeDnsProperty(bytes: Uint8Array): DnsProperty {
  const reader = new Reader(bytes, FORMAT);
  const header = {
    dataLength: reader.u32le('dataLength'),
    nameLength: reader.u32le('nameLength'),
    flag: reader.u32le('flag'),
    version: reader.u32le('version'),
    id: reader.u32le('id'),
  };
  const data = reader.take(header.dataLength, 'data');
  return { ...header, data, trailer: reader.take(reader.remaining, 'trailer') };
}

/** Writes one value of dNSProperty. @throws RangeError when dataLength is not the length of `data` */
export function encodeDnsProperty(property: DnsProperty): Uint8Array {
  if (property.dataLength !== property.data.length) {
    throw new RangeError(
      `Cannot encode ${FORMAT}: dataLength is ${property.dataLength}, but data has ${property.data.length} bytes`,
    );
  }
  return new Writer(64)
    .u32le(property.dataLength)
    .u32le(property.nameLength)
    .u32le(property.flag)
    .u32le(property.version)
    .u32le(property.id)
    .raw(property.data)
    .raw(property.trailer)
    .bytes();
}

/** The value of a property of four bytes; null when Data has another length, so that the default applies. */
export function propertyU32(property: DnsProperty): number | null {
  return property.data.length === 4 ? new Reader(property.data, FORMAT).u32le('data') : null;
}

/** The type of the zone, a key of ZONE_TYPES; null when this is another property or holds no value. */
export function zoneTypeOf(property: DnsProperty): number | null {
  return property.id === DNS_PROPERTY_IDS.ZONE_TYPE ? propertyU32(property) : null;
}

/** AllowUpdate, a key of UPDATE_MODES; null when this is another property or holds no value. */
export function allowUpdateOf(property: DnsProperty): number | null {
  return property.id === DNS_PROPERTY_IDS.ALLOW_UPDATE ? (property.data[0] ?? null) : null;
}

/**
 * When the zone went "Secure only". [MS-DNSP] 3.1.1 Time Zone Secured
 *
 * The specification says seconds since 1601, Samba declares a FILETIME, and other times of zones are hours. The three
 * lie so far apart that the size of the number tells which it is.
 *
 * @returns null when this is another property, never set, or no value of eight bytes
 */
export function secureTimeOf(property: DnsProperty): Date | null {
  if (property.id !== DNS_PROPERTY_IDS.SECURE_TIME || property.data.length !== 8) return null;
  const value = new Reader(property.data, FORMAT).u64le('data');
  if (value < LARGEST_HOURS) return hoursToDate(Number(value));
  return value < LARGEST_SECONDS ? secondsSince1601ToDate(value) : filetimeToDate(value);
}

/** The aging settings among a zone's properties; off and 168 hours where nothing is said. [MS-DNSP] 2.3.2.1.1 */
export function agingOf(properties: readonly DnsProperty[]): Aging {
  return {
    enabled: (storedU32(properties, DNS_PROPERTY_IDS.AGING_STATE) ?? 0) !== 0,
    noRefreshHours: storedU32(properties, DNS_PROPERTY_IDS.NOREFRESH_INTERVAL) ?? DEFAULT_INTERVAL_HOURS,
    refreshHours: storedU32(properties, DNS_PROPERTY_IDS.REFRESH_INTERVAL) ?? DEFAULT_INTERVAL_HOURS,
  };
}

/**
 * The value that switches a zone to another update mode: `bytes` with the one byte of AllowUpdate changed.
 *
 * @param bytes a stored ALLOW_UPDATE property
 * @param mode a key of UPDATE_MODES
 * @throws FormatError when `bytes` is another property or holds no value to change
 * @throws RangeError when there is no such mode
 */
export function withAllowUpdate(bytes: Uint8Array, mode: number): Uint8Array {
  if (!Object.hasOwn(UPDATE_MODES, mode)) {
    throw new RangeError(`Cannot set AllowUpdate to ${mode}: it needs 0, 1 or 2`);
  }
  const property = decodeDnsProperty(bytes);
  if (property.id !== DNS_PROPERTY_IDS.ALLOW_UPDATE || property.data.length !== 1) {
    throw new FormatError(
      FORMAT,
      `Cannot change AllowUpdate: found property ${property.id} with ${property.data.length} bytes of data, ` +
        `needs property ${DNS_PROPERTY_IDS.ALLOW_UPDATE} with 1`,
    );
  }
  const changed = new Uint8Array(bytes);
  changed[DATA_OFFSET] = mode;
  return changed;
}

function storedU32(properties: readonly DnsProperty[], id: number): number | null {
  const property = properties.find((candidate) => candidate.id === id);
  return property === undefined ? null : propertyU32(property);
}
