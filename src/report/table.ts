/**
 * Rows as a table for a terminal: a line of titles, one line per row, two spaces between columns, no borders, so
 * that it reads well, greps well and can be cut by column. Nothing wraps: what does not fit ends in `…`.
 */

import { cellWidth, fitToWidth } from './cell-width.ts';
import { type CellValue, type Column, cellText, type Role } from './columns.ts';
import { createPaint } from './paint.ts';
import { safeForTerminal } from './safe-text.ts';

/** Where the table goes. */
export interface TableOptions {
  /** Terminal cells in a line; null when it is not a terminal, and then nothing is cut. */
  readonly width: number | null;
  readonly color: boolean;
}

/** What one row shows, cell by cell; does not refer to the row any more. */
export interface TableRow {
  readonly texts: readonly string[];
  readonly roles: readonly (Role | null)[];
}

const GAP = '  ';
const NOTHING = '-';

/**
 * Renders `rows` under the titles of `columns`; cells without a value show `-`. Lines end in `\n`, the last one too.
 *
 * When `width` is a number, text columns are cut to fit, widest first, and the first column only when that is not
 * enough. A line is longer than `width` only when there is not one cell per column.
 */
export function renderTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  options: TableOptions,
): string {
  const shown = rows.map((row) => tableRow(columns, row));
  return [...drawTable(columns, shown, options)].join('');
}

/** What `row` shows in a table of these columns. */
export function tableRow<T>(columns: readonly Column<T>[], row: T): TableRow {
  return {
    texts: columns.map((column) => shownText(column.value(row))),
    roles: columns.map((column) => column.paint?.(row) ?? null),
  };
}

/** As renderTable(), line by line, of rows that tableRow() made. */
export function* drawTable<T>(
  columns: readonly Column<T>[],
  rows: readonly TableRow[],
  { width, color }: TableOptions,
): Generator<string> {
  const titles = columns.map(({ title }) => safeForTerminal(title).toUpperCase());
  const natural = naturalWidths(titles, rows);
  const widths = width === null ? natural : fittedWidths(columns, titles, natural, width);
  const paint = createPaint(color);
  const draw = (texts: readonly string[], dress: (text: string, index: number) => string): string =>
    `${drawLine(columns, texts, widths, dress)}\n`;

  yield draw(titles, paint.heading);
  for (const { texts, roles } of rows) {
    yield draw(texts, (text, index) => paint.role(text, roles[index] ?? null));
  }
}

function shownText(value: CellValue): string {
  return value === null ? NOTHING : safeForTerminal(cellText(value));
}

function naturalWidths(titles: readonly string[], rows: readonly TableRow[]): number[] {
  const widths = titles.map(cellWidth);
  for (const { texts } of rows) {
    texts.forEach((text, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cellWidth(text));
    });
  }
  return widths;
}

/**
 * Takes space away in rounds, each from more columns and down to a lower floor, until the line fits: text columns
 * but the first down to their titles, the first column, then every column, numbers too.
 */
function fittedWidths<T>(
  columns: readonly Column<T>[],
  titles: readonly string[],
  natural: readonly number[],
  lineWidth: number,
): readonly number[] {
  const widths = [...natural];
  const available = lineWidth - GAP.length * (columns.length - 1);
  const all = [...columns.keys()];
  const texts = all.filter((index) => index > 0 && columns[index]?.align !== 'right');
  shrink(widths, available, texts, (index) => Math.max(8, cellWidth(titles[index] ?? '')));
  shrink(widths, available, [0], () => 16);
  shrink(widths, available, all, () => 4);
  shrink(widths, available, all, () => 1);
  return widths;
}

/** Makes the widest of `candidates` narrower, one cell at a time, until all fit or all are at their floors. */
function shrink(
  widths: number[],
  available: number,
  candidates: readonly number[],
  floor: (index: number) => number,
): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  const widthOf = (index: number): number => widths[index] ?? 0;
  while (excess > 0) {
    const open = candidates.filter((index) => widthOf(index) > floor(index));
    if (open.length === 0) return;
    const widest = open.reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a));
    widths[widest] = widthOf(widest) - 1;
    excess -= 1;
  }
}

function drawLine<T>(
  columns: readonly Column<T>[],
  texts: readonly string[],
  widths: readonly number[],
  paint: (text: string, index: number) => string,
): string {
  const cells = columns.map((column, index) => {
    const width = widths[index] ?? 0;
    const fitted = fitToWidth(texts[index] ?? '', width);
    const padding = ' '.repeat(width - fitted.width);
    const text = paint(fitted.text, index);
    return column.align === 'right' ? padding + text : text + padding;
  });
  return cells.join(GAP).trimEnd();
}
