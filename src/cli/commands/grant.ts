/** `dnsacl grant`: plans the ACEs that let expected updaters update their names, shows the plan, and saves it. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Problem, UsageError } from '../../errors.ts';
import { skip } from '../../plan/grant.ts';
import { draftPlan, type NameOutcome, type Plan, type PlanOptions } from '../../plan/plan.ts';
import { sealPlan } from '../../plan/plan-file.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { auditPage, startAuditing } from '../auditing.ts';
import { openPlace } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter } from '../filter.ts';
import { createGrantPlanner } from '../grant-planner.ts';
import {
  addFilterOptions,
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  type FilterFlags,
  type OutputFlags,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import { planText, writePlan } from '../plan-answer.ts';
import {
  classifyPage,
  demandReadableNames,
  type Reading,
  startReading,
  streamNodes,
  type Tally,
} from '../reading.ts';
import { resolveRowPrincipals } from '../row-principals.ts';
import { readSettings, type Settings } from '../settings.ts';
import { createTargetList, patternsFor, readTargetFile, settleBadRows, type TargetFile } from '../targets.ts';

interface GrantFlags extends WhereFlags, OutputFlags, FilterFlags, ZoneFlags, WhoFlags {
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly rights: 'full' | 'update';
  readonly plan?: string;
  readonly includeProtected?: boolean;
  readonly exitCode?: boolean;
}

export function grantCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('grant')
    .description('plan the ACEs that let hosts and DHCP update their names');
  addFilterOptions(addZoneOption(command))
    .option(
      '--csv <file>',
      'only the names that this file lists; its principal column overrides who is expected',
    )
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used')
    .option('--include-protected', 'also names that domain controllers register, wildcards, wpad and isatap')
    .optionsGroup('The plan:')
    .addOption(
      command
        .createOption('--rights <rights>', 'full control, or only what an update needs')
        .choices(['full', 'update'])
        .default('full'),
    )
    .option('--plan <file>', 'save the plan, to be reviewed and applied')
    .option('--exit-code', 'exit with 2 when there is something to change');
  addOutputOptions(addWhereOptions(addLeasesOption(addWhoOptions(command)))).addHelpText(
    'after',
    `
Nothing is ever changed by this command: it prints what would be, and "dnsacl apply PLAN" does it.

Examples:
  dnsacl grant -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl grant -z corp.example.com --csv names.csv --plan change.json --snapshot export.ldif.gz
  dnsacl grant -z corp.example.com --name 'pc0*' --limit 20 --plan pilot.json --snapshot export.ldif.gz`,
  );
  command.action(async (flags: GrantFlags) => deps.finish(await runGrant(flags, deps)));
}

export async function runGrant(flags: GrantFlags, deps: Deps): Promise<ExitCode> {
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  if (file === null) zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(settings.where, deps.io);
  try {
    const patterns = await patternsFor(flags, place.source, file);
    const reading = await startReading(place.source, patterns, flags.partition, settings.estate);
    reading.problems.push(...settings.problems);
    const plan = await makePlan(flags, reading, settings, file, deps);
    await writePlan(plan, answer, flags.verbose === true);
    if (flags.plan !== undefined) await savePlan(flags.plan, plan);
    await answer.end();
    answer.tellProblems([...reading.problems, ...reading.book.problems]);
    answer.tellCounters(place.source.counters);
    suggestNext(plan, flags, answer);
    return exitCodeOf(plan, reading.problems, flags);
  } finally {
    await place.close();
  }
}

async function makePlan(
  flags: GrantFlags,
  reading: Reading,
  settings: Settings<GrantFlags>,
  file: TargetFile | null,
  deps: Deps,
): Promise<Plan> {
  const found = file === null ? null : await resolveRowPrincipals(file.rows, file.path, reading);
  if (file !== null && found !== null) {
    reading.problems.push(...file.problems, ...settleBadRows(file.path, found.problems, file.skipBad));
  }
  const targets = found === null ? null : createTargetList(found.rows, reading.zones);
  const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
  const planner = createGrantPlanner(
    { rights: flags.rights, includeProtected: flags.includeProtected === true },
    reading,
    auditing,
    targets,
    found?.named ?? new Map(),
  );
  const filter = await createFilter(flags, reading);
  const outcomes: NameOutcome[] = [];
  const tally: Tally = { names: 0, unreadable: 0 };
  let changes = 0;
  for await (const page of streamNodes(reading, 'metadata', tally)) {
    const chosen = page.filter((node) => planner.wants(node) && filter.matchesNode(node));
    const owned = (await classifyPage(reading, chosen)).filter((name) => filter.matchesOwner(name));
    for (const name of await auditPage(reading, auditing, owned)) {
      const outcome = planner.plan(name);
      const beyond = outcome.kind === 'change' && changes >= (flags.limit ?? Number.POSITIVE_INFINITY);
      if (outcome.kind === 'change' && !beyond) changes += 1;
      outcomes.push(beyond ? skip(name, 'limit', `left for later by --limit ${flags.limit}`) : outcome);
    }
  }
  demandReadableNames(reading, tally);
  for (const row of targets?.missing() ?? []) outcomes.push(notFound(row.name, row.zone, row.line));
  const head = {
    createdAt: deps.io.now().toISOString(),
    tool: deps.tool,
    server: reading.info.server,
    domainSid: reading.info.domain?.sid ?? null,
    options: planOptions(flags, reading),
  };
  return sealPlan(draftPlan(head, outcomes));
}

function notFound(name: string, zone: string | null, line: number): NameOutcome {
  return skip(
    { zone: zone ?? '', fqdn: name },
    'not-found',
    `line ${line}: there is no such name in the zones that were read`,
  );
}

function planOptions(flags: GrantFlags, reading: Reading): PlanOptions {
  return {
    command: 'grant',
    zones: reading.zones.map((zone) => zone.name),
    csv: flags.csv ?? null,
    dhcpAccounts: reading.estate.dhcpAccounts.map((principal) => principal.sid),
    rights: flags.rights,
    names: flags.name ?? [],
    owners: flags.owner ?? [],
    limit: flags.limit ?? null,
    includeProtected: flags.includeProtected === true,
  };
}

async function savePlan(path: string, plan: Plan): Promise<void> {
  try {
    await writeFile(path, planText(plan), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const cause = taken ? 'it exists already, and a plan is never overwritten' : (error as Error).message;
    throw new UsageError(`Cannot save the plan ${path}: ${cause}`, '--plan', { cause: error });
  }
}

function suggestNext(plan: Plan, flags: GrantFlags, answer: Answer): void {
  if (plan.changes.length === 0) return;
  if (flags.plan === undefined) {
    answer.say('Nothing was changed. Save this plan with --plan FILE to apply it');
  } else {
    answer.say(`Nothing was changed. Plan saved to ${flags.plan}, ${plan.checksum}`);
    answer.say(`Next: dnsacl show ${flags.plan}; dnsacl apply ${flags.plan}`);
  }
}

function exitCodeOf(plan: Plan, problems: readonly Problem[], flags: GrantFlags): ExitCode {
  if (problems.some((problem) => problem.severity === 'error')) return EXIT_CODES.failed;
  return flags.exitCode === true && plan.changes.length > 0 ? EXIT_CODES.findings : EXIT_CODES.ok;
}
