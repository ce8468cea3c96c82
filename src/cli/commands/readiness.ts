/** `dnsacl readiness`: go or no-go for each zone, by what its names say. Exits with 2 on a no-go. */

import type { Command } from 'commander';
import { type AuditTally, createAuditTally } from '../../assess/audit-summary.ts';
import type { Check } from '../../assess/check.ts';
import { type BlockedLimit, createReadinessTally, type NameReadiness } from '../../assess/readiness.ts';
import { checkReplicas } from '../../assess/replica-check.ts';
import type { DnsNode } from '../../records/node.ts';
import { VERDICT_COLUMNS, verdictCounts } from '../../report/audit-rows.ts';
import { renderChecks, ZONE_CHECK_COLUMNS } from '../../report/check-rows.ts';
import { renderCsv } from '../../report/csv.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { GROUP_COLUMNS, goLine, readinessValue, type ZoneReadiness } from '../../report/readiness-rows.ts';
import { renderTable } from '../../report/table.ts';
import { type Answer, openAnswer } from '../answer.ts';
import { assumePlan, type Overlay } from '../assume-plan.ts';
import { type Auditing, auditPage, startAuditing } from '../auditing.ts';
import { beginReading } from '../begin-reading.ts';
import { compareReplicas } from '../compare-replicas.ts';
import { openPlace, type Place } from '../connect.ts';
import type { Deps } from '../deps.ts';
import { EXIT_CODES, type ExitCode } from '../exit.ts';
import {
  addLeasesOption,
  addOutputOptions,
  addWhereOptions,
  addWhoOptions,
  addZoneOption,
  amountOf,
  type OutputFlags,
  type WhereFlags,
  type WhoFlags,
  type ZoneFlags,
  zonePatterns,
} from '../options.ts';
import {
  allProblems,
  classifyPage,
  commonOf,
  demandReadableNames,
  hasErrors,
  type Reading,
  streamNodes,
  type Tally,
} from '../reading.ts';
import { readSettings } from '../settings.ts';
import { shareReaders } from '../shared-readers.ts';
import { createSpread } from '../spread.ts';

interface ReadinessFlags extends WhereFlags, OutputFlags, ZoneFlags, WhoFlags {
  readonly maxBlocked?: BlockedLimit;
  readonly assumePlan?: string;
}

/** How many names of a zone are compared with the other domain controllers. */
const REPLICA_SAMPLE = 50;

/** The readiness of one zone with the counts behind it. */
interface ZoneResult {
  readonly readiness: ZoneReadiness;
  readonly tally: AuditTally;
  /** Names to compare with the other domain controllers. */
  readonly sampled: readonly DnsNode[];
}

export function readinessCommand(parent: Command, deps: Deps): void {
  const command = parent
    .command('readiness')
    .description('go or no-go: is the zone ready for "Secure only"?');
  addZoneOption(command)
    .optionsGroup('What counts:')
    .option('--max-blocked <n|p%>', 'how many names may be blocked, as a number or a share', amountOf)
    .option('--assume-plan <file>', 'judge as if this plan had been applied');
  addOutputOptions(addWhereOptions(addLeasesOption(addWhoOptions(command)))).addHelpText(
    'after',
    `
Exits with 0 on go and with 2 on no-go.

Examples:
  dnsacl readiness -z corp.example.com --dhcp-account dhcp_update --server dc1.corp.example.com --user admin@corp.example.com
  dnsacl readiness -z corp.example.com --max-blocked 0.5% --snapshot export.ldif.gz
  dnsacl readiness -z corp.example.com --assume-plan change.json --snapshot export.ldif.gz`,
  );
  command.action(async (flags: ReadinessFlags) => deps.finish(await runReadiness(flags, deps)));
}

async function runReadiness(flags: ReadinessFlags, deps: Deps): Promise<ExitCode> {
  zonePatterns(flags);
  const settings = await readSettings(flags, deps.io);
  const overlay = flags.assumePlan === undefined ? null : await assumePlan(flags.assumePlan);
  const answer = await openAnswer(flags, deps.io, deps.tool);
  const place = await openPlace(settings.where, deps.io);
  try {
    // A plan is laid over the stored bytes, which are kept with the metadata only.
    const detail = overlay === null ? 'descriptor' : 'metadata';
    const reading = await beginReading(flags, { settings, answer, place }, detail);
    const auditing = await startAuditing(reading, { ...settings, now: deps.io.now() });
    const limit = flags.maxBlocked ?? amountOf(settings.maxBlocked ?? '0');
    const judged: ZoneResult[] = [];
    for (const zone of reading.zones) {
      judged.push(await judgeZone({ ...reading, zones: [zone] }, auditing, overlay, limit));
    }
    const results = await withReplicaChecks(judged, place, deps);
    reading.problems.push(...(overlay?.leftOver(reading.zones.map((zone) => zone.name)) ?? []));
    await writeReadiness(results, answer, reading, deps);
    await answer.end();
    answer.tellProblems(allProblems(reading));
    answer.tellCost(place.source.counters, reading.descriptors);
    if (hasErrors(reading)) return EXIT_CODES.failed;
    return results.every(({ readiness }) => readiness.go) ? EXIT_CODES.ok : EXIT_CODES.findings;
  } finally {
    await place.close();
  }
}

