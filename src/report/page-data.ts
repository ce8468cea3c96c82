/** The rows of a page as compact JSON; page-model.ts describes it. */

import type { PageCell, PageColumn, StoredCell } from './page-model.ts';
import { safeForJson, safeForTerminal } from './safe-text.ts';

/** Above this many different texts a column has its texts in its rows. */
const MOST_WORDS = 4096;

/** Turns rows into JSON one by one; what repeats is collected meanwhile. */
export interface RowEncoder {
  /** The row in one line. */
  row(cells: readonly PageCell[]): string;
  /** The texts that rows refer to, once all were encoded. */
  words(): string;
}

/** @param columns of the cells, in their order */
export function createRowEncoder(columns: readonly PageColumn[]): RowEncoder {
  const words = columns.map(() => new Map<string, number>());
  const store = (text: string, known: Map<string, number>): number | string => {
    const place = known.get(text);
    if (place !== undefined) return place;
    const visible = visibleText(text);
    if (known.size >= MOST_WORDS) return visible;
    known.set(text, known.size);
    return known.size - 1;
  };
  const storeCell = (cell: PageCell, index: number): StoredCell => {
    const known = words[index] as Map<string, number>;
    if (typeof cell !== 'string') return cell.map((line) => store(line, known));
    const separator = columns[index]?.split;
    const at = separator === undefined ? -1 : cell.indexOf(separator);
    return at === -1 ? store(cell, known) : [visibleText(cell.slice(0, at)), store(cell.slice(at), known)];
  };
  return {
    row: (cells) => JSON.stringify(cells.map(storeCell)),
    words: () => JSON.stringify(words.map((known) => [...known.keys()].map(visibleText))),
  };
}

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function safeForScriptElement(json: string): string {
  return safeForJson(json).replaceAll('<', '\\u003c');
}

/** What cannot be seen is written out; the tab stays, which parts the fields of a line. */
function visibleText(text: string): string {
  return text.includes('\t') ? text.split('\t').map(safeForTerminal).join('\t') : safeForTerminal(text);
}
