/** What `grant` and `revoke` share: streaming names through a planner, sealing the plan, showing, saving, applying. */

import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { AuditedName } from '../../assess/audit.ts';
import { UsageError } from '../../errors.ts';
import { recordTypeName } from '../../formats/dns-record.ts';
import { skip } from '../../plan/change.ts';
import { refuseLargePlan } from '../../plan/guards.ts';
import {
  draftPlan,
  type NameOutcome,
  type Plan,
  type PlannedZone,
  type PlanOptions,
} from '../../plan/plan.ts';
import { sealPlan } from '../../plan/plan-file.ts';
import type { DnsNode } from '../../records/node.ts';
import { shellWord } from '../../report/plan-summary.ts';
import { type Answer, openAnswer } from '../answer/answer.ts';
import { inChunks } from '../answer/output-file.ts';
import { planFileLines, writePlan } from '../answer/plan-answer.ts';
import { type Auditing, auditPage } from '../auditing.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import type { NameFilter } from '../filter.ts';
import { noMatch } from '../names.ts';
import {
  type FilterFlags,
  LIST_FORMATS,
  type OutputFlags,
  PLAN_FORMATS,
  type WhereFlags,
} from '../options.ts';
import {
  allProblems,
  classifyPage,
  demandReadableNames,
  hasErrors,
  type Reading,
  streamNodes,
} from '../reading.ts';
import { writeOptions } from '../suggested-command.ts';
import { addExecuteOptions, type ExecuteFlags, type Execution, executePlan } from './execute.ts';
import type { TargetList } from './targets.ts';

/** The plan's own options, as typed. */
export interface PlanFlags extends ExecuteFlags, FilterFlags {
  readonly plan?: string;
  readonly apply?: boolean;
  readonly exitCode?: boolean;
  readonly verbose?: boolean;
}

/** Plans names one by one. */
export interface Planner {
  /** Is this name to be planned at all? */
  wants(node: DnsNode): boolean;
  /** Called before the names of a page are planned, to learn what they need. */
  prepare?(names: readonly AuditedName[]): Promise<void>;
  plan(name: AuditedName): NameOutcome;
}

/** Adds the options of everything that makes a plan. */
export function addPlanOptions(command: Command): Command {
  command
    .optionsGroup('The plan:')
    .option('--plan <file>', 'save the plan, to be reviewed and applied')
    .option('--exit-code', 'exit with 2 when there is something to change')
    .option('--apply', 'apply it at once, after asking')
    .option(
      '--write-snapshot <file>',
      'with --snapshot and --apply: write the changed copy to this new file',
    );
  return addExecuteOptions(command);
}

/** Streams every name of the zones through the planner; at most `limit` names are changed. */
export async function planNames(
  reading: Reading,
  auditing: Auditing,
  filter: NameFilter,
  planner: Planner,
  limit: number | undefined,
): Promise<{ readonly outcomes: NameOutcome[]; readonly zones: readonly PlannedZone[] }> {
  const outcomes: NameOutcome[] = [];
  const zones: PlannedZone[] = [];
  const total = { names: 0, unreadable: 0 };
  let changes = 0;
  for (const zone of reading.zones) {
    const tally = { names: 0, unreadable: 0 };
    for await (const page of streamNodes({ ...reading, zones: [zone] }, 'metadata', tally)) {
      const chosen = page.filter((node) => planner.wants(node) && filter.matchesNode(node));
      const owned = (await classifyPage(reading, chosen)).filter((name) => filter.matchesOwner(name));
      const audited = await auditPage(reading, auditing, owned);
      await planner.prepare?.(audited);
      for (const name of audited) {
        const outcome = planner.plan(name);
        const beyond = outcome.kind === 'change' && changes >= (limit ?? Number.POSITIVE_INFINITY);
        if (outcome.kind === 'change' && !beyond) changes += 1;
        outcomes.push(beyond ? skip(name, 'limit', `left for later by --limit ${limit}`) : outcome);
      }
    }
    zones.push({ name: zone.name, dn: zone.dn, names: tally.names });
    total.names += tally.names;
    total.unreadable += tally.unreadable;
  }
  demandReadableNames(reading, total);
  if (outcomes.length === 0 && !filter.isOpen) reading.problems.push(noMatch(reading, total));
  return { outcomes, zones };
}

/** One skipped entry for each row whose name was met in no zone. */
export function missingOutcomes(targets: TargetList | null): readonly NameOutcome[] {
  return (targets?.missing() ?? []).map((row) => {
    const reason = `line ${row.line}: there is no such name in the zones that were read`;
    return skip({ zone: row.zone ?? '', fqdn: row.name }, 'not-found', reason);
  });
}

