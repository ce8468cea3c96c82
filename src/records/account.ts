/**
 * Accounts and groups as the directory holds them, and the principal that the rest of the program speaks of.
 * Attributes: [MS-ADA1] to [MS-ADA3]; userAccountControl bits: [MS-ADTS] 2.2.16.
 */

import type { Problem } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import { decodeSid, type Sid, sidDomain, wellKnownName } from '../formats/sid.ts';
import { bytesOf, integerOf, isTrue, textOf, textsOf, valuesOf } from './entry.ts';
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
  readonly dnsHostName: string | null;
  readonly servicePrincipalNames: readonly string[];
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
  return {
    sid,
    name: qualifiedName(samAccountName, sid, info),
    kind: kindOf(entry),
    dn: entry.dn,
    samAccountName,
    userAccountControl: integerOf(entry, 'useraccountcontrol') ?? 0,
    primaryGroupId: integerOf(entry, 'primarygroupid'),
    dnsHostName: textOf(entry, 'dnshostname'),
    servicePrincipalNames: textsOf(entry, 'serviceprincipalname'),
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
  const classes = textsOf(entry, 'objectclass').map((name) => name.toLowerCase());
  return KIND_OF_CLASS.find(([className]) => classes.includes(className))?.[1] ?? 'unknown';
}

function qualifiedName(samAccountName: string, sid: Sid, info: DirectoryInfo): string {
  const domainSid = sidDomain(sid);
  if (domainSid === null) return wellKnownName(sid) ?? `BUILTIN\\${samAccountName}`;
  const domain = info.domains.find((candidate) => candidate.sid === domainSid);
  return domain?.netbiosName ? `${domain.netbiosName}\\${samAccountName}` : samAccountName;
}
