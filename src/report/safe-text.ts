/**
 * Names, record data and account names come out of the directory, and strangers wrote some of them. This is the
 * only file that makes such text safe to show; each format has its own danger:
 *
 * | format   | danger                                    | answer                                     |
 * | -------- | ----------------------------------------- | ------------------------------------------ |
 * | all      | escape sequences, bidi overrides, nothing | written out: `\x1b`, `\u202e`, `\u{e0041}` |
 * |          | to see at all (zero width, line breaks)   |                                            |
 * | CSV      | a cell that a spreadsheet runs            | a leading apostrophe                       |
 * | Markdown | markup, a cell that ends early, raw HTML  | backslashes and entities                   |
 * | HTML     | markup                                    | entities                                   |
 * | JSON     | what JSON lets through in a string        | `\u` escapes, which read back unchanged    |
 * | scripts  | a second command, a code page that makes  | ASCII without any character that `cmd` or  |
 * |          | quotes of what is none                    | PowerShell acts on; a DN as hex pairs      |
 *
 * Backslashes themselves are not doubled, so that `CORP\PC1$` stays readable: what is shown is for eyes. JSON is
 * the format that gives every character back.
 */

/** Controls, format characters (bidi, joiners, tags), line separators, lone surrogates, and what draws nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** As above without what JSON.stringify escapes itself (U+0000-001F, lone surrogates); its line breaks must stay. */
const INVISIBLE_IN_JSON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The full-width forms count as formulas in East Asian editions of Excel. */
const FORMULA_START = /^'*[=+\-@＝＋－＠]/u;

const PLAIN_ASCII = /^[ -~]*$/;

/** Text for a terminal or a log: whatever would steer the terminal or cannot be seen is written out. */
export function safeForTerminal(text: string): string {
  return PLAIN_ASCII.test(text) ? text : text.replace(INVISIBLE, writtenOut);
}

/**
 * Text for a CSV cell, before quoting: written out as for a terminal (tab and line breaks too), and kept from
 * being a formula by a leading apostrophe. Text that has such an apostrophe already gets another, so that
 * taking one off gives the text back.
 */
export function safeForCsv(text: string): string {
  const visible = safeForTerminal(text);
  return FORMULA_START.test(visible) ? `'${visible}` : visible;
}

/** A DN for every format: what cannot be seen is written as hex pairs, RFC 4514 2.4, so that it stays the same DN. */
export function safeDn(dn: string): string {
  if (PLAIN_ASCII.test(dn)) return dn;
  return dn.replace(INVISIBLE, (character) =>
    Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '\\$&'),
  );
}

/** Text for a Markdown table cell or paragraph: reads as itself, is no markup, no link and no list. */
export function safeForMarkdown(text: string): string {
  return safeForTerminal(text)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/[&<>]/g, (character) => HTML_ENTITIES[character] ?? character)
    .replace(/^(\s*)([#+=-])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/\bwww\./gi, (prefix) => `${prefix.slice(0, -1)}\\.`)
    .replace(/:\/\//g, '\\://');
}

/** Text for HTML, good inside an element and inside a quoted attribute. */
export function safeForHtml(text: string): string {
  return safeForTerminal(text).replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? character);
}

/** A finished JSON text whose strings hold no character that a terminal acts on; parses to the same value. */
export function safeForJson(json: string): string {
  return isPlainJson(json) ? json : json.replace(INVISIBLE_IN_JSON, jsonEscape);
}

/** ASCII without DEL: JSON escapes all other controls itself. Every name of a zone is asked about, so no pattern is. */
function isPlainJson(json: string): boolean {
  return Buffer.byteLength(json) === json.length && !json.includes('\x7f');
}

/**
 * Text for a comment in a script of `cmd` or PowerShell. Nothing but ASCII: Windows reads a script in its code page,
 * where a byte of a UTF-8 character can be a quote.
 */
export function safeForScript(text: string): string {
  return text.replace(UNSAFE_IN_SCRIPT, writtenOut);
}

/** The same DN in characters that need no quoting in a script or an ADsPath: the others as hex pairs. RFC 4514 2.4 */
export function dnForScript(dn: string): string {
  return dn.replace(DN_CHARACTER, (match, pair: string | undefined, escaped: string | undefined) =>
    pair !== undefined
      ? match
      : Buffer.from(escaped ?? match)
          .toString('hex')
          .toUpperCase()
          .replace(/../g, '\\$&'),
  );
}

/** No flag `i` with `u`: it would let U+017F and U+212A pass as letters. */
const UNSAFE_IN_SCRIPT = /[^A-Za-z\d_ .,:;()'$\\=@/+*#~[\]{}-]/gu;
const DN_CHARACTER =
  /\\([\dA-Fa-f]{2})|\\([\s\S])|(?<!=)#|(?<!(?:^|[,+])[A-Za-z][A-Za-z\d-]*)=|[^A-Za-z\d_ .,=+*#@$-]/gu;

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function writtenOut(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
