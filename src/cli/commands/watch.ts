/** `dnsacl watch`: after the switch, which names were updated, which are late and which are lost; once or again and again. */

import { type Command, Option } from 'commander';
import { WATCH_CLASSES, type WatchClass } from '../../assess/watch.ts';
import { createWatchTally, type WatchedName } from '../../assess/watch-tally.ts';
import { DirectoryError, UsageError } from '../../errors.ts';
import type { UpdateStatistics } from '../../records/dns-statistics.ts';
import { safeForTerminal } from '../../report/safe-text.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { addListOptions, type ListFlags, type ListView, limitsOf, listViewOf } from '../answer/list-view.ts';
import {
  collectForScreen,
  type Listing,
  type Looked,
  renderScreen,
  WATCH_LIST_COLUMNS,
  type WatchEnd,
  writeWatchList,
} from '../answer/watch-answer.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import {
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
  type WhoFlags,
  wholeNumber,
} from '../options.ts';
import { openPlace, type Place } from '../place/connect.ts';
import { allProblems, commonOf, hasErrors, originOf, type Reading } from '../reading.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { intervalOf, readStatistics, timeOf } from '../watch-input.ts';
import { type Baseline, type Look, readBaseline, type Since, settleSince, watchNames } from '../watching.ts';

interface WatchFlags extends WhereFlags, OutputFlags, ListFlags, WhoFlags {
  readonly baseline?: string;
  readonly since?: Date;
  readonly dnsStatistics?: readonly string[];
  readonly cycle: number;
  readonly lease: number;
  readonly class?: readonly WatchClass[];
  readonly limit?: number;
  readonly once?: boolean;
  readonly exitCode?: boolean;
  readonly interval: number;
}

/** What stays the same from one look to the next. */
interface Watching {
  readonly zone: string;
  readonly flags: WatchFlags;
  readonly settings: Settings<WatchFlags>;
  readonly statistics: readonly UpdateStatistics[];
  readonly answer: Answer;
  readonly view: ListView<WatchedName>;
  readonly deps: Deps;
  /** Repeated, in place on a terminal. */
  readonly repeated: boolean;
  baseline: Baseline | null;
}

const CLEAR_SCREEN = '\u001b[H\u001b[J';
const HOURS_PER_DAY = 24;

export function watchCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('watch')
    .argument('<zone>', 'the zone that was switched')
    .description('after the switch: which names were updated since, are late, or lost');
  command
    .optionsGroup('What to compare with:')
    .option('--baseline <snapshot>', 'the zone as it was before: tells the names that are gone')
    .option('--since <time>', 'the time of the switch, as 2026-11-13 or 2026-11-13T09:30Z', timeOf)
    .option(
      '--dns-statistics <file...>',
      'counters of a DNS server: (Get-DnsServerStatistics).UpdateStatistics as JSON or CSV; of two, the first is before',
    )
    .optionsGroup('What counts as late:')
    .option('--cycle <hours>', 'how often clients register anew', wholeNumber(1, 10_000), 24)
    .option('--lease <days>', 'how long DHCP leases last', wholeNumber(1, 10_000), 8)
    .optionsGroup('Which names:')
    .addOption(new Option('--class <class...>', 'list only names of these classes').choices(WATCH_CLASSES))
    .option('--limit <n>', 'list at most so many names', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .optionsGroup('How often:')
    .option('--once', 'look once; so it is for a snapshot and for every format but table')
    .option('--interval <time>', 'from one look to the next: 30s, 5m, 1h', intervalOf, 5 * 60_000)
    .optionsGroup('Output:')
    .option('--exit-code', 'exit with 2 when a name is overdue or lost');
  addWhereOptions(addOutputOptions(addLeasesOption(addWhoOptions(command)), TICKET_FORMATS));
  addListOptions(command, WATCH_LIST_COLUMNS).addHelpText(
    'after',
    `
Examples:
  dnsacl watch corp.example.com --baseline before.ldif.gz --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl watch corp.example.com --once --exit-code --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl watch corp.example.com --snapshot now.ldif.gz --baseline before.ldif.gz -f csv`,
  );
  command.action(async (zone: string, flags: WatchFlags) => deps.finish(await runWatch(zone, flags, deps)));
}

async function runWatch(zone: string, flags: WatchFlags, deps: Deps): Promise<ExitCode> {
  const settings = await readSettings(flags, deps.io);
  const statistics = await readStatistics(flags.dnsStatistics ?? []);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const view = listViewOf(flags, WATCH_LIST_COLUMNS, answer.format);
  const repeated =
    flags.once !== true &&
    flags.snapshot === undefined &&
    flags.out === undefined &&
    answer.format === 'table';
  const watching: Watching = {
    ...{ zone, flags, settings, statistics, answer, view, repeated, baseline: null },
    deps: { ...deps, io: repeated ? rememberSecrets(deps.io) : deps.io },
  };
  const code = repeated ? await lookRepeatedly(watching) : await lookOnce(watching, true);
  await answer.end();
  return code;
}

