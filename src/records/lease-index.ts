/** Leases by address and by host name: built once from all lists, asked once per name. */

import type { Lease, LeaseState } from './lease.ts';

/** The lease that speaks for a name, and what they have in common. */
export interface LeaseMatch {
  /** Its state is `expired` also when the list called it active but its time has passed. */
  readonly lease: Lease;
  readonly by: 'name-and-address' | 'address' | 'name';
}

/** A time without an offset may be half a day later than it reads, and a lease may be renewed after the export. */
const EXPIRY_SLACK_MS = 12 * 3_600_000;

/** What counts first: a lease in force, then one that is not in use, then one that has ended. */
const FORCE: Readonly<Record<LeaseState, number>> = {
  active: 0,
  reservation: 0,
  'inactive-reservation': 1,
  expired: 2,
  other: 3,
};
const MATCHES: readonly LeaseMatch['by'][] = ['name-and-address', 'address', 'name'];
const STATES: readonly LeaseState[] = ['active', 'reservation', 'inactive-reservation', 'expired', 'other'];

/**
 * Looks leases up for a name. Leases in the state `other` are left out: an address that was declined, or offered and
 * not taken, is nobody's.
 */
export class LeaseIndex {
  readonly #byAddress = new Map<string, Lease[]>();
  /** The best lease of each host name: among those that share nothing but a name one is as good as all. */
  readonly #byName = new Map<string, Lease>();
  #size = 0;

  constructor(leases: Iterable<Lease>, now: Date) {
    for (const lease of leases) {
      if (lease.state !== 'other') this.#add(asOf(lease, now));
    }
  }

  /** How many leases can be found. */
  get size(): number {
    return this.#size;
  }

  /**
   * The lease that fits best: one in force before one that is not, then name and address before address before name,
   * then active before reserved, then the one that lasts longest. The name fits when the lease has all of it, or, as
   * its whole host name, the first label.
   *
   * @param fqdn lower case, without a trailing dot
   * @param addresses as formatRdata() writes them
   */
  find(fqdn: string, addresses: readonly string[]): LeaseMatch | null {
    const [label = ''] = fqdn.split('.', 1);
    let best: LeaseMatch | null = null;
    const consider = (lease: Lease, by: LeaseMatch['by']): void => {
      const match = { lease, by };
      if (best === null || compareMatches(match, best) < 0) best = match;
    };
    for (const address of addresses) {
      for (const lease of this.#byAddress.get(address) ?? []) {
        const named = lease.hostName === fqdn || lease.hostName === label;
        consider(lease, named ? 'name-and-address' : 'address');
      }
    }
    for (const name of [fqdn, label]) {
      const lease = this.#byName.get(name);
      if (lease !== undefined && !addresses.includes(lease.address)) consider(lease, 'name');
    }
    return best;
  }

  #add(lease: Lease): void {
    this.#size += 1;
    const sharing = this.#byAddress.get(lease.address);
    if (sharing === undefined) this.#byAddress.set(lease.address, [lease]);
    else sharing.push(lease);
    if (lease.hostName === null) return;
    const known = this.#byName.get(lease.hostName);
    if (known === undefined || compareLeases(lease, known) < 0) this.#byName.set(lease.hostName, lease);
  }
}

function asOf(lease: Lease, now: Date): Lease {
  const ended =
    lease.state === 'active' &&
    lease.expiresAt !== null &&
    lease.expiresAt.getTime() + EXPIRY_SLACK_MS < now.getTime();
  return ended ? { ...lease, state: 'expired' } : lease;
}

function compareMatches(a: LeaseMatch, b: LeaseMatch): number {
  return (
    FORCE[a.lease.state] - FORCE[b.lease.state] ||
    MATCHES.indexOf(a.by) - MATCHES.indexOf(b.by) ||
    compareLeases(a.lease, b.lease)
  );
}

function compareLeases(a: Lease, b: Lease): number {
  return STATES.indexOf(a.state) - STATES.indexOf(b.state) || endOf(b) - endOf(a);
}

/** Milliseconds since 1970; a lease whose end is not known counts as the shortest. */
function endOf(lease: Lease): number {
  return lease.expiresAt?.getTime() ?? 0;
}
