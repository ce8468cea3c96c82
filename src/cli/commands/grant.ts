/** `dnsacl grant`: plans the ACEs that let expected updaters update their names. */

import { type Command, Option } from 'commander';
import { fromDhcpAccount } from '../../assess/expected-updaters.ts';
import { UsageError } from '../../errors.ts';
import type { GrantRights } from '../../plan/grant.ts';
import type { NameOutcome, PlannedZone } from '../../plan/plan.ts';
import { planZoneGrant } from '../../plan/zone-grant.ts';
import { countNames } from '../../records/census.ts';
import { type Auditing, startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { createGrantPlanner, GRANT_FOR, type GrantFor, type GrantOptions } from '../changes/grant-planner.ts';
import {
  addPlanOptions,
  filterOptions,
  finishPlan,
  makePlan,
  missingOutcomes,
  openPlanAnswer,
  type PlanFlags,
  planNames,
} from '../changes/planning.ts';
import { planPointers } from '../changes/pointers.ts';
import { addProtectionOptions, type ProtectionFlags, protectionOf } from '../changes/protection.ts';
import { createReplacePlanner } from '../changes/replace-planner.ts';
import { resolveRowPrincipals } from '../changes/row-principals.ts';
import { configuredLimitOf } from '../changes/run-limits.ts';
import { createTargetList, readTargetFile, settleBadRows, type TargetFile } from '../changes/targets.ts';
import type { Deps } from '../deps.ts';
import type { ExitCode } from '../exit.ts';
import { createFilter } from '../filter.ts';
import {
  addFilterOptions,
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  type OutputFlags,
  PLAN_FORMATS,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import type { Place } from '../place/connect.ts';
import { demandWritable } from '../place/read-only.ts';
import { usePlace } from '../place/use-place.ts';
import { type Reading, sddlContext } from '../reading.ts';
import { readSettings } from '../settings/settings.ts';

interface GrantFlags extends PlanFlags, WhereFlags, OutputFlags, ZoneFlags, WhoFlags, ProtectionFlags {
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly rights: GrantRights;
  readonly for: GrantFor;
  readonly withPtr?: boolean;
  readonly atZone?: boolean;
  readonly replace?: string;
}

/** Outcomes with the zones they lie in. */
interface Planned {
  readonly outcomes: NameOutcome[];
  readonly zones: readonly PlannedZone[];
}

export function grantCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('grant')
    .description('plan the ACEs that let hosts and DHCP update their names');
  addFilterOptions(addZoneOption(command))
    .option('--csv <file>', 'only the names that this file lists; its principal column says for whom')
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used')
    .option('--with-ptr', 'also the PTR names of the addresses of these names');
  addProtectionOptions(command)
    .optionsGroup('What is granted:')
    .addOption(
      new Option('--for <whom>', 'for whom; auto goes by each name, in doubt both')
        .choices(GRANT_FOR)
        .default('auto'),
    )
    .addOption(
      new Option('--rights <rights>', 'full control, or only what an update needs')
        .choices(['full', 'update'])
        .default('full'),
    )
    .option('--at-zone', 'one inheritable entry for the DHCP account on the zone instead of one on each name')
    .option(
      '--replace <old=new>',
      'give the entries of one account to another instead, on every name that has some',
    );
  addPlanOptions(command);
  addWhereOptions(addOutputOptions(addLeasesOption(addWhoOptions(command)), PLAN_FORMATS)).addHelpText(
    'after',
    `
Without --apply nothing is changed: the command prints what would be, and "dnsacl apply PLAN" does it.

Examples:
  dnsacl grant -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl grant -z corp.example.com --csv names.csv --plan change.json --snapshot export.ldif.gz
  dnsacl grant -z corp.example.com --name 'pc0*' --limit 20 --with-ptr --plan pilot.json --snapshot export.ldif.gz
  dnsacl grant -z corp.example.com --replace S-1-5-21-1-2-3-1187='CORP\\PC7$' --snapshot export.ldif.gz`,
  );
  command.action(async (flags: GrantFlags) => deps.finish(await runGrant(flags, deps)));
}

async function runGrant(flags: GrantFlags, deps: Deps): Promise<ExitCode> {
  refuseContradictions(flags);
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  if (file === null) zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  if (flags.apply === true) demandWritable(settings.where, 'grant --apply');
  const answer = await openPlanAnswer(flags, deps);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(flags, { settings, answer, place }, 'metadata', file);
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const protection = protectionOf(flags, settings.protect);
    const grant = { rights: flags.rights, for: flags.for, ...protection };
    const { outcomes, zones } = await planOutcomes(flags, grant, reading, auditing, file);
    const plan = makePlan(reading, zones, outcomes, planOptions(flags, grant, reading), deps);
    const configuredLimit = configuredLimitOf(settings);
    return await finishPlan(plan, flags, { reading, place, configuredLimit, answer, deps });
  };
  return usePlace(settings.where, deps.io, answer, work, flags.writeSnapshot);
}

