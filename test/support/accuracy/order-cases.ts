/** Cases about the order of ACEs, and about rights that were not asked for. [MS-DTYP] 2.5.3.2, [MS-ADTS] 5.1.3.3.2 */

import { type AccuracyCase, allow, DHCP, deny, EVERYBODY, FULL, HOST, laid, NOBODY, OTHER } from './cases.ts';

export const ORDER_CASES: readonly AccuracyCase[] = [
  laid('deny-then-allow', deny(HOST) + allow(HOST), NOBODY),
  laid('allow-then-deny', allow(HOST) + deny(HOST), ['host']),
  laid('allow-all-then-deny-all', allow('AU') + deny('WD'), EVERYBODY),
  laid('deny-all-then-allow-all', deny('WD') + allow('AU'), NOBODY),
  laid('allow-deny-allow', allow(HOST, 'RP') + deny(HOST) + allow(HOST), NOBODY),
  laid('deny-one-of-all', deny(OTHER, FULL) + allow('AU'), ['host', 'dhcp']),
  laid('deny-global', deny('{sid:Web Servers}') + allow(HOST) + allow(OTHER), ['other']),
  laid('deny-nested', deny('{sid:Forest Servers}') + allow('AU'), ['other', 'dhcp']),
  laid('deny-local', deny('{sid:Record Updaters}') + allow('AU'), ['other']),
  laid('deny-computers', deny('DC') + allow('AU'), ['dhcp']),
  laid('deny-primary', deny('{sid:Kiosks}') + allow('DC') + allow(DHCP), ['host', 'dhcp']),
  laid('deny-users', deny('DU') + allow('AU'), ['host', 'other']),
  laid('deny-builtin', deny('RU') + allow(HOST) + allow(DHCP), NOBODY),
  laid('deny-builtin-after', allow(HOST) + deny('BU') + allow(DHCP), ['host']),
  laid('deny-orphan', deny('{sid:old host}', FULL) + allow(HOST), ['host']),
  laid('deny-other-rights', deny(HOST, 'CCDCSWDTCRSDWDWO') + allow(HOST), ['host']),
  laid('twice', allow(HOST) + allow(HOST), ['host']),
  laid('rights-in-pieces', allow(HOST, 'RP') + allow('AU', 'CC') + allow(HOST, 'WP'), ['host']),
  laid('keep-one-out-all', allow(HOST, 'RPWP') + allow('DA') + deny('WD', 'WPSDWDWO'), ['host']),

  laid('write-only', allow(HOST, 'WP'), ['host']),
  laid('write-unseen', deny(HOST, 'RPLCLO') + allow(HOST), ['host']),
  laid('all-but-write', allow(HOST, 'CCDCLCSWRPDTLOCRSDRCWDWO'), NOBODY),
  laid('read-only', allow(HOST, 'LCRPLORC'), NOBODY),
  laid('validated-write', allow(HOST, 'SW'), NOBODY),
  laid('take-over', allow(HOST, 'WDWO'), NOBODY),
  laid('no-rights', allow(HOST, '0x0'), NOBODY),
  laid('generic-all', allow(HOST, 'GA'), ['host']),
  laid('generic-write', allow(HOST, 'GW'), ['host']),
  laid('generic-read', allow(HOST, 'GR') + allow(HOST, 'GX'), NOBODY),
  laid('deny-generic-write', deny(HOST, 'GW') + allow(HOST), NOBODY),
];
