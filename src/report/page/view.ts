/** Which rows are shown, and in what order: searched, filtered, sorted and grouped. Knows nothing of a browser. */

import type { Store } from './store.ts';

/** What the reader asks for. */
export interface Query {
  /** Words that all have to stand in a row, in any column that is searched. */
  readonly search: string;
  /** The text that a column must have, by the place of the column. */
  readonly facets: ReadonlyMap<number, string>;
  readonly sort: { readonly column: number; readonly descending: boolean } | null;
  readonly groupBy: number | null;
  /** Labels of the groups whose rows are folded away. */
  readonly folded: ReadonlySet<string>;
}

export interface Group {
  readonly label: string;
  readonly rows: number;
}

/** What stands in the table: a row by its place in the store, or the head of a group, -1 for the first, -2, ... */
export interface View {
  readonly items: readonly number[];
  readonly groups: readonly Group[];
  /** Rows that fit, those that are folded away included, in order. */
  readonly rows: readonly number[];
}

/** Answers queries; what is costly is worked out once. */
export interface Viewer {
  view(query: Query): View;
  /** The texts of a column that is filtered by, with how many rows have each; the most frequent first. */
  choices(column: number): readonly Group[];
}

export function createViewer(store: Store): Viewer {
  const orders = new Map<number, Uint32Array>();
  let haystack: readonly string[] | null = null;

  function order(column: number): Uint32Array {
    const known = orders.get(column);
    if (known !== undefined) return known;
    const made = sortRows(store, column);
    orders.set(column, made);
    return made;
  }

  function matcher({ search, facets }: Query): (row: number) => boolean {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0) haystack ??= searchedTexts(store);
    const texts = haystack ?? [];
    const tests = [...facets].map(([column, wanted]) => facetTest(store, column, wanted));
    return (row) =>
      tests.every((test) => test(row)) && words.every((word) => (texts[row] as string).includes(word));
  }

  function matchingRows(query: Query): readonly number[] {
    const fits = matcher(query);
    const rows: number[] = [];
    const sorted = query.sort === null ? null : order(query.sort.column);
    const descending = query.sort?.descending === true;
    for (let place = 0; place < store.rows; place += 1) {
      const at = descending ? store.rows - 1 - place : place;
      const row = sorted === null ? place : (sorted[at] as number);
      if (fits(row)) rows.push(row);
    }
    return rows;
  }

  return {
    view: (query) => {
      const rows = matchingRows(query);
      return query.groupBy === null
        ? { items: rows, groups: [], rows }
        : grouped(store, rows, query.groupBy, query.folded);
    },
    choices: (column) => {
      const counts = new Map<string, number>();
      for (let row = 0; row < store.rows; row += 1) {
        for (const word of facetWords(store, column, row)) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      return [...counts].map(([label, rows]) => ({ label, rows })).sort(mostFirst);
    },
  };
}

/** Stable: rows with the same text stay in the order of the file. */
function sortRows(store: Store, column: number): Uint32Array {
  const rows = Uint32Array.from({ length: store.rows }, (_, row) => row);
  const texts = Array.from(rows, (row) => store.text(column, row));
  if (store.columns[column]?.form === 'number') {
    const numbers = texts.map((text) => (text === '' ? Number.NEGATIVE_INFINITY : Number(text)));
    return rows.sort((a, b) => (numbers[a] as number) - (numbers[b] as number) || a - b);
  }
  return rows.sort((a, b) => {
    const [left, right] = [texts[a] as string, texts[b] as string];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}

function searchedTexts(store: Store): readonly string[] {
  const searched = store.columns.flatMap((column, place) =>
    column.place === 'cell' || column.searched === true ? [place] : [],
  );
  return Array.from({ length: store.rows }, (_, row) =>
    searched
      .map((column) => store.text(column, row))
      .join('\n')
      .toLowerCase(),
  );
}

function facetTest(store: Store, column: number, wanted: string): (row: number) => boolean {
  if (store.columns[column]?.facet !== 'words') return (row) => store.text(column, row) === wanted;
  return (row) => facetWords(store, column, row).includes(wanted);
}

/** An empty text is a choice too: nothing is there. */
function facetWords(store: Store, column: number, row: number): readonly string[] {
  const text = store.text(column, row);
  return store.columns[column]?.facet === 'words' ? text.split(' ') : [text];
}

function grouped(store: Store, rows: readonly number[], column: number, folded: ReadonlySet<string>): View {
  const byText = Map.groupBy(rows, (row) => store.text(column, row));
  const groups = [...byText].map(([label, members]) => ({ label, rows: members.length })).sort(mostFirst);
  const items = groups.flatMap(({ label }, place) =>
    folded.has(label) ? [-1 - place] : [-1 - place, ...(byText.get(label) ?? [])],
  );
  return { items, groups, rows };
}

function mostFirst(a: Group, b: Group): number {
  return b.rows - a.rows || (a.label < b.label ? -1 : 1);
}
