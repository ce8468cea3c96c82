/** The script of a page: reads the rows that the page holds and brings the table to life. */

import type { PageModel, StoredCell } from '../page-model.ts';
import { createControls } from './controls.ts';
import { copyButton } from './detail.ts';
import { createStore, type Store } from './store.ts';
import { addThemeSwitch } from './theme.ts';

const status = document.getElementById('status');

function say(text: string): void {
  if (status !== null) status.textContent = text;
}

function readStore(): Store {
  const rows = [...document.querySelectorAll('script.page-rows')].map((part) => {
    const list = JSON.parse(part.textContent ?? '[]') as readonly (readonly StoredCell[])[];
    part.remove();
    return list;
  });
  const words = jsonIn('page-words') as readonly (readonly string[])[];
  return createStore(jsonIn('page-model') as PageModel, rows, words);
}

function jsonIn(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null');
}

addThemeSwitch();
for (const code of document.querySelectorAll('main pre > code')) {
  code.parentElement?.after(copyButton(code.textContent ?? '', say));
}
const host = document.getElementById('rows');
if (host !== null) createControls(readStore(), host, say);
