/** `dnsacl owners`: who owns each name, with the owner's class. */

import type { Command } from 'commander';
import { OWNER_CLASSES, type OwnedName, type OwnerClass } from '../../assess/owner-class.ts';
import type { Problem } from '../../errors.ts';
import { csvHeader, csvRow } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import {
  CLASS_COLUMNS,
  type ClassCount,
  OWNER_COLUMNS,
  OWNER_TABLE_COLUMNS,
  ownerValue,
} from '../../report/owner-rows.ts';
import { renderTable } from '../../report/table.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { openPlace } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter, type NameFilter } from '../filter.ts';
import {
  addFilterOptions,
  addOutputOptions,
  addWhereOptions,
  addZoneOption,
  type FilterFlags,
  type OutputFlags,
  type WhereFlags,
  zonePatterns,
} from '../options.ts';
import {
  classifyPage,
  demandReadableNames,
  type Reading,
  startReading,
  streamNodes,
  type Tally,
} from '../reading.ts';
import { createTargetList, readTargetFile, type TargetList } from '../targets.ts';

interface OwnersFlags extends WhereFlags, OutputFlags, FilterFlags {
  readonly zone?: readonly string[];
  readonly allZones?: boolean;
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly summary?: boolean;
  readonly dhcpAccount?: readonly string[];
  readonly dhcpServer?: readonly string[];
}

export function ownersCommand(parent: Command, deps: Deps): void {
  const command = parent.command('owners').description('say who owns each name');
  addFilterOptions(addZoneOption(command))
    .option('--csv <file>', 'only the names that this file lists')
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used')
    .option('--summary', 'only how many names each owner class has')
    .optionsGroup('Who is who:')
    .option('--dhcp-account <name...>', 'the account that DHCP servers use for DNS, such as dhcp_update')
    .option('--dhcp-server <name...>', 'DHCP servers that the directory does not list');
  addOutputOptions(addWhereOptions(command)).addHelpText(
    'after',
    `
Examples:
  dnsacl owners -z corp.example.com --server dc1.corp.example.com --user admin@corp.example.com --summary
  dnsacl owners -z corp.example.com --snapshot export.ldif.gz --owner system orphan
  dnsacl owners --all-zones --snapshot export.ldif.gz -o owners.csv`,
  );
  command.action(async (flags: OwnersFlags) => deps.finish(await runOwners(flags, deps)));
}

export async function runOwners(flags: OwnersFlags, deps: Deps): Promise<ExitCode> {
  const patterns = zonePatterns(flags);
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(flags, deps.io);
  try {
    const reading = await startReading(place.source, patterns, flags.partition, {
      dhcpAccounts: flags.dhcpAccount ?? [],
      dhcpServers: flags.dhcpServer ?? [],
    });
    reading.problems.push(...(file?.problems ?? []));
    const targets = file === null ? null : createTargetList(flags.csv as string, file.rows, reading.zones);
    const names = streamOwners(
      reading,
      await createFilter(flags, reading),
      targets,
      flags.limit ?? Number.POSITIVE_INFINITY,
    );
    await writeOwners(names, flags, answer, reading, deps);
    if (targets !== null) reading.problems.push(...missingNames(targets));
    await answer.end();
    answer.tellProblems([...reading.problems, ...reading.book.problems]);
    answer.tellCounters(place.source.counters);
    return reading.problems.some((problem) => problem.severity === 'error')
      ? EXIT_CODES.failed
      : EXIT_CODES.ok;
  } finally {
    await place.close();
  }
}

async function* streamOwners(
  reading: Reading,
  filter: NameFilter,
  targets: TargetList | null,
  limit: number,
): AsyncGenerator<readonly OwnedName[], void> {
  const tally: Tally = { names: 0, unreadable: 0 };
  let left = limit;
  for await (const page of streamNodes(reading, 'descriptor', tally)) {
    const chosen = page.filter(
      (node) => filter.matchesNode(node) && (targets === null || targets.take(node).length > 0),
    );
    const owned = (await classifyPage(reading, chosen))
      .filter((name) => filter.matchesOwner(name))
      .slice(0, left);
    left -= owned.length;
    if (owned.length > 0) yield owned;
    if (left <= 0) return;
  }
  demandReadableNames(reading, tally);
}

