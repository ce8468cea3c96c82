/**
 * The lines of an LDIF file: bytes in any chunks to logical lines. RFC 2849
 *
 * - A line that starts with a space goes on with the line before it; one logical line is many lines of the file.
 * - Lines end in LF or CRLF.
 * - ldifde -u writes UTF-16; a byte order mark tells. Without a mark the bytes are taken as they are.
 *
 * A line comes out as a string of one character per byte, which costs a quarter of decoding it: most of a file is
 * base64. It is scanned where it lies in the chunk, so memory stays at one chunk and one line.
 */

import { FormatError } from '../errors.ts';

/** A logical line. `text` holds one byte per character (latin1), unfolded, without its line end. */
export interface LdifLine {
  /** The number of its first line in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Cuts chunks into lines; what is left of a chunk waits for the next one. */
export interface LineSplitter {
  split(chunk: Uint8Array): Generator<LdifLine>;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const LONGEST_MARK = 3;
/** No value of a directory comes near; a file without line ends must not fill the memory. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const NOTHING: Uint8Array = new Uint8Array(0);
const END_OF_FILE: Uint8Array = Uint8Array.of(LF, LF);

/** Gives the UTF-8 of a chunk; `more` is false for the last one. */
type Converter = (chunk: Uint8Array, more: boolean) => Uint8Array;

interface FoundLine {
  /** Where its last line feed stands. */
  readonly end: number;
  /** Lines of the file that make it up. */
  readonly foldedLines: number;
}

/** Makes a splitter for one file. Its split() throws FormatError when a line is longer than 16 MiB. */
export function createLineSplitter(): LineSplitter {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  return {
    *split(chunk) {
      const bytes = rest.length === 0 ? viewOf(chunk) : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let found = findLine(bytes, start); found !== null; found = findLine(bytes, start)) {
        yield { line, text: unfold(bytes, start, found) };
        start = found.end + 1;
        line += found.foldedLines;
      }
      if (bytes.length - start > MAX_LINE_BYTES) {
        const message = `Cannot read LDIF line ${line}: it has no end within ${MAX_LINE_BYTES} bytes`;
        throw new FormatError('LDIF', message);
      }
      rest = Buffer.from(bytes.subarray(start));
    },
  };
}

/**
 * The file as UTF-8 without byte order mark, with an empty line added so that whatever comes last is ended too.
 *
 * @throws FormatError when the file is marked as UTF-16 and is not
 */
export async function* utf8Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = NOTHING;
  let toUtf8: Converter | null = null;
  for await (const chunk of chunks) {
    if (toUtf8 !== null) {
      yield toUtf8(chunk, true);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < LONGEST_MARK) continue;
    toUtf8 = converterFor(head);
    yield toUtf8(head, true);
  }
  if (toUtf8 === null) {
    toUtf8 = converterFor(head);
    yield toUtf8(head, true);
  }
  yield toUtf8(NOTHING, false);
  yield END_OF_FILE;
}

/** Null when the line, or what tells whether it is folded, is not there yet. */
function findLine(bytes: Buffer, start: number): FoundLine | null {
  let end = bytes.indexOf(LF, start);
  if (end === start || (end === start + 1 && bytes[start] === CR)) return { end, foldedLines: 1 };
  for (let foldedLines = 1; end !== -1 && end + 1 < bytes.length; foldedLines += 1) {
    if (bytes[end + 1] !== SPACE) return { end, foldedLines };
    end = bytes.indexOf(LF, end + 1);
  }
  return null;
}

function unfold(bytes: Buffer, start: number, { end, foldedLines }: FoundLine): string {
  const text = bytes.toString('latin1', start, bytes[end - 1] === CR && end > start ? end - 1 : end);
  return foldedLines === 1 ? text : text.replace(/\r?\n /g, '');
}

function viewOf(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Makes the converter for a file that starts with `head`. It wants the mark in its first chunk and leaves it out. */
function converterFor(head: Uint8Array): Converter {
  const mark = Buffer.from(head.subarray(0, LONGEST_MARK)).toString('hex');
  if (mark.startsWith('fffe')) return utf16Converter('utf-16le');
  if (mark.startsWith('feff')) return utf16Converter('utf-16be');
  let skip = mark === 'efbbbf' ? LONGEST_MARK : 0;
  return (chunk) => {
    const unmarked = chunk.subarray(skip);
    skip = 0;
    return unmarked;
  };
}

function utf16Converter(encoding: string): Converter {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (chunk, more) => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: more }));
    } catch (cause) {
      const message = `Cannot read LDIF: its byte order mark says ${encoding}, but it is not`;
      throw new FormatError('LDIF', message, {}, { cause });
    }
  };
}
