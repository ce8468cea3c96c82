/**
 * The audit of one name: its case, whom it expects, what each of them can do, the verdict, and the findings.
 *
 * Everything here is pure: the context was read before, and the same context and name always give the same answer.
 * The verdict is strict: the grace that [MS-DNSP] 3.1.6.1 describes for records older than the switch never makes a
 * name ready, because it may hold once and then no more.
 */

import type { LeaseIndex } from '../records/leases.ts';
import type { PrincipalBook } from '../records/principal-book.ts';
import type { Zone } from '../records/zone.ts';
import type { Access, AccessDecision } from './access-check.ts';
import { type Case, judgeCase } from './case.ts';
import type { ComputerIndex } from './computer-index.ts';
import {
  type ExpectationContext,
  type ExpectedUpdater,
  expectUpdaters,
  matchComputers,
} from './expected-updaters.ts';
import { addNameFindings, descriptorFindings } from './find-findings.ts';
import type { Finding } from './findings.ts';
import { infrastructureReason } from './infrastructure.ts';
import type { OwnedName } from './owner-class.ts';
import { checkUpdate, type UpdateAces, updateAces } from './update-right.ts';

/** Verdicts in the order in which reports list them. */
export const VERDICTS = [
  'ready',
  'partly',
  'blocked',
  'no-updater',
  'dormant',
  'static',
  'infrastructure',
  'unknown',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** What an expected updater can do with the name. */
export interface UpdaterAccess extends ExpectedUpdater {
  readonly access: Access;
  readonly decision: AccessDecision;
}

/** A name with everything that the audit says about it. */
export interface AuditedName extends OwnedName {
  readonly case: Case;
  /** What speaks for the case, in words. */
  readonly evidence: readonly string[];
  readonly verdict: Verdict;
  readonly reason: string;
  readonly updaters: readonly UpdaterAccess[];
  readonly findings: readonly Finding[];
}

/** What is known of the place when names are judged. */
export interface AuditContext extends ExpectationContext {
  readonly computers: ComputerIndex;
  readonly book: PrincipalBook;
  readonly leases: LeaseIndex | null;
  readonly now: Date;
}

/** The ACEs of a name that speak about updating it; null when its descriptor could not be read. */
export function updateAcesOf({ descriptor }: OwnedName): UpdateAces | null {
  return descriptor.kind === 'read' ? updateAces(descriptor.value) : null;
}

/**
 * Judges one name of `zone`. The book must have resolved its owner and its trustees.
 *
 * @param aces updateAcesOf() the name, for a caller that has them already
 */
export function auditName(
  name: OwnedName,
  zone: Zone,
  context: AuditContext,
  aces: UpdateAces | null = updateAcesOf(name),
): AuditedName {
  const match = matchComputers(name, context.computers);
  const judged = judgeCase(name, match.computers.length > 0, context.leases);
  const expected = expectUpdaters(name, judged.case, match, context);
  const updaters = expected.map((updater) => withAccess(updater, name, aces));
  const { verdict, reason } = verdictOf(name, updaters, match.ambiguous.length > 0, context);
  const findings = descriptorFindings(name, context.book, aces);
  addNameFindings(findings, name, judged.case, match, zone, context);
  return { ...name, case: judged.case, evidence: judged.evidence, verdict, reason, updaters, findings };
}

function withAccess(updater: ExpectedUpdater, name: OwnedName, aces: UpdateAces | null): UpdaterAccess {
  const decision: AccessDecision =
    name.descriptor.kind === 'read' && aces !== null
      ? checkUpdate(name.descriptor.value, updater.token, aces)
      : { access: 'unknown', decidedBy: null, reason: name.unreadable ?? '', steps: [] };
  const { principal, because, reason, token } = updater;
  return { principal, because, reason, token, access: decision.access, decision };
}

function verdictOf(
  name: OwnedName,
  updaters: readonly UpdaterAccess[],
  ambiguous: boolean,
  context: AuditContext,
): { readonly verdict: Verdict; readonly reason: string } {
  if (name.label !== null)
    return { verdict: 'static', reason: `a ${name.label} object: no server answers with it` };
  const infrastructure = infrastructureReason(name, context.computers);
  if (infrastructure !== null) return { verdict: 'infrastructure', reason: infrastructure };
  if (name.unreadable !== null) return { verdict: 'unknown', reason: name.unreadable };
  if (name.tombstoned)
    return {
      verdict: 'dormant',
      reason: `tombstoned; ${accessWords(updaters) ?? 'no account is expected to register it again'}`,
    };
  if (!name.dynamic)
    return { verdict: 'static', reason: 'it has no dynamic record, so the switch does not touch it' };
  if (ambiguous)
    return {
      verdict: 'unknown',
      reason: 'several computer accounts claim its host, so nobody can say who updates it',
    };
  if (updaters.length === 0)
    return {
      verdict: 'no-updater',
      reason: 'no computer account and no DHCP account could be matched to it',
    };
  return judgeAccess(updaters);
}

function judgeAccess(updaters: readonly UpdaterAccess[]): {
  readonly verdict: Verdict;
  readonly reason: string;
} {
  const reason = accessWords(updaters) ?? '';
  if (updaters.some((updater) => updater.access === 'unknown')) return { verdict: 'unknown', reason };
  const able = updaters.filter((updater) => updater.access === 'yes').length;
  if (able === updaters.length) return { verdict: 'ready', reason };
  return { verdict: able === 0 ? 'blocked' : 'partly', reason };
}

/** What stands in the way comes first. */
const ACCESS_WORDS: readonly (readonly [access: Access, words: string])[] = [
  ['no', 'cannot update it'],
  ['unknown', 'can update it only under a condition that the server evaluates'],
  ['yes', 'can update it'],
];

/** Who can and who cannot update it, in words; null when nobody is expected. */
function accessWords(updaters: readonly UpdaterAccess[]): string | null {
  if (updaters.length === 0) return null;
  let text = '';
  for (const [access, words] of ACCESS_WORDS) {
    let names: string | null = null;
    for (const updater of updaters) {
      if (updater.access === access)
        names = names === null ? nameOf(updater) : `${names} and ${nameOf(updater)}`;
    }
    if (names !== null) text += text === '' ? `${names} ${words}` : `; ${names} ${words}`;
  }
  return text;
}

function nameOf(updater: ExpectedUpdater): string {
  return updater.principal.name ?? updater.principal.sid;
}
