/**
 * Accounts and groups as the directory holds them, and the principal that the rest of the program speaks of.
 * Attributes: [MS-ADA1] to [MS-ADA3]; userAccountControl bits: [MS-ADTS] 2.2.16.
 */

import type { Problem } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import { decodeSid, type Sid, sidDomain, sidOf, wellKnownName } from '../formats/sid.ts';
import { bytesOf, hasClass, integerOf, isTrue, textOf, textsOf, valuesOf } from './entry.ts';
import { readServiceNames, type ServiceNames } from './service-names.ts';
import type { DirectoryInfo, RawEntry } from './source.ts';

export type PrincipalKind = 'computer' | 'user' | 'group' | 'gmsa' | 'wellknown' | 'unknown';

/** Whoever can own or change a name. The SID identifies it; the name, such as `CORP\PC1$`, is for people. */
export interface Principal {
  readonly sid: Sid;
  readonly name: string | null;
  readonly kind: PrincipalKind;
}

/** A principal that has an object in the directory. */
export interface Account extends Principal {
  readonly name: string;
  readonly dn: Dn;
  readonly samAccountName: string;
  readonly userAccountControl: number;
  readonly primaryGroupId: number | null;
  /** The group that is meant by it, or the one that such accounts have by default; null outside any domain. */
  readonly primaryGroup: Sid | null;
  readonly dnsHostName: string | null;
  readonly serviceNames: ServiceNames;
  readonly additionalDnsHostNames: readonly string[];
  readonly sidHistory: readonly Sid[];
  /** Kind and scope of a group, [MS-ADTS] 2.2.12; null for accounts. */
  readonly groupType: number | null;
  /** The object lies in the Deleted Objects container: the account is gone, its name is still known. */
  readonly deleted: boolean;
}

/** userAccountControl. [MS-ADTS] 2.2.16 */
const USER_ACCOUNT_CONTROL = {
  accountDisable: 0x2,
  workstationTrustAccount: 0x1000,
  serverTrustAccount: 0x2000,
  partialSecretsAccount: 0x4000000,
} as const;

/** Primary groups that only domain controllers have. [MS-ADTS] 6.1.1.6 */
const DOMAIN_CONTROLLER_GROUPS: readonly (number | null)[] = [516, 521];

/** Primary groups of accounts that have none of their own. */
const DOMAIN_COMPUTERS_RID = 515;
const DOMAIN_USERS_RID = 513;

/** The attributes that `decodeAccount` reads; a source asks for these. */
export const ACCOUNT_ATTRIBUTES: readonly string[] = Object.freeze([
  'objectClass',
  'objectSid',
  'sAMAccountName',
  'userAccountControl',
  'primaryGroupID',
  'dNSHostName',
  'servicePrincipalName',
  'msDS-AdditionalDnsHostName',
  'sIDHistory',
  'groupType',
  'isDeleted',
]);

/**
 * Reads an account or group. A foreignSecurityPrincipal has no sAMAccountName and comes back as null.
 *
 * @returns null when the entry has no SID or no account name
 * @throws FormatError when objectSid is corrupt
 */
export function decodeAccount(entry: RawEntry, info: DirectoryInfo): Account | null {
  const sidBytes = bytesOf(entry, 'objectsid');
  const samAccountName = textOf(entry, 'samaccountname');
  if (sidBytes === null || samAccountName === null) return null;
  const sid = decodeSid(sidBytes);
  const domain = domainOf(sid, info);
  const kind = kindOf(entry);
  const primaryGroupId = integerOf(entry, 'primarygroupid');
  return {
    sid,
    name: qualifiedName(samAccountName, sid, domain),
    kind,
    dn: entry.dn,
    samAccountName,
    userAccountControl: integerOf(entry, 'useraccountcontrol') ?? 0,
    primaryGroupId,
    primaryGroup: domain === null ? null : groupOf(domain.sid, primaryGroupId ?? defaultGroupId(kind)),
    dnsHostName: textOf(entry, 'dnshostname'),
    serviceNames: readServiceNames(entry),
    additionalDnsHostNames: textsOf(entry, 'msds-additionaldnshostname'),
    sidHistory: valuesOf(entry, 'sidhistory').map((value) => decodeSid(value)),
    groupType: integerOf(entry, 'grouptype'),
    deleted: isTrue(entry, 'isdeleted'),
  };
}

