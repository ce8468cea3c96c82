/** Patterns for names: `*` any run of characters, `?` one character, `\` takes the next one literally. */

/** A case-insensitive test of the whole text against `pattern`. */
export function globMatcher(pattern: string): (text: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] as string;
    if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += literal(pattern[at] as string);
    } else if (char === '*') {
      source += '.*';
    } else {
      source += char === '?' ? '.' : literal(char);
    }
  }
  const expression = new RegExp(`^${source}$`, 'isu');
  return (text) => expression.test(text);
}

function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
