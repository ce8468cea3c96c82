/** One look of `watch` in the format asked for: lists of every name, or a screen with what matters. */

import { WATCH_CLASSES, type WatchClass } from '../../assess/watch.ts';
import { isTrouble, type WatchedName, type WatchSummary } from '../../assess/watch-tally.ts';
import type { UpdateStatistics } from '../../records/dns-statistics.ts';
import type { Column } from '../../report/columns.ts';
import { createGrouping } from '../../report/group-rows.ts';
import type { JsonCommon } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { sortRows } from '../../report/row-order.ts';
import { renderTable, type TableOptions } from '../../report/table.ts';
import { type TicketOrigin, ticketHead, ticketProblems, ticketText } from '../../report/ticket.ts';
import {
  COUNTER_COLUMNS,
  counterRows,
  dayLines,
  outlookLine,
  WATCH_CLASS_COLUMNS,
  WATCH_COLUMNS,
  WATCH_GROUP_COLUMNS,
  WATCH_TABLE_COLUMNS,
  type WatchClassCount,
  watchHead,
  watchLine,
  watchTotals,
  watchValue,
} from '../../report/watch-rows.ts';
import { byZoneThenName } from '../names.ts';
import type { Look, Since } from '../watching.ts';
import type { Answer } from './answer.ts';
import type { ListColumns, ListView } from './list-view.ts';
import { createNameList } from './name-list.ts';

/** What a look came to. */
export interface Looked {
  readonly look: Look;
  readonly since: Since;
  readonly summary: WatchSummary;
  readonly statistics: readonly UpdateStatistics[];
}

/** What is told once all names were read. */
export interface WatchEnd {
  readonly looked: Looked;
  readonly common: JsonCommon;
  readonly origin: TicketOrigin;
}

/** Which names are listed. */
export interface Listing {
  /** null: those that call for somebody to act where people read, all where programs do. */
  readonly classes: ReadonlySet<WatchClass> | null;
  readonly limit: { readonly read: number; readonly shown: number };
  readonly view: ListView<WatchedName>;
}

/** The columns of the list. */
export const WATCH_LIST_COLUMNS: ListColumns<WatchedName> = {
  table: WATCH_TABLE_COLUMNS,
  csv: WATCH_COLUMNS,
};

const NAMES_ON_SCREEN = 20;
const GROUPS_ON_SCREEN = 5;
const FEWEST_NAMES = 3;

/** Writes the names as CSV, JSON, lines of JSON or for a ticket; `ended` is called once all were read. */
export async function writeWatchList(
  pages: AsyncIterable<readonly WatchedName[]>,
  { classes, limit, view }: Listing,
  answer: Answer,
  ended: () => WatchEnd,
): Promise<void> {
  const list = createNameList<WatchedName>(answer, { line: watchLine }, view, limit.shown);
  let found = 0;
  // Read to the end even when enough are listed: the totals are of all of them.
  for await (const page of pages) {
    const chosen = page.filter((name) => isListed(name, classes, answer.format));
    await list.add(chosen.slice(0, Math.max(0, limit.read - found)));
    found += chosen.length;
  }
  const { looked, common, origin } = ended();
  const { summary, look, since, statistics } = looked;
  const isTicket = answer.format === 'markdown';
  if (isTicket) await answer.writeAll(ticketTexts(looked, origin));
  await list.end(() => ({ common, rest: watchValue(summary, look.frame, since.source, statistics) }));
  if (found > limit.read) await answer.remark(`Showing ${limit.read} of ${found} names`);
  if (isTicket) await answer.write(ticketProblems(common.problems));
}

