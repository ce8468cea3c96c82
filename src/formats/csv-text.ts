/**
 * What has to be known about a CSV file before its records can be read, because the programs that write such
 * files do not agree and do not say:
 *
 * | question   | answer                                                                                   |
 * | ---------- | ---------------------------------------------------------------------------------------- |
 * | encoding   | a byte order mark; else UTF-16 when every second byte tends to be zero; else UTF-8       |
 * | line ends  | CR, LF and CRLF all become LF                                                            |
 * | first line | `sep=;` (Excel) and `#TYPE …` (PowerShell) are not the header                            |
 * | separator  | the one `sep=` names, else whichever of comma, semicolon, tab the header has most often  |
 */

import { decodeText, type InputFile, unusableFile } from './text-file.ts';

/** A CSV file as text, ready for a parser. */
export interface CsvText {
  /** From the header on, line ends LF, no empty lines at the end. */
  readonly text: string;
  /** The line of the file, from 1, that the header is on. */
  readonly firstLine: number;
  readonly separator: string;
}

const SEPARATORS = [',', ';', '\t'] as const;
const EXCEL_SEPARATOR_LINE = /^"?sep=([,;|\t])"? *$/i;
const POWERSHELL_TYPE_LINE = /^"?#TYPE\b/;

/**
 * Decodes a CSV file and finds its header and separator.
 *
 * @throws UsageError when the file is empty, is not text, or is text in neither UTF-8 nor UTF-16
 */
export function decodeCsvText(bytes: Uint8Array, file: InputFile): CsvText {
  const decoded = decodeText(bytes, file, 'CSV');
  const lines = decoded.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  let first = 0;
  let separator: string | null = null;
  for (; first < lines.length; first += 1) {
    const line = lines[first] ?? '';
    const named = EXCEL_SEPARATOR_LINE.exec(line)?.[1];
    if (named !== undefined) separator = named;
    else if (line.trim() !== '' && !POWERSHELL_TYPE_LINE.test(line)) break;
  }
  const header = lines[first];
  if (header === undefined) {
    throw unusableFile(file, 'CSV', 'it is empty, needs a header row and at least one more row');
  }
  return {
    text: lines.slice(first).join('\n'),
    firstLine: first + 1,
    separator: separator ?? mostFrequentSeparator(header),
  };
}

function mostFrequentSeparator(header: string): string {
  const outsideQuotes = header.replace(/"[^"]*"?/g, '');
  const counts = SEPARATORS.map((separator) => outsideQuotes.split(separator).length - 1);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}