/** Until Ctrl-C. What goes wrong at the first look ends it; later the next look may go well. */
async function lookRepeatedly(watching: Watching): Promise<ExitCode> {
  const { deps, flags } = watching;
  const { io } = deps;
  const stop = new AbortController();
  const stopListening = io.onInterrupt(() => stop.abort());
  try {
    let code: ExitCode | null = null;
    while (!stop.signal.aborted) {
      try {
        code = await lookOnce(watching, code === null);
      } catch (error) {
        if (code === null || !mayPass(error)) throw error;
        io.err(`${safeForTerminal(`${io.now().toISOString()}: ${error.message}`)}; the next look follows\n`);
      }
      await io.sleep(flags.interval, stop.signal);
    }
    return code ?? EXIT_CODES.ok;
  } finally {
    stopListening();
  }
}

/** True for trouble that ends by itself. A password refused time after time would lock the account. */
function mayPass(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && ['unreachable', 'busy', 'server'].includes(error.fault);
}

/** @param first problems are told at the first look only */
async function lookOnce(watching: Watching, first: boolean): Promise<ExitCode> {
  const { settings, deps } = watching;
  const place = await openPlace(settings.where, deps.io);
  try {
    return await lookAt(place, watching, first);
  } finally {
    await place.close();
  }
}

async function lookAt(place: Place, watching: Watching, first: boolean): Promise<ExitCode> {
  const { flags, settings, answer, deps, statistics } = watching;
  const zoneFlags = { zone: [watching.zone], partition: flags.partition };
  const reading = await beginReading(zoneFlags, { settings, answer, place }, 'metadata');
  const { look, since } = await settleLook(watching, reading);
  const tally = createWatchTally(look.frame);
  const now = deps.io.now();
  const names = watchNames(reading, await startAuditing(reading, { ...settings, now }), look, tally);
  const looked = (): Looked => ({ look, since, summary: tally.summary(), statistics });
  const classes = flags.class === undefined ? null : new Set(flags.class);
  const listing: Listing = { classes, limit: limitsOf(flags), view: watching.view };
  if (first) answer.say(`Read from ${reading.info.server}`);
  if (answer.format === 'table') {
    await writeScreen(watching, looked, await collectForScreen(names, listing), listing, first);
  } else {
    const ended = (): WatchEnd => ({
      ...{ looked: looked(), common: commonOf('watch', reading, now), origin: originOf(reading, deps) },
    });
    await writeWatchList(names, listing, answer, ended);
  }
  if (first) {
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
  }
  if (hasErrors(reading)) return EXIT_CODES.failed;
  const { overdue, lost } = tally.summary().byClass;
  return flags.exitCode === true && overdue + lost > 0 ? EXIT_CODES.findings : EXIT_CODES.ok;
}

/** Which zone is watched, from when to when; reads the baseline at the first look. */
async function settleLook(
  watching: Watching,
  reading: Reading,
): Promise<{ readonly look: Look; readonly since: Since }> {
  const { flags } = watching;
  const [zone] = reading.zones;
  if (zone === undefined || reading.zones.length > 1) {
    const found = `${watching.zone} stands for ${reading.zones.length} zones`;
    throw new UsageError(`Cannot watch several zones: ${found}; name one, or its --partition`, 'zone');
  }
  const now = lookedAt(reading, watching.deps.io);
  if (flags.baseline !== undefined) watching.baseline ??= await readBaseline(flags.baseline, zone, reading);
  const { baseline } = watching;
  const since = settleSince(flags.since, zone, baseline, now);
  const frame = { since: since.at, now, aging: zone.aging, hasBaseline: baseline !== null };
  const cycles = { clientHours: flags.cycle, leaseHours: flags.lease * HOURS_PER_DAY };
  return { look: { zone, frame, cycles, baseline: baseline?.names ?? null }, since };
}

/** A snapshot is judged by its own time, which not every export tells. */
function lookedAt({ info, problems }: Reading, io: Io): Date {
  if (info.takenAt !== null) return info.takenAt;
  if (!info.live) {
    const message =
      'it does not tell when it was taken, so what is late was judged by the clock of this machine';
    problems.push({ severity: 'note', code: 'no-time', where: info.server, message });
  }
  return io.now();
}

async function writeScreen(
  { answer, deps, repeated }: Watching,
  looked: () => Looked,
  names: Parameters<typeof renderScreen>[1],
  listing: Listing,
  first: boolean,
): Promise<void> {
  const { io } = deps;
  const height = repeated ? io.height : null;
  const screen = renderScreen(looked(), names, listing, answer.render, height);
  if (!repeated) await answer.write(screen);
  else if (io.stdoutIsTerminal) await io.out(`${CLEAR_SCREEN}${screen}`);
  else await io.out(first ? screen : `\n${screen}`);
}

/** Every look signs in anew, but nobody is asked twice. */
function rememberSecrets(io: Io): Io {
  let asked: Promise<string> | null = null;
  let read: Promise<string> | null = null;
  return {
    ...io,
    ask: (question, options) => {
      asked ??= io.ask(question, options);
      return asked;
    },
    readStdin: () => {
      read ??= io.readStdin();
      return read;
    },
  };
}
