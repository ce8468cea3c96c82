/** Cases about who an ACE names: accounts, groups of every sort, implicit SIDs, and SIDs that lead nowhere. */

import { GROUP_SIDS } from './accounts.ts';
import { type AccuracyCase, allow, DHCP, EVERYBODY, HOST, laid, NOBODY, OTHER } from './cases.ts';

const NOT_IN_SAMBA_TOKEN = 'the token that Samba builds does not hold this SID';

/** [MS-DTYP] 2.5.3.2: whom the token of an account holds, and what a plain ACE for each gives. */
export const TRUSTEE_CASES: readonly AccuracyCase[] = [
  laid('system', '', NOBODY, { sddl: null }),
  laid('host', allow(HOST), ['host']),
  laid('other', allow(OTHER), ['other']),
  laid('dhcp', allow(DHCP), ['dhcp']),
  laid('remediated', allow(HOST) + allow(DHCP), ['host', 'dhcp']),
  laid('nobody', '', NOBODY),
  laid('orphan', allow('{sid:old host}'), NOBODY, { owner: '{sid:old host}' }),
  laid('foreign', allow('S-1-5-21-4000000001-4000000002-4000000003-1106'), NOBODY),

  laid('everyone', allow('WD'), EVERYBODY),
  laid('authenticated', allow('AU'), EVERYBODY),
  laid('network', allow('NU'), EVERYBODY),
  laid('this-organization', allow('S-1-5-15'), EVERYBODY, {
    samba: { can: NOBODY, because: NOT_IN_SAMBA_TOKEN },
  }),
  laid('asserted', allow('S-1-18-1'), EVERYBODY),
  laid('service-asserted', allow('S-1-18-2'), NOBODY),
  laid('other-organization', allow('S-1-5-1000'), NOBODY),
  laid('anonymous', allow('AN'), NOBODY),
  laid('interactive', allow('IU'), NOBODY),
  laid('local', allow('S-1-2-0'), NOBODY),
  laid('domain-controllers', allow('ED') + allow('DD'), NOBODY),
  laid('administrators', allow('BA') + allow('DA') + allow('EA'), NOBODY),

  laid('domain-computers', allow('DC'), ['host', 'other']),
  laid('domain-users', allow('DU'), ['dhcp']),
  laid('domain-guests', allow('DG') + allow('BG'), NOBODY),
  laid('primary', allow('{sid:Kiosks}'), ['other']),
  laid('primary-in-global', allow('{sid:All Kiosks}'), ['other']),
  laid('primary-in-local', allow('{sid:Kiosk Updaters}'), ['other']),
  laid('primary-in-builtin', allow(GROUP_SIDS.remoteDesktopUsers), ['other']),
  laid('default-primary-in-universal', allow('{sid:All Members}'), ['host', 'other']),

  laid('global', allow('{sid:Web Servers}'), ['host']),
  laid('nested-global', allow('{sid:All Servers}'), ['host']),
  laid('universal', allow('{sid:Forest Servers}'), ['host']),
  laid('domain-local', allow('{sid:Record Updaters}'), ['host', 'dhcp']),
  laid('circular', allow('{sid:Circle A}'), ['host']),
  laid('without-members', allow('{sid:Empty}'), NOBODY),
  laid('distribution', allow('{sid:Mailing List}'), NOBODY),
  laid('behind-distribution', allow('{sid:Behind List}'), NOBODY),

  laid('users', allow('BU'), EVERYBODY),
  laid('pre-windows-2000', allow('RU'), EVERYBODY),
  laid('builtin-direct', allow(GROUP_SIDS.performanceMonitorUsers), ['host']),
  laid('builtin-nested', allow(GROUP_SIDS.performanceLogUsers), ['host']),
  laid('builtin-with-local', allow(GROUP_SIDS.distributedComUsers), ['host', 'dhcp']),
  laid('builtin-with-everyone', allow(GROUP_SIDS.cryptographicOperators), EVERYBODY),
  laid('builtin-with-network', allow(GROUP_SIDS.eventLogReaders), EVERYBODY),
  // [MS-KILE] 3.3.5.7.3: the KDC looks for the groups of what is in the ticket, and Authenticated Users is not.
  laid('local-with-authenticated', allow('{sid:Site Services}'), NOBODY),
  laid('builtin-behind-authenticated', allow(GROUP_SIDS.networkConfigurationOperators), NOBODY),
  laid('history', allow('{sid:history}'), ['host'], {
    samba: { can: NOBODY, because: NOT_IN_SAMBA_TOKEN },
  }),
];