async function judgeZone(
  reading: Reading,
  auditing: Auditing,
  overlay: Overlay | null,
  limit: BlockedLimit,
): Promise<ZoneResult> {
  const readiness = createReadinessTally((sid) => reading.book.account(sid));
  const tally = createAuditTally();
  const sample = createSpread<DnsNode>(REPLICA_SAMPLE);
  const seen: Tally = { names: 0, unreadable: 0 };
  for await (const page of streamNodes(reading, overlay === null ? 'descriptor' : 'metadata', seen)) {
    const nodes = overlay === null ? page : page.map((node) => overlay.cover(node));
    for (const name of await auditPage(reading, auditing, await classifyPage(reading, nodes))) {
      readiness.add(name);
      tally.add(name);
      sample.add(name);
    }
  }
  demandReadableNames(reading, seen);
  const result: NameReadiness = readiness.result(limit);
  return {
    readiness: { zone: reading.zones[0]?.name ?? '', ...result },
    tally,
    sampled: sample.items(),
  };
}

/** Adds what the other domain controllers hold. Nothing in a snapshot tells that, and nothing is said about it then. */
async function withReplicaChecks(
  results: readonly ZoneResult[],
  place: Place,
  { io }: Deps,
): Promise<readonly ZoneResult[]> {
  const { source } = place;
  if (!(await source.describe()).live) return results;
  const readers = shareReaders(place);
  const checked: ZoneResult[] = [];
  try {
    for (const result of results) {
      const compared = await compareReplicas({ source, ...readers }, result.sampled, io, { waitMs: 0 });
      checked.push(
        compared.states === null ? result : withCheck(result, checkReplicas(compared.names, compared.states)),
      );
    }
  } finally {
    await readers.close();
  }
  return checked;
}

function withCheck(result: ZoneResult, check: Check): ZoneResult {
  const { readiness } = result;
  return { ...result, readiness: { ...readiness, checks: [...readiness.checks, check] } };
}

async function writeReadiness(
  results: readonly ZoneResult[],
  answer: Answer,
  reading: Reading,
  deps: Deps,
): Promise<void> {
  switch (answer.format) {
    case 'table':
      answer.say(`Read from ${reading.info.server}`);
      for (const result of results) await writeZone(result, answer);
      break;
    case 'csv': {
      const rows = results.flatMap(({ readiness }) =>
        readiness.checks.map((check) => ({ zone: readiness.zone, ...check })),
      );
      await answer.write(renderCsv(ZONE_CHECK_COLUMNS, rows));
      break;
    }
    case 'json': {
      const zones = results.map(({ readiness }) => readiness.zone);
      const head = { ...commonOf('readiness', reading, deps.io.now()), zones };
      await answer.write(jsonDocument(head, bodyOf(results)));
      break;
    }
    case 'ndjson':
      await answer.writeAll(results.map(({ readiness }) => ndjsonLine(readinessValue(readiness))));
      break;
  }
}

/** One zone stands at the top of the document; several stand in a list. */
function bodyOf(results: readonly ZoneResult[]): Readonly<Record<string, unknown>> {
  const values = results.map(({ readiness }) => readinessValue(readiness));
  const [only] = values;
  if (only !== undefined && values.length === 1) return only;
  return { go: results.every(({ readiness }) => readiness.go), results: values };
}

async function writeZone({ readiness, tally }: ZoneResult, answer: Answer): Promise<void> {
  await answer.write(`${goLine(readiness)}\n\n`);
  await answer.write(`${renderTable(VERDICT_COLUMNS, verdictCounts(tally.summary()), answer.render)}\n`);
  await answer.write(`${renderChecks(readiness.checks, answer.render)}\n`);
  if (readiness.worst.length > 0)
    await answer.write(`${renderTable(GROUP_COLUMNS, readiness.worst, answer.render)}\n`);
}
