/** Rows as a Markdown table, as GitHub, GitLab and most ticket systems read it. */

import { type Column, cellText } from './columns.ts';
import { safeForMarkdown } from './safe-text.ts';

/** The table with a line end after each row and an empty line behind. */
export function renderMarkdownTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const head = columns.map((column) => safeForMarkdown(column.title));
  const rule = columns.map((column) => (column.align === 'right' ? '---:' : '---'));
  const body = rows.map((row) => columns.map((column) => safeForMarkdown(cellText(column.value(row)))));
  return `${[head, rule, ...body].map(markdownRow).join('')}\n`;
}

/** Lines that are shown as they are. No line may begin with a fence; a command never does. */
export function markdownCode(lines: readonly string[]): string {
  return `\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n`;
}

/** A bulleted list, with an empty line behind. */
export function markdownList(items: readonly string[]): string {
  return `${items.map((item) => `- ${item}\n`).join('')}\n`;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
