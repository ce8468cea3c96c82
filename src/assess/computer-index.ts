/** Computer accounts by host name: built once from one sweep of the domain, asked once per name. */

import { type Account, isDomainController } from '../records/account.ts';
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
  #size = 0;

  /** How many computers were added. */
  get size(): number {
    return this.#size;
  }

  add(account: Account): void {
    if (account.kind !== 'computer' || account.deleted) return;
    this.#size += 1;
    for (const [host, match] of hostNamesOf(account)) {
      append(this.#byHost, host, { account, match, weak: false });
      if (isDomainController(account)) this.#domainControllerHosts.add(host);
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
    const weak = this.#bySam.get(samAccountNameFor(host)) ?? [];
    return weak.map((account) => ({ account, match: 'sam-account-name' as const, weak: true }));
  }

  /** True when a domain controller claims `host`. */
  isDomainController(host: string): boolean {
    return this.#domainControllerHosts.has(host);
  }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
