/** Rows as a Markdown table, as GitHub, GitLab and most ticket systems read it. */

import { type Column, cellText } from './columns.ts';
import { safeForMarkdown } from './safe-text.ts';

/** The table with a line end after each row and an empty line behind. */
export function renderMarkdownTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return `${markdownHead(columns)}${rows.map((row) => markdownRow(columns, row)).join('')}\n`;
}

/** The first two lines of a table. */
export function markdownHead<T>(columns: readonly Column<T>[]): string {
  const head = columns.map((column) => safeForMarkdown(column.title));
  const rule = columns.map((column) => (column.align === 'right' ? '---:' : '---'));
  return [head, rule].map(markdownLine).join('');
}

/** One line of a table. */
export function markdownRow<T>(columns: readonly Column<T>[], row: T): string {
  return markdownLine(columns.map((column) => safeForMarkdown(cellText(column.value(row)))));
}

/** Lines that are shown as they are. No line may begin with a fence; a command never does. */
export function markdownCode(lines: readonly string[]): string {
  return `\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n`;
}

/** A bulleted list, with an empty line behind. */
export function markdownList(items: readonly string[]): string {
  return `${items.map((item) => `- ${item}\n`).join('')}\n`;
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
