/**
 * Who holds which naming context: the pinned domain controller where it does, else one that the directory names.
 *
 * | asked in this order                  | found by                                                    |
 * | ------------------------------------ | ----------------------------------------------------------- |
 * | servers that say they hold it        | replicas.ts, from the configuration that every server has   |
 * | servers of the domain it lies below  | the same, then whatever finds servers by the domain's name  |
 */

import { type Dn, dnEndsWith, dnKey } from '../../formats/dn.ts';
import type { DirectoryInfo, DomainInfo } from '../../records/source.ts';
import { type DomainController, type DomainControllers, holds } from './domain-controllers.ts';

/** Host names of domain controllers of a domain, the best first; found by other means than the directory. */
export type FindServers = (domain: DomainInfo) => Promise<readonly string[]>;

/** Finds and remembers the holder of each naming context of the forest. */
export class Holders {
  readonly #servers: DomainControllers;
  readonly #info: DirectoryInfo;
  readonly #findServers: FindServers;
  readonly #domains: DomainInfo[];
  #contexts: readonly Dn[];
  readonly #found = new Map<string, Promise<DomainController>>();
  readonly #known = new Map<string, DomainController>();

  /** @param info what the pinned domain controller says about the forest */
  constructor(servers: DomainControllers, info: DirectoryInfo, findServers: FindServers) {
    this.#servers = servers;
    this.#info = info;
    this.#findServers = findServers;
    this.#domains = [...info.domains];
    const contexts = info.partitions.map(({ namingContext }) => namingContext);
    this.#contexts = longestFirst(contexts);
    for (const context of contexts) if (holds(info, context)) this.#known.set(dnKey(context), servers.pinned);
  }

  /** Adds a domain outside of the forest. */
  learn(domain: DomainInfo): void {
    this.#domains.push(domain);
    this.#contexts = longestFirst([...this.#contexts, domain.dn]);
  }

  /** The holder of what an object is in, as far as it was found; else the pinned domain controller. */
  known(dn: Dn): DomainController {
    const context = this.#contextOf(dn);
    return (context === null ? undefined : this.#known.get(dnKey(context))) ?? this.#servers.pinned;
  }

  /**
   * Finds the holder of what an object is in; the pinned domain controller for what is in no known naming context.
   *
   * @throws DirectoryError `unreachable` when no holder answers
   */
  of(dn: Dn): Promise<DomainController> {
    const context = this.#contextOf(dn);
    if (context === null) return Promise.resolve(this.#servers.pinned);
    const key = dnKey(context);
    let found = this.#found.get(key);
    if (found === undefined) {
      found = this.#find(context);
      this.#found.set(key, found);
    }
    return found;
  }

  async #find(context: Dn): Promise<DomainController> {
    const key = dnKey(context);
    const holder =
      this.#known.get(key) ?? (await this.#servers.findHolder(context, this.#candidates(context)));
    this.#known.set(key, holder);
    return holder;
  }

  async *#candidates(context: Dn): AsyncGenerator<string, void> {
    const seen = new Set([this.#info.server.toLowerCase()]);
    for await (const hostName of this.#namesOf(context)) {
      if (seen.has(hostName.toLowerCase())) continue;
      seen.add(hostName.toLowerCase());
      yield hostName;
    }
  }

  async *#namesOf(context: Dn): AsyncGenerator<string, void> {
    yield* await this.#replicasOf(context);
    const domain = this.#domainOf(context);
    if (domain === null) return;
    if (dnKey(domain.dn) !== dnKey(context)) yield* await this.#replicasOf(domain.dn);
    yield* await this.#findServers(domain);
  }

  /** The servers that take writes as well, so that what is read is what a change would find. */
  async #replicasOf(context: Dn): Promise<readonly string[]> {
    const replicas = (await this.#servers.pinned.source.replicasOf(context)) ?? [];
    return replicas.flatMap(({ hostName, writable, pinned }) =>
      hostName === null || !writable || pinned ? [] : [hostName],
    );
  }

  #contextOf(dn: Dn): Dn | null {
    return this.#contexts.find((context) => dnEndsWith(dn, context)) ?? null;
  }

  #domainOf(context: Dn): DomainInfo | null {
    const above = this.#domains.filter(({ dn }) => dnEndsWith(context, dn));
    return above.sort((a, b) => b.dn.length - a.dn.length)[0] ?? null;
  }
}

/** They lie within each other: the longest that fits is the one an object is in. */
function longestFirst(contexts: readonly Dn[]): readonly Dn[] {
  return [...contexts].sort((a, b) => dnKey(b).length - dnKey(a).length);
}
