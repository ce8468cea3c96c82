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
];

/** Bits of msDS-User-Account-Control-Computed. [MS-ADTS] 3.1.1.4.5.17 */
const LOCKED_OUT = 0x10;
const PASSWORD_EXPIRED = 0x800000;
const SMARTCARD_REQUIRED = 0x40000;

/**
 * What keeps a DHCP credential account from doing its work, or should not be so.
 *
 * @param entry the account with HEALTH_ATTRIBUTES; what is missing there is not judged
 * @param proxySids the members of DnsUpdateProxy
 */
export function checkDhcpAccount(
  account: Account,
  entry: RawEntry,
  proxySids: ReadonlySet<Sid>,
  now: Date,
): readonly Problem[] {
  const computed = integerOf(entry, 'msds-user-account-control-computed') ?? 0;
  const expires = expiryOf(entry);
  const faults: (string | false)[] = [
    isDisabled(account) && 'it is disabled: DHCP servers cannot sign in with it',
    (computed & LOCKED_OUT) !== 0 && 'it is locked out: DHCP servers cannot sign in with it',
    (computed & PASSWORD_EXPIRED) !== 0 && 'its password has expired: DHCP servers cannot sign in with it',
    expires !== null &&
      expires <= now &&
      `it expired on ${day(expires)}: DHCP servers cannot sign in with it`,
    expires !== null && expires > now && `it expires on ${day(expires)}; from then on DHCP registers nothing`,
    (account.userAccountControl & SMARTCARD_REQUIRED) !== 0 &&
      'it demands a smart card, which a DHCP server does not have',
    account.kind === 'computer' && 'it is a computer account; DHCP servers need a user account of their own',
    account.kind === 'gmsa' && 'it is a managed service account, whose password DHCP servers cannot be given',
    account.kind === 'group' && 'it is a group; DHCP servers sign in with a user account',
    proxySids.has(account.sid) &&
      'it is a member of DnsUpdateProxy: names it registers are open to the next client; take it out',
    (textOf(entry, 'userworkstations') ?? '') !== '' &&
      'it may sign in from some machines only (userWorkstations)',
    hasHourLimits(entry) && 'it may not sign in at every hour (logonHours)',
  ];
  return faults
    .filter((fault) => fault !== false)
    .map((message) => ({ severity: 'warning', code: 'dhcp-account-health', where: account.name, message }));
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
