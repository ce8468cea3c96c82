/** `dnsacl owners`: who owns each name, with the owner's class. */

import type { Command } from 'commander';
import { OWNER_CLASSES, type OwnedName, type OwnerClass } from '../../assess/owner-class.ts';
import { counted } from '../../formats/counted.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import {
  CLASS_COLUMNS,
  type ClassCount,
  OWNER_COLUMNS,
  OWNER_TABLE_COLUMNS,
  ownerLine,
} from '../../report/owner-rows.ts';
import { renderTable } from '../../report/table.ts';
import { ticketHead, ticketProblems, ticketText } from '../../report/ticket.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { addListOptions, type ListFlags, type ListView, limitsOf, listViewOf } from '../answer/list-view.ts';
import { createNameList, type NameForms } from '../answer/name-list.ts';
import { beginReading } from '../begin-reading.ts';
import { readTargetFile } from '../changes/targets.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter } from '../filter.ts';
import { atMost, streamOwned } from '../names.ts';
import {
  addFilterOptions,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  type FilterFlags,
  NAME_FORMATS,
  type OutputFlags,
  refuseSummaryPage,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { allProblems, commonOf, hasErrors, originOf, type Reading } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';

interface OwnersFlags extends WhereFlags, OutputFlags, ListFlags, FilterFlags, ZoneFlags, WhoFlags {
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly summary?: boolean;
}

const FORMS: NameForms<OwnedName> = {
  table: OWNER_TABLE_COLUMNS,
  csv: OWNER_COLUMNS,
  line: ownerLine,
};

export function ownersCommand(parent: Command, deps: Deps): void {
  const command = parent.command('owners').description('say who owns each name');
  addFilterOptions(addZoneOption(command))
    .option('--csv <file>', 'only the names that this file lists')
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used')
    .optionsGroup('Output:')
    .option('--summary', 'only how many names each owner class has');
  addWhereOptions(addOutputOptions(addWhoOptions(command), NAME_FORMATS));
  addListOptions(command, FORMS).addHelpText(
    'after',
    `
Examples:
  dnsacl owners -z corp.example.com --server dc1.corp.example.com --user admin@corp.example.com --summary
  dnsacl owners -z corp.example.com --snapshot export.ldif.gz --owner system orphan
  dnsacl owners -z corp.example.com --snapshot export.ldif.gz --group-by owner
  dnsacl owners -z corp.example.com --snapshot export.ldif.gz --columns name,owner --sort -owner,name
  dnsacl owners --all-zones --snapshot export.ldif.gz -o owners.csv --csv-separator semicolon --csv-bom`,
  );
  command.action(async (flags: OwnersFlags) => deps.finish(await runOwners(flags, deps)));
}

async function runOwners(flags: OwnersFlags, deps: Deps): Promise<ExitCode> {
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  if (file === null) zonePatterns(flags);
  refuseSummaryPage(flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, NAME_FORMATS);
  const view = listViewOf(flags, FORMS, answer.format);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(flags, { settings, answer, place }, 'descriptor', file);
    reading.problems.push(...(file?.problems ?? []));
    const filter = await createFilter(flags, reading);
    const names = atMost(limitsOf(flags).read, streamOwned(reading, filter, file, 'descriptor'));
    if (answer.format === 'html') {
      const { writeOwnersPage } = await import('../answer/owners-page.ts');
      await writeOwnersPage(names, answer, reading, deps);
    } else {
      await writeOwners(names, flags, view, answer, reading, deps);
    }
    const cut = names.cut();
    if (cut !== null) await answer.remark(cut);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    return hasErrors(reading) ? EXIT_CODES.failed : EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

async function writeOwners(
  pages: AsyncIterable<readonly OwnedName[]>,
  flags: OwnersFlags,
  view: ListView<OwnedName>,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const counts = new Map<OwnerClass, number>();
  const list = flags.summary === true ? null : createNameList(answer, FORMS, view, limitsOf(flags).shown);
  for await (const page of pages) {
    for (const name of page) counts.set(name.owner.class, (counts.get(name.owner.class) ?? 0) + 1);
    await list?.add(page);
  }
  const summary = summarize(counts);
  if (list === null) return writeSummary(summary, answer, reading, deps);
  if (answer.format === 'markdown') await writeTicketHead(summary, answer, reading, deps);
  await list.end(() => ({ common: commonOf('owners', reading, deps.io.now()), rest: { summary } }));
  if (answer.format === 'markdown') await answer.write(ticketProblems(allProblems(reading)));
  if (answer.format !== 'table') return;
  if (view.kind === 'groups') await answer.write(`${counted(summary.names, 'name')}\n`);
  else await writeSummaryTable(summary, answer, reading);
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
      await writeSummaryTable(summary, answer, reading);
      break;
    case 'markdown':
      await writeTicketHead(summary, answer, reading, deps);
      await answer.write(ticketProblems(allProblems(reading)));
      break;
    case 'csv':
      await answer.write(renderCsv(CLASS_COLUMNS, classCounts(summary), answer.csv));
      break;
    case 'json':
      await answer.write(jsonDocument(commonOf('owners', reading, deps.io.now()), { names: [], summary }));
      break;
    case 'ndjson':
      await answer.write(ndjsonLine({ summary }));
      break;
  }
}

async function writeSummaryTable(summary: OwnersSummary, answer: Answer, reading: Reading): Promise<void> {
  answer.say(`Read from ${reading.info.server}`);
  if (summary.names > 0)
    await answer.write(`${renderTable(CLASS_COLUMNS, classCounts(summary), answer.render)}\n`);
  await answer.write(`${counted(summary.names, 'name')}\n`);
}

async function writeTicketHead(
  summary: OwnersSummary,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const zones = reading.zones.map(({ name }) => name).join(', ');
  await answer.write(ticketHead(`Owners of the names in ${zones}`, originOf(reading, deps)));
  await answer.write(ticketText([counted(summary.names, 'name')]));
  if (summary.names > 0) await answer.write(renderMarkdownTable(CLASS_COLUMNS, classCounts(summary)));
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
