/**
 * Who is who around DNS: the DHCP servers and their account, the members of DnsUpdateProxy, the administrators.
 * Read once per run with a number of requests that does not depend on the number of names.
 */

import type { Problem } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import { type Sid, sidOf, WELL_KNOWN_SIDS } from '../formats/sid.ts';
import type { Account, Principal } from './account.ts';
import { readDhcpServers } from './dhcp-server.ts';
import { findPrincipal } from './find-principal.ts';
import { readMembers } from './members.ts';
import type { PrincipalBook } from './principal-book.ts';
import type { DirectoryInfo, DirectorySource } from './source.ts';

/** What the user says about the place. */
export interface EstateOptions {
  /** The account that DHCP servers use for DNS, customarily `dhcp_update`; several when it was changed. */
  readonly dhcpAccounts: readonly string[];
  /** DHCP servers that the directory does not list. */
  readonly dhcpServers: readonly string[];
}

/** The principals with a part in DNS registration, by SID. */
export interface Estate {
  readonly dhcpAccounts: readonly Principal[];
  readonly dhcpServerSids: ReadonlySet<Sid>;
  readonly proxySids: ReadonlySet<Sid>;
  readonly adminSids: ReadonlySet<Sid>;
  readonly problems: readonly Problem[];
}

const DOMAIN_ADMINS_RID = 512;
const SCHEMA_ADMINS_RID = 518;
const ENTERPRISE_ADMINS_RID = 519;
const ADMINISTRATOR_RID = 500;

/** @throws UsageError when an account or server that the user named cannot be found */
export async function readEstate(
  source: DirectorySource,
  info: DirectoryInfo,
  book: PrincipalBook,
  options: EstateOptions,
): Promise<Estate> {
  const problems: Problem[] = [];
  const dhcpAccounts: Principal[] = [];
  for (const reference of options.dhcpAccounts) {
    dhcpAccounts.push(await findPrincipal(source, info, book, reference, '--dhcp-account'));
  }
  const dhcpServerSids = await listedDhcpServers(source, book, problems);
  for (const reference of options.dhcpServers) {
    dhcpServerSids.add((await findPrincipal(source, info, book, reference, '--dhcp-server')).sid);
  }
  return {
    dhcpAccounts,
    dhcpServerSids,
    proxySids: await membersByName(source, book, 'DnsUpdateProxy'),
    adminSids: await administrators(source, info, book),
    problems,
  };
}

async function listedDhcpServers(
  source: DirectorySource,
  book: PrincipalBook,
  problems: Problem[],
): Promise<Set<Sid>> {
  const sids = new Set<Sid>();
  const names = new Set<string>();
  for (const entry of await source.dhcpServers()) {
    for (const server of readDhcpServers(entry)) names.add(server.name.toLowerCase());
  }
  for (const name of [...names].sort()) {
    const found = book
      .learn(await source.byName(name))
      .filter((account) => account.kind === 'computer' && !account.deleted);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const message = `the directory authorises the DHCP server ${name}, but ${found.length} computer accounts match it`;
      problems.push({ severity: 'note', code: 'dhcp-server-unmatched', where: name, message });
    } else {
      sids.add(only.sid);
    }
  }
  return sids;
}

async function membersByName(
  source: DirectorySource,
  book: PrincipalBook,
  groupName: string,
): Promise<Set<Sid>> {
  const groups = book.learn(await source.byName(groupName)).filter(isGroup);
  return new Set((await readMembers(source, groups.map(dnOf))).all);
}

/** The groups that administer a domain that is known or DNS, and everybody in them. */
async function administrators(
  source: DirectorySource,
  info: DirectoryInfo,
  book: PrincipalBook,
): Promise<Set<Sid>> {
  const sids = new Set<Sid>([WELL_KNOWN_SIDS.administrators]);
  const rootSid = info.rootDomain?.sid ?? info.domain?.sid ?? null;
  for (const { sid, inForest } of info.domains) {
    if (sid !== null && inForest) sids.add(sidOf(sid, DOMAIN_ADMINS_RID)).add(sidOf(sid, ADMINISTRATOR_RID));
  }
  if (rootSid !== null)
    sids.add(sidOf(rootSid, SCHEMA_ADMINS_RID)).add(sidOf(rootSid, ENTERPRISE_ADMINS_RID));
  const found = book.learn([...(await source.bySid([...sids])), ...(await source.byName('DnsAdmins'))]);
  const groups = found.filter(isGroup);
  for (const group of groups) sids.add(group.sid);
  for (const sid of (await readMembers(source, groups.map(dnOf))).all) sids.add(sid);
  return sids;
}

function isGroup(account: Account): boolean {
  return account.kind === 'group';
}

function dnOf(account: Account): Dn {
  return account.dn;
}
