/** Counting audited names as they stream by. */

import { type AuditedName, VERDICTS, type Verdict } from './audit.ts';
import { CASES, type Case } from './case.ts';
import { FINDING_IDS, type Finding, type FindingId } from './findings.ts';

/** Counts that add up: names = the sum of byVerdict = the sum of byCase. A name can have several findings. */
export interface AuditSummary {
  readonly names: number;
  readonly byVerdict: Readonly<Partial<Record<Verdict, number>>>;
  readonly byCase: Readonly<Partial<Record<Case, number>>>;
  readonly byFinding: Readonly<Partial<Record<FindingId, number>>>;
}

/** Counts audited names as they stream by. */
export interface AuditTally {
  add(name: Pick<AuditedName, 'verdict' | 'case' | 'findings'>): void;
  summary(): AuditSummary;
}

export function createAuditTally(): AuditTally {
  const verdicts = new Map<Verdict, number>();
  const cases = new Map<Case, number>();
  const findings = new Map<FindingId, number>();
  let names = 0;
  return {
    add: (name) => {
      names += 1;
      count(verdicts, name.verdict);
      count(cases, name.case);
      countFindings(findings, name.findings);
    },
    summary: () => ({
      names,
      byVerdict: inOrder(VERDICTS, verdicts),
      byCase: inOrder(CASES, cases),
      byFinding: inOrder(FINDING_IDS, findings),
    }),
  };
}

/** Counts each id once: a name may have the same finding about several of its accounts. */
function countFindings(counts: Map<FindingId, number>, found: AuditedName['findings']): void {
  for (let at = 0; at < found.length; at++) {
    const { id } = found[at] as Finding;
    if (found.findIndex((other) => other.id === id) === at) count(counts, id);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function inOrder<Key extends string>(
  keys: readonly Key[],
  counts: ReadonlyMap<Key, number>,
): Readonly<Partial<Record<Key, number>>> {
  const ordered: Partial<Record<Key, number>> = {};
  for (const key of keys) {
    const value = counts.get(key);
    if (value !== undefined) ordered[key] = value;
  }
  return ordered;
}
