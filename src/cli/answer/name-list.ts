/**
 * The names of an answer: as lines of JSON they are written as they come, in any other form they are sorted first.
 * What is kept for that is what each name shows, not the name: its records and judgements take several times the
 * memory, and would hold on to what they were read from.
 */

import type { CellValue } from '../../report/columns.ts';
import { csvHeader, csvRow } from '../../report/csv.ts';
import { jsonListDocument } from '../../report/json-list.ts';
import { markdownHead, markdownRow } from '../../report/markdown.ts';
import { compareCells, type SortKey, sortCells } from '../../report/row-order.ts';
import { drawTable, tableRow } from '../../report/table.ts';
import { byZoneThenName } from '../names.ts';
import type { Answer } from './answer.ts';
import { createGroupList } from './group-list.ts';
import type { ListColumns, ListDocument, ListView, RowList, RowView } from './list-view.ts';
import { createShelf, type Shelf } from './shelf.ts';

interface Named {
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: string;
}

/** What a name looks like in each form. */
export interface NameForms<T> extends ListColumns<T> {
  /** JSON in one line, without a line end. */
  readonly line: (name: T) => string;
}

/**
 * @param limit how many are written, once they are sorted
 * @param shelf where rows wait until then
 * @throws RangeError in a format that no list of names has
 */
export function createNameList<T extends Named>(
  answer: Answer,
  { line }: Pick<NameForms<T>, 'line'>,
  view: ListView<T>,
  limit: number = Number.POSITIVE_INFINITY,
  shelf: Shelf = createShelf(),
): RowList<T> {
  if (view.kind === 'groups') return createGroupList(answer, view, limit);
  const { columns, sort } = view;
  const kept: Kept<T> = { answer, sort, limit };
  switch (answer.format) {
    case 'table':
      return sortedList(
        kept,
        (name) => tableRow(columns, name),
        function* (rows) {
          if (rows.length === 0) return;
          yield* drawTable(columns, rows, answer.render);
          yield '\n';
        },
      );
    case 'csv':
      return sortedList(
        kept,
        (name) => shelf.put(csvRow(columns, name, answer.csv)),
        function* (rows) {
          yield csvHeader(columns, answer.csv);
          yield* shelf.texts(rows);
        },
      );
    case 'markdown':
      return sortedList(
        kept,
        (name) => shelf.put(markdownRow(columns, name)),
        function* (rows) {
          if (rows.length === 0) return;
          yield markdownHead(columns);
          yield* shelf.texts(rows);
          yield '\n';
        },
      );
    case 'json':
      return sortedList(
        kept,
        (name) => shelf.put(line(name)),
        (lines, document) => {
          const { common, rest } = document();
          return jsonListDocument(common, 'names', shelf.texts(lines), rest);
        },
      );
    case 'ndjson':
      return sort.length === 0
        ? writtenList(answer, line)
        : sortedList(
            kept,
            (name) => shelf.put(line(name)),
            (lines) => ended(shelf.texts(lines)),
          );
    default:
      throw new RangeError(`No list of names as ${answer.format}`);
  }
}

function writtenList<T>(answer: Answer, line: (name: T) => string): RowList<T> {
  return { add: (page) => answer.writeAll(ended(linesOf(page, line))), end: async () => {} };
}

interface Kept<T> extends Pick<RowView<T>, 'sort'> {
  readonly answer: Answer;
  readonly limit: number;
}

/**
 * @param show what is kept of a name; must not refer to it
 * @param render the text of all that was kept
 */
function sortedList<T extends Named, S>(
  { answer, sort, limit }: Kept<T>,
  show: (name: T) => S,
  render: (shown: readonly S[], document: () => ListDocument) => Iterable<string>,
): RowList<T> {
  const kept: (Named & { readonly cells: readonly CellValue[]; readonly shown: S })[] = [];
  return {
    add: (page) =>
      answer.stages.during('writing', async () => {
        for (const name of page) {
          const { zone, fqdn, dn } = name;
          kept.push({ zone, fqdn, dn, cells: cellsOf(sort, name), shown: show(name) });
        }
      }),
    end: async (document) => {
      kept.sort((a, b) => compareCells(sort, a.cells, b.cells) || byZoneThenName(a, b));
      const shown = kept.slice(0, limit).map((name) => name.shown);
      await answer.writeAll(render(shown, document));
      if (shown.length < kept.length) await answer.remark(`Showing ${shown.length} of ${kept.length} names`);
    },
  };
}

const NO_CELLS: readonly CellValue[] = [];

function cellsOf<T>(sort: readonly SortKey<T>[], name: T): readonly CellValue[] {
  return sort.length === 0 ? NO_CELLS : sortCells(sort, name);
}

function* linesOf<T>(page: readonly T[], line: (name: T) => string): Generator<string> {
  for (const name of page) yield line(name);
}

/** The lines with their ends, which put together with each would copy them once more. */
function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) {
    yield line;
    yield '\n';
  }
}
