/**
 * What a page with many rows holds, as the program writes it and the page's own script reads it: JSON in elements that
 * browsers do not run.
 *
 * | element               | content                                                                        |
 * | --------------------- | ------------------------------------------------------------------------------ |
 * | script#page-model     | PageModel                                                                      |
 * | script.page-rows, any | a list of rows; a row is a list of cells in the order of the columns           |
 * | script#page-words     | for each column the list of its texts that occur more than once, or nearly so  |
 *
 * A cell is a number, the place of its text in the words of the column, or the text itself. In a column with `split`
 * it is a list of two pieces that make one text; in one of several lines it is the list of its lines. In all columns but
 * the first, OWN_WORD stands for the first piece of the row's first cell.
 */

import type { Role } from './columns.ts';

/** How a cell is shown. `entries` are the lines of an access list, see ENTRY_FIELDS. */
export type PageForm = 'text' | 'number' | 'lines' | 'command' | 'entries';

/** A column of the table, or a part of what a row opens to. */
export interface PageColumn {
  readonly id: string;
  readonly title: string;
  /** `data` is not shown; it is there for CSV. */
  readonly place: 'cell' | 'detail' | 'data';
  readonly form: PageForm;
  /** Share of the table's width, in parts. */
  readonly width?: number;
  /** Filtered and grouped by: as a whole, or by each of its words. */
  readonly facet?: 'whole' | 'words';
  /** Searched though it is no cell. */
  readonly searched?: boolean;
  /** Texts are cut in front of the first of these characters: the rest is much the same in many rows. */
  readonly split?: string;
  /** What texts mean, where they mean something. */
  readonly roles?: Readonly<Record<string, Role>>;
}

/** One row may be ticked when its `grants` column has lines: PRINCIPAL tab RIGHTS tab REASON. */
export interface Approval {
  readonly column: string;
  readonly fileName: string;
}

export interface PageModel {
  /** What the rows are called: `names`. */
  readonly noun: string;
  readonly columns: readonly PageColumn[];
  /** Name of the file for the rows that are shown. */
  readonly csvName: string;
  readonly approval: Approval | null;
}

/** A cell as the program has it; a list for the forms of several lines. */
export type PageCell = string | readonly string[];

/** A cell as the page gets it. */
export type StoredCell = number | string | readonly (number | string)[];

/** Between the fields of a line: mark, kind, account, rights, reason. No text has one, they are written out. */
export const FIELD_SEPARATOR = '\t';

/** Stands for the first piece of the first cell, as it is and in capitals. Texts have no such character of their own. */
export const OWN_WORD = '\u0001';
export const OWN_WORD_UPPER = '\u0002';