async function planOutcomes(
  flags: GrantFlags,
  grant: GrantOptions,
  reading: Reading,
  auditing: Auditing,
  file: TargetFile | null,
): Promise<Planned> {
  if (flags.atZone === true) return planAtZones(reading, auditing);
  const filter = await createFilter(flags, reading);
  if (flags.replace !== undefined) {
    const planner = await createReplacePlanner(flags.replace, grant, reading, auditing);
    return planNames(reading, auditing, filter, planner, flags.limit);
  }
  const found = file === null ? null : await resolveRowPrincipals(file.rows, file.path, reading);
  if (file !== null && found !== null) {
    reading.problems.push(...file.problems, ...settleBadRows(file.path, found.problems, file.skipBad));
  }
  const targets = found === null ? null : createTargetList(found.rows, reading.zones);
  const planner = createGrantPlanner(grant, reading, auditing, targets, found?.named ?? new Map());
  if (flags.withPtr !== true) {
    const planned = await planNames(reading, auditing, filter, planner, flags.limit);
    planned.outcomes.push(...missingOutcomes(targets));
    return planned;
  }
  const planned = await planPointers(flags, grant, reading, auditing, filter, planner);
  planned.outcomes.push(...missingOutcomes(targets));
  return planned;
}

/** One inheritable entry on each zone object. */
async function planAtZones(reading: Reading, auditing: Auditing): Promise<Planned> {
  const updaters = auditing.estate.dhcpAccounts.map((principal) => fromDhcpAccount(principal, auditing));
  const outcomes: NameOutcome[] = [];
  const zones: PlannedZone[] = [];
  for (const zone of reading.zones) {
    outcomes.push(planZoneGrant(zone, updaters, sddlContext(reading.info)));
    const { names } = await countNames(reading.source, zone);
    zones.push({ name: zone.name, dn: zone.dn, names });
  }
  return { outcomes, zones };
}

function refuseContradictions(flags: GrantFlags): void {
  if (
    flags.atZone === true &&
    (flags.csv !== undefined || flags.replace !== undefined || flags.withPtr === true)
  ) {
    throw new UsageError('--at-zone goes with neither --csv, --replace nor --with-ptr', '--at-zone');
  }
  if (flags.replace !== undefined && (flags.csv !== undefined || flags.withPtr === true)) {
    throw new UsageError('--replace goes with neither --csv nor --with-ptr', '--replace');
  }
  if (flags.atZone === true && (flags.dhcpAccount ?? []).length === 0) {
    throw new UsageError('--at-zone grants the DHCP account: name it with --dhcp-account', '--dhcp-account');
  }
}

function planOptions(flags: GrantFlags, grant: GrantOptions, reading: Reading) {
  return {
    command: 'grant',
    csv: flags.csv ?? null,
    dhcpAccounts: reading.estate.dhcpAccounts.map((principal) => principal.sid),
    rights: grant.rights,
    for: grant.for,
    withPtr: flags.withPtr === true,
    atZone: flags.atZone === true,
    replace: flags.replace ?? null,
    protect: grant.protect,
    includeProtected: grant.includeProtected,
    ...filterOptions(flags),
  };
}
