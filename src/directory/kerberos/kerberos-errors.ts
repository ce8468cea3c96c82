/**
 * What can go wrong with Kerberos, in words that name the cure. The platforms number the same faults differently:
 * krb5 error codes (RFC 4120 7.5.9 and those of the libraries) below GSSAPI, SECURITY_STATUS in SSPI.
 */

import { DirectoryError, type DirectoryFault } from '../../errors.ts';
import { oneLine } from '../ldap/ldap-errors.ts';

export type KerberosFault =
  | 'no-ticket'
  | 'expired-ticket'
  | 'unknown-service'
  | 'no-kdc'
  | 'unknown-realm'
  | 'clock-skew'
  | 'wrong-key'
  | 'refused-account'
  | 'channel-binding'
  | 'tampered'
  | 'other';

/** Codes as the libraries give them: error table `krb5`, whose base is -1765328384. */
const KRB5_BASE = -1765328384;

const FAULT_BY_KRB5_CODE: ReadonlyMap<number, KerberosFault> = new Map([
  [KRB5_BASE + 1, 'expired-ticket'], // KDC_ERR_NAME_EXP
  [KRB5_BASE + 6, 'no-ticket'], // KDC_ERR_C_PRINCIPAL_UNKNOWN
  [KRB5_BASE + 7, 'unknown-service'], // KDC_ERR_S_PRINCIPAL_UNKNOWN
  [KRB5_BASE + 18, 'refused-account'], // KDC_ERR_CLIENT_REVOKED
  [KRB5_BASE + 23, 'refused-account'], // KDC_ERR_KEY_EXPIRED
  [KRB5_BASE + 24, 'refused-account'], // KDC_ERR_PREAUTH_FAILED
  [KRB5_BASE + 32, 'expired-ticket'], // KRB_AP_ERR_TKT_EXPIRED
  [KRB5_BASE + 33, 'clock-skew'], // KRB_AP_ERR_TKT_NYV
  [KRB5_BASE + 37, 'clock-skew'], // KRB_AP_ERR_SKEW
  [KRB5_BASE + 41, 'wrong-key'], // KRB_AP_ERR_MODIFIED
  [KRB5_BASE + 141, 'no-ticket'], // KRB5_CC_NOTFOUND
  [KRB5_BASE + 153, 'unknown-realm'], // KRB5_REALM_UNKNOWN
  [KRB5_BASE + 154, 'no-kdc'], // KRB5_REALM_CANT_RESOLVE
  [KRB5_BASE + 156, 'no-kdc'], // KRB5_KDC_UNREACH
  [KRB5_BASE + 195, 'no-ticket'], // KRB5_FCC_NOFILE
]);

const FAULT_BY_SSPI_STATUS: ReadonlyMap<number, KerberosFault> = new Map([
  [0x80090303, 'unknown-service'], // SEC_E_TARGET_UNKNOWN
  [0x8009030c, 'refused-account'], // SEC_E_LOGON_DENIED
  [0x8009030e, 'no-ticket'], // SEC_E_NO_CREDENTIALS
  [0x8009030f, 'tampered'], // SEC_E_MESSAGE_ALTERED
  [0x80090310, 'tampered'], // SEC_E_OUT_OF_SEQUENCE
  [0x80090311, 'no-kdc'], // SEC_E_NO_AUTHENTICATING_AUTHORITY
  [0x80090317, 'expired-ticket'], // SEC_E_CONTEXT_EXPIRED
  [0x80090322, 'wrong-key'], // SEC_E_WRONG_PRINCIPAL
  [0x80090324, 'clock-skew'], // SEC_E_TIME_SKEW
  [0x80090346, 'channel-binding'], // SEC_E_BAD_BINDINGS
  [0x80090350, 'no-kdc'], // SEC_E_DOWNGRADE_DETECTED: no domain controller answers for the service
]);

/** Routine errors of RFC 2743 1.2.1.1, for what has no krb5 code of its own. */
const FAULT_BY_GSS_ERROR: ReadonlyMap<number, KerberosFault> = new Map([
  [4, 'channel-binding'], // BAD_BINDINGS
  [6, 'tampered'], // BAD_SIG
  [7, 'no-ticket'], // NO_CRED
  [9, 'tampered'], // DEFECTIVE_TOKEN
  [11, 'expired-ticket'], // CREDENTIALS_EXPIRED
  [12, 'expired-ticket'], // CONTEXT_EXPIRED
]);

const CURES: Readonly<Record<Exclude<KerberosFault, 'other'>, string>> = Object.freeze({
  'no-ticket':
    'there is no Kerberos ticket; get one with kinit (Windows: log on with a domain account), or give --user NAME',
  'expired-ticket':
    'the Kerberos ticket has expired; get a new one with kinit (Windows: lock and unlock the session)',
  'unknown-service':
    'the domain does not know a service of that name; give the full host name of the domain controller with --server',
  'no-kdc':
    'no Kerberos server (KDC) of the domain answers; check the network, DNS and krb5.conf, or give --user NAME',
  'unknown-realm':
    'krb5.conf and DNS name no Kerberos server for that domain; give the full host name with --server',
  'clock-skew': 'the clocks of this machine and the server differ by more than 5 minutes; set the clock',
  'wrong-key':
    'the server cannot read the ticket: the name leads to another machine than the domain thinks; check DNS and --server',
  'refused-account':
    'the domain refuses this account: disabled, locked out, or its password expired or changed',
  'channel-binding':
    'the server ties sign-ins to the TLS connection, and this one does not fit; something on the way may decrypt TLS',
  tampered: 'a message was changed, repeated or left out on the way; the connection was ended',
});

/** The fault behind the two status codes of a GSSAPI call. @param minor as a signed 32-bit number */
export function gssapiFault(major: number, minor: number): KerberosFault {
  return FAULT_BY_KRB5_CODE.get(minor) ?? FAULT_BY_GSS_ERROR.get((major >>> 16) & 0xff) ?? 'other';
}

/** The fault behind a SECURITY_STATUS. @param status as an unsigned 32-bit number */
export function sspiFault(status: number): KerberosFault {
  return FAULT_BY_SSPI_STATUS.get(status) ?? 'other';
}

/** @param said what the platform's library says about it; empty when it says nothing */
export function kerberosError(fault: KerberosFault, service: string, said: string): DirectoryError {
  const words = oneLine(said);
  const heard = words === '' ? '' : ` (Kerberos said: ${words})`;
  const reason = fault === 'other' ? 'Kerberos failed' : CURES[fault];
  return new DirectoryError(classOf(fault), `Cannot sign in as you are to ${service}: ${reason}${heard}`, {
    operation: 'sign in',
  });
}

/** A connection that ended with its ticket. It may come back: signing in again finds a new ticket if there is one. */
export function ticketRanOut(host: string): DirectoryError {
  const message = `Lost the connection to ${host}: ${CURES['expired-ticket']}`;
  return new DirectoryError('unreachable', message, { operation: 'go on' });
}

function classOf(fault: KerberosFault): DirectoryFault {
  if (fault === 'no-kdc') return 'unreachable';
  return fault === 'tampered' ? 'server' : 'credentials';
}
