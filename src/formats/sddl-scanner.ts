/**
 * A cursor over SDDL text: hands out what a pattern matches at the cursor, together with its place, so that
 * every error can say where it is.
 */

import { FormatError } from '../errors.ts';

/** A piece of the text with the place where it begins, in UTF-16 units from 0. */
export interface Token {
  readonly text: string;
  readonly offset: number;
}

const LONGEST_QUOTE = 60;

/** Reads `text` from the front. Patterns must be sticky (`y`). */
export class Scanner {
  readonly text: string;
  offset: number;

  constructor(text: string) {
    this.text = text;
    this.offset = 0;
    this.match(/\s*/y);
  }

  atEnd(): boolean {
    return this.offset === this.text.length;
  }

  /** Everything from the cursor on, for errors. */
  rest(): Token {
    return { text: this.text.slice(this.offset), offset: this.offset };
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.offset);
  }

  /** Moves behind what `pattern` matches at the cursor; null, without moving, when it does not match. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match !== null) this.offset += match[0].length;
    return match;
  }
}

/** The error for a token that cannot be used; `needs` ends its message. */
export function sddlError(token: Token, needs: string, cause?: unknown): FormatError {
  const quoted = token.text.length > LONGEST_QUOTE ? `${token.text.slice(0, LONGEST_QUOTE)}...` : token.text;
  const found = token.text === '' ? 'nothing' : JSON.stringify(quoted);
  return new FormatError(
    'SDDL',
    `Cannot parse SDDL at position ${token.offset}: found ${found}, needs ${needs}`,
    { offset: token.offset },
    { cause },
  );
}
