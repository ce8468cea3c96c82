/** One name of the example estate, the ways it can have come to be, and the list that collects them. */

import type { LabRecord } from './dns-bytes.ts';
import { DOMAIN } from './example-accounts.ts';

/** The reverse zone of 10.0.0.0/16. */
export const REVERSE = '0.10.in-addr.arpa';

/** How a name came to be: a real dynamic update, or a descriptor laid down with `{sid:KEY}` placeholders. */
export type Origin =
  | { readonly kind: 'nonsecure' }
  | { readonly kind: 'signed'; readonly account: string }
  | { readonly kind: 'laid'; readonly sddl: string };

export interface ExampleName {
  readonly zone: string;
  readonly name: string;
  readonly origin: Origin;
  readonly records: readonly LabRecord[];
  /** When its last record was deleted; null while it is in use. */
  readonly entombedHours: number | null;
}

/** Full control, all rights of a directory object. */
export const FULL = 'CCDCLCSWRPWPDTLOCRSDRCWDWO';

/** Registered by anybody: the DNS server itself is the owner. */
export const NONSECURE: Origin = { kind: 'nonsecure' };

/** A new name's explicit ACEs, in Windows' order, and whatever was added to them later. */
export function laid(owner: string, added = '', control = 'AI'): Origin {
  const aces = `(A;;LCRPLORC;;;WD)(A;;${FULL};;;ED)(A;;${FULL};;;SY)(A;;${FULL};;;DA)`;
  const byPrimaryGroup = owner.endsWith('$}') ? 'DC' : 'DU';
  const group = owner === 'SY' || owner === 'DA' ? owner : byPrimaryGroup;
  return { kind: 'laid', sddl: `O:${owner}G:${group}D:${control}${aces}(A;;${FULL};;;${owner})${added}` };
}

/** Registered by an update that this account signed. */
export function signed(account: string): Origin {
  return { kind: 'signed', account };
}

/** The placeholder of an account's SID. */
export function sid(key: string): string {
  return `{sid:${key}}`;
}

/** An ACE that allows everything. */
export function allow(trustee: string): string {
  return `(A;;${FULL};;;${trustee})`;
}

/** Collects the names, and gives records an age that looks grown: spread, but the same in every run. */
export class NameList {
  readonly names: ExampleName[] = [];
  readonly #nowHours: number;
  #seed = 20_240_315;

  constructor(nowHours: number) {
    this.#nowHours = nowHours;
  }

  forward(name: string, origin: Origin, records: readonly LabRecord[]): void {
    this.names.push({ zone: DOMAIN, name, origin, records, entombedHours: null });
  }

  /** The PTR of an address of 10.0.0.0/16; its two host labels are one dotted node name. */
  reverse(address: string, target: string, origin: Origin, kind: 'dynamic' | 'static' = 'dynamic'): void {
    const [, , third, fourth] = address.split('.');
    const record = kind === 'static' ? this.fixed('PTR', target) : this.dynamic('PTR', target, 1200);
    this.names.push({
      zone: REVERSE,
      name: `${fourth}.${third}`,
      origin,
      records: [record],
      entombedHours: null,
    });
  }

  dormant(zone: string, name: string, origin: Origin, agoHours: number): void {
    const records = [
      this.dynamic(zone === DOMAIN ? 'A' : 'PTR', zone === DOMAIN ? '10.0.2.250' : `${name}.${DOMAIN}`, 1200),
    ];
    this.names.push({ zone, name, origin, records, entombedHours: this.#nowHours - agoHours });
  }

  /** A record that was refreshed within the last 12 days, or at the age given. */
  dynamic(
    type: LabRecord['type'],
    data: string,
    ttlSeconds: number,
    ageHours: number = this.#random(12 * 24),
  ): LabRecord {
    return { type, data, ttlSeconds, timestampHours: this.#nowHours - ageHours };
  }

  fixed(type: LabRecord['type'], data: string): LabRecord {
    return { type, data, ttlSeconds: 3600, timestampHours: 0 };
  }

  /** RFC 4701: identifier type 1, digest type 1, then 32 octets of digest. */
  dhcid(number: number): LabRecord {
    const digest = Array.from({ length: 32 }, (_, index) => (number * 37 + index * 11) % 256);
    return this.dynamic('DHCID', Buffer.from([0, 1, 1, ...digest]).toString('hex'), 900);
  }

  /** Lehmer's generator is enough to spread ages. */
  #random(limit: number): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed % limit;
  }
}
