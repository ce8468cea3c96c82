/**
 * The names under which a server gives the first values of an attribute that has too many, such as
 * `member;range=0-1499`; the last range ends in `*`. [MS-ADTS] 3.1.1.3.1.3.3
 */

/** The name of an attribute in lower case, the first and last values given by number, and whether none are left. */
export interface AttributeRange {
  readonly attribute: string;
  readonly first: number;
  readonly last: number;
  readonly isFinal: boolean;
}

const RANGE = /^(.+);range=(\d+)-(\d+|\*)$/;

/** Whether an attribute's name says that there are more values than these. */
export function isRangeName(name: string): boolean {
  return RANGE.test(name);
}

/** The range that the name of an attribute tells of, or null. */
export function rangeOf(name: string): AttributeRange | null {
  const match = RANGE.exec(name);
  if (match === null) return null;
  const [, attribute = '', first = '', last = ''] = match;
  return { attribute, first: Number(first), last: Number(last), isFinal: last === '*' };
}
