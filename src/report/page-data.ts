/** The rows of a page as compact JSON; page-model.ts describes it. */

import { OWN_WORD, OWN_WORD_UPPER, type PageCell, type PageColumn, type StoredCell } from './page-model.ts';
import { safeForJson, safeForTerminal } from './safe-text.ts';

/** Texts that are shown as they are: nearly all. The tab parts the fields of a line. */
const PLAIN = /^[\t -~]*$/;

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
    if (known.size >= MOST_WORDS) return text;
    known.set(text, known.size);
    return known.size - 1;
  };
  const storeCell = (cell: PageCell, index: number, own: OwnWord): StoredCell => {
    const known = words[index] as Map<string, number>;
    const short = (text: string): string => shorten(visibleText(text), own);
    if (typeof cell !== 'string') return cell.map((line) => store(short(line), known));
    const separator = columns[index]?.split;
    const at = separator === undefined ? -1 : cell.indexOf(separator);
    if (at === -1) return store(index === 0 ? visibleText(cell) : short(cell), known);
    const [head, tail] = [cell.slice(0, at), cell.slice(at)];
    return index === 0
      ? [own.text, store(visibleText(tail), known)]
      : [store(short(head), known), store(short(tail), known)];
  };
  return {
    row: (cells) => {
      const own = ownWord(cells[0] ?? '', columns[0]?.split);
      return JSON.stringify(cells.map((cell, index) => storeCell(cell, index, own)));
    },
    words: () => JSON.stringify(words.map((known) => [...known.keys()])),
  };
}

/** What the first cell of a row begins with, and the same in capitals; empty when it is not split. */
interface OwnWord {
  readonly text: string;
  readonly upper: string;
}

function ownWord(cell: PageCell, separator: string | undefined): OwnWord {
  const at = typeof cell !== 'string' || separator === undefined ? -1 : cell.indexOf(separator);
  const text = at === -1 ? '' : visibleText(cell.slice(0, at) as string);
  return { text, upper: text.toUpperCase() };
}

/** A host's account, its DN and its cure carry the host's name, and differ in nothing else from row to row. */
function shorten(text: string, own: OwnWord): string {
  if (own.text === '') return text;
  return text.replaceAll(own.text, OWN_WORD).replaceAll(own.upper, OWN_WORD_UPPER);
}

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function safeForScriptElement(json: string): string {
  return safeForJson(json).replaceAll('<', '\\u003c');
}

/** What cannot be seen is written out; the tab stays. */
function visibleText(text: string): string {
  return PLAIN.test(text) ? text : text.split('\t').map(safeForTerminal).join('\t');
}
