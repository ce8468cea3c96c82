/** One read for a whole report: each name is audited, planned, and audited again as the plan would leave it. */

import type { AuditedName } from '../assess/audit.ts';
import { type AuditSummary, createAuditTally } from '../assess/audit-summary.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import type { NameOutcome, PlannedZone } from '../plan/plan.ts';
import { type Auditing, auditPage } from './auditing.ts';
import { type Planner, planNames } from './changes/planning.ts';
import { createFilter } from './filter.ts';
import type { Reading } from './reading.ts';

/** What a page of names came to. */
export interface ReportedPage {
  readonly names: readonly AuditedName[];
  /** The verdicts of those that the plan changes, by DN. */
  readonly after: ReadonlyMap<string, string>;
}

export interface Reported {
  readonly outcomes: readonly NameOutcome[];
  readonly zones: readonly PlannedZone[];
  readonly before: AuditSummary;
  readonly after: AuditSummary;
}

/** Reads every name of the zones once. @param take gets each page as it is done */
export async function readForReport(
  reading: Reading,
  auditing: Auditing,
  planner: Planner,
  take: (page: ReportedPage) => Promise<void>,
): Promise<Reported> {
  const [before, after] = [createAuditTally(), createAuditTally()];
  const decoder = createDescriptorDecoder();
  let outcomes = new Map<AuditedName, NameOutcome>();
  const watching: Planner = {
    wants: (node) => planner.wants(node),
    prepare: async (names) => {
      await planner.prepare?.(names);
      outcomes = new Map(names.map((name) => [name, planner.plan(name)]));
      const changed = await auditPage(reading, auditing, afterChanges(outcomes, decoder));
      const byDn = new Map(changed.map((name) => [name.dn as string, name]));
      for (const name of names) {
        before.add(name);
        after.add(byDn.get(name.dn) ?? name);
      }
      await take({ names, after: new Map([...byDn].map(([dn, { verdict }]) => [dn, verdict])) });
    },
    plan: (name) => outcomes.get(name) ?? planner.plan(name),
  };
  const filter = await createFilter({}, reading);
  const planned = await planNames(reading, auditing, filter, watching, undefined);
  return { ...planned, before: before.summary(), after: after.summary() };
}

/** The names that are changed, with the descriptors that the plan gives them. */
function afterChanges(
  outcomes: ReadonlyMap<AuditedName, NameOutcome>,
  decoder: DescriptorDecoder,
): readonly AuditedName[] {
  return [...outcomes].flatMap(([name, outcome]) => {
    if (outcome.kind !== 'change') return [];
    const bytes = Buffer.from(outcome.change.after.base64, 'base64');
    return [{ ...name, descriptor: { kind: 'read', value: decoder.decode(bytes), bytes } }];
  });
}
