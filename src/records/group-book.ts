/**
 * Who is in which group, for those groups that stand in access lists. domain.md 6.2
 *
 * A group is read once, with all its nested members, when it is first met; no account is ever asked for its groups.
 * What the link attributes do not hold is added when a membership is judged: the primary group, and that every
 * authenticated account is in a group that Authenticated Users or Everyone is in.
 */

import { decodeSid, type Sid, sidDomain, sidOf, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import { type Account, decodeAccount } from './account.ts';
import { bytesOf } from './entry.ts';
import type { DirectoryInfo, DirectorySource } from './source.ts';

/** Answers whether an account is in a group. */
export interface Memberships {
  /** True when `account` is in `group` by whatever way; false also when the group is not known. */
  isMember(account: Account, group: Sid): boolean;
}

/** SIDs that every authenticated logon carries and that may be members of a group. */
const EVERYBODY: readonly Sid[] = [WELL_KNOWN_SIDS.authenticatedUsers, WELL_KNOWN_SIDS.everyone];
const BUILTIN = /^S-1-5-32-\d+$/;
const DOMAIN_COMPUTERS_RID = 515;
const DOMAIN_USERS_RID = 513;

/** Remembers the members of groups; fills itself from the source. */
export class GroupBook implements Memberships {
  readonly #source: DirectorySource;
  readonly #info: DirectoryInfo;
  readonly #members = new Map<Sid, ReadonlySet<Sid>>();
  readonly #asked = new Set<Sid>();

  constructor(source: DirectorySource, info: DirectoryInfo) {
    this.#source = source;
    this.#info = info;
  }

  /** How many groups were read. */
  get size(): number {
    return this.#members.size;
  }

  /** Reads those of `sids` that are groups and new: one request for all of them, and one for each group. */
  async load(sids: Iterable<Sid>): Promise<void> {
    const fresh = [...new Set(sids)].filter((sid) => !this.#asked.has(sid) && mayBeGroup(sid));
    if (fresh.length === 0) return;
    for (const sid of fresh) this.#asked.add(sid);
    for (const entry of await this.#source.bySid(fresh)) {
      const group = decodeAccount(entry, this.#info);
      if (group?.kind !== 'group' || group.deleted) continue;
      const members = new Set<Sid>();
      for (const member of await this.#source.membersOf(group.dn)) {
        const sid = bytesOf(member, 'objectsid');
        if (sid !== null) members.add(decodeSid(sid));
      }
      this.#members.set(group.sid, members);
    }
  }

  isMember(account: Account, group: Sid): boolean {
    const primary = primaryGroupOf(account);
    if (group === primary) return true;
    const members = this.#members.get(group);
    if (members === undefined) return false;
    return (
      members.has(account.sid) ||
      (primary !== null && members.has(primary)) ||
      EVERYBODY.some((sid) => members.has(sid)) ||
      account.sidHistory.some((sid) => members.has(sid))
    );
  }
}

/** The SID of an account's primary group; null for accounts outside any domain. */
export function primaryGroupOf(account: Account): Sid | null {
  const domain = sidDomain(account.sid);
  if (domain === null) return null;
  const fallback = account.kind === 'computer' ? DOMAIN_COMPUTERS_RID : DOMAIN_USERS_RID;
  return sidOf(domain, account.primaryGroupId ?? fallback);
}

function mayBeGroup(sid: Sid): boolean {
  return sidDomain(sid) !== null || BUILTIN.test(sid);
}
