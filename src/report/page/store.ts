/** The rows of a page in memory: column by column, texts put together only when they are asked for. */

import { OWN_WORD, OWN_WORD_UPPER, type PageColumn, type PageModel, type StoredCell } from '../page-model.ts';

/** Everything the page was given. */
export interface Store {
  readonly model: PageModel;
  readonly columns: readonly PageColumn[];
  readonly rows: number;
  /** One text; lines with a line end between them. */
  text(column: number, row: number): string;
  /** The lines of a cell; none for an empty one. */
  lines(column: number, row: number): readonly string[];
  /** The place of the column with this id. @throws RangeError when there is none */
  column(id: string): number;
}

type Row = readonly StoredCell[];

const SHORTENED = new RegExp(`[${OWN_WORD}${OWN_WORD_UPPER}]`);

/** @param chunks lists of rows, in order @param words for each column, what its cells refer to */
export function createStore(
  model: PageModel,
  chunks: readonly (readonly Row[])[],
  words: readonly (readonly string[])[],
): Store {
  const rows = chunks.flat();
  const { columns } = model;
  const wordOf = (column: number, cell: number | string): string =>
    typeof cell === 'string' ? cell : (words[column]?.[cell] ?? '');
  const stored = (column: number, row: number): string => {
    const cell = rows[row]?.[column] ?? '';
    if (typeof cell !== 'object') return wordOf(column, cell);
    const pieces = cell.map((piece) => wordOf(column, piece));
    return pieces.join(columns[column]?.split === undefined ? '\n' : '');
  };
  const text = (column: number, row: number): string => {
    const short = stored(column, row);
    if (!SHORTENED.test(short)) return short;
    const first = rows[row]?.[0];
    const own = typeof first === 'object' ? String(first[0]) : '';
    return short.replaceAll(OWN_WORD, own).replaceAll(OWN_WORD_UPPER, own.toUpperCase());
  };
  return {
    model,
    columns,
    rows: rows.length,
    text,
    lines: (column, row) => {
      const whole = text(column, row);
      return whole === '' ? [] : whole.split('\n');
    },
    column: (id) => {
      const place = columns.findIndex((column) => column.id === id);
      if (place === -1) throw new RangeError(`There is no column ${id}`);
      return place;
    },
  };
}
