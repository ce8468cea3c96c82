/**
 * The table: of all its rows only those in sight are in the document, between two rows that hold the place of the
 * others. One may be open, and what it opens to is measured once it is there.
 *
 * Keys: up, down, page up and down, home and end go from row to row; enter opens one.
 */

import { renderDetail } from './detail.ts';
import { element, inWords } from './elements.ts';
import {
  columnWidths,
  dataRow,
  groupRow,
  headCells,
  type RowParts,
  type Sorting,
  setHeight,
  spacer,
  type Ticks,
  widthOf,
} from './grid-rows.ts';
import { type Opened, offsetOf, placeAt, ROW_PX } from './layout.ts';
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
  /** The ticks of rows; null when there are none. */
  readonly ticks: Ticks | null;
}

export interface Grid {
  readonly root: HTMLElement;
  /** Shows this from its start. */
  show(view: View, sorting: Sorting | null): void;
  /** Draws what is in sight again. */
  refresh(): void;
}

/** Rows beyond what is in sight, so that fast scrolling shows no gap. */
const SPARE_ROWS = 8;
const PRINTED_ROWS = 500;
const NO_VIEW: View = { items: [], groups: [], rows: [] };

export function createGrid(store: Store, hooks: GridHooks): Grid {
  const cells = store.columns.flatMap((column, place) => (column.place === 'cell' ? [place] : []));
  const parts: RowParts = { store, cells, ticks: hooks.ticks };
  const { root, viewport, table, head, body, note } = createFrame(parts);
  let view = NO_VIEW;
  let current = 0;
  let open: Opened | null = null;
  let isPrinting = false;

  function refresh(): void {
    const [from, to] = placesInSight();
    const isFocused = body.contains(document.activeElement);
    const rows: HTMLElement[] = [spacer(isPrinting ? 0 : offsetOf(from, open))];
    for (let place = from; place < to; place += 1) {
      rows.push(rowAt(place));
      if (place === open?.place) rows.push(detailAt(place));
    }
    const last = spacer(isPrinting ? 0 : heightBelow(to));
    body.replaceChildren(...rows, last);
    measureOpen(to, last);
    if (isFocused) keepFocus(current >= from && current < to);
  }

  function placesInSight(): readonly [from: number, to: number] {
    const all = view.items.length;
    if (isPrinting) return [0, Math.min(all, PRINTED_ROWS)];
    const { scrollTop, clientHeight } = viewport;
    const end = placeAt(scrollTop + clientHeight, open) + SPARE_ROWS + 1;
    return [Math.max(0, placeAt(scrollTop, open) - SPARE_ROWS), Math.min(all, end)];
  }

  function heightBelow(place: number): number {
    return offsetOf(view.items.length, open) - offsetOf(place, open);
  }

  function measureOpen(to: number, last: HTMLElement): void {
    const detail = body.querySelector<HTMLElement>('tr.detail');
    if (detail === null || open === null || isPrinting) return;
    open = { place: open.place, px: detail.offsetHeight };
    setHeight(last, heightBelow(to));
  }

  /** Focus that was on a row which left the document stays in the table. */
  function keepFocus(isInSight: boolean): void {
    const target = isInSight ? body.querySelector<HTMLElement>('[tabindex="0"]') : viewport;
    target?.focus({ preventScroll: true });
  }

  function rowAt(place: number): HTMLElement {
    const item = view.items[place] as number;
    const isCurrent = place === current;
    if (item >= 0)
      return dataRow(parts, item, {
        place,
        isCurrent,
        isOpen: place === open?.place,
        press: () => toggle(place),
      });
    const group = view.groups[-1 - item] ?? { label: '', rows: 0 };
    const isOpen = (view.items[place + 1] ?? -1) >= 0;
    return groupRow(parts, group, { place, isCurrent, isOpen, press: () => hooks.fold(group.label) });
  }

  function detailAt(place: number): HTMLElement {
    const content = renderDetail(store, view.items[place] as number, hooks.say);
    return element('tr', { class: 'detail' }, element('td', { colspan: String(widthOf(parts)) }, content));
  }

  function toggle(place: number): void {
    open = place === open?.place ? null : { place, px: 0 };
    current = place;
    refresh();
  }

  function moveTo(place: number): void {
    current = Math.max(0, Math.min(view.items.length - 1, place));
    const top = offsetOf(current, open);
    const needed = top + ROW_PX + head.offsetHeight - viewport.clientHeight;
    viewport.scrollTop = Math.min(top, Math.max(needed, viewport.scrollTop));
    refresh();
    body.querySelector<HTMLElement>('button[tabindex="0"]')?.focus({ preventScroll: true });
  }

  viewport.addEventListener('keydown', (event) => {
    const step = stepOf(event, viewport.clientHeight);
    if (step === null || head.contains(event.target as Node)) return;
    event.preventDefault();
    // The first key only enters the rows.
    const enters = event.target === viewport && Math.abs(step) === 1;
    moveTo(enters ? placeAt(viewport.scrollTop, open) : current + step);
  });
  viewport.addEventListener('scroll', oncePerFrame(refresh));
  addEventListener('resize', oncePerFrame(refresh));
  onPrint((on) => {
    isPrinting = on;
    note.textContent = printNote(view.rows.length, store.model.noun);
    refresh();
  });

  return {
    root,
    refresh,
    show: (next, sorting) => {
      [view, current, open] = [next, 0, null];
      viewport.scrollTop = 0;
      table.setAttribute('aria-rowcount', String(view.items.length + 1));
      head.replaceChildren(...headCells(parts, sorting, hooks.sort));
      refresh();
    },
  };
}

/** The elements that stay. */
function createFrame(parts: RowParts) {
  const { noun } = parts.store.model;
  const head = element('tr', { 'aria-rowindex': '1' });
  const body = element('tbody');
  const table = element(
    'table',
    { class: 'grid', 'aria-colcount': String(widthOf(parts)) },
    element('caption', {}, `All ${noun}`),
    columnWidths(parts),
    element('thead', {}, head),
    body,
  );
  const region = {
    class: 'viewport',
    role: 'region',
    tabindex: '0',
    'aria-label': `Table of ${noun}, scrollable`,
  };
  const viewport = element('div', region, table);
  const note = element('p', { class: 'print-note' });
  return { root: element('div', {}, viewport, note), viewport, table, head, body, note };
}

/** How many rows a key goes; null for keys that go nowhere. */
function stepOf(event: KeyboardEvent, heightPx: number): number | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const page = Math.max(1, Math.floor(heightPx / ROW_PX) - 2);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  return steps[event.key] ?? null;
}

function oncePerFrame(act: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      act();
    });
  };
}

function onPrint(change: (on: boolean) => void): void {
  addEventListener('beforeprint', () => change(true));
  addEventListener('afterprint', () => change(false));
}

function printNote(rows: number, noun: string): string {
  if (rows <= PRINTED_ROWS) return '';
  return `The first ${inWords(PRINTED_ROWS)} of ${inWords(rows)} ${noun}; the CSV holds them all.`;
}
