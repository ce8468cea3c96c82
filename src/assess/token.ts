/**
 * The token of an account that signs in over the network: itself, its groups by whatever way, its SID history, and
 * the SIDs that every such logon carries.
 *
 * A token answers for one SID at a time. Listing all groups of an account would cost a request for each of them; the
 * few groups that stand in access lists are read once for all accounts.
 */

import { type Sid, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { type Account, isDomainController, isReadOnlyDomainController } from '../records/account.ts';
import { EVERY_LOGON, type Memberships } from '../records/group-book.ts';
import type { Token } from './access-check.ts';

/** The token of `account`, with the groups that `memberships` knows. */
export function tokenOf(account: Account, memberships: Memberships): Token {
  return { sids: new AccountSids(account, memberships) };
}

/** As an object of a class, because an audit makes one for each updater of each name. */
class AccountSids {
  readonly #account: Account;
  readonly #memberships: Memberships;

  constructor(account: Account, memberships: Memberships) {
    this.#account = account;
    this.#memberships = memberships;
  }

  has(sid: Sid): boolean {
    const account = this.#account;
    return (
      sid === account.sid ||
      EVERY_LOGON.has(sid) ||
      (sid === WELL_KNOWN_SIDS.enterpriseDomainControllers && isWritableDc(account)) ||
      account.sidHistory.includes(sid) ||
      this.#memberships.isMember(account, sid)
    );
  }
}

function isWritableDc(account: Account): boolean {
  return isDomainController(account) && !isReadOnlyDomainController(account);
}

/** The token of a SID of which nothing else is known. */
export function tokenOfSid(sid: Sid): Token {
  return {
    sids: { has: (other) => other === sid || EVERY_LOGON.has(other) || other === WELL_KNOWN_SIDS.users },
  };
}
