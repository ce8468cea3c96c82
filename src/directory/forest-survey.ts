/**
 * What of the forest is read, and through whom: settled before the first question, so that a part that does not
 * answer is known, said and counted, and never mistaken for one that holds nothing.
 */

import { DirectoryError, type Problem } from '../errors.ts';
import { type Dn, dnKey, parentDn } from '../formats/dn.ts';
import type { Sid } from '../formats/sid.ts';
import type { DirectoryInfo, DirectorySource, DomainInfo, ZonePartition } from '../records/source.ts';
import type { DomainControllers } from './domain-controllers.ts';
import type { Holders } from './holders.ts';
import { trustedDomainsOf } from './trusted-domains.ts';

/** A domain whose accounts can be asked about. */
export interface AccountDomain {
  readonly sid: Sid | null;
  readonly inForest: boolean;
  readonly source: DirectorySource;
}

/** The outcome. */
export interface ForestSurvey {
  /** As the pinned domain controller says, with what the others add. */
  readonly info: DirectoryInfo;
  /** The domain at hand first. */
  readonly accountDomains: readonly AccountDomain[];
}

/** One thing that was looked for; `problem` null where its absence is said already. */
type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'missing'; readonly problem: Problem | null };

/**
 * Finds who is to be asked about each domain and each partition.
 *
 * @param wholeForest all domains, and not only the one at hand with the partitions of the forest
 */
export async function surveyForest(
  servers: DomainControllers,
  holders: Holders,
  wholeForest: boolean,
): Promise<ForestSurvey> {
  const info = await servers.pinned.source.describe();
  const others = info.domains.filter((domain) => !isAtHand(domain, info));
  const wanted = info.partitions.filter((item) => wholeForest || !isOfOther(item, others));
  // First the domains: the servers met there hold most of the partitions.
  const domains = wholeForest ? await askAll(holders, others) : [];
  const trusted = wholeForest ? await findTrusted(servers, info) : [];
  for (const domain of trusted) holders.learn(domain);
  domains.push(...(await askAll(holders, trusted)));
  const answered = valuesOf(domains);
  const silent = others.filter(({ dn }) => wholeForest && !answered.some(({ domain }) => domain.dn === dn));
  const partitions = await Promise.all(
    wanted.map((item) => locatePartition(holders, item, isOfOther(item, silent))),
  );
  const known = [...info.domains, ...trusted];
  const byDn = new Map(answered.map(({ domain }) => [dnKey(domain.dn), domain]));
  return {
    info: {
      ...info,
      domains: known.map((domain) => byDn.get(dnKey(domain.dn)) ?? domain),
      rootDomain: info.rootDomain === null ? null : (byDn.get(dnKey(info.rootDomain.dn)) ?? info.rootDomain),
      partitions: valuesOf(partitions),
      problems: [
        ...info.problems,
        ...problemsOf(domains),
        ...problemsOf(partitions),
        ...readElsewhere(valuesOf(partitions), info),
        ...countMissing(domains, partitions, known.length),
        ...(wholeForest ? [] : leftOut(others, info)),
      ],
    },
    accountDomains: [
      { sid: info.domain?.sid ?? null, inForest: true, source: servers.pinned.source },
      ...answered.map(({ domain, source }) => ({ sid: domain.sid, inForest: domain.inForest, source })),
    ],
  };
}

interface AnsweredDomain {
  readonly domain: DomainInfo;
  readonly source: DirectorySource;
}

/** The domains that those which answered trust, besides each other. */
async function findTrusted(
  servers: DomainControllers,
  { domains }: DirectoryInfo,
): Promise<readonly DomainInfo[]> {
  const trusts = await Promise.all(servers.reached.map(({ source }) => source.trusts()));
  return trustedDomainsOf(trusts.flat(), domains);
}

async function askAll(holders: Holders, domains: readonly DomainInfo[]): Promise<Found<AnsweredDomain>[]> {
  return Promise.all(domains.map((domain) => askDomain(holders, domain)));
}

