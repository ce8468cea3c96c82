/** `dnsacl revoke`: plans the removal of explicit entries: of named principals, of orphans, or those open to all. */

import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import type { Sid } from '../../formats/sid.ts';
import { explicitTrustees, planRevoke, type RevokePolicy } from '../../plan/revoke.ts';
import type { Principal } from '../../records/account.ts';
import { findPrincipal } from '../../records/find-principal.ts';
import { startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import {
  addPlanOptions,
  filterOptions,
  finishPlan,
  makePlan,
  missingOutcomes,
  openPlanAnswer,
  type PlanFlags,
  type Planner,
  planNames,
} from '../changes/planning.ts';
import {
  addProtectionOptions,
  type Protection,
  type ProtectionFlags,
  protectionOf,
  whyGuarded,
} from '../changes/protection.ts';
import { configuredLimitOf } from '../changes/run-limits.ts';
import { createTargetList, readTargetFile, type TargetList } from '../changes/targets.ts';
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

interface RevokeFlags extends PlanFlags, WhereFlags, OutputFlags, ZoneFlags, WhoFlags, ProtectionFlags {
  readonly csv?: string;
  readonly skipBadRows?: boolean;
  readonly principal?: readonly string[];
  readonly includeDeny?: boolean;
  readonly orphans?: boolean;
  readonly open?: boolean;
}

export function revokeCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('revoke')
    .description('plan the removal of entries that should not be there');
  addFilterOptions(addZoneOption(command))
    .option('--csv <file>', 'only the names that this file lists')
    .option('--skip-bad-rows', 'leave out rows of --csv that cannot be used');
  addProtectionOptions(command)
    .optionsGroup('What goes:')
    .option('--principal <name...>', 'the entries of these accounts or groups')
    .option('--include-deny', 'also their deny entries')
    .option('--orphans', 'entries of accounts whose own domain answered that they do not exist')
    .option(
      '--open',
      'entries that let Authenticated Users, Everyone, Domain Users or Domain Computers write',
    );
  addPlanOptions(command);
  addWhereOptions(addOutputOptions(addLeasesOption(addWhoOptions(command)), PLAN_FORMATS)).addHelpText(
    'after',
    `
Inherited entries are never touched. A removal that would keep an expected updater from updating is not planned.

Examples:
  dnsacl revoke -z corp.example.com --orphans --plan tidy.json --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl revoke -z corp.example.com --open --plan close.json --snapshot export.ldif.gz
  dnsacl revoke -z corp.example.com --principal 'CORP\\OLD-DHCP$' --snapshot export.ldif.gz`,
  );
  command.action(async (flags: RevokeFlags) => deps.finish(await runRevoke(flags, deps)));
}

async function runRevoke(flags: RevokeFlags, deps: Deps): Promise<ExitCode> {
  if (flags.principal === undefined && flags.orphans !== true && flags.open !== true) {
    throw new UsageError('What is to go? Give --principal NAME, --orphans or --open', '--principal');
  }
  const file = flags.csv === undefined ? null : readTargetFile(flags.csv, flags.skipBadRows === true);
  if (file === null) zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  if (flags.apply === true) demandWritable(settings.where, 'revoke --apply');
  const answer = await openPlanAnswer(flags, deps);
  const work = async (place: Place): Promise<ExitCode> => {
    const reading = await beginReading(flags, { settings, answer, place }, 'metadata', file);
    reading.problems.push(...(file?.problems ?? []));
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const targets = file === null ? null : createTargetList(file.rows, reading.zones);
    const principals = await findAll(flags.principal ?? [], reading);
    const protection = protectionOf(flags, settings.protect);
    const planner = createPlanner(policyOf(flags, principals, reading), protection, reading, targets);
    const filter = await createFilter(flags, reading);
    const { outcomes, zones } = await planNames(reading, auditing, filter, planner, flags.limit);
    outcomes.push(...missingOutcomes(targets));
    const options = {
      command: 'revoke',
      csv: flags.csv ?? null,
      principals: principals.map((principal) => principal.sid),
      includeDeny: flags.includeDeny === true,
      orphans: flags.orphans === true,
      open: flags.open === true,
      ...protection,
      ...filterOptions(flags),
    };
    const plan = makePlan(reading, zones, outcomes, options, deps);
    const configuredLimit = configuredLimitOf(settings);
    return await finishPlan(plan, flags, { reading, place, configuredLimit, answer, deps });
  };
  return usePlace(settings.where, deps.io, answer, work, flags.writeSnapshot);
}

function createPlanner(
  policy: RevokePolicy,
  protection: Protection,
  reading: Reading,
  targets: TargetList | null,
): Planner {
  return {
    wants: (node) => targets === null || targets.take(node).length > 0,
    prepare: async (names) => {
      // Only a SID that was asked about can turn out to be an orphan.
      const sids = new Set<Sid>();
      for (const name of names) for (const sid of explicitTrustees(name)) sids.add(sid);
      await reading.book.resolve(sids);
    },
    plan: (name) => whyGuarded(name, protection) ?? planRevoke(name, policy),
  };
}

function policyOf(flags: RevokeFlags, principals: readonly Principal[], reading: Reading): RevokePolicy {
  return {
    principals,
    includeDeny: flags.includeDeny === true,
    orphans: flags.orphans === true,
    open: flags.open === true,
    isOrphan: (sid) => reading.book.state(sid) === 'orphan',
    principalOf: (sid) => reading.book.principal(sid),
    sddl: sddlContext(reading.info),
  };
}

async function findAll(references: readonly string[], reading: Reading): Promise<readonly Principal[]> {
  const found: Principal[] = [];
  for (const reference of references) {
    found.push(await findPrincipal(reading.source, reading.info, reading.book, reference, '--principal'));
  }
  return found;
}
