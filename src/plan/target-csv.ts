/**
 * The CSV file that names what is to be changed (`--csv`): a header row, then one name per row, with the principal
 * and the rights when they are not the usual ones. It is written by hand, by Excel, by DNS Manager, by PowerShell's
 * Export-Csv, or it is the audit's own CSV with an `approve` column ticked.
 *
 * csv-text.ts settles encoding and separator, target-columns.ts the headers, target-row.ts each row; here is the
 * way from one to the next, and what happens when quotes are broken. A quote inside an unquoted field spoils its
 * row only. After a quoted field that ends wrong nothing says where the next row starts, so reading stops there:
 * going on could take half a file for one field and lose its names without a word.
 */

import { type CsvError, type Info, type Options, parse } from 'csv-parse/sync';
import { type Problem, UsageError } from '../errors.ts';
import { type CsvText, decodeCsvText } from './csv-text.ts';
import { findTargetColumns } from './target-columns.ts';
import { readTargetRow, type TargetRow } from './target-row.ts';

export type { TargetRow } from './target-row.ts';

interface CsvRecord {
  /** The line of the file it starts on. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A quote that does not fit. `fatal`: no row after it can be trusted. */
interface QuoteFault {
  readonly line: number;
  readonly fieldIndex: number;
  readonly fatal: boolean;
}

/**
 * Reads a target file. Each bad row is a problem `bad-csv-row` at `file:line:column`, and not among the values;
 * both are in the order of the file. Rows that are not approved are in neither.
 *
 * @throws UsageError when the file as a whole cannot be used: empty, not text, no header row,
 *   no name column, two columns for one thing
 */
export function parseTargetCsv(
  bytes: Uint8Array,
  fileName: string,
): { readonly values: readonly TargetRow[]; readonly problems: readonly Problem[] } {
  const csv = decodeCsvText(bytes, fileName);
  const { records, quoteFaults } = parseRecords(csv);
  const [header, ...rows] = records;
  if (header?.line !== csv.firstLine) {
    throw new UsageError(`Cannot read ${fileName} as CSV: the quotes in its header row do not fit`, '--csv');
  }
  const columns = findTargetColumns(header.fields, fileName);
  const values: TargetRow[] = [];
  const found: { line: number; column: string; message: string }[] = quoteFaults.map((fault) => ({
    line: fault.line,
    column: columns.headers[fault.fieldIndex] ?? columns.headers.at(-1) ?? '',
    message: quoteMessage(fault),
  }));
  for (const { line, fields } of rows) {
    const { value, faults } = readTargetRow(fields, line, columns);
    if (value !== null) values.push(value);
    for (const fault of faults) found.push({ line, ...fault });
  }
  const problems = found
    .sort((a, b) => a.line - b.line)
    .map(({ line, column, message }) => badRow(`${fileName}:${line}:${column}`, message));
  return { values, problems };
}

/** The records up to the first fatal fault, and the faults up to that one, at most one for a line. */
function parseRecords(csv: CsvText): {
  readonly records: readonly CsvRecord[];
  readonly quoteFaults: readonly QuoteFault[];
} {
  const faults: QuoteFault[] = [];
  const options: Options = {
    delimiter: csv.separator,
    record_delimiter: '\n',
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error, raw) => {
      const fault = quoteFault(error, raw ?? '', csv.firstLine);
      if (faults.at(-1)?.line !== fault.line && faults.at(-1)?.fatal !== true) faults.push(fault);
      return undefined;
    },
  };
  // The declared result of parse() is that without the option `info`.
  const parsed = parse(csv.text, options) as unknown as readonly { info: Info; record: string[] }[];
  const end = faults.find((fault) => fault.fatal)?.line ?? Number.POSITIVE_INFINITY;
  const records = parsed
    .map(({ info, record }) => ({
      line: startLine(info.lines, record.join(''), csv.firstLine),
      fields: record,
    }))
    .filter((record) => record.line < end);
  return { records, quoteFaults: faults };
}

/** @param raw the record as far as it was read; the parser puts the empty lines before it in front */
function quoteFault(error: CsvError | undefined, raw: string, firstLine: number): QuoteFault {
  return {
    line: startLine(Number(error?.lines ?? 1), raw.replace(/^\n+/, ''), firstLine),
    fieldIndex: Number(error?.index ?? 0),
    fatal: error?.code !== 'INVALID_OPENING_QUOTE',
  };
}

/** @param lastLine the line within the text, from 1, that the record ends on */
function startLine(lastLine: number, record: string, firstLine: number): number {
  return firstLine - 1 + lastLine - (record.split('\n').length - 1);
}

function quoteMessage({ fatal }: QuoteFault): string {
  return fatal
    ? 'Cannot read on from here: a quoted field does not end with a quote and a separator, and no later row was read'
    : 'Cannot read the row: a quote stands inside a field that is not quoted, needs quotes around the field and "" for it';
}

function badRow(where: string, message: string): Problem {
  return { severity: 'error', code: 'bad-csv-row', where, message };
}
