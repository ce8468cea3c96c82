/**
 * One lease of a DHCP server, from the texts that a CSV row or an XML element gives. The words of AddressState are
 * those of the DhcpServerv4Lease class; DHCPv6 leases have no such word, and the server lists only those in use.
 *
 * | AddressState                            | state                |
 * | --------------------------------------- | -------------------- |
 * | Active, none at all                     | active               |
 * | ActiveReservation                       | reservation          |
 * | InactiveReservation                     | inactive-reservation |
 * | Expired, Inactive                       | expired              |
 * | Offered, Declined, what is not known    | other                |
 */

import { FormatError } from '../errors.ts';
import { normalizeFqdn } from '../formats/dns-name.ts';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../formats/ip-address.ts';
import { parseLeaseTime } from './lease-time.ts';

/** An address that a DHCP server gave to a host, or keeps for it. */
export interface Lease {
  /** As formatRdata() writes the data of A and AAAA records. */
  readonly address: string;
  /** Lower case, without a trailing dot: fully qualified or a single label, as the client gave it. */
  readonly hostName: string | null;
  /** `reservation`: one in use, or one of which the list does not say. */
  readonly state: LeaseState;
  /** As parseLeaseTime() has it; null for reservations, and for what cannot be read for certain. */
  readonly expiresAt: Date | null;
  /** The DHCP server, by name or address, as far as the list says. */
  readonly server: string | null;
}

export type LeaseState = 'active' | 'reservation' | 'inactive-reservation' | 'expired' | 'other';

/** A lease as its list puts it; empty where the list has nothing. */
export interface LeaseText {
  readonly address: string;
  readonly hostName: string;
  readonly state: string;
  readonly expiresAt: string;
  readonly server: string;
}

const STATES: ReadonlyMap<string, LeaseState> = new Map([
  ['', 'active'],
  ['active', 'active'],
  ['activereservation', 'reservation'],
  ['inactivereservation', 'inactive-reservation'],
  ['expired', 'expired'],
  ['inactive', 'expired'],
]);
/** What the server puts in place of a host name when a client declined the address. */
const DECLINED_ADDRESS = 'bad_address';

/** @throws FormatError when the address is none */
export function readLease(text: LeaseText): Lease {
  return {
    address: canonicalAddress(text.address.trim()),
    hostName: hostNameOf(text.hostName),
    state: STATES.get(text.state.trim().toLowerCase()) ?? 'other',
    expiresAt: parseLeaseTime(text.expiresAt.trim()),
    server: nameOrNull(text.server),
  };
}

function canonicalAddress(text: string): string {
  try {
    return text.includes(':') ? formatIpv6(parseIpv6(text)) : formatIpv4(parseIpv4(text));
  } catch (cause) {
    const message = `Cannot read the lease: its IPAddress is ${JSON.stringify(text)}, needs an IPv4 or IPv6 address`;
    throw new FormatError('lease', message, {}, { cause });
  }
}

function hostNameOf(text: string): string | null {
  const name = nameOrNull(text);
  return name === DECLINED_ADDRESS ? null : name;
}

function nameOrNull(text: string): string | null {
  const name = normalizeFqdn(text.trim());
  return name === '' || name === '.' ? null : name;
}
