/** Cases about object ACEs: what their GUIDs stand for, and what they leave alone. [MS-ADTS] 5.1.3.3.3 */

import {
  type AccuracyCase,
  allow,
  allowFor,
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
} from './cases.ts';

const BOTH = allowFor(GUIDS.dnsRecord, HOST) + allowFor(GUIDS.dNSTombstoned, HOST);

export const OBJECT_CASES: readonly AccuracyCase[] = [
  laid('both-attributes', BOTH, ['host']),
  laid('records-only', allowFor(GUIDS.dnsRecord, HOST), NOBODY),
  laid('tombstone-only', allowFor(GUIDS.dNSTombstoned, HOST), NOBODY),
  laid('shared-attributes', allowFor(GUIDS.dnsRecord, 'AU') + allowFor(GUIDS.dNSTombstoned, HOST), ['host']),
  laid('attribute-and-whole', allowFor(GUIDS.dnsRecord, HOST) + allow('DC', 'WP'), ['host', 'other']),
  laid('other-attribute', allowFor(GUIDS.dNSProperty, HOST), NOBODY),
  laid('property-set', allowFor(GUIDS.publicInformation, HOST), NOBODY),
  laid('unknown-guid', allowFor(GUIDS.nowhere, HOST), NOBODY),
  laid('own-class', allowFor(GUIDS.dnsNode, HOST), ['host']),
  laid('zone-class', allowFor(GUIDS.dnsZone, HOST), NOBODY),
  laid('computer-class', allowFor(GUIDS.computer, HOST), NOBODY),
  laid('object-without-guid', allowFor('', HOST), ['host']),
  laid('attributes-read-only', BOTH.replaceAll('WP', 'RP'), NOBODY),

  laid('deny-records', denyFor(GUIDS.dnsRecord, HOST) + allow('AU'), ['other', 'dhcp']),
  laid('deny-tombstone', denyFor(GUIDS.dNSTombstoned, 'DC') + allow('AU'), ['dhcp']),
  laid('deny-other-attribute', denyFor(GUIDS.dNSProperty, HOST) + allow(HOST), ['host']),
  laid('deny-property-set', denyFor(GUIDS.publicInformation, HOST) + allow(HOST), ['host']),
  laid('deny-unknown-guid', denyFor(GUIDS.nowhere, 'WD') + allow(HOST), ['host']),
  laid('deny-own-class', denyFor(GUIDS.dnsNode, HOST) + allow(HOST) + allow(OTHER), ['other']),
  laid('deny-zone-class', denyFor(GUIDS.dnsZone, 'WD') + allow('AU'), EVERYBODY),
  laid('deny-without-guid', denyFor('', HOST) + allow(HOST), NOBODY),
  laid('deny-records-after', allow(HOST) + denyFor(GUIDS.dnsRecord, 'WD') + allow(DHCP), ['host']),
  laid('attributes-then-deny-class', BOTH + denyFor(GUIDS.dnsNode, 'WD') + allow('AU'), ['host']),
  laid('records-then-deny-class', allowFor(GUIDS.dnsRecord, HOST) + deny('WD') + allow(HOST), NOBODY),
  laid('deny-then-attributes', denyFor(GUIDS.dnsRecord, HOST) + BOTH, NOBODY),

  laid('effective-for-nodes', `(OA;;${FULL};;${GUIDS.dnsNode};${HOST})`, ['host']),
  laid('effective-for-computers', `(OA;;${FULL};;${GUIDS.computer};${HOST})`, ['host']),
  laid('deny-effective-for-computers', `(OD;;WP;;${GUIDS.computer};${HOST})${allow(HOST)}`, NOBODY),
  laid('records-effective-for-nodes', `(OA;CI;WP;${GUIDS.dnsRecord};${GUIDS.dnsNode};${HOST})`, NOBODY),
];
