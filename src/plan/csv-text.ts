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
 *
 * A file in a code page (Excel's plain "CSV") is refused as soon as it holds a byte that is not UTF-8: guessing the
 * code page wrong would turn one name into another.
 */

import { UsageError } from '../errors.ts';

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
export function decodeCsvText(bytes: Uint8Array, fileName: string): CsvText {
  const decoded = decodeText(bytes, fileName);
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
  if (header === undefined) throw unusable(fileName, 'it is empty, needs a header row and at least one name');
  return {
    text: lines.slice(first).join('\n'),
    firstLine: first + 1,
    separator: separator ?? mostFrequentSeparator(header),
  };
}

function decodeText(bytes: Uint8Array, fileName: string): string {
  const encoding = detectEncoding(bytes);
  if (encoding === 'utf-8' && bytes.includes(0)) throw binary(fileName);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const cure = 'needs UTF-8 or UTF-16; in Excel choose "CSV UTF-8" when saving';
    throw unusable(fileName, `its bytes are not ${encoding.toUpperCase()} text, ${cure}`, cause);
  }
  if (text.includes('\0')) throw binary(fileName);
  return text;
}

/** Without a mark, ASCII gives UTF-16 away: a good part of every second byte is zero, and no other. */
function detectEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 4096);
  const even = sample.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  const odd = sample.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const enough = sample.length / 8;
  if (even === 0 && odd > enough) return 'utf-16le';
  return odd === 0 && even > enough ? 'utf-16be' : 'utf-8';
}

function mostFrequentSeparator(header: string): string {
  const outsideQuotes = header.replace(/"[^"]*"?/g, '');
  const counts = SEPARATORS.map((separator) => outsideQuotes.split(separator).length - 1);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function binary(fileName: string): UsageError {
  return unusable(fileName, 'it holds NUL bytes, so it is not a CSV file but a workbook or another binary');
}

function unusable(fileName: string, found: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot read ${fileName} as CSV: ${found}`, '--csv', { cause });
}
