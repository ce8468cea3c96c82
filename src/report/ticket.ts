/** What stands around the tables of an answer that is pasted into a ticket as Markdown. */

import type { Problem } from '../errors.ts';
import { isoSeconds } from './json.ts';
import { markdownList } from './markdown.ts';
import { safeForMarkdown } from './safe-text.ts';

/** Problems told; a ticket is read by people. */
const PROBLEMS_SHOWN = 20;

/** Where an answer comes from. */
export interface TicketOrigin {
  /** The domain controller, or the file. */
  readonly server: string;
  readonly generatedAt: Date;
  /** Name and version of this program. */
  readonly tool: string;
}

/** The title and where the answer comes from. */
export function ticketHead(title: string, { server, generatedAt, tool }: TicketOrigin): string {
  const origin = `Read from ${server} at ${isoSeconds(generatedAt)} by ${tool}`;
  return `## ${safeForMarkdown(title)}\n\n${safeForMarkdown(origin)}\n\n`;
}

/** Lines of text, each a paragraph. */
export function ticketText(lines: readonly string[]): string {
  return lines.map((line) => `${safeForMarkdown(line)}\n\n`).join('');
}

/** What went wrong on the way; empty when nothing did. */
export function ticketProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return '';
  const told = problems
    .slice(0, PROBLEMS_SHOWN)
    .map(({ severity, where, message }) => safeForMarkdown(`${severity}: ${where}: ${message}`));
  const more = problems.length - told.length;
  return `Problems:\n\n${markdownList(more === 0 ? told : [...told, `and ${more} more`])}`;
}