async function writeOwners(
  pages: AsyncIterable<readonly OwnedName[]>,
  flags: OwnersFlags,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const counts = new Map<OwnerClass, number>();
  const kept: OwnedName[] = [];
  const keep = flags.summary !== true && answer.format !== 'ndjson';
  for await (const page of pages) {
    for (const name of page) counts.set(name.owner.class, (counts.get(name.owner.class) ?? 0) + 1);
    if (keep) kept.push(...page);
    else if (flags.summary !== true)
      await answer.write(page.map((name) => ndjsonLine(ownerValue(name))).join(''));
  }
  const summary = summarize(counts);
  if (flags.summary === true) return writeSummary(summary, answer, reading, deps);
  kept.sort(byZoneThenName);
  if (answer.format === 'table') {
    answer.say(`Read from ${reading.info.server}`);
    await answer.write(`${renderTable(OWNER_TABLE_COLUMNS, kept, answer.render)}\n`);
    await answer.write(renderTable(CLASS_COLUMNS, classCounts(summary), answer.render));
  } else if (answer.format === 'csv') {
    await answer.write(csvHeader(OWNER_COLUMNS));
    for (const name of kept) await answer.write(csvRow(OWNER_COLUMNS, name));
  } else if (answer.format === 'json') {
    await answer.write(jsonDocument(headOf(reading, deps), { names: kept.map(ownerValue), summary }));
  }
}

interface OwnersSummary {
  readonly names: number;
  readonly byClass: Readonly<Partial<Record<OwnerClass, number>>>;
}

async function writeSummary(
  summary: OwnersSummary,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'table':
      answer.say(`Read from ${reading.info.server}`);
      await answer.write(renderTable(CLASS_COLUMNS, classCounts(summary), answer.render));
      await answer.write(`\n${summary.names} names\n`);
      break;
    case 'csv':
      await answer.write(csvHeader(CLASS_COLUMNS));
      for (const row of classCounts(summary)) await answer.write(csvRow(CLASS_COLUMNS, row));
      break;
    case 'json':
      await answer.write(jsonDocument(headOf(reading, deps), { names: [], summary }));
      break;
    case 'ndjson':
      await answer.write(ndjsonLine({ summary }));
      break;
  }
}

function summarize(counts: ReadonlyMap<OwnerClass, number>): OwnersSummary {
  const byClass: Partial<Record<OwnerClass, number>> = {};
  let names = 0;
  for (const ownerClass of OWNER_CLASSES) {
    const count = counts.get(ownerClass);
    if (count === undefined) continue;
    byClass[ownerClass] = count;
    names += count;
  }
  return { names, byClass };
}

function classCounts({ names, byClass }: OwnersSummary): readonly ClassCount[] {
  return OWNER_CLASSES.flatMap((ownerClass) => {
    const count = byClass[ownerClass];
    return count === undefined ? [] : [{ class: ownerClass, names: count, total: names }];
  });
}

function headOf(reading: Reading, deps: Deps) {
  return {
    command: 'owners',
    generatedAt: deps.io.now(),
    server: reading.info.server,
    zones: reading.zones.map((zone) => zone.name),
    problems: reading.problems,
  };
}

function missingNames(targets: TargetList): readonly Problem[] {
  return targets.missing().map((row) => ({
    severity: 'error',
    code: 'no-such-name',
    where: `${targets.fileName}:${row.line}`,
    message: `there is no name ${JSON.stringify(row.name)} in the zones that were read`,
  }));
}

function byZoneThenName(a: OwnedName, b: OwnedName): number {
  if (a.zone !== b.zone) return a.zone < b.zone ? -1 : 1;
  return a.fqdn < b.fqdn ? -1 : a.fqdn > b.fqdn ? 1 : a.dn < b.dn ? -1 : 1;
}
