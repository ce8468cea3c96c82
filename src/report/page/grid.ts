/**
 * The table: of all its rows only those in sight are in the document, between two rows that hold the place of the
 * others. Every row is as high as every other; one may be open, and what it opens to is measured.
 *
 * Keys: up, down, page up and down, home and end go from row to row; enter opens, space ticks where there is
 * something to tick.
 */

import { renderDetail } from './detail.ts';
import { button, element, inWords } from './elements.ts';
import type { Store } from './store.ts';
import type { View } from './view.ts';

/** What the grid needs of the page around it. */
export interface GridHooks {
  /** A column's head was pressed. */
  sort(column: number): void;
  /** The head of a group was pressed. */
  fold(label: string): void;
  /** For those who hear the page. */
  say(text: string): void;
  /** The tick of a row; null when there are none. */
  readonly ticks: Ticks | null;
}

/** Rows that may be ticked, and are. */
export interface Ticks {
  mayTick(row: number): boolean;
  isTicked(row: number): boolean;
  tick(row: number, on: boolean): void;
}

export interface Grid {
  readonly root: HTMLElement;
  /** Shows this from its start. */
  show(view: View, sort: { readonly column: number; readonly descending: boolean } | null): void;
  /** Draws what is in sight again. */
  refresh(): void;
}

const ROW_PX = 34;
/** Rows beyond what is in sight, so that fast scrolling shows no gap. */
const SPARE_ROWS = 8;
const PRINTED_ROWS = 500;
const NO_VIEW: View = { items: [], groups: [], rows: [] };

