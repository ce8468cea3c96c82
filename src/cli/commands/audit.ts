/** `dnsacl audit`: case, expected updaters, verdict and findings of each name. */

import { type Command, Option } from 'commander';
import { type AuditedName, VERDICTS } from '../../assess/audit.ts';
import { type AuditSummary, type AuditTally, createAuditTally } from '../../assess/audit-summary.ts';
import { CASES } from '../../assess/case.ts';
import { counted } from '../../formats/counted.ts';
import {
  AUDIT_COLUMNS,
  AUDIT_TABLE_COLUMNS,
  auditLine,
  summaryLines,
  VERDICT_COLUMNS,
  verdictCounts,
} from '../../report/audit-rows.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { renderMarkdownTable } from '../../report/markdown.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { renderTable } from '../../report/table.ts';
import { ticketHead, ticketProblems, ticketText } from '../../report/ticket.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import {
  addListOptions,
  type ListColumns,
  type ListFlags,
  type ListView,
  limitsOf,
  listViewOf,
} from '../answer/list-view.ts';
import { createNameList } from '../answer/name-list.ts';
import { type Auditing, auditPage, startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { readTargetFile, type TargetFile } from '../changes/targets.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter } from '../filter.ts';
import { atMost, streamOwned } from '../names.ts';
import {
  addFilterOptions,
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  amountOf,
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
import { allProblems, commonOf, hasErrors, originOf, type Reading, sddlContext } from '../reading.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { whereOptions, whoOptions } from '../suggested-command.ts';
import type { Surroundings } from '../surroundings.ts';

interface AuditFlags extends WhereFlags, OutputFlags, ListFlags, FilterFlags, ZoneFlags, WhoFlags {
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly summary?: boolean;
  readonly verdict?: readonly string[];
  readonly case?: readonly string[];
  readonly exitCode?: boolean;
}

const COLUMNS: ListColumns<AuditedName> = { table: AUDIT_TABLE_COLUMNS, csv: AUDIT_COLUMNS };

export function auditCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('audit')
    .description('say which names will stop updating under "Secure only", and why');
  addFilterOptions(addZoneOption(command))
    .addOption(new Option('--verdict <verdict...>', 'only names with these verdicts').choices(VERDICTS))
    .addOption(new Option('--case <case...>', 'only names of these cases').choices(CASES))
    .option('--csv <file>', 'only the names that this file lists')
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used');
  addLeasesOption(addWhoOptions(command))
    .optionsGroup('Output:')
    .option('--summary', 'only the counts')
    .option('--exit-code', 'exit with 2 when a name is blocked, partly ready or unknown');
  addWhereOptions(addOutputOptions(command, NAME_FORMATS));
  addListOptions(command, COLUMNS).addHelpText(
    'after',
    `
Examples:
  dnsacl audit -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl audit -z corp.example.com --snapshot export.ldif.gz --verdict blocked -f csv -o blocked.csv
  dnsacl audit -z corp.example.com --snapshot export.ldif.gz -o audit.html
  dnsacl audit -z corp.example.com --snapshot export.ldif.gz --group-by verdict,class
  dnsacl grant --csv blocked.csv --plan change.json --snapshot export.ldif.gz`,
  );
  command.action(async (flags: AuditFlags) => deps.finish(await runAudit(flags, deps)));
}

async function runAudit(flags: AuditFlags, deps: Deps): Promise<ExitCode> {
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  if (file === null) zonePatterns(flags);
  refuseSummaryPage(flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool, NAME_FORMATS);
  const view = listViewOf(flags, COLUMNS, answer.format);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(flags, { settings, answer, place }, 'descriptor', file);
    reading.problems.push(...(file?.problems ?? []));
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const tally = createAuditTally();
    const names = atMost(limitsOf(flags).read, streamAudited(flags, reading, auditing, file));
    if (answer.format === 'html') {
      await writePage(names, tally, flags, answer, reading, settings, deps);
    } else {
      await writeAudit(names, tally, flags, view, answer, reading, deps);
    }
    const cut = names.cut();
    if (cut !== null) await answer.remark(cut);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    suggestNext(tally, flags, reading, answer);
    return exitCodeOf(tally, flags, reading);
  };
  return usePlace(settings.where, deps.io, answer, work);
}

async function* streamAudited(
  flags: AuditFlags,
  reading: Reading,
  auditing: Auditing,
  file: TargetFile | null,
): AsyncGenerator<readonly AuditedName[], void> {
  const filter = await createFilter(flags, reading);
  for await (const page of streamOwned(reading, filter, file, 'descriptor')) {
    const audited = (await auditPage(reading, auditing, page)).filter(
      (name) =>
        (flags.verdict === undefined || flags.verdict.includes(name.verdict)) &&
        (flags.case === undefined || flags.case.includes(name.case)),
    );
    if (audited.length > 0) yield audited;
  }
}

