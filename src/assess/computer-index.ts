/** Computer accounts by host name: built once from one sweep of the domain, asked once per name. */

import { normalizeFqdn } from '../formats/dns-name.ts';
import { type Account, isDomainController, isReadOnlyDomainController } from '../records/account.ts';
import { eachHostName, type HostMatch, samAccountStem, stemOf } from './host-match.ts';

/** An account that a host name led to. `weak`: only the sAMAccountName fits. */
export interface MatchedComputer {
  readonly account: Account;
  readonly match: HostMatch;
  readonly weak: boolean;
}

const NOBODY: readonly MatchedComputer[] = [];

/** Looks computers up by the host name they claim. */
export class ComputerIndex {
  readonly #byHost = new Map<string, MatchedComputer[]>();
  /** By the start of the account name, which is all that a host name can tell. */
  readonly #byStem = new Map<string, Account[]>();
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
    // A read-only one is no ENTERPRISE DOMAIN CONTROLLER: its names need an entry of their own like any host's.
    const isWritableDc = isDomainController(account) && !isReadOnlyDomainController(account);
    eachHostName(account, (host, match) => {
      const claims = this.#byHost.get(host);
      // The strongest claim of an account comes first.
      if (claims?.at(-1)?.account === account) return;
      const claim = { account, match, weak: false };
      if (claims === undefined) this.#byHost.set(host, [claim]);
      else claims.push(claim);
      if (isWritableDc) this.#domainControllerHosts.add(host);
    });
    const stem = stemOf(account);
    if (stem === null) return;
    const named = this.#byStem.get(stem);
    if (named === undefined) this.#byStem.set(stem, [account]);
    else named.push(account);
  }

  /**
   * The computers that claim `host` (lower case, no trailing dot); only when nobody does, those whose account name
   * fits. More than one distinct account means the match is ambiguous: the caller lists them and picks none.
   */
  find(host: string): readonly MatchedComputer[] {
    const strong = this.#byHost.get(host);
    if (strong !== undefined) return strong;
    if (this.#domainSuffix !== null && !host.endsWith(this.#domainSuffix)) return NOBODY;
    const weak = this.#byStem.get(samAccountStem(host));
    if (weak === undefined) return NOBODY;
    return weak.map((account) => ({ account, match: 'sam-account-name' as const, weak: true }));
  }

  /** True when a writable domain controller claims `host`. */
  isDomainController(host: string): boolean {
    return this.#domainControllerHosts.has(host);
  }
}
