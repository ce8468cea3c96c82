/** Is one zone ready? Judged name by name as they stream by, and shown. */

import { type AuditTally, createAuditTally } from '../assess/audit-summary.ts';
import { type BlockedLimit, createReadinessTally, type NameReadiness } from '../assess/readiness.ts';
import { VERDICT_COLUMNS, verdictCounts } from '../report/audit-rows.ts';
import { GROUP_COLUMNS, goLine, renderChecks, type ZoneReadiness } from '../report/readiness-rows.ts';
import { renderTable } from '../report/table.ts';
import type { Answer } from './answer.ts';
import type { Overlay } from './assume-plan.ts';
import { type Auditing, auditPage } from './auditing.ts';
import { classifyPage, demandReadableNames, type Reading, streamNodes, type Tally } from './reading.ts';

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
  reading: Reading,
  auditing: Auditing,
  overlay: Overlay | null,
  limit: BlockedLimit,
): Promise<ZoneResult> {
  const readiness = createReadinessTally((sid) => reading.book.account(sid));
  const tally = createAuditTally();
  const seen: Tally = { names: 0, unreadable: 0 };
  for await (const page of streamNodes(reading, 'descriptor', seen)) {
    const nodes = overlay === null ? page : page.map((node) => overlay.cover(node));
    for (const name of await auditPage(reading, auditing, await classifyPage(reading, nodes))) {
      readiness.add(name);
      tally.add(name);
    }
  }
  demandReadableNames(reading, seen);
  const result: NameReadiness = readiness.result(limit);
  return { readiness: { zone: reading.zones[0]?.name ?? '', ...result }, tally };
}

/** Writes go or no-go, the verdicts, the checks and where the blocked names sit. */
export async function writeZone({ readiness, tally }: ZoneResult, answer: Answer): Promise<void> {
  await answer.write(`${goLine(readiness)}\n\n`);
  await answer.write(`${renderTable(VERDICT_COLUMNS, verdictCounts(tally.summary()), answer.render)}\n`);
  await answer.write(`${renderChecks(readiness.checks, answer.render)}\n`);
  if (readiness.worst.length > 0)
    await answer.write(`${renderTable(GROUP_COLUMNS, readiness.worst, answer.render)}\n`);
}
