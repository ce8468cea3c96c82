/** What a row opens to: everything about it that is no cell, commands with a button that copies them. */

import { FIELD_SEPARATOR, type PageColumn } from '../page-model.ts';
import { button, element } from './elements.ts';
import type { Store } from './store.ts';

const ENTRY_HEADS = ['Change', 'Entry', 'Account', 'Rights', 'Reason'] as const;
const MARK_WORDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', ' ': 'kept' };
const COPIED_MS = 2000;

/** Nothing is said of columns that have no text in this row. Cells come last, whole: in the table they may be cut. */
export function renderDetail(store: Store, row: number, say: (text: string) => void): HTMLElement {
  const list = element('dl');
  for (const part of ['detail', 'cell']) {
    store.columns.forEach((column, place) => {
      const lines = column.place === part ? store.lines(place, row) : [];
      if (lines.length === 0) return;
      list.append(element('div', {}, element('dt', {}, column.title), valueFor(column, lines, say)));
    });
  }
  return element('div', { class: 'opened' }, list);
}

function valueFor(column: PageColumn, lines: readonly string[], say: (text: string) => void): HTMLElement {
  switch (column.form) {
    case 'command':
      return element('dd', { class: 'command' }, ...lines.map((line) => commandOf(line, say)));
    case 'entries':
      return element('dd', { class: 'entries' }, entryTable(lines));
    case 'lines':
      return element('dd', {}, element('ul', {}, ...lines.map((line) => element('li', {}, line))));
    default:
      return element('dd', {}, lines.join(' '));
  }
}

function commandOf(line: string, say: (text: string) => void): HTMLElement {
  return element(
    'div',
    { class: 'command' },
    element('pre', {}, element('code', {}, line)),
    copyButton(line, say),
  );
}

/** A button that puts `text` on the clipboard, and says so. */
export function copyButton(text: string, say: (text: string) => void): HTMLElement {
  const made = button('Copy', async () => {
    const isDone = await copy(text);
    made.textContent = isDone ? 'Copied' : 'Select and copy by hand';
    say(isDone ? 'Copied' : 'The browser does not let this page copy');
    setTimeout(() => {
      made.textContent = 'Copy';
    }, COPIED_MS);
  });
  return made;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** For browsers that deny the clipboard to a page from a file share. */
function copyBySelection(text: string): boolean {
  const field = element('textarea', { readonly: '', 'aria-hidden': 'true', class: 'unseen' }, text);
  document.body.append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  return isDone;
}

function entryTable(lines: readonly string[]): HTMLElement {
  const heads = ENTRY_HEADS.map((head) => element('th', { scope: 'col' }, head));
  const rows = lines.map((line) => {
    const [mark = ' ', ...fields] = line.split(FIELD_SEPARATOR);
    const word = MARK_WORDS[mark] ?? mark;
    const sign = element('span', { class: 'mark', 'aria-hidden': 'true' }, mark);
    const cells = fields.map((field) => element('td', {}, field));
    return element('tr', { class: word }, element('td', {}, sign, word), ...cells);
  });
  const caption = element('caption', {}, 'Access list, old against new');
  const head = element('thead', {}, element('tr', {}, ...heads));
  return element('table', { class: 'diff' }, caption, head, element('tbody', {}, ...rows));
}
