/**
 * Whether an account can do its work: sign in at any hour, today and next year. Asked for the few accounts that DHCP
 * servers register with, because all of DNS hangs on them.
 */

import type { Problem } from '../errors.ts';
import { filetimeToDate } from '../formats/filetime.ts';
import type { Sid } from '../formats/sid.ts';
import { type Account, isDisabled } from './account.ts';
import { bytesOf, integerOf, textOf } from './entry.ts';
import type { RawEntry } from './source.ts';

/** The attributes that are read besides those of any account. */
export const HEALTH_ATTRIBUTES: readonly string[] = [
  'accountExpires',
  'lockoutTime',
  'msDS-User-Account-Control-Computed',
  'logonHours',
  'userWorkstations',
  'msDS-UserPasswordExpiryTimeComputed',
];

/** Bits of msDS-User-Account-Control-Computed. [MS-ADTS] 3.1.1.4.5.17 */
const LOCKED_OUT = 0x10;
const PASSWORD_EXPIRED = 0x800000;
const SMARTCARD_REQUIRED = 0x40000;
const PASSWORD_NEVER_EXPIRES = 0x10000;

/** What is wrong with an account; `stops`: no DHCP server can sign in with it today. */
export interface AccountFault {
  readonly severity: 'stops' | 'warns';
  readonly message: string;
}

/** What keeps a DHCP credential account from doing its work, or should not be so, as problems; as accountFaults(). */
export function checkDhcpAccount(
  account: Account,
  entry: RawEntry,
  proxySids: ReadonlySet<Sid>,
  now: Date,
): readonly Problem[] {
  const faults = accountFaults(account, entry, proxySids, now);
  return faults.map(({ message }) => {
    return { severity: 'warning', code: 'dhcp-account-health', where: account.name, message };
  });
}

/** True when the directory tells whether the account is locked and its password good; exports often leave that out. */
export function isHealthTold(entry: RawEntry): boolean {
  return bytesOf(entry, 'msds-user-account-control-computed') !== null;
}

/**
 * When the password of an account expires, by the rule that holds for this account.
 *
 * @returns null when the directory does not tell
 */
export function passwordExpiry({ userAccountControl }: Account, entry: RawEntry): Date | 'never' | null {
  if ((userAccountControl & PASSWORD_NEVER_EXPIRES) !== 0) return 'never';
  const text = textOf(entry, 'msds-userpasswordexpirytimecomputed');
  if (text === null || !/^[1-9]\d*$/.test(text)) return null;
  return filetimeToDate(BigInt(text)) ?? 'never';
}

/**
 * What keeps a DHCP credential account from doing its work, or should not be so.
 *
 * @param entry the account with HEALTH_ATTRIBUTES; what is missing there is not judged
 * @param proxySids the members of DnsUpdateProxy
 */
export function accountFaults(
  account: Account,
  entry: RawEntry,
  proxySids: ReadonlySet<Sid>,
  now: Date,
): readonly AccountFault[] {
  const computed = integerOf(entry, 'msds-user-account-control-computed') ?? 0;
  const expires = expiryOf(entry);
  const password = passwordExpiry(account, entry);
  const stops: readonly (string | false)[] = [
    isDisabled(account) && 'it is disabled: DHCP servers cannot sign in with it',
    (computed & LOCKED_OUT) !== 0 && 'it is locked out: DHCP servers cannot sign in with it',
    (computed & PASSWORD_EXPIRED) !== 0 && 'its password has expired: DHCP servers cannot sign in with it',
    expires !== null &&
      expires <= now &&
      `it expired on ${day(expires)}: DHCP servers cannot sign in with it`,
    (account.userAccountControl & SMARTCARD_REQUIRED) !== 0 &&
      'it demands a smart card, which a DHCP server does not have',
    account.kind === 'gmsa' && 'it is a managed service account, whose password DHCP servers cannot be given',
    account.kind === 'group' && 'it is a group; DHCP servers sign in with a user account',
  ];
  const warns: readonly (string | false)[] = [
    expires !== null && expires > now && `it expires on ${day(expires)}; from then on DHCP registers nothing`,
    password instanceof Date &&
      password > now &&
      `its password expires on ${day(password)}; from then on DHCP registers nothing`,
    account.kind === 'computer' && 'it is a computer account; DHCP servers need a user account of their own',
    proxySids.has(account.sid) &&
      'it is a member of DnsUpdateProxy: names it registers are open to the next client; take it out',
    (textOf(entry, 'userworkstations') ?? '') !== '' &&
      'it may sign in from some machines only (userWorkstations)',
    hasHourLimits(entry) && 'it may not sign in at every hour (logonHours)',
  ];
  return [...faultsOf('stops', stops), ...faultsOf('warns', warns)];
}

function faultsOf(
  severity: AccountFault['severity'],
  messages: readonly (string | false)[],
): readonly AccountFault[] {
  return messages.filter((message) => message !== false).map((message) => ({ severity, message }));
}

/** 0 and the largest value mean never. [MS-ADA1] accountExpires */
function expiryOf(entry: RawEntry): Date | null {
  const text = textOf(entry, 'accountexpires');
  return text === null || !/^\d+$/.test(text) ? null : filetimeToDate(BigInt(text));
}

/** 21 bytes, one bit for each hour of the week. */
function hasHourLimits(entry: RawEntry): boolean {
  return bytesOf(entry, 'logonhours')?.some((byte) => byte !== 0xff) ?? false;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
