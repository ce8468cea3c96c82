/** How often each value, or each combination of values, occurs in some columns. */

import type { CellValue, Column } from './columns.ts';
import { percent } from './owner-rows.ts';
import { compareCells, type SortKey } from './row-order.ts';

/** The rows that hold the same in the columns they are grouped by. */
export interface GroupRow {
  /** One for each of those columns. */
  readonly values: readonly CellValue[];
  readonly count: number;
  /** Of all groups. */
  readonly total: number;
}

/** Counts rows as they come; memory grows with the groups only. */
export interface Grouping<T> {
  add(row: T): void;
  /** The largest group first, then by values. */
  rows(): readonly GroupRow[];
}

export function createGrouping<T>(by: readonly Column<T>[]): Grouping<T> {
  const counts = new Map<string, { readonly values: readonly CellValue[]; count: number }>();
  let total = 0;
  return {
    add: (row) => {
      const values = by.map((column) => column.value(row));
      const key = JSON.stringify(values);
      const group = counts.get(key) ?? { values, count: 0 };
      group.count += 1;
      total += 1;
      counts.set(key, group);
    },
    rows: () => {
      const byValue = valueKeys(by);
      return [...counts.values()]
        .map(({ values, count }) => ({ values, count, total }))
        .sort((a, b) => b.count - a.count || compareCells(byValue, a.values, b.values));
    },
  };
}

/** The columns of groups: those they were grouped by, how many, and which share. */
export function groupColumns<T>(by: readonly Column<T>[]): readonly Column<GroupRow>[] {
  return [
    ...by.map(({ id, title }, index): Column<GroupRow> => {
      return { id, title, value: ({ values }) => values[index] ?? null };
    }),
    { id: 'count', title: 'Count', value: ({ count }) => count, align: 'right' },
    { id: 'share', title: 'Share', value: ({ count, total }) => percent(count, total), align: 'right' },
  ];
}

/** The JSON value of a group. */
export function groupValue<T>(
  by: readonly Column<T>[],
  { values, count }: GroupRow,
): Readonly<Record<string, unknown>> {
  return { by: Object.fromEntries(by.map(({ id }, index) => [id, values[index] ?? null])), count };
}

function valueKeys<T>(by: readonly Column<T>[]): readonly SortKey<T>[] {
  return by.map((column) => ({ column, descending: false }));
}
