/** `dnsacl report`: the evidence for a change ticket in one folder, from one read. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { AuditedName } from '../../assess/audit.ts';
import { AUDIT_COLUMNS, AUDIT_TABLE_COLUMNS, auditLine } from '../../report/audit-rows.ts';
import { htmlCommands } from '../../report/document-html.ts';
import { html, htmlTable } from '../../report/html.ts';
import { planTotals } from '../../report/plan-rows.ts';
import { planCommands, shellWord } from '../../report/plan-summary.ts';
import { goLine } from '../../report/readiness-rows.ts';
import {
  type Report,
  renderReportMarkdown,
  VERDICT_CHANGE_COLUMNS,
  verdictChanges,
} from '../../report/report-markdown.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { type AfterPlan, createAuditPage } from '../audit-page.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import type { Place } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createGrantPlanner } from '../grant-planner.ts';
import { createNameList } from '../name-list.ts';
import {
  addLeasesOption,
  addTalkOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  amountOf,
  PLAN_FORMATS,
  type TalkFlags,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import { planPage } from '../plan-answer.ts';
import { makePlan, savePlan } from '../planning.ts';
import { addProtectionOptions, type ProtectionFlags, protectionOf } from '../protection.ts';
import { allProblems, commonOf, hasErrors, type Reading, sddlContext } from '../reading.ts';
import { openReportFolder, type ReportFolder } from '../report-folder.ts';
import { type Reported, readForReport } from '../reporting.ts';
import { readSettings, type Settings } from '../settings.ts';
import { usePlace } from '../use-place.ts';

interface ReportFlags extends WhereFlags, ZoneFlags, WhoFlags, ProtectionFlags, TalkFlags {
  readonly color: boolean;
  readonly out: string;
  readonly maxBlocked?: ReturnType<typeof amountOf>;
  readonly exitCode?: boolean;
}

/** What the folder holds besides SHA256SUMS. */
const FILES = [
  ['report.html', 'go or no-go, counts now and after the plan, every name; opens without a network'],
  ['report.md', 'the same in short, for the ticket'],
  ['names.csv', 'every name with its verdict; grant --csv takes it'],
  ['audit.json', 'every name with all that is known of it'],
  ['plan.json', 'the plan, for apply'],
  ['plan.html', 'the plan for reviewers, old against new'],
] as const;

export function reportCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('report')
    .description('write the evidence for a change ticket into a folder: audit, plan, commands');
  addProtectionOptions(addZoneOption(command))
    .optionsGroup('What counts:')
    .option('--max-blocked <n|p%>', 'how many names may be blocked, as a number or a share', amountOf)
    .option('--exit-code', 'exit with 2 on a no-go')
    .optionsGroup('Output:')
    .requiredOption('-o, --out <dir>', 'the folder, new or empty');
  addTalkOptions(addWhereOptions(addLeasesOption(addWhoOptions(command)))).addHelpText(
    'after',
    `
The folder gets:
${FILES.map(([name, what]) => `  ${name.padEnd(12)} ${what}`).join('\n')}
  SHA256SUMS   of all of them, for sha256sum --check

Examples:
  dnsacl report -z corp.example.com -o change-4711 --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl report -z corp.example.com -o rehearsal --snapshot export.ldif.gz`,
  );
  command.action(async (flags: ReportFlags) => deps.finish(await runReport(flags, deps)));
}

async function runReport(flags: ReportFlags, deps: Deps): Promise<ExitCode> {
  zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const { out, ...talk } = flags;
  const answer = await openAnswer(talk, deps.io, deps.tool);
  const folder = await openReportFolder(out);
  try {
    return await usePlace(settings.where, deps.io, answer, (place) =>
      writeReport(flags, settings, { folder, place, answer, deps }),
    );
  } finally {
    await folder.discard();
  }
}

/** What a report is written with. */
interface Desk {
  readonly folder: ReportFolder;
  readonly place: Place;
  readonly answer: Answer;
  readonly deps: Deps;
}

