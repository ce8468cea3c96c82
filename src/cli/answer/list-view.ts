/** How a list is shown: which columns, in which order, or only how often each value occurs. */

import { type Command, CommanderError, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../formats/near-names.ts';
import type { Column } from '../../report/columns.ts';
import { type GroupRow, groupColumns } from '../../report/group-rows.ts';
import type { JsonCommon } from '../../report/json.ts';
import type { SortKey } from '../../report/row-order.ts';
import { renderTable } from '../../report/table.ts';
import type { Format } from '../options.ts';

/** What to show of a list, as typed. */
export interface ListFlags {
  readonly columns?: readonly string[];
  readonly sort?: readonly string[];
  readonly groupBy?: readonly string[];
}

/** The columns that a list has. */
export interface ListColumns<T> {
  /** Shown in tables unless others are asked for. */
  readonly table: readonly Column<T>[];
  /** All of them. */
  readonly csv: readonly Column<T>[];
}

/** What is shown of a list in one format. */
export type ListView<T> = RowView<T> | GroupView<T>;

export interface RowView<T> {
  readonly kind: 'rows';
  readonly columns: readonly Column<T>[];
  /** Empty: in the usual order. */
  readonly sort: readonly SortKey<T>[];
}

export interface GroupView<T> {
  readonly kind: 'groups';
  readonly by: readonly Column<T>[];
  readonly columns: readonly Column<GroupRow>[];
  /** Empty: the largest group first. */
  readonly sort: readonly SortKey<GroupRow>[];
}

/** What stands around the rows in a JSON document. */
export interface ListDocument {
  readonly common: JsonCommon;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Takes rows as they come and shows them in one format. */
export interface RowList<T> {
  add(page: readonly T[]): Promise<void>;
  /** Writes what was not written yet. `document` is called for JSON only, after everything was read. */
  end(document: () => ListDocument): Promise<void>;
}

const JSON_FORMATS: readonly Format[] = ['json', 'ndjson'];

/** Adds the options of every command that lists. `--columns` alone lists them and ends the program, as --help does. */
export function addListOptions<T>(command: Command, columns: ListColumns<T>): Command {
  command
    .optionsGroup('Output:')
    .addOption(
      new Option(
        '--columns [ids]',
        'columns of table, CSV and Markdown, such as name,owner; alone: lists them',
      )
        .argParser(commaList)
        .conflicts(['groupBy', 'summary']),
    )
    .option('--sort <ids>', 'sort by these columns, - before one for descending', commaList)
    .addOption(
      new Option('--group-by <ids>', 'only how many names have the same in these columns')
        .argParser(commaList)
        .conflicts('summary'),
    );
  command.on('option:columns', (value: string | null) => {
    if (value !== null) return;
    command.configureOutput().writeOut?.(columnList(columns));
    throw new CommanderError(0, 'dnsacl.columns', 'Columns were listed');
  });
  return command;
}

/**
 * What the flags ask for.
 *
 * @throws UsageError when a column is not known, or nothing of this format can be chosen
 */
export function listViewOf<T>(flags: ListFlags, columns: ListColumns<T>, format: Format): ListView<T> {
  const arranged = flags.columns ?? flags.sort ?? flags.groupBy;
  if (format === 'html' && arranged !== undefined) {
    const message = 'The page sorts and groups its rows itself; leave out --columns, --sort and --group-by';
    throw new UsageError(message, '--format');
  }
  if (flags.columns !== undefined && JSON_FORMATS.includes(format)) {
    const message = `Cannot choose columns of ${format}: every value has all fields; needs -f table, csv or markdown`;
    throw new UsageError(message, '--columns');
  }
  const isCsv = format === 'csv';
  const known = isCsv ? columns.csv : withTableForms(columns);
  if (flags.groupBy !== undefined) {
    const by = flags.groupBy.map((id) => columnOf(known, id, '--group-by'));
    const grouped = groupColumns(by);
    return { kind: 'groups', by, columns: grouped, sort: sortKeys(grouped, flags.sort) };
  }
  const usual = isCsv ? columns.csv : columns.table;
  const chosen = flags.columns?.map((id) => columnOf(known, id, '--columns')) ?? usual;
  return { kind: 'rows', columns: chosen, sort: sortKeys(known, flags.sort) };
}

/**
 * How many names are read and how many are shown: those that come first when that says which they are, else so many of
 * all.
 */
export function limitsOf(flags: ListFlags & { readonly limit?: number }): {
  readonly read: number;
  readonly shown: number;
} {
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  const needsAll = (flags.sort ?? flags.groupBy) !== undefined;
  return needsAll ? { read: Number.POSITIVE_INFINITY, shown: limit } : { read: limit, shown: limit };
}

/** All columns, in the words of a table where it has its own. */
function withTableForms<T>({ table, csv }: ListColumns<T>): readonly Column<T>[] {
  return csv.map((column) => table.find(({ id }) => id === column.id) ?? column);
}

function sortKeys<T>(columns: readonly Column<T>[], ids: readonly string[] = []): readonly SortKey<T>[] {
  return ids.map((id) => {
    const descending = id.startsWith('-');
    return { column: columnOf(columns, descending ? id.slice(1) : id, '--sort'), descending };
  });
}

function columnOf<T>(columns: readonly Column<T>[], id: string, flag: string): Column<T> {
  const column = columns.find((known) => known.id.toLowerCase() === id.toLowerCase());
  if (column !== undefined) return column;
  const ids = columns.map((known) => known.id);
  const known = `${didYouMean(id, ids)}; there are ${ids.join(', ')}`;
  throw new UsageError(`There is no column ${JSON.stringify(id)} for ${flag}${known}`, flag);
}

function commaList(text: string): readonly string[] {
  return text.split(',').map((id) => id.trim());
}

function columnList<T>({ table, csv }: ListColumns<T>): string {
  const shown = new Set(table.map(({ id }) => id));
  const columns: readonly Column<Column<T>>[] = [
    { id: 'column', title: 'Column', value: ({ id }) => id },
    { id: 'title', title: 'Title', value: ({ title }) => title },
    { id: 'table', title: 'In tables', value: ({ id }) => (shown.has(id) ? 'yes' : null) },
  ];
  return renderTable(columns, csv, { width: null, color: false });
}
