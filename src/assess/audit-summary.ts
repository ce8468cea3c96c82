/** Counting audited names as they stream by. */

import { type AuditedName, VERDICTS, type Verdict } from './audit.ts';
import { CASES, type Case } from './case.ts';
import { FINDING_IDS, type FindingId } from './findings.ts';

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
      if (name.findings.length > 0)
        for (const id of new Set(name.findings.map((finding) => finding.id))) count(findings, id);
    },
    summary: () => ({
      names,
      byVerdict: inOrder(VERDICTS, verdicts),
      byCase: inOrder(CASES, cases),
      byFinding: inOrder(FINDING_IDS, findings),
    }),
  };
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
