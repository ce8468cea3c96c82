/**
 * Who is in which group, for those groups that stand in access lists.
 *
 * A group is read once when it is first met; no account is ever asked for its groups. What the links do not hold is
 * added when a membership is judged: the primary group, the SID history, and the SIDs that every logon carries. Those
 * count as members of builtin groups only: a server expands these itself, while the groups of the domain come with the
 * ticket, for the account and not for what it is implicitly ([MS-KILE] 3.3.5.7.3).
 */

import { decodeSid, type Sid, sidDomain, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import type { Account } from './account.ts';
import { bytesOf, hasClass, isTrue } from './entry.ts';
import { type GroupMembers, isSecurityGroup, readMembers } from './members.ts';
import type { DirectorySource } from './source.ts';

/** Answers whether an account is in a group. */
export interface Memberships {
  /** True when `account` is in `group` by whatever way; false also when the group is not known. */
  isMember(account: Account, group: Sid): boolean;
}

/** In every token of an authenticated network logon. */
export const EVERY_LOGON: ReadonlySet<Sid> = new Set([
  WELL_KNOWN_SIDS.everyone,
  WELL_KNOWN_SIDS.authenticatedUsers,
  WELL_KNOWN_SIDS.network,
  WELL_KNOWN_SIDS.thisOrganization,
  WELL_KNOWN_SIDS.authenticationAuthorityAssertedIdentity,
]);

const BUILTIN = /^S-1-5-32-\d+$/;

interface KnownGroup {
  readonly members: ReadonlySet<Sid>;
  /** A builtin group that lists a SID which every logon carries. */
  readonly holdsEveryLogon: boolean;
}

/** Remembers the members of groups; fills itself from the source. */
export class GroupBook implements Memberships {
  readonly #source: DirectorySource;
  readonly #groups = new Map<Sid, KnownGroup>();
  readonly #asked = new Set<Sid>();

  constructor(source: DirectorySource) {
    this.#source = source;
  }

  /** How many groups were read. */
  get size(): number {
    return this.#groups.size;
  }

  /** Reads those of `sids` that are groups and new: one request for all of them, and one for each level of each. */
  async load(sids: Iterable<Sid>): Promise<void> {
    const fresh = [...new Set(sids)].filter((sid) => !this.#asked.has(sid) && mayBeGroup(sid));
    if (fresh.length === 0) return;
    for (const sid of fresh) this.#asked.add(sid);
    for (const entry of await this.#source.bySid(fresh)) {
      const bytes = bytesOf(entry, 'objectsid');
      if (bytes === null || !hasClass(entry, 'group') || isTrue(entry, 'isdeleted')) continue;
      if (!isSecurityGroup(entry)) continue;
      const sid = decodeSid(bytes);
      const members = await readMembers(this.#source, [entry.dn]);
      this.#groups.set(sid, { members: members.all, holdsEveryLogon: holdsEveryLogon(sid, members) });
    }
  }

  isMember(account: Account, group: Sid): boolean {
    const primary = account.primaryGroup;
    if (group === primary) return true;
    const known = this.#groups.get(group);
    // Users holds Authenticated Users unless somebody took it out, which only the group itself can tell.
    if (known === undefined) return group === WELL_KNOWN_SIDS.users;
    const { members, holdsEveryLogon } = known;
    return (
      holdsEveryLogon ||
      members.has(account.sid) ||
      (primary !== null && members.has(primary)) ||
      account.sidHistory.some((sid) => members.has(sid))
    );
  }
}

function holdsEveryLogon(group: Sid, { direct }: GroupMembers): boolean {
  if (!BUILTIN.test(group)) return false;
  for (const sid of EVERY_LOGON) if (direct.has(sid)) return true;
  return false;
}

function mayBeGroup(sid: Sid): boolean {
  return sidDomain(sid) !== null || BUILTIN.test(sid);
}
