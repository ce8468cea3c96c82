/**
 * The SIDs in the token of an account that signs in over the network, as far as its own object tells: itself, its
 * primary group, and the groups that every such logon carries. domain.md 6.2
 */

import { type Sid, sidDomain, sidOf, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { type Account, isDomainController, isReadOnlyDomainController } from '../records/account.ts';
import type { Token } from './access-check.ts';

const DOMAIN_COMPUTERS_RID = 515;
const DOMAIN_USERS_RID = 513;

/** In every token of an authenticated network logon. */
const EVERY_LOGON: readonly Sid[] = Object.freeze([
  WELL_KNOWN_SIDS.everyone,
  WELL_KNOWN_SIDS.authenticatedUsers,
  WELL_KNOWN_SIDS.network,
  WELL_KNOWN_SIDS.thisOrganization,
  WELL_KNOWN_SIDS.users,
  WELL_KNOWN_SIDS.authenticationAuthorityAssertedIdentity,
]);

/** The token of `account`; `groups` are memberships found elsewhere. */
export function tokenOf(account: Account, groups: Iterable<Sid> = []): Token {
  const sids = new Set<Sid>([account.sid, ...EVERY_LOGON, ...groups]);
  const domain = sidDomain(account.sid);
  if (domain !== null) {
    const fallback = account.kind === 'computer' ? DOMAIN_COMPUTERS_RID : DOMAIN_USERS_RID;
    sids.add(sidOf(domain, account.primaryGroupId ?? fallback));
  }
  if (isDomainController(account) && !isReadOnlyDomainController(account)) {
    sids.add(WELL_KNOWN_SIDS.enterpriseDomainControllers);
  }
  return { sids };
}

/** The token of a SID of which nothing else is known. */
export function tokenOfSid(sid: Sid): Token {
  return { sids: new Set<Sid>([sid, ...EVERY_LOGON]) };
}
