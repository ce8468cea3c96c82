/** `dnsacl report`: the evidence for a change ticket in one folder, from one read. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { AuditedName } from '../../assess/audit.ts';
import { AUDIT_COLUMNS, AUDIT_TABLE_COLUMNS, auditLine } from '../../report/audit-rows.ts';
import { planTotals } from '../../report/plan-rows.ts';
import { goLine } from '../../report/readiness-rows.ts';
import { type Report, renderReportMarkdown } from '../../report/report-markdown.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { createAuditPage } from '../answer/audit-page.ts';
import { listViewOf } from '../answer/list-view.ts';
import { createNameList } from '../answer/name-list.ts';
import { planPage } from '../answer/plan-answer.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { createGrantPlanner } from '../changes/grant-planner.ts';
import { makePlan, type PlanScene, savePlan, suggestApply } from '../changes/planning.ts';
import { addProtectionOptions, type ProtectionFlags, protectionOf } from '../changes/protection.ts';
import { configuredLimitOf } from '../changes/run-limits.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
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
import { usePlace } from '../place/use-place.ts';
import { allProblems, commonOf, hasErrors, type Reading, sddlContext } from '../reading.ts';
import { afterPlan, limitsOf, REPORT_FILES } from '../report-content.ts';
import { openReportFolder, type ReportFolder } from '../report-folder.ts';
import { readForReport } from '../reporting.ts';
import { readSettings, type Settings } from '../settings/settings.ts';
import { gatherSurroundings } from '../surroundings.ts';
import { addSurroundingsOptions, readSurroundings, type SurroundingsFlags } from '../surroundings-input.ts';

interface ReportFlags extends WhereFlags, ZoneFlags, WhoFlags, ProtectionFlags, SurroundingsFlags, TalkFlags {
  readonly color: boolean;
  readonly out: string;
  readonly maxBlocked?: ReturnType<typeof amountOf>;
  readonly exitCode?: boolean;
}

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
  addTalkOptions(command);
  addWhereOptions(addSurroundingsOptions(addLeasesOption(addWhoOptions(command)))).addHelpText(
    'after',
    `
The folder gets:
${REPORT_FILES.map(([name, what]) => `  ${name.padEnd(12)} ${what}`).join('\n')}
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
      writeReport(flags, settings, {
        folder,
        place,
        configuredLimit: configuredLimitOf(settings),
        answer,
        deps,
      }),
    );
  } finally {
    await folder.discard();
  }
}

/** What a report is written with. */
interface Desk extends Pick<PlanScene, 'place' | 'configuredLimit' | 'answer' | 'deps'> {
  readonly folder: ReportFolder;
}

async function writeReport(
  flags: ReportFlags,
  settings: Settings<ReportFlags>,
  desk: Desk,
): Promise<ExitCode> {
  const { folder, place, answer, deps } = desk;
  const now = deps.io.now();
  const reading = await beginReading(flags, { settings, answer, place }, 'metadata');
  const input = await readSurroundings(flags);
  reading.problems.push(...input.problems);
  const auditing = await startAuditing(reading, { ...settings, now });
  const grant = { rights: 'full', for: 'auto', ...protectionOf(flags, settings.protect) } as const;
  const planner = createGrantPlanner(grant, reading, auditing, null, new Map());
  const limit = flags.maxBlocked ?? amountOf(settings.maxBlocked ?? '0');
  const page = createAuditPage(reading, answer, {
    flags,
    limit,
    surroundings: await gatherSurroundings(reading, input, now),
    shelf: folder.shelf,
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
    readiness: await page.readiness(),
    plan,
    planFile: join(flags.out, 'plan.json'),
    problems: allProblems(reading),
    limits: limitsOf(reading, { hasLeases: settings.leases !== null, ...grant }),
    files: REPORT_FILES,
  };
  for (const { list, file } of lists) {
    const document = { common: commonOf('audit', reading, now), rest: { summary: reported.before } };
    await list.end(() => document);
    await file.end();
  }
  await savePlan(folder.path('plan.json'), plan);
  await writeText(desk, 'plan.html', await planPage(plan, report.planFile));
  await writeText(desk, 'report.html', await page.texts(reported.before, afterPlan(report)));
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
    const view = listViewOf({}, forms, file.format);
    return { file, list: createNameList<AuditedName>(file, forms, view, undefined, folder.shelf) };
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

async function tellReport(
  report: Report,
  flags: ReportFlags,
  reading: Reading,
  { answer, place, configuredLimit }: Desk,
): Promise<ExitCode> {
  const { readiness, plan, problems } = report;
  await answer.write(
    `${readiness.map((zone) => `${goLine(zone)}\n`).join('')}${planTotals(plan)}\n${plan.checksum}\n`,
  );
  answer.tellProblems(problems);
  answer.tellCost(place.source.counters, reading.descriptors);
  answer.say(`Wrote ${REPORT_FILES.map(([name]) => name).join(', ')} and SHA256SUMS to ${flags.out}`);
  if (plan.changes.length > 0) suggestApply(plan, report.planFile, flags, { answer, configuredLimit });
  if (hasErrors(reading)) return EXIT_CODES.failed;
  const isGo = readiness.every(({ go }) => go);
  return flags.exitCode === true && !isGo ? EXIT_CODES.findings : EXIT_CODES.ok;
}
