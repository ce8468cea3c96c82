/** Computer accounts by host name: built once from one sweep of the domain, asked once per name. */

import { normalizeFqdn } from '../formats/dns-name.ts';
import { type Account, isDomainController, isReadOnlyDomainController } from '../records/account.ts';
import { type HostMatch, hostNamesOf, samAccountNameFor } from './host-match.ts';

/** An account that a host name led to. `weak`: only the sAMAccountName fits. */
export interface MatchedComputer {
  readonly account: Account;
  readonly match: HostMatch;
  readonly weak: boolean;
}

/** Looks computers up by the host name they claim. */
export class ComputerIndex {
  readonly #byHost = new Map<string, MatchedComputer[]>();
  readonly #bySam = new Map<string, Account[]>();
  readonly #domainControllerHosts = new Set<string>();
  readonly #domainSuffix: string | null;
  #size = 0;

  /** @param domainName DNS name of the computers' domain; only hosts in it are matched by account name */
  constructor(domainName: string | null) {
    this.#domainSuffix = domainName === null ? null : `.${normalizeFqdn(domainName)}`;
  }

  /** How many computers were added. */
  get size(): number {
    return this.#size;
  }

  add(account: Account): void {
    if (account.kind !== 'computer' || account.deleted) return;
    this.#size += 1;
    for (const [host, match] of hostNamesOf(account)) {
      append(this.#byHost, host, { account, match, weak: false });
      // A read-only one is no ENTERPRISE DOMAIN CONTROLLER: its names need an entry of their own like any host's.
      if (isDomainController(account) && !isReadOnlyDomainController(account))
        this.#domainControllerHosts.add(host);
    }
    append(this.#bySam, account.samAccountName.toUpperCase(), account);
  }

  /**
   * The computers that claim `host` (lower case, no trailing dot); only when nobody does, those whose account name
   * fits. More than one distinct account means the match is ambiguous: the caller lists them and picks none.
   */
  find(host: string): readonly MatchedComputer[] {
    const strong = this.#byHost.get(host);
    if (strong !== undefined) return strong;
    if (this.#domainSuffix !== null && !host.endsWith(this.#domainSuffix)) return [];
    const weak = this.#bySam.get(samAccountNameFor(host)) ?? [];
    return weak.map((account) => ({ account, match: 'sam-account-name' as const, weak: true }));
  }

  /** True when a writable domain controller claims `host`. */
  isDomainController(host: string): boolean {
    return this.#domainControllerHosts.has(host);
  }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
