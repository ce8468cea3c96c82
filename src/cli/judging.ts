/** Is one zone ready? Judged name by name as they stream by, and shown. */

import type { AuditedName } from '../assess/audit.ts';
import { type AuditTally, createAuditTally } from '../assess/audit-summary.ts';
import type { Check } from '../assess/check.ts';
import { type BlockedLimit, createReadinessTally, type NameReadiness } from '../assess/readiness.ts';
import { checkReplicas } from '../assess/replica-check.ts';
import { checkSurroundings } from '../assess/surroundings.ts';
import { createSurroundingsTally } from '../assess/surroundings-tally.ts';
import { createZoneFinder } from '../assess/zone-finder.ts';
import type { DnsNode } from '../records/node.ts';
import type { Zone } from '../records/zone.ts';
import { VERDICT_COLUMNS, verdictCounts } from '../report/audit-rows.ts';
import { CHECK_COLUMNS, renderChecks } from '../report/check-rows.ts';
import { renderMarkdownTable } from '../report/markdown.ts';
import { GROUP_COLUMNS, goLine, type ZoneReadiness } from '../report/readiness-rows.ts';
import { renderTable } from '../report/table.ts';
import { ticketText } from '../report/ticket.ts';
import type { Answer } from './answer/answer.ts';
import { createProgress } from './answer/progress.ts';
import { type Auditing, auditPage } from './auditing.ts';
import type { Overlay } from './changes/assume-plan.ts';
import { compareReplicas } from './changes/compare-replicas.ts';
import { createSpread } from './changes/spread.ts';
import type { Deps } from './deps.ts';
import type { Place } from './place/connect.ts';
import { shareReaders } from './place/shared-readers.ts';
import { classifyPage, demandReadableNames, type Reading, streamNodes, type Tally } from './reading.ts';
import { factsOf, type Surroundings } from './surroundings.ts';

/** How many names of a zone are compared with the other domain controllers. */
const REPLICA_SAMPLE = 50;

/** The readiness of one zone with the counts behind it. */
export interface ZoneResult {
  readonly readiness: ZoneReadiness;
  readonly tally: AuditTally;
  /** Names to compare with the other domain controllers. */
  readonly sampled: readonly DnsNode[];
}

/** How a zone is judged. */
export interface Judging {
  readonly auditing: Auditing;
  readonly surroundings: Surroundings;
  /** A plan to be taken as applied; null judges what is there. */
  readonly overlay: Overlay | null;
  readonly limit: BlockedLimit;
}

/**
 * Judges one zone of `reading`. It is a go when no more names are blocked than may be and no check failed.
 *
 * @throws DirectoryError when the zone holds no names, or none whose descriptor this account may read
 */
export async function judgeZone(
  zone: Zone,
  reading: Reading,
  { auditing, surroundings, overlay, limit }: Judging,
): Promise<ZoneResult> {
  const only = { ...reading, zones: [zone] };
  const judge = createZoneJudge(zone, reading, surroundings);
  const tally = createAuditTally();
  const sample = createSpread<DnsNode>(REPLICA_SAMPLE);
  const seen: Tally = { names: 0, unreadable: 0 };
  for await (const page of streamNodes(only, overlay === null ? 'descriptor' : 'metadata', seen)) {
    const nodes = overlay === null ? page : page.map((node) => overlay.cover(node));
    for (const name of await auditPage(only, auditing, await classifyPage(only, nodes))) {
      judge.add(name);
      tally.add(name);
      sample.add(name);
    }
  }
  demandReadableNames(only, seen);
  return { readiness: await judge.result(limit), tally, sampled: sample.items() };
}

/** Judges a zone by its names as they come by, and by what is around it. */
export interface ZoneJudge {
  add(name: AuditedName): void;
  /** It is a go when no more names are blocked than may be and no check failed. */
  result(limit: BlockedLimit): Promise<ZoneReadiness>;
}

export function createZoneJudge(zone: Zone, reading: Reading, surroundings: Surroundings): ZoneJudge {
  const around = createSurroundingsTally({
    zone,
    zones: createZoneFinder(reading.allZones),
    dhcpServerSids: reading.estate.dhcpServerSids,
    now: surroundings.now,
  });
  const readiness = createReadinessTally((sid) => reading.book.account(sid));
  return {
    add: (name) => {
      readiness.add(name);
      around.add(name);
    },
    result: async (limit) => {
      const result: NameReadiness = readiness.result(limit);
      const only = { ...reading, zones: [zone] };
      const facts = { ...(await factsOf(zone, only, surroundings)), names: around.result() };
      const checks = [...result.checks, ...checkSurroundings(facts)];
      const go = checks.every(({ status }) => status !== 'fail');
      return { zone: zone.name, ...result, go, checks };
    },
  };
}

/** Adds what the other domain controllers hold. Nothing in a snapshot tells that, and nothing is said about it then. */
export async function withReplicaChecks(
  results: readonly ZoneResult[],
  place: Place,
  answer: Answer,
  { io }: Deps,
): Promise<readonly ZoneResult[]> {
  const { source } = place;
  if (!(await source.describe()).live) return results;
  const readers = shareReaders(place);
  const checked: ZoneResult[] = [];
  try {
    for (const result of results) {
      const compared = await compareReplicas({ source, ...readers }, result.sampled, io, {
        waitMs: 0,
        showProgress: (names) => createProgress(io, answer, names, 'names compared'),
      });
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

/** Writes go or no-go, the verdicts, the checks and where the blocked names sit. */
export async function writeZone({ readiness, tally }: ZoneResult, answer: Answer): Promise<void> {
  await answer.write(`${goLine(readiness)}\n\n`);
  await answer.write(`${renderTable(VERDICT_COLUMNS, verdictCounts(tally.summary()), answer.render)}\n`);
  await answer.write(`${renderChecks(readiness.checks, answer.render)}\n`);
  if (readiness.worst.length > 0)
    await answer.write(`${renderTable(GROUP_COLUMNS, readiness.worst, answer.render)}\n`);
}

/** The same as Markdown. */
export function zoneTicket({ readiness, tally }: ZoneResult): string {
  const { checks, worst } = readiness;
  return [
    ticketText([goLine(readiness)]),
    renderMarkdownTable(VERDICT_COLUMNS, verdictCounts(tally.summary())),
    renderMarkdownTable(CHECK_COLUMNS, checks),
    worst.length === 0 ? '' : renderMarkdownTable(GROUP_COLUMNS, worst),
  ].join('');
}
