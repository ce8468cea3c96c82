/**
 * Files of text as the programs of Windows leave them: UTF-8 or UTF-16, with a byte order mark or without. A file in
 * a code page is refused as soon as it holds a byte that is not UTF-8: guessing the code page wrong would turn one
 * name into another.
 */

import { UsageError } from '../errors.ts';

/** A file that the user handed in, as error messages speak of it. */
export interface InputFile {
  readonly name: string;
  /** The option that named it, such as `--csv`. */
  readonly flag: string;
}

/**
 * Decodes a text file; a byte order mark is not part of the text.
 *
 * @param format what the file was to be read as, for error messages
 * @throws UsageError when it is text in neither UTF-8 nor UTF-16, or holds NUL
 */
export function decodeText(bytes: Uint8Array, file: InputFile, format: string): string {
  const encoding = detectEncoding(bytes);
  if (encoding === 'utf-8' && bytes.includes(0)) throw binary(file, format);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const cure = 'needs UTF-8 or UTF-16; save it again as one of them (in Excel: "CSV UTF-8")';
    throw unusableFile(file, format, `its bytes are not ${encoding.toUpperCase()} text, ${cure}`, cause);
  }
  if (text.includes('\0')) throw binary(file, format);
  return text;
}

/** The error for a file that cannot be read as `format` at all. */
export function unusableFile(file: InputFile, format: string, found: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot read ${file.name} as ${format}: ${found}`, file.flag, { cause });
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

function binary(file: InputFile, format: string): UsageError {
  return unusableFile(file, format, 'it holds NUL bytes, so it is not text but a workbook or another binary');
}
