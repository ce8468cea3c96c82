/** Which findings of the catalogue a name has. */

import { type Ace, aceEffect, isInherited } from '../formats/ace.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { CONTROL_FLAGS } from '../formats/security-descriptor.ts';
import { sidDomain, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { isDisabled } from '../records/account.ts';
import { isClusterAccount } from '../records/clusters.ts';
import type { PrincipalBook } from '../records/principal-book.ts';
import type { Zone } from '../records/zone.ts';
import type { SpeakingAce } from './access-check.ts';
import { addressesOf, type Case, hasDhcid } from './case.ts';
import type { ComputerMatch } from './expected-updaters.ts';
import { type Finding, finding } from './findings.ts';
import { isReverse } from './host-match.ts';
import type { OwnedName } from './owner-class.ts';
import { type UpdateAces, updateAces } from './update-right.ts';

/** Ends of the SIDs of Domain Users and Domain Computers. */
const EVERYBODY_RIDS: readonly string[] = ['-513', '-515'];
const EVERYBODY: readonly string[] = [
  WELL_KNOWN_SIDS.everyone,
  WELL_KNOWN_SIDS.authenticatedUsers,
  WELL_KNOWN_SIDS.network,
  WELL_KNOWN_SIDS.users,
];
const MS_PER_HOUR = 3_600_000;
const HOURS_1601_TO_1970 = 3_234_576;

/**
 * What the access list itself shows.
 *
 * @param aces updateAces() of its descriptor, for a caller that has them already
 * @returns a list of the caller's own, which it may add to
 */
export function descriptorFindings(
  name: OwnedName,
  book: PrincipalBook,
  aces: UpdateAces | null = null,
): Finding[] {
  if (name.descriptor.kind !== 'read') return [];
  const { value: descriptor } = name.descriptor;
  if (descriptor.dacl !== 'present') return [finding('null-dacl')];
  if (descriptor.explicit.length === 0 && descriptor.inherited.length === 0) return [finding('empty-dacl')];
  const findings: Finding[] = [];
  const { open, deny, orphan } = remarkable((aces ?? updateAces(descriptor)).either, book);
  if (open !== null) findings.push(finding('open', `${trusteeName(open, book)} may update it`));
  if (deny !== null) findings.push(finding('deny-ace', `a deny entry for ${trusteeName(deny, book)}`));
  if (orphan !== null)
    findings.push(finding('orphan-ace', `an entry for ${trusteeName(orphan, book)}, which is gone`));
  if ((descriptor.control & CONTROL_FLAGS.daclProtected) !== 0) findings.push(finding('protected-dacl'));
  if (!isCanonical(descriptor)) findings.push(finding('non-canonical'));
  return findings;
}

/** The first ACE of each kind that is worth a finding. */
interface Remarkable {
  readonly open: SpeakingAce | null;
  readonly deny: SpeakingAce | null;
  readonly orphan: SpeakingAce | null;
}

function remarkable(speaking: readonly SpeakingAce[], book: PrincipalBook): Remarkable {
  let open: SpeakingAce | null = null;
  let deny: SpeakingAce | null = null;
  let orphan: SpeakingAce | null = null;
  for (const ace of speaking) {
    if (aceEffect(ace) === 'denies') deny ??= ace;
    else if (open === null && isEverybody(ace)) open = ace;
    if (orphan === null && book.state(ace.sid) === 'orphan') orphan = ace;
  }
  return { open, deny, orphan };
}

/** Adds what its host, its records and its age show. */
export function addNameFindings(
  findings: Finding[],
  name: OwnedName,
  nameCase: Case,
  match: ComputerMatch,
  zone: Zone,
  context: { readonly now: Date; readonly book: PrincipalBook },
): void {
  if (name.label === 'conflict') findings.push(finding('conflict-object'));
  if (name.unreadable !== null && name.descriptor.kind === 'read')
    findings.push(finding('bad-record', name.unreadable));
  if (match.ambiguous.length > 0) {
    const listed = match.ambiguous.map(({ account }) => account.name).join(', ');
    findings.push(finding('ambiguous-host', `several accounts claim its host: ${listed}`));
  }
  for (const { account, weak } of match.computers) {
    if (weak) findings.push(finding('weak-match', `${account.name} fits by its account name only`));
    if (isDisabled(account)) findings.push(finding('disabled-account', `${account.name} is disabled`));
    if (isClusterAccount(account))
      findings.push(finding('cluster', `${account.name} is a cluster's account`));
  }
  const [only] = match.computers;
  if (name.owner.class === 'orphan' && only !== undefined) {
    findings.push(
      finding(
        'recreated-computer',
        `its owner ${name.owner.name ?? name.owner.sid} is gone, ${only.account.name} has another SID`,
      ),
    );
  }
  if (isShared(name, match)) findings.push(finding('shared-name'));
  if (nameCase === 'dhcp' && !isReverse(name.zone) && !hasDhcid(name)) {
    findings.push(finding('no-dhcid'));
  }
  if (isStale(name, zone, context.now)) findings.push(finding('stale'));
}

/** Explicit before inherited, and deny before allow in each part. [MS-ADTS] 6.1.3.1 */
export function isCanonical({ explicit, inherited }: NodeDescriptor): boolean {
  const ranks = tailRanks(inherited);
  if (!ranks.ascend) return false;
  let previous = 0;
  for (const ace of explicit) {
    const rank = rankOf(ace);
    if (rank < previous) return false;
    previous = rank;
  }
  return previous <= ranks.first;
}

function rankOf(ace: Ace): number {
  return (isInherited(ace) ? 2 : 0) + (aceEffect(ace) === 'denies' ? 0 : 1);
}

/** The inherited part is the same list for nearly every name of a zone. */
const ranksOfTails = new WeakMap<readonly Ace[], { readonly first: number; readonly ascend: boolean }>();

function tailRanks(tail: readonly Ace[]): { readonly first: number; readonly ascend: boolean } {
  let known = ranksOfTails.get(tail);
  if (known === undefined) {
    const ranks = tail.map(rankOf);
    const ascend = ranks.every((rank, at) => at === 0 || rank >= (ranks[at - 1] as number));
    known = { first: ranks[0] ?? Number.POSITIVE_INFINITY, ascend };
    ranksOfTails.set(tail, known);
  }
  return known;
}

function isEverybody({ sid }: SpeakingAce): boolean {
  if (EVERYBODY.includes(sid)) return true;
  // Most SIDs end in another RID; only the others are worth taking apart.
  return EVERYBODY_RIDS.some((rid) => sid.endsWith(rid)) && sidDomain(sid) !== null;
}

function isShared(name: OwnedName, match: ComputerMatch): boolean {
  if (match.hosts.length <= 1 && name.records.length <= 1) return false;
  if (isReverse(name.zone)) return match.hosts.length > 1;
  const addresses = addressesOf(name);
  return addresses.filter((address) => !address.includes(':')).length > 1;
}

function isStale(name: OwnedName, zone: Zone, now: Date): boolean {
  if (!zone.aging.enabled || !name.dynamic || name.records.length === 0) return false;
  let newest = 0;
  for (const { timestampHours } of name.records) newest = Math.max(newest, timestampHours);
  const nowHours = Math.floor(now.getTime() / MS_PER_HOUR) + HOURS_1601_TO_1970;
  return newest + zone.aging.noRefreshHours + zone.aging.refreshHours < nowHours;
}

function trusteeName(ace: SpeakingAce, book: PrincipalBook): string {
  return book.principal(ace.sid).name ?? ace.sid;
}
