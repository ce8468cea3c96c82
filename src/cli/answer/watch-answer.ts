/** One look of `watch` in the format asked for: lists of every name, or a screen with what matters. */

import { WATCH_CLASSES, type WatchClass } from '../../assess/watch.ts';
import { isTrouble, type WatchedName, type WatchSummary } from '../../assess/watch-tally.ts';
import type { UpdateStatistics } from '../../records/dns-statistics.ts';
import type { Column } from '../../report/columns.ts';
import { createGrouping } from '../../report/group-rows.ts';
import type { JsonCommon } from '../../report/json.ts';
import { sortRows } from '../../report/row-order.ts';
import { renderTable, type TableOptions } from '../../report/table.ts';
import {
  COUNTER_COLUMNS,
  counterRows,
  dayLines,
  outlookLine,
  WATCH_CLASS_COLUMNS,
  WATCH_COLUMNS,
  WATCH_GROUP_COLUMNS,
  WATCH_TABLE_COLUMNS,
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

/** Which names are listed. */
export interface Listing {
  /** null: all in a list, those that call for somebody to act on a screen. */
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

/** Writes every name as CSV, JSON or lines of JSON; `ended` is called once all were read. */
export async function writeWatchList(
  pages: AsyncIterable<readonly WatchedName[]>,
  { classes, limit, view }: Listing,
  answer: Answer,
  ended: () => { readonly looked: Looked; readonly common: JsonCommon },
): Promise<void> {
  const list = createNameList<WatchedName>(answer, { line: watchLine }, view, limit.shown);
  let left = limit.read;
  // Read to the end even when enough are listed: the totals are of all of them.
  for await (const page of pages) {
    const chosen = page.filter((name) => classes === null || classes.has(name.class)).slice(0, left);
    left -= chosen.length;
    await list.add(chosen);
  }
  await list.end(() => {
    const { looked, common } = ended();
    const { summary, look, since, statistics } = looked;
    return { common, rest: watchValue(summary, look.frame, since.source, statistics) };
  });
}

/** The names for a screen, sorted: what is kept while a zone is read. */
export async function collectForScreen(
  pages: AsyncIterable<readonly WatchedName[]>,
  { classes }: Listing,
): Promise<readonly WatchedName[]> {
  const names: WatchedName[] = [];
  for await (const page of pages) {
    for (const name of page) {
      if (classes === null ? isTrouble(name.class) : classes.has(name.class)) names.push(name);
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
  const counts = WATCH_CLASSES.map((watchClass) => ({
    ...{ class: watchClass, names: summary.byClass[watchClass], total: summary.watched },
  }));
  const days = dayLines(summary.days);
  const above = [
    `${watchHead(look.zone.name, look.zone.dynamicUpdate, since.source, look.frame)}\n`,
    table(WATCH_CLASS_COLUMNS, counts),
    `${watchTotals(summary)}\n`,
    table(WATCH_GROUP_COLUMNS, shownGroups(summary)),
    table(COUNTER_COLUMNS, counterRows(statistics)),
    days === '' ? '' : `${days}\n`,
  ].join('');
  const below = outlookLine(summary.outlook);
  const room = height === null ? Number.POSITIVE_INFINITY : height - linesIn(above) - linesIn(below) - 5;
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

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
