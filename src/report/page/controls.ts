/** What stands above the table: search, filters, groups, how many rows are left, and the files that can be saved. */

import { button, element, inWords } from './elements.ts';
import { approvedAsCsv, rowsAsCsv, saveFile } from './export.ts';
import { createGrid } from './grid.ts';
import type { Ticks } from './grid-rows.ts';
import type { Store } from './store.ts';
import { createViewer, type Query, type View } from './view.ts';

const TYPING_MS = 120;
const ALL = '';

/** Puts the table and everything to steer it into `host`. */
export function createControls(store: Store, host: HTMLElement, say: (text: string) => void): void {
  const viewer = createViewer(store);
  const { noun } = store.model;
  const count = element('p', { class: 'count', role: 'status', 'aria-live': 'polite' });
  let query: Query = { search: '', facets: new Map(), sort: null, groupBy: null, folded: new Set() };
  let view: View = { items: [], groups: [], rows: [] };
  const approval = createApproval(
    store,
    () => view,
    () => grid.refresh(),
  );
  const grid = createGrid(store, {
    say,
    ticks: approval?.ticks ?? null,
    sort: (column) => {
      const { sort } = query;
      change({ sort: { column, descending: sort?.column === column && !sort.descending } });
    },
    fold: (label) => {
      const folded = new Set(query.folded);
      if (!folded.delete(label)) folded.add(label);
      change({ folded });
    },
  });

  function change(part: Partial<Query>): void {
    query = { ...query, ...part };
    view = viewer.view(query);
    grid.show(view, query.sort);
    const all = inWords(store.rows);
    const shown =
      view.rows.length === store.rows ? `${all} ${noun}` : `${inWords(view.rows.length)} of ${all} ${noun}`;
    count.textContent = query.groupBy === null ? shown : `${shown} in ${inWords(view.groups.length)} groups`;
  }

  const facets = createFacets(store, viewer.choices, (chosen) => change({ facets: chosen }));
  const search = searchField(noun, (text) => change({ search: text }));
  const grouping = groupField(store, (groupBy) => change({ groupBy, folded: new Set() }));
  const clear = button('Show all', () => {
    search.input.value = '';
    facets.clear();
    change({ search: '', facets: new Map() });
  });
  const save = button('Save these as CSV', () => saveFile(store.model.csvName, rowsAsCsv(store, view.rows)));
  const fields = element('div', { class: 'fields' }, search.label, ...facets.labels, grouping, clear, save);
  host.replaceChildren(fields, ...(approval === null ? [] : [approval.root]), count, grid.root);
  addChartFilters(facets.choose);
  change({});
}

function searchField(noun: string, search: (text: string) => void) {
  const input = element('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false' });
  let timer = 0;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => search(input.value), TYPING_MS);
  });
  const label = element('label', { for: 'search', class: 'wide' }, `Search ${noun}`, input);
  return { input, label };
}

function groupField(store: Store, group: (column: number | null) => void): HTMLElement {
  const options = store.columns.flatMap((column, place) =>
    column.facet === undefined ? [] : [element('option', { value: String(place) }, column.title)],
  );
  const select = element('select', { id: 'group' }, element('option', { value: ALL }, 'nothing'), ...options);
  select.addEventListener('change', () => group(select.value === ALL ? null : Number(select.value)));
  return element('label', { for: 'group' }, 'Group by', select);
}

/** A choice for each column that is filtered by, unless all rows are alike in it. */
function createFacets(
  store: Store,
  choices: ReturnType<typeof createViewer>['choices'],
  chosen: (facets: ReadonlyMap<number, string>) => void,
) {
  const selects = new Map<number, HTMLSelectElement>();
  const told = (): void => {
    const all = [...selects].filter(([, select]) => select.value !== ALL);
    chosen(new Map(all.map(([place, select]) => [place, select.value.slice(1)])));
  };
  const labels = store.columns.flatMap((column, place) => {
    if (column.facet === undefined) return [];
    const found = choices(place);
    if (found.length < 2) return [];
    // The value of an option begins with a sign, so that an empty text is not the choice of all.
    const options = found.map(({ label, rows }) =>
      element('option', { value: `=${label}` }, `${label === '' ? 'nothing' : label} (${inWords(rows)})`),
    );
    const id = `facet-${column.id}`;
    const select = element('select', { id }, element('option', { value: ALL }, 'all'), ...options);
    select.addEventListener('change', told);
    selects.set(place, select);
    return [element('label', { for: id }, column.title, select)];
  });
  return {
    labels,
    clear: () => {
      for (const select of selects.values()) select.value = ALL;
    },
    choose: (id: string, text: string) => {
      const select = selects.get(store.column(id));
      if (select === undefined) return;
      select.value = select.value === `=${text}` ? ALL : `=${text}`;
      told();
      document.getElementById('rows')?.scrollIntoView();
    },
  };
}

/** The labels of charts become buttons that filter. */
function addChartFilters(choose: (column: string, text: string) => void): void {
  for (const label of document.querySelectorAll<HTMLElement>('[data-column]')) {
    const { column = '', text = '' } = label.dataset;
    label.replaceChildren(button(label.textContent ?? '', () => choose(column, text), { class: 'filter' }));
  }
}

/** Ticks, and the file of what was ticked; null for a page where nothing is approved. */
function createApproval(store: Store, view: () => View, redraw: () => void) {
  const { approval } = store.model;
  if (approval === null) return null;
  const grants = store.column(approval.column);
  const ticked = new Set<number>();
  const state = element('span', { role: 'status' });
  const mayTick = (row: number): boolean => store.lines(grants, row).length > 0;
  const tell = (): void => {
    state.textContent = `${inWords(ticked.size)} approved`;
    save.disabled = ticked.size === 0;
  };
  const tickAll = (on: boolean) => () => {
    for (const row of view().rows) {
      if (!on) ticked.delete(row);
      else if (mayTick(row)) ticked.add(row);
    }
    tell();
    redraw();
  };
  const save = button('Save the approved as CSV', () => {
    const rows = [...ticked].sort((a, b) => a - b);
    saveFile(approval.fileName, approvedAsCsv(store, rows, grants));
  });
  const ticks: Ticks = {
    mayTick,
    isTicked: (row) => ticked.has(row),
    tick: (row, on) => {
      if (on) ticked.add(row);
      else ticked.delete(row);
      tell();
    },
  };
  tell();
  const buttons = [
    button('Approve those shown', tickAll(true)),
    button('Take back those shown', tickAll(false)),
    save,
  ];
  const hint = element('span', { class: 'dim' }, 'for dnsacl grant --csv FILE');
  const root = element(
    'div',
    { class: 'approval', role: 'group', 'aria-label': 'Approval' },
    ...buttons,
    state,
    hint,
  );
  return { root, ticks };
}
