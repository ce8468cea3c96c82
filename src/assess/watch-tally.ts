/**
 * The zone as a whole after the switch: totals by owner class, folder and host, what share of failures can have shown
 * by which day, and when the next zone may be switched.
 *
 * A failure shows when the update that is due does not come. So the day by which a name has shown itself is that of
 * its update, of its loss, or else the day until which its update may be awaited. Names that are new or of which
 * nothing can be said do not count.
 */

import { counted } from '../formats/counted.ts';
import { OWNER_CLASSES, type OwnerClass } from './owner-class.ts';
import { WATCH_CLASSES, type WatchClass, type WatchFrame, type WatchJudgement } from './watch.ts';

/** A name with what became of it. */
export interface WatchedName extends WatchJudgement {
  readonly zone: string;
  readonly name: string;
  readonly fqdn: string;
  readonly dn: string;
  readonly ownerClass: OwnerClass;
  /** The host that registers it, fully qualified; null in a reverse zone without a target. */
  readonly host: string | null;
  /** The folder of the host's account; null without one. */
  readonly folder: string | null;
}

export type WatchCounts = Readonly<Record<WatchClass, number>>;

/** The names of one owner class, folder or host. */
export interface WatchGroup {
  readonly by: 'owner-class' | 'ou' | 'host';
  readonly value: string;
  readonly names: number;
  readonly counts: WatchCounts;
}

/** What can be known on the day that is so many days after the switch. */
export interface WatchDay {
  readonly days: number;
  readonly at: Date;
  readonly names: number;
  /** Percent of the names that can show at all. */
  readonly share: number;
}

/**
 * `repair`: something is overdue or lost. `wait`: until `at`. `safe`: the next zone may be switched. `unknown`: the
 * time is over, but of more names nothing can be said than were seen to update.
 */
export interface WatchOutlook {
  readonly state: 'repair' | 'wait' | 'safe' | 'unknown';
  readonly at: Date;
  readonly reason: string;
}

/** Counts that add up: names = watched + notWatched; watched = the sum of byClass. */
export interface WatchSummary {
  readonly names: number;
  readonly watched: number;
  /** Static names, those tombstoned long before, losers of conflicts. */
  readonly notWatched: number;
  readonly byClass: WatchCounts;
  /** Every owner class and folder; of hosts only those with a name that is overdue or lost. */
  readonly groups: readonly WatchGroup[];
  readonly days: readonly WatchDay[];
  readonly outlook: WatchOutlook;
}

export interface WatchTally {
  /** @param name null for a name that is not watched */
  add(name: WatchedName | null): void;
  summary(): WatchSummary;
}

type Counts = Record<WatchClass, number>;

const DAY_MS = 86_400_000;
/** 24 hours of the clients and the seven days of no-refresh. */
const LEAST_DAYS = 8;
const SHOWN_DAYS = [1, 2, 4, 8, 12, 16];
const NO_FOLDER = 'no computer account';

export function createWatchTally(frame: WatchFrame): WatchTally {
  const byClass = noCounts();
  const ownerClasses = new Map<string, Counts>();
  const folders = new Map<string, Counts>();
  const hosts = new Map<string, Counts>();
  const shownAt: number[] = [];
  let notWatched = 0;
  let lastDue = 0;
  return {
    add: (name) => {
      if (name === null) {
        notWatched += 1;
        return;
      }
      byClass[name.class] += 1;
      count(ownerClasses, name.ownerClass, name.class);
      count(folders, name.folder ?? NO_FOLDER, name.class);
      if (name.host !== null && isTrouble(name.class)) count(hosts, name.host, name.class);
      const shown = shownBy(name, frame);
      if (shown !== null) shownAt.push(shown);
      if (name.class === 'due') lastDue = Math.max(lastDue, name.dueBy?.getTime() ?? 0);
    },
    summary: () => {
      const watched = WATCH_CLASSES.reduce((sum, watchClass) => sum + byClass[watchClass], 0);
      return {
        names: watched + notWatched,
        watched,
        notWatched,
        byClass: { ...byClass },
        groups: [
          ...groupsOf('owner-class', ownerClasses, (group) =>
            OWNER_CLASSES.indexOf(group.value as OwnerClass),
          ),
          ...groupsOf('ou', folders, troubles),
          ...groupsOf('host', hosts, troubles),
        ],
        days: daysOf(shownAt, frame.since),
        outlook: outlookOf(byClass, lastDue, frame),
      };
    },
  };
}

