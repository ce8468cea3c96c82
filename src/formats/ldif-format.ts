/**
 * Writes LDIF records. RFC 2849
 *
 * A value stands as it is only when it is a SAFE-STRING: ASCII, not starting with space, colon or `<`, and not ending
 * with a space. Everything else is base64, control characters too, which the RFC would let stand (but NUL, LF and CR):
 * whoever looks at the file should not have his terminal steered by a name. Lines are folded at 76 columns.
 */

const LINE_COLUMNS = 76;

/**
 * One record with its closing empty line; records can be joined as they are.
 *
 * @param attributes by name, each with its values in order; a name without values gives no line
 */
export function formatLdifRecord(
  dn: string,
  attributes: Iterable<readonly [name: string, values: readonly Uint8Array[]]>,
): string {
  let text = formatLine('dn', Buffer.from(dn));
  for (const [name, values] of attributes) {
    for (const value of values) text += formatLine(name, value);
  }
  return `${text}\n`;
}

function formatLine(name: string, value: Uint8Array): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length === 0) return fold(`${name}:`);
  return fold(
    isSafeString(bytes) ? `${name}: ${bytes.toString('latin1')}` : `${name}:: ${bytes.toString('base64')}`,
  );
}

/** RFC 2849 SAFE-STRING, and its note 8 on values that end with a space. */
function isSafeString(bytes: Uint8Array): boolean {
  const first = String.fromCharCode(bytes[0] ?? 0);
  if (' :<'.includes(first) || bytes[bytes.length - 1] === 0x20) return false;
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}

function fold(line: string): string {
  if (line.length <= LINE_COLUMNS) return `${line}\n`;
  let folded = `${line.slice(0, LINE_COLUMNS)}\n`;
  for (let at = LINE_COLUMNS; at < line.length; at += LINE_COLUMNS - 1) {
    folded += ` ${line.slice(at, at + LINE_COLUMNS - 1)}\n`;
  }
  return folded;
}
