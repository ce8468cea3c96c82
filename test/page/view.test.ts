/** What a page makes of its data, without a browser: rows there and back, search, filters, order, groups. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetOf, placeAt, ROW_PX } from '../../src/report/page/layout.ts';
import { createStore, type Store } from '../../src/report/page/store.ts';
import { createViewer, type Query } from '../../src/report/page/view.ts';
import { createRowEncoder, safeForScriptElement } from '../../src/report/page-data.ts';
import type { PageCell, PageColumn } from '../../src/report/page-model.ts';

const COLUMNS: readonly PageColumn[] = [
  { id: 'name', title: 'Name', place: 'cell', form: 'text', split: '.' },
  { id: 'verdict', title: 'Verdict', place: 'cell', form: 'text', facet: 'whole' },
  { id: 'findings', title: 'Findings', place: 'cell', form: 'text', facet: 'words' },
  { id: 'age', title: 'Age', place: 'cell', form: 'number' },
  { id: 'who', title: 'Who', place: 'detail', form: 'lines' },
];
const ROWS: readonly (readonly PageCell[])[] = [
  ['pc2.example.com', 'blocked', 'open stale', '10', ['CORP\\PC2$', 'CORP\\dhcp']],
  ['pc1.example.com', 'ready', '', '9', []],
  ['.example.com', 'ready', 'stale', '', ['pc1']],
  ['nodots', 'blocked', 'open', '100', ['x']],
];
const NO_QUERY: Query = { search: '', facets: new Map(), sort: null, groupBy: null, folded: new Set() };

function storeOf(rows: readonly (readonly PageCell[])[]): Store {
  const encoder = createRowEncoder(COLUMNS);
  const chunk = JSON.parse(safeForScriptElement(`[${rows.map((row) => encoder.row(row)).join(',')}]`));
  const model = { noun: 'names', columns: COLUMNS, csvName: 'x.csv', approval: null };
  return createStore(model, [chunk], JSON.parse(safeForScriptElement(encoder.words())));
}

const store = storeOf(ROWS);
const viewer = createViewer(store);
const rowsFor = (query: Partial<Query>): readonly number[] => viewer.view({ ...NO_QUERY, ...query }).rows;

test('every text comes back as it went in', () => {
  const texts = ROWS.map((_, row) => COLUMNS.map((_column, column) => store.text(column, row)));
  assert.deepEqual(
    texts,
    ROWS.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.join('\n')))),
  );
  assert.deepEqual(store.lines(4, 0), ['CORP\\PC2$', 'CORP\\dhcp']);
  assert.deepEqual(store.lines(4, 1), []);
});

test('texts come back when there are more of them than words are kept', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => [
    `a${at}.b${at}`,
    `v${at}`,
    '',
    String(at),
    [`A${at}$`],
  ]);
  const large = storeOf(many);
  for (const at of [0, 4095, 4096, 9999]) {
    assert.deepEqual(
      [0, 1, 3, 4].map((column) => large.text(column, at)),
      [`a${at}.b${at}`, `v${at}`, String(at), `A${at}$`],
    );
  }
});

test('what cannot be seen is written out, what ends a script is not there', () => {
  const hostile = '</script><!--\u2028\u202e\u0001\u0002\u001b[2J';
  const encoder = createRowEncoder(COLUMNS);
  const json = safeForScriptElement(
    encoder.row([`${hostile}.x`, hostile, '', '', [hostile]]) + encoder.words(),
  );
  assert.doesNotMatch(json, /[<\p{Cc}\p{Cf}\p{Zl}]/u);
  const safe = '</script><!--\\u2028\\u202e\\x01\\x02\\x1b[2J';
  const shown = storeOf([[`${hostile}.x`, hostile, '', '', [hostile]]]);
  assert.deepEqual(
    [0, 1, 4].map((column) => shown.text(column, 0)),
    [`${safe}.x`, safe, safe],
  );
});

test('search wants every word, in any searched column, in any case', () => {
  assert.deepEqual(rowsFor({ search: 'PC' }), [0, 1]);
  assert.deepEqual(rowsFor({ search: 'stale block' }), [0]);
  assert.deepEqual(rowsFor({ search: 'dhcp' }), []);
});

test('filters take a text as a whole, or one of its words', () => {
  assert.deepEqual(rowsFor({ facets: new Map([[1, 'blocked']]) }), [0, 3]);
  assert.deepEqual(rowsFor({ facets: new Map([[2, 'stale']]) }), [0, 2]);
  assert.deepEqual(rowsFor({ facets: new Map([[2, '']]) }), [1]);
  assert.deepEqual(viewer.choices(2), [
    { label: 'open', rows: 2 },
    { label: 'stale', rows: 2 },
    { label: '', rows: 1 },
  ]);
});

test('numbers sort as numbers, nothing first, and the other way round', () => {
  assert.deepEqual(rowsFor({ sort: { column: 3, descending: false } }), [2, 1, 0, 3]);
  assert.deepEqual(rowsFor({ sort: { column: 3, descending: true } }), [3, 0, 1, 2]);
  assert.deepEqual(rowsFor({ sort: { column: 0, descending: false } }), [2, 3, 1, 0]);
});

test('groups come with their counts, and fold', () => {
  const open = viewer.view({ ...NO_QUERY, groupBy: 1 });
  assert.deepEqual(open.groups, [
    { label: 'blocked', rows: 2 },
    { label: 'ready', rows: 2 },
  ]);
  assert.deepEqual(open.items, [-1, 0, 3, -2, 1, 2]);
  const folded = viewer.view({ ...NO_QUERY, groupBy: 1, folded: new Set(['blocked']) });
  assert.deepEqual(folded.items, [-1, -2, 1, 2]);
  assert.equal(folded.rows.length, 4);
});

test('rows below an open one lie lower, and are found there', () => {
  const open = { place: 2, px: 100 };
  for (const [place, px] of [
    [0, 0],
    [2, 2 * ROW_PX],
    [3, 3 * ROW_PX + 100],
    [10, 10 * ROW_PX + 100],
  ] as const) {
    assert.equal(offsetOf(place, open), px);
    assert.equal(placeAt(px, open), place);
  }
  assert.equal(placeAt(3 * ROW_PX + 50, open), 2);
  assert.equal(placeAt(offsetOf(7, null) + ROW_PX - 1, null), 7);
});
