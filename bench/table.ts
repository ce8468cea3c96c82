/** The bench's rows as a table for a terminal and for the README. */

import type { Row, Unit } from './rows.ts';

const HEADS = ['what', 'ours', 'rival', 'ratio', 'target', 'met?'] as const;

/** @param judged false at a size whose times mean nothing */
export function renderTable(rows: readonly Row[], judged: boolean): string {
  const lines = [HEADS, ...rows.map((row) => cellsOf(row, judged))];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function renderMarkdown(rows: readonly Row[], judged: boolean): string {
  const lines = [HEADS, HEADS.map(() => '---'), ...rows.map((row) => cellsOf(row, judged))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** True, false, or null where nothing was promised. */
export function isMet({ value, limit }: Row): boolean | null {
  return limit === null ? null : value <= limit;
}

function cellsOf(row: Row, judged: boolean): readonly string[] {
  const met = isMet(row);
  const verdict = met === null || !judged ? '-' : met ? 'yes' : 'NO';
  const target = row.limit === null ? '-' : `<= ${withUnit(row.limit, row.unit)}`;
  return [row.what, row.ours, row.rival, withUnit(row.value, row.unit), target, verdict];
}

function withUnit(value: number, unit: Unit): string {
  const digits = unit === 'MB' ? 0 : value < 0.1 ? 3 : 2;
  return `${Number(value.toFixed(digits))} ${unit}`;
}
