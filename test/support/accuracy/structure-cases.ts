/** Cases about everything around the ACEs: flags, ownership, protected and empty lists, conditions, tombstones. */

import {
  type AccuracyCase,
  allow,
  allowFor,
  type CaseOptions,
  DHCP,
  deny,
  denyFor,
  EVERYBODY,
  FULL,
  GUIDS,
  HOST,
  laid,
  NOBODY,
  OTHER,
  USUAL,
} from './cases.ts';

/** [MS-DTYP] 2.4.4.1 */
export const FLAG_CASES: readonly AccuracyCase[] = [
  laid('inherit-only', `(A;CIIO;${FULL};;;${HOST})`, NOBODY),
  laid('inherit-only-for-nodes', `(OA;CIIO;${FULL};;${GUIDS.dnsNode};${HOST})`, NOBODY),
  laid('deny-inherit-only', `(D;CIIO;WP;;;WD)${allow(HOST)}`, ['host']),
  laid('container-inherit', `(A;CI;${FULL};;;${HOST})`, ['host']),
  laid('object-inherit', `(A;OI;${FULL};;;${HOST})`, ['host']),
  laid('no-propagate', `(A;CINP;${FULL};;;${HOST})`, ['host']),
  laid('protected', allow(HOST), ['host'], { sddl: `O:SYG:SYD:P${allow(HOST)}${USUAL}` }),
  laid('protected-without', '', NOBODY, { sddl: `O:SYG:SYD:PAI${USUAL}` }),
  laid('protected-unreadable', '', ['host'], {
    sddl: `O:SYG:SYD:P${allow(HOST, 'WP')}(A;;LCRPLORC;;;DA)`,
  }),
  // NULL DACLs cannot be laid down: AD refuses them, Samba puts the default in their place.
  laid('empty', '', NOBODY, { sddl: 'O:DAG:SYD:P' }),
  laid('empty-of-system', '', NOBODY, {
    sddl: 'O:SYG:SYD:P',
    unsure: EVERYBODY,
    samba: { can: NOBODY, because: 'the server can read this descriptor, an administrator cannot' },
  }),
  laid('printer1.floor2', allow(HOST), ['host']),
];

/** [MS-DTYP] 2.5.3.2 and 2.4.2.4 */
export const OWNER_CASES: readonly AccuracyCase[] = [
  laid('owner-host', '', NOBODY, { owner: HOST }),
  laid('owner-dhcp', '', NOBODY, { owner: DHCP }),
  laid('owner-group', '', NOBODY, { owner: '{sid:Web Servers}' }),
  laid('owner-and-ace', allow(HOST), ['host'], { owner: HOST }),
  laid('owner-other-ace-host', allow(HOST), ['host'], { owner: OTHER }),
  laid('owner-proxy', allow(DHCP) + allow('AU'), EVERYBODY, { owner: DHCP }),
  laid('owner-denied', deny(HOST) + allow('AU'), ['other', 'dhcp'], { owner: HOST }),
  laid('owner-rights', allow('OW'), ['host'], {
    owner: HOST,
    samba: { can: NOBODY, because: 'Samba ignores an allow ACE for OWNER RIGHTS' },
  }),
  laid('owner-rights-of-system', allow('OW'), NOBODY),
  laid('owner-rights-deny', deny('OW') + allow('AU'), ['other', 'dhcp'], {
    owner: HOST,
    samba: { can: EVERYBODY, because: 'Samba ignores a deny ACE for OWNER RIGHTS' },
  }),
  laid('owner-rights-read', allow('OW', 'RC') + allow(HOST), ['host'], { owner: HOST }),
  laid('creator-owner', allow('CO'), ['host'], { owner: HOST }),
  laid('creator-owner-of-system', allow('CO'), NOBODY),
  laid('creator-owner-inherit-only', `(A;CIIO;${FULL};;;CO)`, NOBODY, { owner: HOST }),
  laid('principal-self', allow('PS'), NOBODY, { owner: HOST }),
];

const dormant = (name: string, aces: string, can: AccuracyCase['can'], options: CaseOptions = {}) =>
  laid(name, aces, can, { ...options, state: 'dormant' });

/** Reviving a name takes the rights of its old descriptor. */
export const TOMBSTONE_CASES: readonly AccuracyCase[] = [
  dormant('dormant-system', '', NOBODY, { sddl: null }),
  dormant('dormant-host', allow(HOST), ['host'], { owner: HOST }),
  dormant('dormant-old-host', allow('{sid:old host}'), NOBODY, { owner: '{sid:old host}' }),
  dormant('dormant-all', allow('AU'), EVERYBODY),
  dormant('dormant-both', allowFor(GUIDS.dnsRecord, HOST) + allowFor(GUIDS.dNSTombstoned, HOST), ['host']),
  dormant('dormant-records-only', allowFor(GUIDS.dnsRecord, HOST), NOBODY),
  dormant('dormant-tombstone-only', allowFor(GUIDS.dNSTombstoned, HOST), NOBODY),
  dormant('dormant-denied', denyFor(GUIDS.dNSTombstoned, HOST) + allow('AU'), ['other', 'dhcp']),
];

const IGNORES_CONDITIONS = 'Samba 4.17 passes over callback ACEs';

/** A condition is followed both ways, and only what ends alike is certain. */
export const CONDITION_CASES: readonly AccuracyCase[] = [
  laid('conditional-allow', allow(HOST), NOBODY, {
    conditional: [0],
    unsure: ['host'],
    samba: { can: NOBODY, because: IGNORES_CONDITIONS },
  }),
  laid('conditional-allow-and-allow', allow(HOST) + allow(HOST), ['host'], { conditional: [0] }),
  laid('conditional-deny', deny(HOST), NOBODY, { conditional: [0] }),
  laid('conditional-deny-then-allow', deny(HOST) + allow('AU'), ['other', 'dhcp'], {
    conditional: [0],
    unsure: ['host'],
    samba: { can: EVERYBODY, because: IGNORES_CONDITIONS },
  }),
  laid('allow-then-conditional-deny', allow(HOST) + deny(HOST), ['host'], { conditional: [1] }),
];
