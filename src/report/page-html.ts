/**
 * A document with many rows as one HTML file that loads nothing: what matters first, charts, and all rows as data that
 * the page's script shows. Its policy lets that one script run and no other, whatever a name says.
 */

import { type Chart, renderCharts } from './charts.ts';
import { closeDocument, type DocumentHead, documentSection, openDocument } from './document-html.ts';
import { type Html, html, rawHtml } from './html.ts';
import { createRowEncoder, type RowEncoder, safeForScriptElement } from './page-data.ts';
import type { PageCell, PageColumn, PageModel } from './page-model.ts';

/** The script of all pages. */
export interface PageScript {
  readonly text: string;
  /** As a content security policy names it: `sha256-` and the hash in base64. */
  readonly hash: string;
}

/** A part of a document besides the rows. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly content: readonly Html[];
}

/** Everything on a page but its rows. */
export interface Page {
  readonly head: DocumentHead;
  readonly charts: readonly Chart[];
  /** Before the rows. */
  readonly sections: readonly PageSection[];
  /** Heading of the rows. */
  readonly title: string;
  readonly model: PageModel;
  /** After the rows. */
  readonly more: readonly PageSection[];
  readonly tool: string;
}

/** Rows in one script element: more would make long strings, fewer many elements. */
const ROWS_IN_ELEMENT = 1000;

/** Where the script puts the table, and what it says to those who hear the page. */
const TABLE_PLACE = html`<p id="status" class="unseen" role="status"></p>
<div id="rows"><noscript><p>The table needs scripts, which this browser does not run here; the CSV of the same command holds every row.</p></noscript></div>
`;

/** The text of the document, piece by piece. */
export function renderPage(
  page: Page,
  rows: Iterable<readonly PageCell[]>,
  script: PageScript,
): Generator<string> {
  const encoder = createRowEncoder(page.model.columns);
  return renderEncodedPage(page, encodeAll(rows, encoder), encoder, script);
}

/** @param rows as `encoder` made them; it is asked for its words when they are written */
export function* renderEncodedPage(
  page: Page,
  rows: Iterable<string>,
  encoder: RowEncoder,
  script: PageScript,
): Generator<string> {
  yield openDocument(page.head, script.hash);
  yield renderCharts(page.charts).markup;
  for (const section of page.sections) yield sectionText(section);
  yield documentSection('names', page.title, [TABLE_PLACE]);
  for (const section of page.more) yield sectionText(section);
  yield* rowElements(rows);
  yield dataElement(rawHtml(' id="page-words"'), encoder.words());
  yield dataElement(rawHtml(' id="page-model"'), JSON.stringify(page.model));
  yield `<script>${script.text}</script>\n`;
  yield closeDocument(page.tool);
}

/** What all rows have to give: as many cells as there are columns, by id. */
export function cellsInOrder(
  columns: readonly PageColumn[],
  cells: Readonly<Record<string, PageCell | null>>,
): readonly PageCell[] {
  return columns.map(({ id }) => cells[id] ?? '');
}

function* encodeAll(rows: Iterable<readonly PageCell[]>, encoder: RowEncoder): Generator<string> {
  for (const row of rows) yield encoder.row(row);
}

function* rowElements(rows: Iterable<string>): Generator<string> {
  let pending: string[] = [];
  for (const row of rows) {
    pending.push(row);
    if (pending.length < ROWS_IN_ELEMENT) continue;
    yield dataElement(rawHtml(' class="page-rows"'), `[${pending.join(',\n')}]`);
    pending = [];
  }
  if (pending.length > 0) yield dataElement(rawHtml(' class="page-rows"'), `[${pending.join(',\n')}]`);
}

/** Data that no browser runs. */
function dataElement(attribute: Html, json: string): string {
  return html`<script type="application/json"${attribute}>${rawHtml(safeForScriptElement(json))}</script>\n`
    .markup;
}

function sectionText({ id, title, content }: PageSection): string {
  return documentSection(id, title, content);
}
