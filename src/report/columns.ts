/**
 * The model of a table: each kind of row is described once, as a list of columns, and every format renders from
 * that. Columns know ids, titles and values; formats know widths, quotes and colours.
 */

import { UsageError } from '../errors.ts';

/** What a cell holds; null when there is nothing to say, which is not the same as an empty text. */
export type CellValue = string | number | boolean | null;

/** What a colour would mean. The words in the cell say it too: colour is never the only carrier. */
export type Role = 'good' | 'warn' | 'bad' | 'dim';

/** One column over rows of type `T`. */
export interface Column<T> {
  /** Stable and the same in every locale: the CSV header, the word for `--columns`. */
  readonly id: string;
  /** For people, above a table. */
  readonly title: string;
  readonly value: (row: T) => CellValue;
  /** Default left. A right-aligned column is a number, and the last to be cut when space is short. */
  readonly align?: 'left' | 'right';
  /** The role of this row's cell, null for plain text. */
  readonly paint?: (row: T) => Role | null;
}

/**
 * The columns with these ids, in the order asked for; upper and lower case are the same.
 *
 * @throws UsageError when an id is not known or none is given; the message lists the known ones
 */
export function selectColumns<T>(
  columns: readonly Column<T>[],
  ids: readonly string[],
): readonly Column<T>[] {
  const byId = new Map(columns.map((column) => [column.id.toLowerCase(), column]));
  const selected: Column<T>[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const column = byId.get(id.trim().toLowerCase());
    if (column === undefined) unknown.push(id);
    else selected.push(column);
  }
  if (unknown.length > 0 || selected.length === 0) {
    const found = unknown.length > 0 ? `there is no ${unknown.join(', ')}` : 'none is named';
    const known = columns.map((column) => column.id).join(', ');
    throw new UsageError(`Cannot select columns: ${found}, known are ${known}`, '--columns');
  }
  return selected;
}

/** A value as text, not yet made safe for any format: `yes` and `no`, plain digits, empty for null. */
export function cellText(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
