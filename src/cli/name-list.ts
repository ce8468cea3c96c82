/**
 * The names of an answer: as lines of JSON they are written as they come, in any other form they are sorted first.
 * What is kept for that is what each name shows, not the name: its records and judgements take several times the
 * memory, and would hold on to what they were read from.
 */

import type { Column } from '../report/columns.ts';
import { csvHeader, csvRow } from '../report/csv.ts';
import type { JsonCommon } from '../report/json.ts';
import { jsonListDocument } from '../report/json-list.ts';
import { drawTable, tableRow } from '../report/table.ts';
import type { Answer } from './answer.ts';
import { byZoneThenName } from './names.ts';

interface Named {
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: string;
}

/** What a name looks like in each form. */
export interface NameForms<T> {
  readonly table: readonly Column<T>[];
  readonly csv: readonly Column<T>[];
  /** JSON in one line, with its line end. */
  readonly line: (name: T) => string;
}

/** What stands around the names in a JSON document. */
export interface NameDocument {
  readonly common: JsonCommon;
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface NameList<T> {
  add(page: readonly T[]): Promise<void>;
  /** Writes what was not written yet. `document` is called for JSON only, after everything was read. */
  end(document: () => NameDocument): Promise<void>;
}

/** @throws RangeError in a format that no list of names has */
export function createNameList<T extends Named>(answer: Answer, forms: NameForms<T>): NameList<T> {
  switch (answer.format) {
    case 'table':
      return sortedList(
        answer,
        (name) => tableRow(forms.table, name),
        function* (rows) {
          if (rows.length === 0) return;
          yield* drawTable(forms.table, rows, answer.render);
          yield '\n';
        },
      );
    case 'csv':
      return sortedList(
        answer,
        (name) => csvRow(forms.csv, name),
        function* (rows) {
          yield csvHeader(forms.csv);
          yield* rows;
        },
      );
    case 'json':
      return sortedList(
        answer,
        // As bytes: a line that was put together from pieces holds on to each of them as long as it is a string.
        (name) => Buffer.from(forms.line(name)),
        (lines, document) => {
          const { common, rest } = document();
          return jsonListDocument(common, 'names', textsOf(lines), rest);
        },
      );
    case 'ndjson':
      return {
        add: (page) => answer.writeAll(linesOf(page, forms.line)),
        end: async () => {},
      };
    default:
      throw new RangeError(`No list of names as ${answer.format}`);
  }
}

/**
 * @param show what is kept of a name; must not refer to it
 * @param render the text of all that was kept
 */
function sortedList<T extends Named, S>(
  answer: Answer,
  show: (name: T) => S,
  render: (shown: readonly S[], document: () => NameDocument) => Iterable<string>,
): NameList<T> {
  const kept: (Named & { readonly shown: S })[] = [];
  return {
    add: (page) =>
      answer.stages.during('writing', async () => {
        for (const name of page) {
          const { zone, fqdn, dn } = name;
          kept.push({ zone, fqdn, dn, shown: show(name) });
        }
      }),
    end: async (document) => {
      const shown = kept.sort(byZoneThenName).map((name) => name.shown);
      await answer.writeAll(render(shown, document));
    },
  };
}

function* linesOf<T>(page: readonly T[], line: (name: T) => string): Generator<string> {
  for (const name of page) yield line(name);
}

function* textsOf(lines: readonly Buffer[]): Generator<string> {
  for (const line of lines) yield line.toString();
}