/** As decodeAccount(), with a problem instead of an error. */
export function readAccount(entry: RawEntry, info: DirectoryInfo, problems: Problem[]): Account | null {
  try {
    return decodeAccount(entry, info);
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'bad-account', where: entry.dn, message });
    return null;
  }
}

/** True for a domain controller, read-only ones included. */
export function isDomainController(account: Account): boolean {
  if (account.kind !== 'computer') return false;
  const { serverTrustAccount, partialSecretsAccount } = USER_ACCOUNT_CONTROL;
  return (
    (account.userAccountControl & (serverTrustAccount | partialSecretsAccount)) !== 0 ||
    DOMAIN_CONTROLLER_GROUPS.includes(account.primaryGroupId)
  );
}

/** True for a read-only domain controller, which is not an ENTERPRISE DOMAIN CONTROLLER. */
export function isReadOnlyDomainController(account: Account): boolean {
  return (
    (account.userAccountControl & USER_ACCOUNT_CONTROL.partialSecretsAccount) !== 0 ||
    account.primaryGroupId === 521
  );
}

/** True when nobody can sign in with the account. */
export function isDisabled(account: Account): boolean {
  return (account.userAccountControl & USER_ACCOUNT_CONTROL.accountDisable) !== 0;
}

/** The short form that goes into reports. */
export function principalOf(account: Account): Principal {
  return { sid: account.sid, name: account.name, kind: account.kind };
}

/** The principal of a SID that has no account at hand: well known by its number, or unknown. */
export function principalOfSid(sid: Sid): Principal {
  const name = wellKnownName(sid);
  return { sid, name, kind: name === null ? 'unknown' : 'wellknown' };
}

/** Classes, the narrowest first: a computer is a user too. */
const KIND_OF_CLASS: readonly (readonly [className: string, kind: PrincipalKind])[] = [
  ['msds-groupmanagedserviceaccount', 'gmsa'],
  ['computer', 'computer'],
  ['group', 'group'],
  ['user', 'user'],
];

function kindOf(entry: RawEntry): PrincipalKind {
  return KIND_OF_CLASS.find(([className]) => hasClass(entry, className))?.[1] ?? 'unknown';
}

/** The domain of an account, as far as it is known. */
interface AccountDomain {
  readonly sid: Sid;
  readonly netbiosName: string | null;
}

function domainOf(sid: Sid, { domains }: DirectoryInfo): AccountDomain | null {
  const domainSid = sidDomain(sid);
  if (domainSid === null) return null;
  for (const { sid: known, netbiosName } of domains)
    if (known === domainSid) return { sid: known, netbiosName };
  return { sid: domainSid, netbiosName: null };
}

function qualifiedName(samAccountName: string, sid: Sid, domain: AccountDomain | null): string {
  if (domain === null) return wellKnownName(sid) ?? `BUILTIN\\${samAccountName}`;
  return domain.netbiosName ? `${domain.netbiosName}\\${samAccountName}` : samAccountName;
}

function defaultGroupId(kind: PrincipalKind): number {
  return kind === 'computer' ? DOMAIN_COMPUTERS_RID : DOMAIN_USERS_RID;
}

/** Nearly all accounts that are read in a row have the same one: it is kept as one text. */
let lastGroup: { readonly domain: Sid; readonly rid: number; readonly sid: Sid } | null = null;

function groupOf(domain: Sid, rid: number): Sid {
  if (lastGroup?.rid !== rid || lastGroup.domain !== domain)
    lastGroup = { domain, rid, sid: sidOf(domain, rid) };
  return lastGroup.sid;
}
