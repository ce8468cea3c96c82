/**
 * The reading port for a forest: every question goes to a domain controller that holds what it is about.
 *
 * | about                       | asked                                                                        |
 * | --------------------------- | ---------------------------------------------------------------------------- |
 * | zones and names             | whoever holds the partition; never a global catalog, which has parts of them |
 * | SIDs                        | the SID's own domain, trusted ones too; else the global catalog              |
 * | accounts by name, computers | every domain of the forest that is read                                      |
 * | members of groups           | the same, and the global catalog for members from other domains              |
 * | one account                 | whoever holds the domain it is in                                            |
 * | the forest itself           | the pinned domain controller                                                 |
 */

import type { DescriptorStore, Target } from '../../apply/store.ts';
import { DirectoryError, type Problem } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import { type Sid, sidDomain } from '../../formats/sid.ts';
import type {
  DirectoryInfo,
  DirectorySource,
  EntryDecoder,
  NodeDetail,
  RawEntry,
  Replica,
  SourceCounters,
  ZonePartition,
} from '../../records/source.ts';
import { sumCounters } from '../ldap/counters.ts';
import { type DomainController, DomainControllers } from './domain-controllers.ts';
import { type AccountDomain, type ForestSurvey, surveyForest } from './forest-survey.ts';
import { type FindServers, Holders } from './holders.ts';
import { findTargetHolders, openRoutedStore } from './routed-store.ts';

/** Answers for accounts of any domain of the forest, as far as it can; see global-catalog.ts. */
export interface AccountCatalog {
  readonly counters: SourceCounters;
  /** False where no server answers as a catalog; nothing is found then. */
  isThere(): Promise<boolean>;
  bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]>;
  membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]>;
  close(): Promise<void>;
}

export interface ForestOptions {
  readonly pinned: DomainController;
  /** Opens and signs in to another domain controller as the same user. */
  readonly connect: (hostName: string) => Promise<DomainController>;
  readonly findServers: FindServers;
  readonly catalog: AccountCatalog;
  /** All domains, and not only the one at hand. */
  readonly wholeForest: boolean;
}

/** A forest to read from, and to write to where it was read. */
export interface Forest {
  readonly source: DirectorySource;
  /** The names of the servers that hold these names. @throws DirectoryError when nobody does */
  serversOf(targets: readonly Target[]): Promise<readonly string[]>;
  /** Opens the writing port on them. @throws DirectoryError when one does not answer; nothing was written then */
  openStore(targets: readonly Target[]): Promise<DescriptorStore>;
}

/** Nothing is asked of any server before the first question. Closing the source closes all connections. */
export function createForest(options: ForestOptions): Forest {
  const source = new ForestSource(options);
  return {
    source,
    serversOf: (targets) => source.serversOf(targets),
    openStore: (targets) => source.openStore(targets),
  };
}

class ForestSource implements DirectorySource {
  readonly #servers: DomainControllers;
  readonly #findServers: FindServers;
  readonly #catalog: AccountCatalog;
  readonly #wholeForest: boolean;
  #holders: Promise<Holders> | null = null;
  #known: Holders | null = null;
  #survey: Promise<ForestSurvey> | null = null;

  constructor({ pinned, connect, findServers, catalog, wholeForest }: ForestOptions) {
    this.#servers = new DomainControllers(pinned, connect);
    this.#findServers = findServers;
    this.#catalog = catalog;
    this.#wholeForest = wholeForest;
  }

  get counters(): SourceCounters {
    return sumCounters([
      ...this.#servers.reached.map(({ source }) => source.counters),
      this.#catalog.counters,
    ]);
  }

