/**
 * CSV files with a header row, RFC 4180, as Excel, DNS Manager and PowerShell's Export-Csv write them.
 *
 * csv-text.ts settles encoding, first line and separator; here the text becomes records, and broken quotes are
 * contained. A quote inside an unquoted field spoils its row only. After a quoted field that ends wrong nothing says
 * where the next row starts, so reading stops there: going on could take half a file for one field and lose its rows
 * without a word.
 */

import { type CsvError, type Info, type Options, parse } from 'csv-parse/sync';
import { type CsvText, decodeCsvText } from './csv-text.ts';
import { type InputFile, unusableFile } from './text-file.ts';

/** One record below the header; it may have fewer or more fields than the header. */
export interface CsvRow {
  /** The line of the file it starts on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Why a row is not among the rows. */
export interface CsvFault {
  readonly line: number;
  readonly fieldIndex: number;
  readonly message: string;
}

/** A CSV file as read; rows and faults are in the order of the file, empty lines are in neither. */
export interface CsvFile {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly CsvFault[];
}

/** A quote that does not fit. `fatal`: no row after it can be trusted. */
interface QuoteFault {
  readonly line: number;
  readonly fieldIndex: number;
  readonly fatal: boolean;
}

/**
 * Reads a CSV file into records.
 *
 * @throws UsageError when the file as a whole cannot be used: empty, not text, no sound header row
 */
export function readCsv(bytes: Uint8Array, file: InputFile): CsvFile {
  const csv = decodeCsvText(bytes, file);
  const { records, quoteFaults } = parseRecords(csv);
  const [header, ...rows] = records;
  if (header?.line !== csv.firstLine) {
    throw unusableFile(file, 'CSV', 'the quotes in its header row do not fit');
  }
  const faults = quoteFaults.map((fault) => ({
    line: fault.line,
    fieldIndex: fault.fieldIndex,
    message: quoteMessage(fault),
  }));
  return { header: header.fields, rows, faults };
}

/** The records up to the first fatal fault, and the faults up to that one, at most one for a line. */
function parseRecords(csv: CsvText): {
  readonly records: readonly CsvRow[];
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
