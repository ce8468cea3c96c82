/** Is one zone ready? Judged name by name as they stream by, and shown. */

import { type AuditTally, createAuditTally } from '../assess/audit-summary.ts';
import type { Check } from '../assess/check.ts';
import { type BlockedLimit, createReadinessTally, type NameReadiness } from '../assess/readiness.ts';
import { checkReplicas } from '../assess/replica-check.ts';
import type { DnsNode } from '../records/node.ts';
import { VERDICT_COLUMNS, verdictCounts } from '../report/audit-rows.ts';
import { renderChecks } from '../report/check-rows.ts';
import { GROUP_COLUMNS, goLine, type ZoneReadiness } from '../report/readiness-rows.ts';
import { renderTable } from '../report/table.ts';
import type { Answer } from './answer.ts';
import type { Overlay } from './assume-plan.ts';
import { type Auditing, auditPage } from './auditing.ts';
import { compareReplicas } from './compare-replicas.ts';
import type { Place } from './connect.ts';
import type { Deps } from './deps.ts';
import { classifyPage, demandReadableNames, type Reading, streamNodes, type Tally } from './reading.ts';
import { createSpread } from './spread.ts';

/** How many names of a zone are compared with the other domain controllers. */
const REPLICA_SAMPLE = 50;

/** The readiness of one zone with the counts behind it. */
export interface ZoneResult {
  readonly readiness: ZoneReadiness;
  readonly tally: AuditTally;
}

/**
 * Judges the only zone of `reading`.
 *
 * @param overlay a plan to be taken as applied; null judges what is there
 * @throws DirectoryError when the zone holds no names, or none whose descriptor this account may read
 */
export async function judgeZone(
  place: Place,
  deps: Deps,
  reading: Reading,
  auditing: Auditing,
  overlay: Overlay | null,
  limit: BlockedLimit,
): Promise<ZoneResult> {
  const readiness = createReadinessTally((sid) => reading.book.account(sid));
  const tally = createAuditTally();
  const sample = createSpread<DnsNode>(REPLICA_SAMPLE);
  const seen: Tally = { names: 0, unreadable: 0 };
  for await (const page of streamNodes(reading, 'descriptor', seen)) {
    const nodes = overlay === null ? page : page.map((node) => overlay.cover(node));
    for (const name of await auditPage(reading, auditing, await classifyPage(reading, nodes))) {
      readiness.add(name);
      tally.add(name);
      sample.add(name);
    }
  }
  demandReadableNames(reading, seen);
  const result: NameReadiness = readiness.result(limit);
  const checks = [...result.checks, ...(await checkOtherServers(sample.items(), place, deps))];
  return { readiness: { zone: reading.zones[0]?.name ?? '', ...result, checks }, tally };
}

/** Nothing in a snapshot tells what other domain controllers hold, and nothing is said about them then. */
async function checkOtherServers(
  names: readonly DnsNode[],
  place: Place,
  { io }: Deps,
): Promise<readonly Check[]> {
  if (!(await place.source.describe()).live) return [];
  const compared = await compareReplicas(place, names, io, { waitMs: 0 });
  return compared.states === null ? [] : [checkReplicas(compared.names, compared.states)];
}

/** Writes go or no-go, the verdicts, the checks and where the blocked names sit. */
export async function writeZone({ readiness, tally }: ZoneResult, answer: Answer): Promise<void> {
  await answer.write(`${goLine(readiness)}\n\n`);
  await answer.write(`${renderTable(VERDICT_COLUMNS, verdictCounts(tally.summary()), answer.render)}\n`);
  await answer.write(`${renderChecks(readiness.checks, answer.render)}\n`);
  if (readiness.worst.length > 0)
    await answer.write(`${renderTable(GROUP_COLUMNS, readiness.worst, answer.render)}\n`);
}
