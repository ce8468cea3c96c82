/**
 * Names as DNS messages carry them (RFC 1035 3.1), and, compressed in the same way (4.1.4), as answers to an LDAP
 * ping do ([MS-ADTS] 6.3.7). Their text form is that of dns-name.ts.
 *
 * | first byte | meaning                                                                    |
 * | ---------- | -------------------------------------------------------------------------- |
 * | 00         | the name ends                                                              |
 * | 01..3f     | a label of so many bytes follows                                           |
 * | c0..ff     | with the next byte, big-endian without the two top bits: the name goes on there |
 */

import { FormatError } from '../errors.ts';
import { formatLabel, parseLabel, splitLabels } from './dns-name.ts';
import { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

const POINTER = 0xc0;
const MAX_NAME_BYTES = 255;

/**
 * Reads a name at the cursor, which then stands behind it. Pointers count from the first byte of the reader, and are
 * followed in any kind of record: RFC 3597 4 asks that of readers, and servers do compress where they should not.
 *
 * @param field what the name is, for error messages
 * @returns the text form; the root is `.`
 * @throws FormatError when the name runs past the end, is longer than 255 bytes, or a pointer does not lead backwards
 */
export function readWireName(reader: Reader, field: string): string {
  const labels: string[] = [];
  let from = reader;
  let start = reader.offset;
  let sizeBytes = 1;
  for (;;) {
    const at = from.offset;
    const first = from.u8(field);
    if (first === 0) return labels.length === 0 ? '.' : labels.join('.');
    if (first >= POINTER) {
      const target = ((first & 0x3f) << 8) | from.u8(field);
      // Only backwards, so that no chain of pointers is without end.
      if (target >= start)
        throw reader.error(`${field} points to byte ${target}, needs one before ${start}`, at);
      from = new Reader(reader.bytes, reader.format, target);
      start = target;
      continue;
    }
    if (first > 0x3f) throw reader.error(`${field} has a label of unknown kind 0x${first.toString(16)}`, at);
    labels.push(formatLabel(from.take(first, field)));
    sizeBytes += 1 + first;
    if (sizeBytes > MAX_NAME_BYTES) throw reader.error(`${field} is longer than ${MAX_NAME_BYTES} bytes`, at);
  }
}

/**
 * Appends `name` uncompressed.
 *
 * @throws FormatError when the text is no name, a label is longer than 63 bytes, or the whole longer than 255
 */
export function writeWireName(writer: Writer, name: string): void {
  const labels = splitLabels(name).map((label) => parseLabel(label, name));
  const sizeBytes = labels.reduce((total, label) => total + 1 + label.length, 1);
  if (sizeBytes > MAX_NAME_BYTES) {
    const message = `Cannot write DNS name ${JSON.stringify(name)}: it takes ${sizeBytes} bytes, needs at most ${MAX_NAME_BYTES}`;
    throw new FormatError('DNS name', message);
  }
  for (const label of labels) writer.u8(label.length).raw(label);
  writer.u8(0);
}
