/** `dnsacl stale`: names that nobody seems to need, and when scavenging would take them. It lists, and changes nothing. */

import { type Command, Option } from 'commander';
import {
  isListed,
  judgeStale,
  STALE_SIGNS,
  type StaleFrame,
  type StaleName,
  type StaleSign,
  withSharedAddresses,
} from '../../assess/stale.ts';
import { summarizeStale } from '../../assess/stale-forecast.ts';
import { dnKey, parentDn } from '../../formats/dn.ts';
import { STALE_COLUMNS, STALE_TABLE_COLUMNS, staleLine } from '../../report/stale-rows.ts';
import { openAnswer } from '../answer/answer.ts';
import { addListOptions, type ListFlags, limitsOf, listViewOf } from '../answer/list-view.ts';
import { createNameList, type NameForms } from '../answer/name-list.ts';
import { type StaleZone, writeStale } from '../answer/stale-answer.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter, type NameFilter } from '../filter.ts';
import { byZoneThenName, streamOwned } from '../names.ts';
import {
  addFilterOptions,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  type FilterFlags,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
  type WhoFlags,
  wholeNumber,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { allProblems, hasErrors, type Reading } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';

interface StaleFlags extends WhereFlags, OutputFlags, ListFlags, FilterFlags, ZoneFlags, WhoFlags {
  readonly olderThan?: number;
  readonly sign?: readonly StaleSign[];
  readonly exitCode?: boolean;
}

const FORMS: NameForms<StaleName> = { table: STALE_TABLE_COLUMNS, csv: STALE_COLUMNS, line: staleLine };
const EVERY_NAME: NameFilter = { isOpen: true, matchesNode: () => true, matchesOwner: () => true };
const HOURS_PER_DAY = 24;

export function staleCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('stale')
    .description('names past no-refresh + refresh, and when scavenging would take them; only lists');
  addFilterOptions(addZoneOption(command))
    .option(
      '--older-than <days>',
      'what counts as old (default: no-refresh + refresh)',
      wholeNumber(1, 100_000),
    )
    .addOption(new Option('--sign <sign...>', 'only names with these signs').choices(STALE_SIGNS))
    .optionsGroup('Output:')
    .option('--exit-code', 'exit with 2 when a name is listed');
  addWhereOptions(addOutputOptions(addWhoOptions(command), TICKET_FORMATS));
  addListOptions(command, FORMS).addHelpText(
    'after',
    `
Examples:
  dnsacl stale -z corp.example.com --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl stale -z corp.example.com --older-than 30 --snapshot export.ldif.gz -o stale.csv
  dnsacl stale --all-zones --sign disabled other-machine --snapshot export.ldif.gz`,
  );
  command.action(async (flags: StaleFlags) => deps.finish(await runStale(flags, deps)));
}

async function runStale(flags: StaleFlags, deps: Deps): Promise<ExitCode> {
  zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const view = listViewOf(flags, FORMS, answer.format);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(flags, { settings, answer, place }, 'descriptor');
    const zones = await readStale(reading, flags, deps, settings);
    const found = zones
      .flatMap(({ names }) => names)
      .filter((name) => (flags.sign === undefined ? isListed(name) : isSigned(name, flags.sign)))
      .sort(byZoneThenName);
    const listed = found.slice(0, limitsOf(flags).read);
    const list = createNameList(answer, FORMS, view, limitsOf(flags).shown);
    await writeStale(zones, listed, list, answer, reading, deps);
    if (listed.length < found.length)
      await answer.remark(`Showing ${listed.length} of ${found.length} names`);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    if (hasErrors(reading)) return EXIT_CODES.failed;
    return flags.exitCode === true && listed.length > 0 ? EXIT_CODES.findings : EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

/** Which name has an address now shows only when all were read, so all dynamic ones are kept, by what they show. */
async function readStale(
  reading: Reading,
  flags: StaleFlags,
  deps: Deps,
  settings: Awaited<ReturnType<typeof readSettings>>,
): Promise<readonly StaleZone[]> {
  const now = reading.info.takenAt ?? deps.io.now();
  const { computers } = await startAuditing(reading, { ...settings, now });
  const olderThanHours = flags.olderThan === undefined ? null : flags.olderThan * HOURS_PER_DAY;
  const places = new Map(
    reading.zones.map((zone) => {
      const frame: StaleFrame = { now, aging: zone.aging, olderThanHours };
      return [dnKey(zone.dn), { zone, frame, names: [] as StaleName[] }];
    }),
  );
  const filter = await createFilter(flags, reading);
  const chosen = new Set<string>();
  for await (const page of streamOwned(reading, EVERY_NAME, null, 'descriptor')) {
    for (const name of page) {
      const parent = parentDn(name.dn);
      const place = parent === null ? undefined : places.get(dnKey(parent));
      const judged = place === undefined ? null : judgeStale(name, computers, place.frame);
      if (judged === null) continue;
      place?.names.push(judged);
      if (filter.matchesNode(name) && filter.matchesOwner(name)) chosen.add(name.dn);
    }
  }
  return [...places.values()].map(({ zone, frame, names: alone }) => {
    const names = withSharedAddresses(alone).filter(({ dn }) => chosen.has(dn));
    return { frame, names, summary: summarizeStale(zone.name, names, frame) };
  });
}

function isSigned({ signs }: StaleName, wanted: readonly StaleSign[]): boolean {
  return signs.some((sign) => wanted.includes(sign));
}