/** True for a class that calls for somebody to act. */
export function isTrouble(watchClass: WatchClass): boolean {
  return watchClass === 'overdue' || watchClass === 'lost';
}

/** When it shows, in milliseconds; null for a name that cannot. */
function shownBy({ class: watchClass, lastSeen, dueBy }: WatchedName, { now }: WatchFrame): number | null {
  switch (watchClass) {
    case 'refreshed':
    case 'lost':
      return (lastSeen ?? now).getTime();
    case 'due':
    case 'overdue':
      return dueBy?.getTime() ?? null;
    case 'created':
    case 'unknown':
      return null;
    default:
      return watchClass satisfies never;
  }
}

/** Ends with the first day on which everything can be known. */
function daysOf(shownAt: readonly number[], since: Date): readonly WatchDay[] {
  const days: WatchDay[] = [];
  for (const day of SHOWN_DAYS) {
    const at = new Date(since.getTime() + day * DAY_MS);
    const names = shownAt.reduce((sum, shown) => (shown <= at.getTime() ? sum + 1 : sum), 0);
    if (shownAt.length > 0) days.push({ days: day, at, names, share: (100 * names) / shownAt.length });
    if (names === shownAt.length) break;
  }
  return days;
}

function outlookOf(byClass: WatchCounts, lastDue: number, frame: WatchFrame): WatchOutlook {
  const at = new Date(Math.max(frame.since.getTime() + LEAST_DAYS * DAY_MS, lastDue));
  const troubled = byClass.overdue + byClass.lost;
  if (troubled > 0) {
    const found = `${byClass.overdue} overdue, ${byClass.lost} lost`;
    const reason = `${found}: see why with dnsacl why NAME, and repair or explain each`;
    return { state: 'repair', at, reason };
  }
  if (frame.now < at) {
    const reason =
      'an update that fails can show as late as that: 24 hours of the clients, the no-refresh interval, half a lease';
    return { state: 'wait', at, reason };
  }
  if (byClass.unknown > byClass.refreshed) {
    const cause = frame.aging.enabled ? '' : ', because aging is off';
    const reason = `of ${counted(byClass.unknown, 'name')} the directory cannot tell${cause}: look at the counters of the DNS servers (--dns-statistics)`;
    return { state: 'unknown', at, reason };
  }
  return { state: 'safe', at, reason: 'everything that was due has come' };
}

function groupsOf(
  by: WatchGroup['by'],
  groups: ReadonlyMap<string, Counts>,
  rank: (group: WatchGroup) => number,
): readonly WatchGroup[] {
  const values = [...groups].map(([value, counts]) => {
    const names = WATCH_CLASSES.reduce((sum, watchClass) => sum + counts[watchClass], 0);
    return { by, value, names, counts };
  });
  return values.sort((a, b) => rank(a) - rank(b) || (a.value < b.value ? -1 : 1));
}

/** The most overdue and lost names first. */
function troubles({ counts }: WatchGroup): number {
  return -(counts.overdue + counts.lost);
}

function count(groups: Map<string, Counts>, value: string, watchClass: WatchClass): void {
  const counts = groups.get(value) ?? noCounts();
  counts[watchClass] += 1;
  groups.set(value, counts);
}

function noCounts(): Counts {
  return { refreshed: 0, due: 0, overdue: 0, lost: 0, created: 0, unknown: 0 };
}
