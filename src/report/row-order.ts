/** The order of rows by what their cells hold: numbers by size, text by code unit, the same in every locale. */

import type { CellValue, Column } from './columns.ts';

/** One column to sort by; where it holds the same, the next one decides. */
export interface SortKey<T> {
  readonly column: Column<T>;
  readonly descending: boolean;
}

/** The cells of a row that decide its order. */
export function sortCells<T>(keys: readonly SortKey<T>[], row: T): readonly CellValue[] {
  return keys.map(({ column }) => column.value(row));
}

/** Compares the cells that sortCells() took; what is empty comes last, whichever way the rest goes. */
export function compareCells<T>(
  keys: readonly SortKey<T>[],
  a: readonly CellValue[],
  b: readonly CellValue[],
): number {
  for (const [index, { descending }] of keys.entries()) {
    const [left, right] = [a[index] ?? null, b[index] ?? null];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    const order = left < right ? -1 : left > right ? 1 : 0;
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** The rows in that order; rows that no key tells apart stay as they are. */
export function sortRows<T>(keys: readonly SortKey<T>[], rows: readonly T[]): readonly T[] {
  if (keys.length === 0) return rows;
  return rows
    .map((row) => ({ row, cells: sortCells(keys, row) }))
    .sort((a, b) => compareCells(keys, a.cells, b.cells))
    .map(({ row }) => row);
}
