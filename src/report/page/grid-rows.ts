/** The elements of the table: its head, a row, the head of a group, and the rows that hold the place of others. */

import { button, element, inWords } from './elements.ts';
import type { Store } from './store.ts';
import type { Group } from './view.ts';

/** Which column the rows are sorted by. */
export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** Rows that may be ticked, and are. */
export interface Ticks {
  mayTick(row: number): boolean;
  isTicked(row: number): boolean;
  tick(row: number, on: boolean): void;
}

/** What every row is made with. */
export interface RowParts {
  readonly store: Store;
  /** The columns that are cells. */
  readonly cells: readonly number[];
  /** null when nothing is ticked. */
  readonly ticks: Ticks | null;
}

/** How one row stands in the table. */
export interface RowState {
  readonly place: number;
  readonly isOpen: boolean;
  /** The one row that the tab key reaches. */
  readonly isCurrent: boolean;
  /** The row was pressed. */
  readonly press: () => void;
}

/** Columns of the table, that of the ticks included. */
export function widthOf({ cells, ticks }: RowParts): number {
  return cells.length + (ticks === null ? 0 : 1);
}

/** The shares of the columns. */
export function columnWidths({ store, cells, ticks }: RowParts): HTMLElement {
  const parts = cells.map((place) => store.columns[place]?.width ?? 1);
  const sum = parts.reduce((total, part) => total + part, 0);
  const group = element('colgroup');
  if (ticks !== null) group.append(element('col', { class: 'tick' }));
  for (const part of parts) {
    const column = element('col');
    column.style.width = `${(100 * part) / sum}%`;
    group.append(column);
  }
  return group;
}

/** The heads of the columns, each a button that sorts. */
export function headCells(
  { store, cells, ticks }: RowParts,
  sorting: Sorting | null,
  sort: (column: number) => void,
): readonly HTMLElement[] {
  const heads = cells.map((place) => {
    const direction = sorting?.descending === true ? 'descending' : 'ascending';
    const { title = '', form } = store.columns[place] ?? {};
    const attributes = {
      scope: 'col',
      'aria-sort': sorting?.column === place ? direction : 'none',
      class: form === 'number' ? 'number' : null,
    };
    return element(
      'th',
      attributes,
      button(title, () => sort(place)),
    );
  });
  return ticks === null ? heads : [element('th', { scope: 'col' }, 'Approve'), ...heads];
}

/** A row of the store. */
export function dataRow(parts: RowParts, row: number, state: RowState): HTMLElement {
  const cells = parts.cells.map((column, at) =>
    at === 0 ? nameCell(parts.store, column, row, state) : plainCell(parts.store, column, row),
  );
  const made = tableRow(state.place, ...tickCell(parts, row, state), ...cells);
  if (state.isOpen) made.classList.add('is-open');
  return made;
}

/** The head of a group; open when its rows are there. */
export function groupRow(parts: RowParts, group: Group, state: RowState): HTMLElement {
  const text = `${group.label === '' ? 'nothing' : group.label} (${inWords(group.rows)})`;
  const attributes = { ...buttonAttributes(state), class: 'group' };
  const cell = element('th', { scope: 'rowgroup', colspan: String(widthOf(parts)) });
  cell.append(button(text, state.press, attributes));
  return tableRow(state.place, cell);
}

/** Holds the place of rows that are not in the document. */
export function spacer(px: number): HTMLElement {
  const row = element('tr', { 'aria-hidden': 'true', class: 'spacer' }, element('td'));
  setHeight(row, px);
  return row;
}

export function setHeight(row: HTMLElement, px: number): void {
  row.style.height = `${px}px`;
  row.hidden = px === 0;
}

/** The head of the table is the first row for those who hear it. */
function tableRow(place: number, ...cells: readonly HTMLElement[]): HTMLElement {
  return element('tr', { 'aria-rowindex': String(place + 2), 'data-place': String(place) }, ...cells);
}

function nameCell(store: Store, column: number, row: number, state: RowState): HTMLElement {
  const text = cellText(store, column, row);
  const attributes = { ...buttonAttributes(state), title: text, class: 'open' };
  return element('th', { scope: 'row' }, button(text, state.press, attributes));
}

function buttonAttributes({ isOpen, isCurrent }: RowState): Readonly<Record<string, string>> {
  return { 'aria-expanded': String(isOpen), tabindex: isCurrent ? '0' : '-1' };
}

function plainCell(store: Store, column: number, row: number): HTMLElement {
  const text = cellText(store, column, row);
  const { form, roles } = store.columns[column] ?? {};
  const role = roles?.[text];
  const content = role === undefined ? text : element('span', { class: role }, text);
  const attributes = { class: form === 'number' ? 'number' : null, title: text === '' ? null : text };
  return element('td', attributes, content);
}

function tickCell({ store, cells, ticks }: RowParts, row: number, state: RowState): readonly HTMLElement[] {
  if (ticks === null) return [];
  if (!ticks.mayTick(row)) return [element('td')];
  const box = element('input', {
    type: 'checkbox',
    'aria-label': `Approve ${store.text(cells[0] ?? 0, row)}`,
    tabindex: state.isCurrent ? '0' : '-1',
  });
  box.checked = ticks.isTicked(row);
  box.addEventListener('change', () => ticks.tick(row, box.checked));
  return [element('td', { class: 'tick' }, box)];
}

function cellText(store: Store, column: number, row: number): string {
  return store.text(column, row).replaceAll('\n', ', ');
}
