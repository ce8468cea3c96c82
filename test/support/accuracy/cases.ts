/**
 * What a case of the accuracy test is: one name with a descriptor of some kind, and who of three accounts may update
 * it by the specification. The tables are in trustee-cases.ts and its neighbours.
 */

/** The three accounts that ask: a computer, another computer, and the account that DHCP servers use. */
export type Asker = 'host' | 'other' | 'dhcp';

/** Their sAMAccountNames in the lab. */
export const ASKERS: Readonly<Record<Asker, string>> = {
  host: 'HOST1$',
  other: 'OTHER1$',
  dhcp: 'dhcp_update',
};

/** One name to lay down, and the answers it must get. */
export interface AccuracyCase {
  /** The RDN value; unique over all zones. */
  readonly name: string;
  readonly zone: string;
  /** Owner, group and explicit ACEs; `{sid:KEY}` stands for accounts. Null: what a nonsecure update makes. */
  readonly sddl: string | null;
  /** `dormant`: tombstoned; `new`: not there, so that the zone's own descriptor decides. */
  readonly state: 'live' | 'dormant' | 'new';
  /** By the specification. */
  readonly can: readonly Asker[];
  /** Explicit ACEs, by their place, that carry a condition. */
  readonly conditional: readonly number[];
  /** Whose answer cannot be known from outside: it hangs on a condition, or the descriptor cannot be read. */
  readonly unsure: readonly Asker[];
  /** Where Samba is known to do otherwise: who can there, and why. The specification stays the measure. */
  readonly samba: { readonly can: readonly Asker[]; readonly because: string } | null;
}

/** The parts of a case that are not as usual. */
export type CaseOptions = Partial<Omit<AccuracyCase, 'name' | 'can'>> & { readonly owner?: string };

export const ZONE = 'corp.example.com';

export const HOST: string = `{sid:${ASKERS.host}}`;
export const OTHER: string = `{sid:${ASKERS.other}}`;
export const DHCP: string = `{sid:${ASKERS.dhcp}}`;

export const NOBODY: readonly Asker[] = [];
export const EVERYBODY: readonly Asker[] = ['host', 'other', 'dhcp'];

export const FULL = 'CCDCLCSWRPWPDTLOCRSDRCWDWO';

/** schemaIDGUIDs, [MS-ADSC] and [MS-ADA1]. */
export const GUIDS = {
  dnsNode: 'e0fa1e8c-9b45-11d0-afdd-00c04fd930c9',
  dnsZone: 'e0fa1e8b-9b45-11d0-afdd-00c04fd930c9',
  computer: 'bf967a86-0de6-11d0-a285-00aa003049e2',
  dnsRecord: 'e0fa1e69-9b45-11d0-afdd-00c04fd930c9',
  dNSTombstoned: 'd5eb2eb7-be4e-463b-a214-634a44d7392e',
  dNSProperty: '675a15fe-3b70-11d2-90cc-00c04fd91ab1',
  publicInformation: 'e48d0154-bcf8-11d1-8702-00c04fb96050',
  nowhere: '11111111-2222-3333-4444-555555555555',
} as const;

/** The ACEs that every name has: all may read it, administrators and servers may do everything. [MS-ADSC] dnsNode */
export const USUAL: string = `(A;;LCRPLORC;;;WD)(A;;${FULL};;;ED)(A;;${FULL};;;SY)(A;;${FULL};;;DA)`;

/** A live name owned by SYSTEM with `aces` before the usual ones; `options` say what is different. */
export function laid(
  name: string,
  aces: string,
  can: readonly Asker[],
  { owner = 'SY', ...options }: CaseOptions = {},
): AccuracyCase {
  return {
    name,
    zone: ZONE,
    sddl: `O:${owner}G:SYD:AI${aces}${USUAL}`,
    state: 'live',
    can,
    conditional: [],
    unsure: NOBODY,
    samba: null,
    ...options,
  };
}

/** An allow ACE with full control. */
export function allow(trustee: string, rights: string = FULL): string {
  return `(A;;${rights};;;${trustee})`;
}

/** A deny ACE, of WRITE_PROPERTY when nothing else is said. */
export function deny(trustee: string, rights = 'WP'): string {
  return `(D;;${rights};;;${trustee})`;
}

/** An object allow ACE of WRITE_PROPERTY for one attribute, property set or class. */
export function allowFor(guid: string, trustee: string): string {
  return `(OA;;WP;${guid};;${trustee})`;
}

/** An object deny ACE of WRITE_PROPERTY for one attribute, property set or class. */
export function denyFor(guid: string, trustee: string): string {
  return `(OD;;WP;${guid};;${trustee})`;
}
