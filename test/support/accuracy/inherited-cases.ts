/**
 * Cases about what the zone's own descriptor says: two zones whose ACEs are inherited by their names, and names that
 * do not exist yet, for which CREATE_CHILD on the zone decides.
 */

import {
  type AccuracyCase,
  allow,
  type CaseOptions,
  DHCP,
  deny,
  EVERYBODY,
  FULL,
  GUIDS,
  HOST,
  laid,
  NOBODY,
  OTHER,
  USUAL,
  ZONE,
} from './cases.ts';

const DENY_ZONE = 'deny.example.com';
const ALLOW_ZONE = 'allow.example.com';

/** The zones' own descriptors. `allow.example.com` has its denies after its allows: not canonical, but stored. */
export const INHERITING_ZONES: ReadonlyMap<string, string> = new Map([
  [
    DENY_ZONE,
    [
      `O:DAG:DAD:AI(D;CI;WP;;;{sid:Web Servers})(OD;CIIO;WP;${GUIDS.dnsRecord};${GUIDS.computer};WD)`,
      `(A;CIIO;${FULL};;;CO)(OA;CIIO;${FULL};;${GUIDS.dnsNode};${DHCP})`,
      `(OA;CIIO;${FULL};;${GUIDS.computer};${OTHER})(A;OI;WP;;;${OTHER})`,
      `(OA;;CC;${GUIDS.dnsNode};;${HOST})(OA;;CC;${GUIDS.computer};;${OTHER})${USUAL}`,
    ].join(''),
  ],
  [
    ALLOW_ZONE,
    [
      `O:DAG:DAD:AI(A;CI;WP;;;${HOST})(D;CI;WP;;;{sid:Web Servers})`,
      `(OD;CIIO;WP;${GUIDS.dnsRecord};${GUIDS.dnsNode};${DHCP})(A;CINP;WP;;;AU)`,
      `(OD;;CC;${GUIDS.dnsNode};;${DHCP})(OD;;CC;${GUIDS.computer};;${HOST})(A;;CC;;;AU)${USUAL}`,
    ].join(''),
  ],
]);

const inDenyZone = (name: string, aces: string, can: AccuracyCase['can'], options: CaseOptions = {}) =>
  laid(name, aces, can, { ...options, zone: DENY_ZONE });
const inAllowZone = (name: string, aces: string, can: AccuracyCase['can'], options: CaseOptions = {}) =>
  laid(name, aces, can, { ...options, zone: ALLOW_ZONE });

/** [MS-DTYP] 2.5.3.4, [MS-ADTS] 6.1.3 */
export const INHERITED_CASES: readonly AccuracyCase[] = [
  inDenyZone('inherited', '', ['dhcp']),
  inDenyZone('inherited-system', '', ['dhcp'], { sddl: null }),
  inDenyZone('inherited-deny-explicit-allow', allow(HOST), ['host', 'dhcp']),
  inDenyZone('inherited-allow-explicit-deny', deny(DHCP) + allow(OTHER), ['other']),
  inDenyZone('inherited-protected', '', ['host'], { sddl: `O:SYG:SYD:P${allow(HOST)}${USUAL}` }),
  inDenyZone('inherited-creator-host', '', ['dhcp'], { owner: HOST }),
  inDenyZone('inherited-creator-other', '', ['other', 'dhcp'], { owner: OTHER }),
  inDenyZone('inherited-dormant', '', ['dhcp'], { state: 'dormant' }),
  inAllowZone('inherited-order', '', ['host', 'other']),
  inAllowZone('inherited-order-explicit', allow(DHCP) + deny(HOST), ['other', 'dhcp']),
  inAllowZone('inherited-order-dormant', '', ['host', 'other'], { state: 'dormant' }),
  inAllowZone('inherited-order-protected', '', NOBODY, { sddl: `O:SYG:SYD:PAI${USUAL}` }),
];

const fresh = (name: string, zone: string, can: AccuracyCase['can']) =>
  laid(name, '', can, { zone, sddl: null, state: 'new' });

/** A new name takes CREATE_CHILD on the zone. */
export const NEW_NAME_CASES: readonly AccuracyCase[] = [
  fresh('new', ZONE, EVERYBODY),
  fresh('new-under-deny', DENY_ZONE, ['host']),
  fresh('new-under-allow', ALLOW_ZONE, ['host', 'other']),
];
