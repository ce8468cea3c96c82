/** `dnsacl grant`: plans the ACEs that let expected updaters update their names, shows the plan, and saves it. */

import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Problem, UsageError } from '../../errors.ts';
import { skip } from '../../plan/grant.ts';
import { draftPlan, type NameOutcome, type Plan, type PlanOptions } from '../../plan/plan.ts';
import { formatPlan, sealPlan } from '../../plan/plan-file.ts';
import { readZones } from '../../records/read.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { openPlace, type Place } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import { createFilter } from '../filter.ts';
import { createGrantPlanner } from '../grant-planner.ts';
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
import { writePlan } from '../plan-answer.ts';
import {
  classifyPage,
  demandReadableNames,
  type Reading,
  startReading,
  streamNodes,
  type Tally,
} from '../reading.ts';
import { createTargetList, readTargetFile, type TargetList, zonesOfRows } from '../targets.ts';

export interface GrantFlags extends WhereFlags, OutputFlags, FilterFlags {
  readonly zone?: readonly string[];
  readonly allZones?: boolean;
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly dhcpAccount?: readonly string[];
  readonly dhcpServer?: readonly string[];
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
    .optionsGroup('Who is granted what:')
    .option('--dhcp-account <name...>', 'the account that DHCP servers use for DNS, such as dhcp_update')
    .option('--dhcp-server <name...>', 'DHCP servers that the directory does not list')
    .addOption(
      command
        .createOption('--rights <rights>', 'full control, or only what an update needs')
        .choices(['full', 'update'])
        .default('full'),
    )
    .optionsGroup('The plan:')
    .option('--plan <file>', 'save the plan, to be reviewed and applied')
    .option('--exit-code', 'exit with 2 when there is something to change');
  addOutputOptions(addWhereOptions(command)).addHelpText(
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
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(flags, deps.io);
  try {
    const patterns = await patternsOf(flags, place, file);
    const reading = await startReading(place.source, patterns, flags.partition, {
      dhcpAccounts: flags.dhcpAccount ?? [],
      dhcpServers: flags.dhcpServer ?? [],
    });
    reading.problems.push(...(file?.problems ?? []));
    const targets = file === null ? null : createTargetList(flags.csv as string, file.rows, reading.zones);
    const plan = await makePlan(flags, reading, targets, deps);
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
  targets: TargetList | null,
  deps: Deps,
): Promise<Plan> {
  const planner = await createGrantPlanner(flags, reading, targets);
  const filter = await createFilter(flags, reading);
  const outcomes: NameOutcome[] = [];
  const tally: Tally = { names: 0, unreadable: 0 };
  let changes = 0;
  for await (const page of streamNodes(reading, 'metadata', tally)) {
    const chosen = page.filter((node) => filter.matchesNode(node) && planner.wants(node));
    for (const name of await classifyPage(reading, chosen)) {
      if (!filter.matchesOwner(name)) continue;
      const outcome = await planner.plan(name);
      const beyond = outcome.kind === 'change' && changes >= (flags.limit ?? Number.POSITIVE_INFINITY);
      if (outcome.kind === 'change' && !beyond) changes += 1;
      outcomes.push(beyond ? skip(name, 'limit', `left for later by --limit ${flags.limit}`) : outcome);
    }
  }
  demandReadableNames(reading, tally);
  outcomes.push(...(targets?.missing() ?? []).map((row) => notFound(row.name, row.zone, row.line)));
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

/** The zones to read: those named, else those that the rows of the CSV lie in. */
async function patternsOf(
  flags: GrantFlags,
  place: Place,
  file: ReturnType<typeof readTargetFile> | null,
): Promise<readonly string[]> {
  if (file === null || flags.zone !== undefined || flags.allZones === true) return zonePatterns(flags);
  const { values } = await readZones(place.source, flags.partition);
  const found = zonesOfRows(file.rows, values);
  if (found.length > 0) return found;
  throw new UsageError(`No row of ${flags.csv} tells its zone; give -z ZONE`, '--zone');
}

async function savePlan(path: string, plan: Plan): Promise<void> {
  try {
    await writeFile(path, formatPlan(plan), { flag: 'wx', mode: 0o600 });
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