export function createGrid(store: Store, hooks: GridHooks): Grid {
  const cells = store.columns.flatMap((column, place) => (column.place === 'cell' ? [place] : []));
  const width = cells.length + (hooks.ticks === null ? 0 : 1);
  const head = element('tr', { 'aria-rowindex': '1' });
  const body = element('tbody');
  const caption = element('caption', {}, `All ${store.model.noun}`);
  const table = element(
    'table',
    { class: 'grid', 'aria-colcount': String(width) },
    caption,
    columnWidths(store, cells, hooks),
  );
  table.append(element('thead', {}, head), body);
  const label = `Table of ${store.model.noun}, scrollable`;
  const root = element(
    'div',
    { class: 'viewport', role: 'region', tabindex: '0', 'aria-label': label },
    table,
  );
  const note = element('p', { class: 'print-note' });

  let view = NO_VIEW;
  let current = 0;
  /** Place of the open item; -1 for none. */
  let open = -1;
  let openPx = 0;
  let printing = false;

  const offsetOf = (place: number): number => place * ROW_PX + (open !== -1 && place > open ? openPx : 0);
  const placeAt = (px: number): number => {
    if (open === -1 || px < (open + 1) * ROW_PX) return Math.floor(px / ROW_PX);
    return px < (open + 1) * ROW_PX + openPx ? open : Math.floor((px - openPx) / ROW_PX);
  };

  function refresh(): void {
    const last = view.items.length;
    const from = printing ? 0 : Math.max(0, placeAt(root.scrollTop) - SPARE_ROWS);
    const seen = placeAt(root.scrollTop + root.clientHeight) + SPARE_ROWS + 1;
    const to = Math.min(last, printing ? PRINTED_ROWS : seen);
    const isFocused = body.contains(document.activeElement);
    const rows: HTMLElement[] = [spacer(offsetOf(from))];
    for (let place = from; place < to; place += 1) {
      rows.push(rowOf(place));
      if (place === open) rows.push(detailOf(place));
    }
    rows.push(spacer(printing ? 0 : offsetOf(last) - offsetOf(to)));
    body.replaceChildren(...rows);
    if (isFocused) focusCurrent(from, to);
    measureOpen();
  }

  /** Focus that was on a row which left the document stays in the table. */
  function focusCurrent(from: number, to: number): void {
    if (current < from || current >= to) root.focus({ preventScroll: true });
    else body.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  function measureOpen(): void {
    const detail = body.querySelector<HTMLElement>('tr.detail');
    if (detail !== null && detail.offsetHeight !== openPx) {
      openPx = detail.offsetHeight;
      const after = body.lastElementChild as HTMLElement;
      setHeight(after, offsetOf(view.items.length) - offsetOf(placeOfLast() + 1));
    }
  }

  function placeOfLast(): number {
    const rows = body.querySelectorAll<HTMLElement>('tr[data-place]');
    return Number(rows[rows.length - 1]?.dataset.place ?? -1);
  }

  function rowOf(place: number): HTMLElement {
    const item = view.items[place] as number;
    const row = element('tr', { 'aria-rowindex': String(place + 2), 'data-place': String(place) });
    if (place === open) row.classList.add('is-open');
    if (item < 0) row.append(groupCell(-1 - item, place));
    else
      row.append(
        ...tickCell(item, place),
        ...cells.map((column, at) => cellOf(column, item, place, at === 0)),
      );
    return row;
  }

  function groupCell(place: number, at: number): HTMLElement {
    const group = view.groups[place];
    const title = group === undefined || group.label === '' ? 'nothing' : group.label;
    const isFolded = view.items[at + 1] === undefined || (view.items[at + 1] as number) < 0;
    const text = `${title} (${inWords(group?.rows ?? 0)})`;
    const toggle = button(text, () => hooks.fold(group?.label ?? ''), {
      'aria-expanded': String(!isFolded),
      tabindex: at === current ? '0' : '-1',
      class: 'group',
    });
    return element('th', { scope: 'rowgroup', colspan: String(width) }, toggle);
  }

  function tickCell(row: number, place: number): readonly HTMLElement[] {
    const { ticks } = hooks;
    if (ticks === null) return [];
    if (!ticks.mayTick(row)) return [element('td')];
    const label = `Approve ${store.text(cells[0] ?? 0, row)}`;
    const box = element('input', {
      type: 'checkbox',
      'aria-label': label,
      tabindex: place === current ? '0' : '-1',
    });
    box.checked = ticks.isTicked(row);
    box.addEventListener('change', () => ticks.tick(row, box.checked));
    return [element('td', { class: 'tick' }, box)];
  }

  function cellOf(column: number, row: number, place: number, isFirst: boolean): HTMLElement {
    const text = store.text(column, row).replaceAll('\n', ', ');
    const { form, roles } = store.columns[column] ?? {};
    if (isFirst) {
      const attributes = {
        'aria-expanded': String(place === open),
        tabindex: place === current ? '0' : '-1',
        title: text,
        class: 'open',
      };
      return element(
        'th',
        { scope: 'row' },
        button(text, () => toggle(place), attributes),
      );
    }
    const cell = element('td', {
      class: form === 'number' ? 'number' : null,
      title: text === '' ? null : text,
    });
    const role = roles?.[text];
    cell.append(role === undefined ? text : element('span', { class: role }, text));
    return cell;
  }

  function detailOf(place: number): HTMLElement {
    const content = renderDetail(store, view.items[place] as number, hooks.say);
    return element('tr', { class: 'detail' }, element('td', { colspan: String(width) }, content));
  }

  function toggle(place: number): void {
    [open, openPx, current] = [place === open ? -1 : place, 0, place];
    refresh();
  }

  function moveTo(place: number): void {
    current = Math.max(0, Math.min(view.items.length - 1, place));
    const headPx = (head.parentElement?.offsetHeight ?? 0) + ROW_PX;
    const top = offsetOf(current);
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + headPx > root.scrollTop + root.clientHeight)
      root.scrollTop = top + headPx - root.clientHeight;
    refresh();
    body.querySelector<HTMLElement>('button[tabindex="0"]')?.focus({ preventScroll: true });
  }

  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || head.contains(event.target as Node)) return;
    const page = Math.max(1, Math.floor(root.clientHeight / ROW_PX) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // The first key only enters the rows.
    moveTo(event.target === root && Math.abs(step) === 1 ? placeAt(root.scrollTop) : current + step);
  });

  let isWaiting = false;
  root.addEventListener('scroll', () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      refresh();
    });
  });
  addEventListener('resize', refresh);
  const print = (on: boolean) => () => {
    printing = on;
    root.classList.toggle('printing', on);
    const beyond = view.rows.length > PRINTED_ROWS;
    note.textContent = beyond
      ? `The first ${inWords(PRINTED_ROWS)} of ${inWords(view.rows.length)} ${store.model.noun}; the CSV holds them all.`
      : '';
    refresh();
  };
  addEventListener('beforeprint', print(true));
  addEventListener('afterprint', print(false));

  return {
    root: element('div', {}, root, note),
    refresh,
    show: (next, sort) => {
      [view, current, open, openPx] = [next, 0, -1, 0];
      root.scrollTop = 0;
      table.setAttribute('aria-rowcount', String(view.items.length + 1));
      head.replaceChildren(...headCells(store, cells, hooks, sort));
      refresh();
    },
  };
}

function columnWidths(store: Store, cells: readonly number[], { ticks }: GridHooks): HTMLElement {
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

function headCells(
  store: Store,
  cells: readonly number[],
  hooks: GridHooks,
  sort: { readonly column: number; readonly descending: boolean } | null,
): readonly HTMLElement[] {
  const heads = cells.map((place) => {
    const isSorted = sort?.column === place;
    const direction = sort?.descending === true ? 'descending' : 'ascending';
    const { title = '', form } = store.columns[place] ?? {};
    const attributes = {
      scope: 'col',
      'aria-sort': isSorted ? direction : 'none',
      class: form === 'number' ? 'number' : null,
    };
    return element(
      'th',
      attributes,
      button(title, () => hooks.sort(place)),
    );
  });
  return hooks.ticks === null ? heads : [element('th', { scope: 'col' }, 'Approve'), ...heads];
}

function spacer(px: number): HTMLElement {
  const row = element('tr', { 'aria-hidden': 'true', class: 'spacer' }, element('td'));
  setHeight(row, px);
  return row;
}

function setHeight(row: HTMLElement, px: number): void {
  row.style.height = `${px}px`;
  row.hidden = px === 0;
}