  async describe(): Promise<DirectoryInfo> {
    return (await this.#surveyed()).info;
  }

  zones(partition: ZonePartition): AsyncIterable<readonly RawEntry[]> {
    return this.#holderOf(partition.namingContext).zones(partition);
  }

  nodes<T>(zoneDn: Dn, detail: NodeDetail, decode: EntryDecoder<T>): AsyncIterable<readonly T[]> {
    return this.#holderOf(zoneDn).nodes(zoneDn, detail, decode);
  }

  node(zoneDn: Dn, name: string, detail: NodeDetail): Promise<RawEntry | null> {
    return this.#holderOf(zoneDn).node(zoneDn, name, detail);
  }

  account(dn: Dn): Promise<RawEntry | null> {
    return this.#holderOf(dn).account(dn);
  }

  async *computers<T>(decode: EntryDecoder<T>): AsyncGenerator<readonly T[], void> {
    for (const source of await this.#forestDomains()) yield* source.computers(decode);
  }

  async bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]> {
    const domains = await this.#accountDomains();
    const [atHand] = domains;
    const bySource = new Map<DirectorySource, Sid[]>();
    const strangers: Sid[] = [];
    for (const sid of sids) {
      const domainSid = sidDomain(sid);
      const domain = domainSid === null ? atHand : domains.find((item) => item.sid === domainSid);
      if (domain === undefined) strangers.push(sid);
      // The domain at hand has stand-ins for accounts of other forests.
      const { source } = domain ?? (atHand as AccountDomain);
      const asked = bySource.get(source);
      if (asked === undefined) bySource.set(source, [sid]);
      else asked.push(sid);
    }
    const found = await Promise.all([...bySource].map(([source, asked]) => source.bySid(asked)));
    const inCatalog = this.#wholeForest && strangers.length > 0 ? await this.#catalog.bySid(strangers) : [];
    return distinct([...inCatalog, ...found.flat()]);
  }

  byName(reference: string): Promise<readonly RawEntry[]> {
    return this.#ofEveryDomain((source) => source.byName(reference));
  }

  byPrefix(prefix: string): Promise<readonly RawEntry[]> {
    return this.#ofEveryDomain((source) => source.byPrefix(prefix));
  }

  clusterComputers(): Promise<readonly RawEntry[]> {
    return this.#ofEveryDomain((source) => source.clusterComputers());
  }

  /** A domain knows its own accounts as members; those of others in its groups are told by the catalog. */
  async membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]> {
    const inDomains = await this.#ofEveryDomain((source) => source.membersOf(groupDns));
    if (!this.#wholeForest) return inDomains;
    return distinct([...(await this.#catalog.membersOf(groupDns)), ...inDomains]);
  }

  trusts(): Promise<readonly RawEntry[]> {
    return this.#servers.pinned.source.trusts();
  }

  dhcpServers(): Promise<readonly RawEntry[]> {
    return this.#servers.pinned.source.dhcpServers();
  }

  replicasOf(namingContext: Dn): Promise<readonly Replica[] | null> {
    return this.#servers.pinned.source.replicasOf(namingContext);
  }

  deletedNodes(zoneDn: Dn): AsyncIterable<readonly RawEntry[]> {
    return this.#holderOf(zoneDn).deletedNodes(zoneDn);
  }

  directoryServers(): Promise<readonly RawEntry[]> {
    return this.#servers.pinned.source.directoryServers();
  }

  /** Of the domain at hand: what one server tells in one go belongs together. */
  async *everything(zones: readonly Dn[], problems: Problem[]): AsyncGenerator<readonly RawEntry[], void> {
    const { source } = this.#servers.pinned;
    for (const zone of zones) {
      if (this.#holderOf(zone) === source) continue;
      const [here, there] = [await source.describe(), await this.#holderOf(zone).describe()];
      const message = `Cannot save the names of ${zone}: ${here.server} does not hold them; use --server ${there.server}`;
      throw new DirectoryError('not-found', message, { operation: 'save a snapshot', dn: zone });
    }
    yield* source.everything(zones, problems);
  }

  async serversOf(targets: readonly Target[]): Promise<readonly string[]> {
    const holderByDn = await findTargetHolders(targets, await this.#findHolders());
    const { pinned } = this.#servers;
    const holders = holderByDn.size === 0 ? [pinned] : [...new Set(holderByDn.values())];
    const infos = holders.map(({ source }) => source.describe());
    return (await Promise.all(infos)).map(({ server }) => server).sort();
  }

  async openStore(targets: readonly Target[]): Promise<DescriptorStore> {
    const holderByDn = await findTargetHolders(targets, await this.#findHolders());
    return openRoutedStore(holderByDn, this.#servers.pinned);
  }

  async close(): Promise<void> {
    await Promise.all([this.#servers.close(), this.#catalog.close()]);
  }

  #surveyed(): Promise<ForestSurvey> {
    this.#survey ??= this.#makeSurvey();
    return this.#survey;
  }

  async #makeSurvey(): Promise<ForestSurvey> {
    const survey = await surveyForest(this.#servers, await this.#findHolders(), this.#wholeForest);
    const isMissed = this.#wholeForest && survey.info.domains.length > 1 && !(await this.#catalog.isThere());
    if (!isMissed) return survey;
    const { info } = survey;
    return { ...survey, info: { ...info, problems: [...info.problems, noCatalog(info.server)] } };
  }

  #findHolders(): Promise<Holders> {
    this.#holders ??= this.#servers.pinned.source.describe().then((info) => {
      this.#known = new Holders(this.#servers, info, this.#findServers);
      return this.#known;
    });
    return this.#holders;
  }

  /** Whoever was found for it; what can be asked about was told by describe(). */
  #holderOf(dn: Dn): DirectorySource {
    return (this.#known?.known(dn) ?? this.#servers.pinned).source;
  }

  async #accountDomains(): Promise<readonly AccountDomain[]> {
    return (await this.#surveyed()).accountDomains;
  }

  async #ofEveryDomain(
    ask: (source: DirectorySource) => Promise<readonly RawEntry[]>,
  ): Promise<readonly RawEntry[]> {
    const sources = await this.#forestDomains();
    const [only, ...more] = sources;
    if (only !== undefined && more.length === 0) return ask(only);
    return distinct((await Promise.all(sources.map(ask))).flat());
  }

  /** Not those that are only trusted: a group there that is called DnsAdmins administers nothing here. */
  async #forestDomains(): Promise<readonly DirectorySource[]> {
    const domains = await this.#accountDomains();
    return domains.filter(({ inForest }) => inForest).map(({ source }) => source);
  }
}

function noCatalog(where: string): Problem {
  const message =
    'is no global catalog: which accounts of other domains are in groups of this one is not known';
  return { severity: 'warning', code: 'no-catalog', where, message };
}

/** Each object once; of one that came twice, what came last: its own domain knows more than a catalog. */
function distinct(entries: readonly RawEntry[]): readonly RawEntry[] {
  return [...new Map(entries.map((entry) => [dnKey(entry.dn), entry])).values()];
}
