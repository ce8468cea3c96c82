/**
 * A plan: the reviewed list of descriptor changes, as data. It holds everything that applying, showing and taking
 * back need, so that nothing is ever computed a second time.
 */

import type { Guid } from '../formats/guid.ts';
import type { Sid } from '../formats/sid.ts';
import type { Principal } from '../records/account.ts';

/** One ACE that a change adds or removes, as SDDL, with whom it names and why. */
export interface PlannedAce {
  readonly ace: string;
  readonly principal: Principal;
  readonly reason: string;
}

/** One descriptor before and after; `base64` is the self-relative descriptor without SACL. */
export interface PlannedChange {
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: string;
  readonly objectGuid: Guid | null;
  /** Owner class of the name when it was planned; `zone` for the zone's own object. */
  readonly ownerClass: string;
  readonly before: {
    readonly sddl: string;
    readonly base64: string;
    /** Version of nTSecurityDescriptor in the replication metadata; null when the source did not tell. */
    readonly version: number | null;
  };
  readonly after: { readonly sddl: string; readonly base64: string };
  readonly add: readonly PlannedAce[];
  readonly remove: readonly PlannedAce[];
  /** Expected updaters that get nothing, and why. */
  readonly withheld: readonly WithheldGrant[];
  /** What a reviewer should know besides: an odd order that was kept, a price that comes with the change. */
  readonly notes: readonly string[];
}

/** An expected updater whom an ACE would not help. */
export interface WithheldGrant {
  readonly principal: Principal;
  readonly reason: string;
}

/** Why a name is not changed. */
export const SKIP_CODES = [
  'already',
  'static',
  'tombstoned',
  'infrastructure',
  'protected',
  'conflict-object',
  'unreadable',
  'no-updater',
  'ambiguous',
  'no-effect',
  'not-found',
  'too-large',
  'nothing-to-remove',
  'would-lose',
  'nothing-to-undo',
  'limit',
] as const;

export type SkipCode = (typeof SKIP_CODES)[number];

/** A name that was looked at and is left as it is. */
export interface SkippedName {
  readonly zone: string;
  readonly fqdn: string;
  readonly code: SkipCode;
  readonly reason: string;
}

/** A zone that a plan may change names of, and how many it has; nothing outside these is ever written. */
export interface PlannedZone {
  readonly name: string;
  readonly dn: string;
  /** Every name of the zone, also those that were not looked at. */
  readonly names: number;
}

/** Counts that add up: names = changes + skipped. */
export interface PlanSummary {
  readonly names: number;
  readonly changes: number;
  readonly add: number;
  readonly remove: number;
  readonly skipped: number;
  readonly bySkipCode: Readonly<Record<string, number>>;
}

/** The options that shaped a plan, as the user gave them. */
export type PlanOptions = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** The content of a plan file. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: 'dnsacl-plan';
  readonly createdAt: string;
  readonly tool: string;
  readonly server: string;
  readonly domainSid: Sid | null;
  readonly options: PlanOptions;
  readonly checksum: string;
  readonly zones: readonly PlannedZone[];
  readonly changes: readonly PlannedChange[];
  readonly skipped: readonly SkippedName[];
  readonly summary: PlanSummary;
}

/** What planning one name came to. */
export type NameOutcome =
  | { readonly kind: 'change'; readonly change: PlannedChange }
  | { readonly kind: 'skipped'; readonly skipped: SkippedName };

/** Where a plan comes from. */
export type PlanHead = Pick<Plan, 'createdAt' | 'tool' | 'server' | 'domainSid' | 'options' | 'zones'>;

/** The plan without its checksum, sorted and counted. */
export function draftPlan(head: PlanHead, outcomes: readonly NameOutcome[]): Omit<Plan, 'checksum'> {
  const changes = outcomes.flatMap((outcome) => (outcome.kind === 'change' ? [outcome.change] : []));
  const skipped = outcomes.flatMap((outcome) => (outcome.kind === 'skipped' ? [outcome.skipped] : []));
  return {
    schemaVersion: 1,
    kind: 'dnsacl-plan',
    ...head,
    options: sortedByKey(head.options),
    changes: changes.sort(byZoneThenName),
    skipped: skipped.sort(byZoneThenName),
    summary: {
      names: outcomes.length,
      changes: changes.length,
      add: changes.reduce((sum, change) => sum + change.add.length, 0),
      remove: changes.reduce((sum, change) => sum + change.remove.length, 0),
      skipped: skipped.length,
      bySkipCode: countBy(skipped.map((item) => item.code)),
    },
  };
}

function countBy(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of [...values].sort()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function sortedByKey(options: PlanOptions): PlanOptions {
  return Object.fromEntries(Object.entries(options).sort(([a], [b]) => compare(a, b)));
}

function byZoneThenName<T extends { readonly zone: string; readonly fqdn: string; readonly dn?: string }>(
  a: T,
  b: T,
): number {
  return compare(a.zone, b.zone) || compare(a.fqdn, b.fqdn) || compare(a.dn ?? '', b.dn ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
