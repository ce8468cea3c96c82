/**
 * The time a lease ends, as lists of leases put it: ISO 8601, or the date format of whoever exported the list, which
 * the list does not name.
 *
 * | text                                            | taken as                                             |
 * | ----------------------------------------------- | ---------------------------------------------------- |
 * | 2026-11-20T21:00:00+01:00, …Z, 7-digit fraction | that moment                                          |
 * | 2026-11-20 21:00, 2026/11/20 9:00:00 PM         | year, month, day; no offset, read as UTC             |
 * | 11/20/2026 9:00:00 PM, 20.11.2026 21:00:00      | day and month where only one order can be; as UTC    |
 * | 04/05/2026 9:00:00 PM                           | null: nothing says which of 4 and 5 is the day       |
 * | a year before 1970, such as 0001 or 1601        | null: how Windows writes that there is none          |
 * | anything else                                   | null                                                 |
 */

const ISO_OFFSET = /(?:Z|([+-])(\d\d):?(\d\d))$/i;
const YEAR_FIRST = /^(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?:\.?\s+|T)(.+)$/i;
const YEAR_LAST = /^(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})\s+(.+)$/;
const CLOCK = /^(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:\.\d+)?)?(?:\s*([ap])\.?m\.?)?$/i;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * The moment a text from a lease list stands for. Without an offset it is local to an unknown place and read as UTC,
 * so it can be off by half a day.
 *
 * @returns null for what is no time, or one whose day and month cannot be told apart
 */
export function parseLeaseTime(text: string): Date | null {
  const offset = ISO_OFFSET.exec(text);
  const local = offset === null ? text : text.slice(0, offset.index);
  const date = dateAndClock(local.trim());
  const clock = date === null ? null : parseClock(date.clock);
  if (date === null || clock === null) return null;
  const moment = utcMoment(date, clock);
  const minutes = Number(offset?.[2] ?? 0) * 60 + Number(offset?.[3] ?? 0);
  if (moment === null || minutes > MAX_OFFSET_MINUTES) return null;
  return new Date(moment - (offset?.[1] === '-' ? -minutes : minutes) * 60_000);
}

interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function dateAndClock(text: string): (CalendarDay & { readonly clock: string }) | null {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, , month, day, clock = ''] = yearFirst;
    return { year: Number(year), month: Number(month), day: Number(day), clock };
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast === null) return null;
  const [, first, , second, year, clock = ''] = yearLast;
  const [a, b] = [Number(first), Number(second)];
  if (a <= 12 && b <= 12 && a !== b) return null;
  const [day, month] = a > 12 ? [a, b] : [b, a];
  return { year: Number(year), month, day, clock };
}

/** @returns hour, minute and second of a day of 24 hours */
function parseClock(text: string): readonly [number, number, number] | null {
  const match = CLOCK.exec(text.trim());
  if (match === null) return null;
  const [, hour, minute, second, half] = match;
  if (half === undefined) return [Number(hour), Number(minute), Number(second ?? 0)];
  if (Number(hour) < 1 || Number(hour) > 12) return null;
  return [(Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0), Number(minute), Number(second ?? 0)];
}

/** Milliseconds since 1970; null when there is no such moment: Date would carry it into the next day or month. */
function utcMoment(
  { year, month, day }: CalendarDay,
  [hour, minute, second]: readonly [number, number, number],
): number | null {
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return null;
  const moment = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(moment);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? moment : null;
}
