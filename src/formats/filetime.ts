/**
 * The clocks of Active Directory. All of them count from 1601-01-01 00:00 UTC, in units that differ by place:
 *
 * | unit   | where                                                                       |
 * | ------ | --------------------------------------------------------------------------- |
 * | 100 ns | FILETIME: EntombedTime of a tombstone, lastLogonTimestamp ([MS-DTYP] 2.3.3)  |
 * | 1 s    | replPropertyMetaData, the secured time of a zone ([MS-DNSP] 3.1.1)           |
 * | 1 h    | TimeStamp of dnsRecord, AgingEnabledTime ([MS-DNSP] 2.3.2.2)                 |
 *
 * whenCreated and whenChanged are text instead: GeneralizedTime (RFC 4517 3.3.13).
 */

import { FormatError } from '../errors.ts';

const SECONDS_FROM_1601_TO_1970 = 11_644_473_600;
const TICKS_PER_MILLISECOND = 10_000n;
const MILLISECONDS_PER_HOUR = 3_600_000;
/** The largest distance from 1970 that a Date can hold, in milliseconds. */
const DATE_LIMIT = 8.64e15;
/** From here on a FILETIME means "never". */
const NEVER = 0x7fff_ffff_ffff_ffffn;

const GENERALIZED_TIME =
  /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:(\d\d))?)?(?:[.,](\d+))?(?:Z|([+-])(\d\d)(\d\d)?)$/;

/**
 * The moment a FILETIME stands for, cut to milliseconds. [MS-DTYP] 2.3.3
 *
 * @param value 100 ns since 1601
 * @returns null for "none" (0) and "never" (0x7FFFFFFFFFFFFFFF and above)
 */
export function filetimeToDate(value: bigint): Date | null {
  if (value <= 0n || value >= NEVER) return null;
  return dateSince1601(Number(value / TICKS_PER_MILLISECOND));
}

/** The FILETIME of `date`, 100 ns since 1601. @throws RangeError for an invalid date or one before 1601 */
export function dateToFiletime(date: Date): bigint {
  return BigInt(millisecondsSince1601(date)) * TICKS_PER_MILLISECOND;
}

/** The moment so many seconds after 1601; null for 0 ("none") and for what lies beyond every calendar. */
export function secondsSince1601ToDate(value: bigint): Date | null {
  if (value <= 0n || value > BigInt(DATE_LIMIT)) return null;
  return dateSince1601(Number(value) * 1000);
}

/** The start of the hour that a record's TimeStamp stands for; null for 0 (a static record) and beyond every calendar. */
export function hoursToDate(hours: number): Date | null {
  return hours === 0 ? null : dateSince1601(hours * MILLISECONDS_PER_HOUR);
}

/** Whole hours since 1601, cut as the DNS server does. @throws RangeError as dateToFiletime() */
export function dateToHours(date: Date): number {
  return Math.floor(millisecondsSince1601(date) / MILLISECONDS_PER_HOUR);
}

/**
 * Reads a time such as `20261120210000.0Z`. RFC 4517 3.3.13
 *
 * Minutes, seconds, a fraction of the last unit given and an offset from UTC are all optional, as the RFC has them.
 *
 * @throws FormatError when the text has another shape or names no real moment, such as 30 February
 */
export function parseGeneralizedTime(text: string): Date {
  const match = GENERALIZED_TIME.exec(text);
  if (match === null) throw badTime(text, 'needs the form YYYYMMDDHHMMSS.fZ');
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match;
  const fields = [year, month, day, hour, minute, second].map((field) => Number(field ?? 0));
  const date = utcDate(fields);
  if (date === null) throw badTime(text, 'there is no such moment');
  const unit = second !== undefined ? 1000 : minute !== undefined ? 60_000 : MILLISECONDS_PER_HOUR;
  const offset = Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0);
  const shift = Math.floor(Number(`0.${fraction ?? 0}`) * unit) + (sign === '-' ? offset : -offset) * 60_000;
  return new Date(date.getTime() + shift);
}

/**
 * Writes a time as a domain controller does, in UTC and whole seconds: `20261120210000.0Z`.
 *
 * @throws RangeError for an invalid date or a year that four digits cannot hold
 */
export function formatGeneralizedTime(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new RangeError(`Cannot write ${String(date)} as GeneralizedTime: it needs a year from 0 to 9999`);
  }
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}.0Z`;
}

function dateSince1601(milliseconds: number): Date | null {
  const sinceUnix = milliseconds - SECONDS_FROM_1601_TO_1970 * 1000;
  return sinceUnix > DATE_LIMIT ? null : new Date(sinceUnix);
}

function millisecondsSince1601(date: Date): number {
  const milliseconds = date.getTime() + SECONDS_FROM_1601_TO_1970 * 1000;
  if (!(milliseconds >= 0)) {
    throw new RangeError(`Cannot count from 1601 to ${String(date)}: it needs a valid date from 1601 on`);
  }
  return milliseconds;
}

/** Null when a field is out of range; Date would silently carry it into the next unit. */
function utcDate(fields: readonly number[]): Date | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  if (hour > 23 || minute > 59 || second > 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second);
  return date;
}

function badTime(text: string, needed: string): FormatError {
  return new FormatError('GeneralizedTime', `Cannot parse time ${JSON.stringify(text)}: ${needed}`);
}
