/**
 * The members of a group as a logon counts them: nested groups are followed, but never through a distribution group,
 * whose members get nothing from it. [MS-ADTS] 2.2.12 groupType
 */

import { type Dn, dnKey } from '../formats/dn.ts';
import { decodeSid, type Sid } from '../formats/sid.ts';
import { bytesOf, hasClass, integerOf } from './entry.ts';
import type { DirectorySource, RawEntry } from './source.ts';

/** The attributes that are needed of a member; a source asks for these. */
export const MEMBER_ATTRIBUTES: readonly string[] = ['objectClass', 'objectSid', 'groupType'];

/** groupType bit of groups that count in tokens. [MS-ADTS] 2.2.12 */
const SECURITY_ENABLED = 0x80000000;
/** Groups in one request. */
const GROUPS_PER_REQUEST = 50;

/** Who is in a group, or in any of several. */
export interface GroupMembers {
  /** Accounts, groups and foreign principals, at whatever depth. */
  readonly all: ReadonlySet<Sid>;
  /** Those that the groups themselves list. */
  readonly direct: ReadonlySet<Sid>;
}

/** True for a group that counts in tokens; one whose type cannot be read is taken for one. */
export function isSecurityGroup(entry: RawEntry): boolean {
  const type = integerOf(entry, 'grouptype');
  return type === null || (type & SECURITY_ENABLED) !== 0;
}

/** Reads who is in any of some security groups, one request for each level of nesting. */
export async function readMembers(source: DirectorySource, groupDns: readonly Dn[]): Promise<GroupMembers> {
  const all = new Set<Sid>();
  const direct = new Set<Sid>();
  const seen = new Set<string>(groupDns.map(dnKey));
  let level = groupDns;
  while (level.length > 0) {
    const next: Dn[] = [];
    for (const entry of await readLevel(source, level)) {
      const sid = bytesOf(entry, 'objectsid');
      const isGroup = hasClass(entry, 'group');
      if (sid === null || (isGroup && !isSecurityGroup(entry))) continue;
      all.add(decodeSid(sid));
      if (level === groupDns) direct.add(decodeSid(sid));
      if (!isGroup || seen.has(dnKey(entry.dn))) continue;
      seen.add(dnKey(entry.dn));
      next.push(entry.dn);
    }
    level = next;
  }
  return { all, direct };
}

async function readLevel(source: DirectorySource, groups: readonly Dn[]): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_PER_REQUEST) {
    for (const entry of await source.membersOf(groups.slice(at, at + GROUPS_PER_REQUEST)))
      entries.push(entry);
  }
  return entries;
}