/** Seals outcomes into a plan. */
export function makePlan(
  reading: Reading,
  zones: readonly PlannedZone[],
  outcomes: readonly NameOutcome[],
  options: PlanOptions,
  deps: Deps,
): Plan {
  const head = {
    createdAt: deps.io.now().toISOString(),
    tool: deps.tool,
    server: reading.info.server,
    domainSid: reading.info.domain?.sid ?? null,
    options: { zones: zones.map((zone) => zone.name), ...options },
    zones,
  };
  return sealPlan(draftPlan(head, outcomes));
}

/** The filters of a plan, for its options. */
export function filterOptions(flags: FilterFlags): PlanOptions {
  return {
    names: flags.name ?? [],
    types: (flags.type ?? []).map(recordTypeName),
    owners: flags.owner ?? [],
    limit: flags.limit ?? null,
  };
}

/**
 * The answer of a command that makes a plan; when the plan is applied at once, the answer is what the run did.
 *
 * @throws UsageError for a form that only plans have together with --apply, or when --out cannot be written
 */
export async function openPlanAnswer(flags: PlanFlags & OutputFlags, deps: Deps): Promise<Answer> {
  if (flags.apply !== true) return openAnswer(flags, deps.io, deps.tool, PLAN_FORMATS);
  const { format } = flags;
  if (format !== undefined && !LIST_FORMATS.includes(format)) {
    const message = `--format ${format} shows a plan, --apply answers with what was done; save the plan with --plan FILE, then "dnsacl show FILE -f ${format}"`;
    throw new UsageError(message, '--format');
  }
  return openAnswer(flags, deps.io, deps.tool, LIST_FORMATS);
}

/** What a plan is finished with. */
export interface PlanScene extends Pick<Execution, 'place' | 'configuredLimit' | 'answer' | 'deps'> {
  readonly reading: Reading;
}

/** Shows the plan, saves it when asked, and applies it when asked. */
export async function finishPlan(
  plan: Plan,
  flags: PlanFlags & WhereFlags,
  scene: PlanScene,
): Promise<ExitCode> {
  const { reading, place, configuredLimit, answer, deps } = scene;
  const applying = flags.apply === true && plan.changes.length > 0;
  // Two documents in one answer would be none: a program that applies at once reads what was done.
  if (!applying || answer.format === 'table') {
    await writePlan(plan, answer, flags.verbose === true, flags.plan ?? null);
  }
  if (flags.plan !== undefined) await savePlan(flags.plan, plan);
  answer.tellProblems(allProblems(reading));
  if (hasErrors(reading)) {
    await answer.end();
    answer.tellCost(place.source.counters, reading.descriptors);
    return EXIT_CODES.failed;
  }
  if (applying) {
    const nameJournalAfter = flags.plan ?? 'dnsacl.json';
    return executePlan({ plan, place, flags, configuredLimit, nameJournalAfter, answer, deps });
  }
  await answer.end();
  answer.tellCost(place.source.counters, reading.descriptors);
  suggestNext(plan, flags, scene);
  return flags.exitCode === true && plan.changes.length > 0 ? EXIT_CODES.findings : EXIT_CODES.ok;
}

/** Writes the plan file. @throws UsageError when it is there already, or cannot be written */
export async function savePlan(path: string, plan: Plan): Promise<void> {
  try {
    await pipeline(inChunks(planFileLines(plan)), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    // A plan cut short, by a full disk for example, is of no use to anybody.
    if (!taken) await rm(path, { force: true }).catch(() => undefined);
    const cause = taken ? 'it exists already, and a plan is never overwritten' : (error as Error).message;
    throw new UsageError(`Cannot save the plan ${path}: ${cause}`, '--plan', { cause: error });
  }
}

function suggestNext(plan: Plan, flags: PlanFlags & WhereFlags, scene: PlanScene): void {
  const { answer } = scene;
  if (plan.changes.length === 0) return;
  if (flags.plan === undefined) {
    answer.say('Nothing was changed. Save this plan with --plan FILE to apply it');
  } else {
    answer.say(`Nothing was changed. Plan saved to ${flags.plan}, ${plan.checksum}`);
    suggestApply(plan, flags.plan, flags, scene);
  }
}

/**
 * The commands that show a saved plan and carry it out, on the place that it was made from; with the approval, and the
 * reason for it, where apply would refuse the plan without.
 */
export function suggestApply(
  plan: Plan,
  planFile: string,
  flags: WhereFlags,
  { configuredLimit, answer }: Pick<PlanScene, 'configuredLimit' | 'answer'>,
): void {
  const file = shellWord(planFile);
  const refusal = refuseLargePlan(plan, configuredLimit);
  if (refusal !== null) answer.say(`Without --approve, apply will refuse this plan: ${refusal.cause}`);
  const approve = refusal === null ? '' : ` --approve ${plan.checksum}`;
  answer.say(`Next: dnsacl show ${file}; dnsacl apply ${file}${approve}${writeOptions(flags)}`);
}