async function writeReport(
  flags: ReportFlags,
  settings: Settings<ReportFlags>,
  desk: Desk,
): Promise<ExitCode> {
  const { folder, place, answer, deps } = desk;
  const now = deps.io.now();
  const reading = await beginReading(flags, { settings, answer, place }, 'metadata');
  const auditing = await startAuditing(reading, { ...settings, now });
  const grant = { rights: 'full', for: 'auto', ...protectionOf(flags, settings.protect) } as const;
  const planner = createGrantPlanner(grant, reading, auditing, null, new Map());
  const limit = flags.maxBlocked ?? amountOf(settings.maxBlocked ?? '0');
  const page = createAuditPage(reading, answer, {
    dhcpAccounts: flags.dhcpAccount,
    limit,
    isPartial: false,
    now,
  });
  const lists = await openLists(desk, reading);
  const reported = await readForReport(reading, auditing, planner, async ({ names, after }) => {
    await page.add(names, ({ dn }) => after.get(dn) ?? null);
    for (const { list } of lists) await list.add(names);
  });
  const options = {
    command: 'grant',
    dhcpAccounts: reading.estate.dhcpAccounts.map(({ sid }) => sid),
    ...grant,
  };
  const plan = makePlan(reading, reported.zones, reported.outcomes, options, deps);
  const report: Report = {
    ...reported,
    readiness: page.readiness(),
    plan,
    planFile: join(flags.out, 'plan.json'),
    problems: allProblems(reading),
    limits: limitsOf(flags, settings, reading),
    files: FILES,
  };
  for (const { list, file } of lists) {
    const document = { common: commonOf('audit', reading, now), rest: { summary: reported.before } };
    await list.end(() => document);
    await file.end();
  }
  await savePlan(folder.path('plan.json'), plan);
  await writeText(desk, 'plan.html', await planPage(plan, report.planFile));
  await writeText(desk, 'report.html', await page.texts(reported.before, afterPlan(report, reported)));
  await writeFile(folder.path('report.md'), renderReportMarkdown(report));
  await folder.finish();
  return tellReport(report, flags, reading, desk);
}

/** The lists of names, each written to its own file. */
async function openLists({ folder, deps }: Desk, reading: Reading) {
  const context = sddlContext(reading.info);
  const forms = {
    table: AUDIT_TABLE_COLUMNS,
    csv: AUDIT_COLUMNS,
    line: (name: AuditedName) => auditLine(name, context),
  };
  const open = async (name: string) => {
    const file = await openFile(folder.path(name), deps);
    return { file, list: createNameList<AuditedName>(file, forms) };
  };
  return [await open('names.csv'), await open('audit.json')];
}

function openFile(path: string, { io, tool }: Deps): Promise<Answer> {
  return openAnswer({ out: path, color: false, quiet: true }, io, tool, PLAN_FORMATS);
}

async function writeText({ folder, deps }: Desk, name: string, texts: Iterable<string>): Promise<void> {
  const file = await openFile(folder.path(name), deps);
  await file.writeAll(texts);
  await file.end();
}

/** What the page says of the plan. */
function afterPlan(report: Report, { after }: Reported): AfterPlan {
  const { plan, planFile, limits } = report;
  const how = html`<p>To apply exactly this plan, and to take it back with the journal that applying it names:</p>\n`;
  const commands = plan.changes.length === 0 ? [] : [how, htmlCommands(planCommands(plan, planFile))];
  const table = htmlTable('Verdicts now and after the plan', VERDICT_CHANGE_COLUMNS, verdictChanges(report));
  return {
    byVerdict: after.byVerdict,
    facts: [
      ['Plan', planTotals(plan)],
      ['Checksum', plan.checksum],
    ],
    sections: [
      { id: 'plan', title: 'What the plan would change', content: [table, ...commands] },
      {
        id: 'limits',
        title: 'What was not looked at',
        content: [html`<ul>${limits.map((text) => html`<li>${text}</li>\n`)}</ul>\n`],
      },
    ],
  };
}

/** What a reader might take for granted and must not. */
function limitsOf(
  flags: ReportFlags,
  { leases }: Settings<ReportFlags>,
  { info, zones, estate }: Reading,
): readonly string[] {
  return [
    `Every zone but ${zones.map(({ name }) => name).join(', ')}`,
    info.live
      ? `The copies of other domain controllers: only ${info.server} was read; dnsacl readiness compares them`
      : `Everything that happened since the file was made, and every domain controller: only ${info.server} was read`,
    ...(estate.dhcpAccounts.length > 0
      ? []
      : [
          'The DHCP account: none was named with --dhcp-account, so what DHCP servers register is judged without it',
        ]),
    ...(leases !== null ? [] : ['The leases of DHCP servers: no list was given with --leases']),
    ...(flags.includeProtected === true
      ? []
      : ['Protected names: they are judged, but the plan leaves them alone']),
    'Rights that are too wide: the plan only adds; dnsacl revoke takes away',
  ];
}

async function tellReport(
  report: Report,
  flags: ReportFlags,
  reading: Reading,
  { answer, place }: Desk,
): Promise<ExitCode> {
  const { readiness, plan, problems } = report;
  await answer.write(
    `${readiness.map((zone) => `${goLine(zone)}\n`).join('')}${planTotals(plan)}\n${plan.checksum}\n`,
  );
  answer.tellProblems(problems);
  answer.tellCost(place.source.counters, reading.descriptors);
  answer.say(`Wrote ${FILES.map(([name]) => name).join(', ')} and SHA256SUMS to ${flags.out}`);
  if (plan.changes.length > 0)
    answer.say(`Next: dnsacl show ${shellWord(report.planFile)}; dnsacl apply ${shellWord(report.planFile)}`);
  if (hasErrors(reading)) return EXIT_CODES.failed;
  const isGo = readiness.every(({ go }) => go);
  return flags.exitCode === true && !isGo ? EXIT_CODES.findings : EXIT_CODES.ok;
}