/** What stands in a ticket before the names: whether to go on first. */
function* ticketTexts({ look, since, summary, statistics }: Looked, origin: TicketOrigin): Generator<string> {
  const { name, dynamicUpdate } = look.zone;
  const counters = counterRows(statistics);
  yield ticketHead(`Watch of ${name}`, origin);
  yield ticketText([outlookLine(summary.outlook).trimEnd()]);
  yield ticketText(linesOf(watchHead(name, dynamicUpdate, since.source, look.frame)));
  yield renderMarkdownTable(WATCH_CLASS_COLUMNS, classCounts(summary));
  yield ticketText([watchTotals(summary).trimEnd()]);
  yield renderMarkdownTable(WATCH_GROUP_COLUMNS, shownGroups(summary));
  if (counters.length > 0) yield renderMarkdownTable(COUNTER_COLUMNS, counters);
  yield ticketText(linesOf(dayLines(summary)));
}

/** The names for a screen, sorted: what is kept while a zone is read. */
export async function collectForScreen(
  pages: AsyncIterable<readonly WatchedName[]>,
  { classes }: Listing,
): Promise<readonly WatchedName[]> {
  const names: WatchedName[] = [];
  for await (const page of pages) {
    for (const name of page) {
      if (isListed(name, classes, 'table')) names.push(name);
    }
  }
  return names.sort(byZoneThenName);
}

/**
 * The screen: classes, groups, days, counters, names, and whether to go on.
 *
 * @param height lines of the terminal when the screen has to fit, else null
 */
export function renderScreen(
  { look, since, summary, statistics }: Looked,
  names: readonly WatchedName[],
  listing: Listing,
  options: TableOptions,
  height: number | null,
): string {
  const table = <T>(columns: readonly Column<T>[], rows: readonly T[]): string =>
    rows.length === 0 ? '' : `${renderTable(columns, rows, options)}\n`;
  const days = dayLines(summary);
  const above = [
    `${watchHead(look.zone.name, look.zone.dynamicUpdate, since.source, look.frame)}\n`,
    table(WATCH_CLASS_COLUMNS, classCounts(summary)),
    `${watchTotals(summary)}\n`,
    table(WATCH_GROUP_COLUMNS, shownGroups(summary)),
    table(COUNTER_COLUMNS, counterRows(statistics)),
    days === '' ? '' : `${days}\n`,
  ].join('');
  const below = outlookLine(summary.outlook);
  const room =
    height === null ? Number.POSITIVE_INFINITY : height - linesOf(above).length - linesOf(below).length - 5;
  return `${above}${listOnScreen(names, listing, table, room)}${below}`;
}

/** @param room lines that are left for names */
function listOnScreen(
  names: readonly WatchedName[],
  { view, limit }: Listing,
  table: <T>(columns: readonly Column<T>[], rows: readonly T[]) => string,
  room: number,
): string {
  const most = Number.isFinite(limit.shown) ? limit.shown : NAMES_ON_SCREEN;
  const lines = Math.min(most, Math.max(FEWEST_NAMES, room));
  if (view.kind === 'groups') {
    const grouping = createGrouping(view.by);
    for (const name of names) grouping.add(name);
    return table(view.columns, sortRows(view.sort, grouping.rows()).slice(0, lines));
  }
  const shown = sortRows(view.sort, names).slice(0, lines);
  const more = names.length - shown.length;
  const rest = more === 0 ? '' : `and ${more} more; -f csv lists them all\n\n`;
  return `${table(view.columns, shown)}${rest}`;
}

/** Every owner class; of folders and hosts the worst. */
function shownGroups({ groups }: WatchSummary): WatchSummary['groups'] {
  return (['owner-class', 'ou', 'host'] as const).flatMap((by) => {
    const all = groups.filter((group) => group.by === by);
    return by === 'owner-class' ? all : all.slice(0, GROUPS_ON_SCREEN);
  });
}

function classCounts({ byClass, watched }: WatchSummary): readonly WatchClassCount[] {
  return WATCH_CLASSES.map((watchClass) => ({
    ...{ class: watchClass, names: byClass[watchClass], total: watched },
  }));
}

function isListed(
  name: WatchedName,
  classes: ReadonlySet<WatchClass> | null,
  format: Answer['format'],
): boolean {
  if (classes !== null) return classes.has(name.class);
  return isTrouble(name.class) || (format !== 'table' && format !== 'markdown');
}

/** The lines of a text that ends with a line end. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}
