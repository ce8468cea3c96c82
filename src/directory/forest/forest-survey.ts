/**
 * What of the forest is read, and through whom: settled before the first question, so that a part that does not
 * answer is known, said and counted, and never mistaken for one that holds nothing.
 */

import { DirectoryError, type Problem } from '../../errors.ts';
import { counted } from '../../formats/counted.ts';
import { type Dn, dnKey, parentDn } from '../../formats/dn.ts';
import type { Sid } from '../../formats/sid.ts';
import type { DirectoryInfo, DirectorySource, DomainInfo, ZonePartition } from '../../records/source.ts';
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
  // First the domains: the servers met there hold most of the partitions.
  const domains = wholeForest ? await surveyDomains(servers, holders, others) : NO_DOMAINS;
  const wanted = info.partitions.filter((item) => wholeForest || !isOfOther(item, others));
  const found = await Promise.all(
    wanted.map((item) => locatePartition(holders, item, isOfOther(item, domains.silent))),
  );
  const partitions = valuesOf(found);
  const known = [...info.domains, ...domains.trusted];
  const byDn = new Map(domains.answered.map(({ domain }) => [dnKey(domain.dn), domain]));
  const asAnswered = (domain: DomainInfo): DomainInfo => byDn.get(dnKey(domain.dn)) ?? domain;
  return {
    info: {
      ...info,
      domains: known.map(asAnswered),
      rootDomain: info.rootDomain === null ? null : asAnswered(info.rootDomain),
      partitions,
      problems: [
        ...info.problems,
        ...domains.problems,
        ...problemsOf(found),
        ...readElsewhere(partitions, info),
        ...countMissing([domains.silent.length, known.length], [missingIn(found), found.length]),
        ...(wholeForest ? [] : leftOut(others, info)),
      ],
    },
    accountDomains: [
      { sid: info.domain?.sid ?? null, inForest: true, source: servers.pinned.source },
      ...domains.answered.map(({ domain: { sid, inForest }, source }) => ({ sid, inForest, source })),
    ],
  };
}

interface AnsweredDomain {
  readonly domain: DomainInfo;
  readonly source: DirectorySource;
}

/** The domains besides the one at hand. */
interface DomainSurvey {
  /** Those outside of the forest. */
  readonly trusted: readonly DomainInfo[];
  readonly answered: readonly AnsweredDomain[];
  readonly silent: readonly DomainInfo[];
  readonly problems: readonly Problem[];
}

const NO_DOMAINS: DomainSurvey = { trusted: [], answered: [], silent: [], problems: [] };

/** Asks the other domains of the forest, and then those that any of them trusts. */
async function surveyDomains(
  servers: DomainControllers,
  holders: Holders,
  others: readonly DomainInfo[],
): Promise<DomainSurvey> {
  const inForest = await Promise.all(others.map((domain) => askDomain(holders, domain)));
  const trusted = await findTrusted(servers);
  for (const domain of trusted) holders.learn(domain);
  const outside = await Promise.all(trusted.map((domain) => askDomain(holders, domain)));
  const found = [...inForest, ...outside];
  const silent = [...others, ...trusted].filter((_, index) => found[index]?.kind === 'missing');
  return { trusted, answered: valuesOf(found), silent, problems: problemsOf(found) };
}

/** The domains that those which answered trust, besides each other. */
async function findTrusted({ pinned, reached }: DomainControllers): Promise<readonly DomainInfo[]> {
  const trusts = await Promise.all(reached.map(({ source }) => source.trusts()));
  return trustedDomainsOf(trusts.flat(), (await pinned.source.describe()).domains);
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

/** How much is missing, where anything is: so many, and of how many. */
function countMissing(
  [silent, domains]: readonly [number, number],
  [unread, partitions]: readonly [number, number],
): readonly Problem[] {
  if (silent + unread === 0) return [];
  const message = `${silent} of ${counted(domains, 'domain')} did not answer and ${unread} of ${counted(partitions, 'partition')} could not be read; the rest is complete`;
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
