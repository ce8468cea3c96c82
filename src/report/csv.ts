/**
 * Rows as CSV, RFC 4180: CRLF after every record, quotes doubled inside quotes. The header holds column ids, the
 * same in every locale. What differs between editions of Excel is left to the caller: the separator, and the byte
 * order mark without which Excel takes UTF-8 for the local code page.
 */

import { type CellValue, type Column, cellText } from './columns.ts';
import { safeForCsv } from './safe-text.ts';

/** How the file is to be read by others. */
export interface CsvOptions {
  /** Put U+FEFF before the header. Default no. */
  readonly bom?: boolean;
  /** A comma by default; Excel wants a semicolon where the decimal sign is a comma. */
  readonly separator?: ',' | ';' | '\t';
}

/** Quoted for any of the separators, so that a reader that guesses the separator guesses right. */
const NEEDS_QUOTES = /[",;\t\r\n]|^ | $/;

/** The whole file as text. */
export function renderCsv<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  options: CsvOptions = {},
): string {
  return csvHeader(columns, options) + rows.map((row) => csvRow(columns, row, options)).join('');
}

/** The first record, with its line end and, on request, the byte order mark. */
export function csvHeader<T>(columns: readonly Column<T>[], options: CsvOptions = {}): string {
  const mark = options.bom === true ? '\ufeff' : '';
  return (
    mark +
    csvRecord(
      columns.map((column) => column.id),
      options,
    )
  );
}

/** One row as a record, with its line end. */
export function csvRow<T>(columns: readonly Column<T>[], row: T, options: CsvOptions = {}): string {
  return csvRecord(
    columns.map((column) => column.value(row)),
    options,
  );
}

function csvRecord(values: readonly CellValue[], options: CsvOptions): string {
  return `${values.map(csvField).join(options.separator ?? ',')}\r\n`;
}

/** A number stays one, minus sign included: only text can be a stranger's formula. */
function csvField(value: CellValue): string {
  const text = typeof value === 'string' ? safeForCsv(value) : cellText(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