async function writePage(
  pages: AsyncIterable<readonly AuditedName[]>,
  tally: AuditTally,
  flags: AuditFlags,
  answer: Answer,
  reading: Reading,
  { maxBlocked }: Settings<AuditFlags>,
  deps: Deps,
): Promise<void> {
  const { createAuditPage } = await import('../answer/audit-page.ts');
  const { csv, name, type, owner, verdict, case: chosenCase, limit } = flags;
  const filters = [csv, name, type, owner, verdict, chosenCase, limit];
  const isPartial = filters.some((filter) => filter !== undefined);
  const page = createAuditPage(reading, answer, {
    flags,
    limit: amountOf(maxBlocked ?? '0'),
    surroundings: isPartial ? null : await surroundingsOf(reading, deps.io.now()),
    now: deps.io.now(),
  });
  for await (const names of pages) {
    for (const item of names) tally.add(item);
    await page.add(names);
  }
  await answer.writeAll(await page.texts(tally.summary(), null));
}

/** With nothing that only DHCP servers know. */
async function surroundingsOf(reading: Reading, now: Date): Promise<Surroundings> {
  const { gatherSurroundings } = await import('../surroundings.ts');
  return gatherSurroundings(reading, { lease: null, exports: [], problems: [] }, now);
}

async function writeAudit(
  pages: AsyncIterable<readonly AuditedName[]>,
  tally: AuditTally,
  flags: AuditFlags,
  view: ListView<AuditedName>,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const context = sddlContext(reading.info);
  const line = (name: AuditedName): string => auditLine(name, context);
  const { shown } = limitsOf(flags);
  const list = flags.summary === true ? null : createNameList(answer, { line }, view, shown);
  for await (const page of pages) {
    for (const name of page) tally.add(name);
    await list?.add(page);
  }
  const summary = tally.summary();
  if (answer.format === 'table') answer.say(`Read from ${reading.info.server}`);
  if (list === null) return writeSummary(summary, answer, reading, deps);
  if (answer.format === 'markdown') await writeTicketHead(summary, answer, reading, deps);
  await list.end(() => ({ common: commonOf('audit', reading, deps.io.now()), rest: { summary } }));
  if (answer.format === 'markdown') await answer.write(ticketProblems(allProblems(reading)));
  if (answer.format !== 'table') return;
  if (view.kind === 'groups') await answer.write(`${counted(summary.names, 'name')}\n`);
  else await writeSummaryTable(summary, answer);
}

async function writeSummary(
  summary: AuditSummary,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'table':
      await writeSummaryTable(summary, answer);
      break;
    case 'markdown':
      await writeTicketHead(summary, answer, reading, deps);
      await answer.write(ticketProblems(allProblems(reading)));
      break;
    case 'csv':
      await answer.write(renderCsv(VERDICT_COLUMNS, verdictCounts(summary), answer.csv));
      break;
    case 'json':
      await answer.write(jsonDocument(commonOf('audit', reading, deps.io.now()), { names: [], summary }));
      break;
    case 'ndjson':
      await answer.write(ndjsonLine({ summary }));
      break;
  }
}

async function writeSummaryTable(summary: AuditSummary, answer: Answer): Promise<void> {
  if (summary.names > 0)
    await answer.write(renderTable(VERDICT_COLUMNS, verdictCounts(summary), answer.render));
  await answer.write(`\n${[counted(summary.names, 'name'), ...summaryLines(summary)].join('\n')}\n`);
}

async function writeTicketHead(
  summary: AuditSummary,
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  const zones = reading.zones.map(({ name }) => name).join(', ');
  await answer.write(ticketHead(`Audit of ${zones}`, originOf(reading, deps)));
  await answer.write(ticketText([counted(summary.names, 'name'), ...summaryLines(summary)]));
  if (summary.names > 0) await answer.write(renderMarkdownTable(VERDICT_COLUMNS, verdictCounts(summary)));
}

function suggestNext(tally: AuditTally, flags: AuditFlags, reading: Reading, answer: Answer): void {
  const { byVerdict } = tally.summary();
  if ((byVerdict.blocked ?? 0) + (byVerdict.partly ?? 0) === 0) return;
  const zones = reading.zones.map((zone) => shellWord(zone.name)).join(' ');
  const options = `${whoOptions(flags)}${whereOptions(flags)}`;
  answer.say(`Next: dnsacl why NAME${options}; dnsacl grant -z ${zones}${options} --plan FILE`);
}

function exitCodeOf(tally: AuditTally, flags: AuditFlags, reading: Reading): ExitCode {
  if (hasErrors(reading)) return EXIT_CODES.failed;
  const { blocked = 0, partly = 0, unknown = 0 } = tally.summary().byVerdict;
  return flags.exitCode === true && blocked + partly + unknown > 0 ? EXIT_CODES.findings : EXIT_CODES.ok;
}
