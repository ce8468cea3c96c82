/** `dnsacl zones`: every zone of every partition, what it accepts, and how many names it holds. */

import type { Command } from 'commander';
import { DirectoryError, isPartialFault, type Problem } from '../../errors.ts';
import { type Census, countNames } from '../../records/census.ts';
import { isLoaded, readZones } from '../../records/read.ts';
import type { DirectorySource } from '../../records/source.ts';
import type { Zone } from '../../records/zone.ts';
import { renderCsv } from '../../report/csv.ts';
import { type JsonCommon, jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { sortRows } from '../../report/row-order.ts';
import { renderTable } from '../../report/table.ts';
import { type TicketOrigin, ticketHead, ticketProblems } from '../../report/ticket.ts';
import { type CountedZone, ZONE_COLUMNS, ZONE_TABLE_COLUMNS, zoneValue } from '../../report/zone-rows.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { createGroupList } from '../answer/group-list.ts';
import {
  addListOptions,
  type ListColumns,
  type ListFlags,
  type ListView,
  listViewOf,
  type RowView,
} from '../answer/list-view.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addOutputOptions,
  addWhereOptions,
  type OutputFlags,
  TICKET_FORMATS,
  type WhereFlags,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { usePlace } from '../place/use-place.ts';
import { readSettings } from '../settings/settings.ts';
import { openSizeCache } from '../size-cache.ts';
import { whereOptions } from '../suggested-command.ts';
import { noteZones } from '../zone-cache.ts';

type ZonesFlags = WhereFlags & OutputFlags & ListFlags;

const COLUMNS: ListColumns<CountedZone> = { table: ZONE_TABLE_COLUMNS, csv: ZONE_COLUMNS };

export function zonesCommand(parent: Command, deps: Deps): void {
  const command = parent.command('zones').description('list every zone: type, update mode, aging, names');
  addWhereOptions(addOutputOptions(command, TICKET_FORMATS));
  addListOptions(command, COLUMNS).addHelpText(
    'after',
    `
Examples:
  dnsacl zones --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl zones --snapshot export.ldif.gz --columns zone,updates,names --sort -names
  dnsacl zones --snapshot export.ldif.gz -f csv -o zones.csv`,
  );
  command.action(async (flags: ZonesFlags) => deps.finish(await runZones(flags, deps)));
}

async function runZones(flags: ZonesFlags, deps: Deps): Promise<ExitCode> {
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, TICKET_FORMATS);
  const view = listViewOf(flags, COLUMNS, answer.format);
  const work = async (place: Place): Promise<ExitCode> => {
    const sizes = await openSizeCache(settings.zoneCache);
    const source = answer.stages.watch(place.source, sizes);
    const info = await source.describe();
    const { values, problems: found } = await readZones(source, flags.partition);
    if (flags.partition === 'all') await noteZones(settings.zoneCache, values);
    answer.stages.expectNames(sizes.total(values));
    const rows: CountedZone[] = [];
    const problems: Problem[] = [...found];
    for (const zone of values) rows.push({ zone, census: await census(source, zone, problems) });
    if (rows.length === 0) {
      answer.tellProblems(problems);
      const where = flags.partition === 'all' ? 'any partition' : `the partition ${flags.partition}`;
      const message = `There is no zone in ${where} of ${info.server}, or this account may not list them`;
      throw new DirectoryError('not-found', message, { operation: 'read zones' });
    }
    await writeZones(rows, problems, view, answer, { server: info.server, generatedAt: deps.io.now() });
    await answer.end();
    answer.tellProblems(problems);
    answer.tellCost(source.counters);
    suggestNext(rows, flags, answer);
    return problems.some((problem) => problem.severity === 'error') ? EXIT_CODES.failed : EXIT_CODES.ok;
  };
  return usePlace(settings.where, deps.io, answer, work);
}

async function writeZones(
  rows: readonly CountedZone[],
  problems: readonly Problem[],
  view: ListView<CountedZone>,
  answer: Answer,
  origin: Omit<TicketOrigin, 'tool'>,
): Promise<void> {
  const head = { command: 'zones', zones: [], problems, ...origin };
  if (answer.format === 'table') answer.say(`Read from ${origin.server}`);
  if (answer.format === 'markdown')
    await answer.write(ticketHead('DNS zones', { ...origin, tool: answer.tool }));
  if (view.kind === 'groups') {
    const list = createGroupList(answer, view, Number.POSITIVE_INFINITY);
    await list.add(rows);
    await list.end(() => ({ common: head, rest: {} }));
  } else await answer.writeAll(zoneTexts(sortRows(view.sort, rows), view, answer, head));
  if (answer.format === 'markdown') await answer.write(ticketProblems(problems));
}

function* zoneTexts(
  rows: readonly CountedZone[],
  { columns }: RowView<CountedZone>,
  { format, csv, render }: Answer,
  head: JsonCommon,
): Generator<string> {
  switch (format) {
    case 'csv':
      yield renderCsv(columns, rows, csv);
      break;
    case 'markdown':
      yield renderMarkdownTable(columns, rows);
      break;
    case 'json':
      yield jsonDocument(head, { zones: rows.map(zoneValue) });
      break;
    case 'ndjson':
      for (const row of rows) yield ndjsonLine(zoneValue(row));
      break;
    default:
      yield renderTable(columns, rows, render);
  }
}

/** The count of a zone's names; null when they cannot be read, which is told. */
async function census(source: DirectorySource, zone: Zone, problems: Problem[]): Promise<Census | null> {
  try {
    return await countNames(source, zone);
  } catch (error) {
    if (!isPartialFault(error)) throw error;
    // What no server loads is not missed.
    if (!isLoaded(zone)) return null;
    problems.push({ severity: 'warning', code: 'unread-names', where: zone.dn, message: error.message });
    return null;
  }
}

function suggestNext(rows: readonly CountedZone[], flags: WhereFlags, { say }: Answer): void {
  const open = rows.find(({ zone }) => isLoaded(zone) && zone.dynamicUpdate === 'nonsecure-and-secure');
  if (open !== undefined)
    say(`Next: dnsacl owners -z ${shellWord(open.zone.name)} --summary${whereOptions(flags)}`);
}