/** What the domain's own server says of it: its SID, and whether it vouches for who is not in it. */
async function askDomain(holders: Holders, domain: DomainInfo): Promise<Found<AnsweredDomain>> {
  try {
    const { source } = await holders.of(domain.dn);
    const { sid, answered } = (await source.describe()).domain ?? domain;
    // What a stranger is not shown in another forest may still exist there.
    const known = { ...domain, sid, answered: answered && domain.inForest };
    return { kind: 'found', value: { domain: known, source } };
  } catch (error) {
    const reason = reasonOf(error);
    const missing = domain.inForest
      ? 'the domain did not answer, so its zones are missing and SIDs of it stay unresolved'
      : 'the trusted domain did not answer, so SIDs of it stay unresolved';
    const message = `${missing}: ${reason}`;
    return {
      kind: 'missing',
      problem: { severity: 'warning', code: 'unanswered-domain', where: domain.dnsName, message },
    };
  }
}

/** @param isSaid that its domain did not answer was said already */
async function locatePartition(
  holders: Holders,
  partition: ZonePartition,
  isSaid: boolean,
): Promise<Found<ZonePartition>> {
  if (partition.server !== null) return { kind: 'found', value: partition };
  const { namingContext, container: where } = partition;
  try {
    const { source } = await holders.of(namingContext);
    const holder = (await source.describe()).server;
    return { kind: 'found', value: { ...partition, server: holder } };
  } catch (error) {
    const message = reasonOf(error);
    const problem: Problem = { severity: 'warning', code: 'unread-partition', where, message };
    return { kind: 'missing', problem: isSaid ? null : problem };
  }
}

/** Which servers were read from besides the pinned one, and why. */
function readElsewhere(
  partitions: readonly ZonePartition[],
  { server: pinned }: DirectoryInfo,
): readonly Problem[] {
  const contexts = new Map<string, Dn[]>();
  for (const { server, namingContext } of partitions) {
    if (server === null || server === pinned) continue;
    contexts.set(server, [...(contexts.get(server) ?? []), namingContext]);
  }
  return [...contexts].map(([where, held]) => {
    const message = `was read from, because ${pinned} does not hold ${held.join(' and ')}`;
    return { severity: 'note', code: 'read-elsewhere', where, message };
  });
}

/** How much of the forest is missing, where anything is. */
function countMissing(
  domains: readonly Found<unknown>[],
  partitions: readonly Found<unknown>[],
  known: number,
): readonly Problem[] {
  const silent = missingIn(domains);
  const unread = missingIn(partitions);
  if (silent + unread === 0) return [];
  const message = `${silent} of ${known} domains did not answer and ${unread} of ${partitions.length} partitions could not be read; the rest is complete`;
  return [{ severity: 'warning', code: 'incomplete-forest', where: 'the forest', message }];
}

/** What was not looked at is said. */
function leftOut(others: readonly DomainInfo[], { server }: DirectoryInfo): readonly Problem[] {
  if (others.length === 0) return [];
  const names = others.map(({ dnsName }) => dnsName).sort();
  const message = `other domains of the forest were not looked at: ${names.join(', ')}; --forest reads them too`;
  return [{ severity: 'note', code: 'other-domains', where: server, message }];
}

/** Of another domain alone; a partition that the pinned server holds is read whosever it is. */
function isOfOther({ kind, namingContext, server }: ZonePartition, others: readonly DomainInfo[]): boolean {
  if (server !== null || (kind !== 'domain' && kind !== 'legacy')) return false;
  const domainDn = kind === 'legacy' ? namingContext : parentDn(namingContext);
  return domainDn !== null && others.some(({ dn }) => dnKey(dn) === dnKey(domainDn));
}

function isAtHand(domain: DomainInfo, info: DirectoryInfo): boolean {
  return info.domain !== null && dnKey(domain.dn) === dnKey(info.domain.dn);
}

function valuesOf<T>(found: readonly Found<T>[]): readonly T[] {
  return found.flatMap((item) => (item.kind === 'found' ? [item.value] : []));
}

function problemsOf(found: readonly Found<unknown>[]): readonly Problem[] {
  return found.flatMap((item) => (item.kind === 'missing' ? (item.problem ?? []) : []));
}

function missingIn(found: readonly Found<unknown>[]): number {
  return found.filter(({ kind }) => kind === 'missing').length;
}

/** @throws what is no fault of the directory */
function reasonOf(error: unknown): string {
  if (!(error instanceof DirectoryError)) throw error;
  return error.message;
}
