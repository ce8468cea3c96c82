/**
 * HTML with every value escaped. A template escapes whatever stands in it unless a template made that too, so that
 * forgetting to escape is not possible.
 */

import { type Column, cellText } from './columns.ts';
import { safeForHtml } from './safe-text.ts';

/** Finished markup. Made only by `html` and `rawHtml`. */
export interface Html {
  readonly markup: string;
}

export type HtmlValue = Html | string | number | readonly HtmlValue[];

/** A template: text and numbers are escaped, markup and lists of it go in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = parts[0] ?? '';
  values.forEach((value, index) => {
    markup += markupOf(value) + (parts[index + 1] ?? '');
  });
  return { markup };
}

/** Markup that this program itself wrote, such as a style sheet. */
export function rawHtml(markup: string): Html {
  return { markup };
}

/** Nothing at all. */
export const NO_HTML: Html = { markup: '' };

/**
 * Rows as a table that scrolls on its own when it is wider than the page. The first column heads its row, a role
 * becomes a class.
 *
 * @param caption what the table holds, for those who hear the page
 */
export function htmlTable<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): Html {
  const heads = columns.map((column) => html`<th scope="col"${alignOf(column)}>${column.title}</th>`);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((column, index) => cell(column, row, index === 0))}</tr>\n`)}</tbody></table></div>
`;
}

function cell<T>(column: Column<T>, row: T, heads: boolean): Html {
  const text = cellText(column.value(row));
  const role = column.paint?.(row) ?? null;
  const content = role === null ? text : html`<span class="${role}">${text}</span>`;
  return heads
    ? html`<th scope="row"${alignOf(column)}>${content}</th>`
    : html`<td${alignOf(column)}>${content}</td>`;
}

function alignOf({ align }: Pick<Column<never>, 'align'>): Html {
  return align === 'right' ? html` class="number"` : NO_HTML;
}

function markupOf(value: HtmlValue): string {
  if (typeof value === 'string') return safeForHtml(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(markupOf).join('');
}
