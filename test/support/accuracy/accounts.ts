/** The accounts and groups of the accuracy test: memberships of every sort around the three accounts that ask. */

import type { Estate } from '../lab/estate.ts';
import { ASKERS } from './cases.ts';

/** Builtin groups that have no SDDL alias everywhere. [MS-DTYP] 2.4.2.4 */
export const GROUP_SIDS = {
  remoteDesktopUsers: 'S-1-5-32-555',
  networkConfigurationOperators: 'S-1-5-32-556',
  performanceMonitorUsers: 'S-1-5-32-558',
  performanceLogUsers: 'S-1-5-32-559',
  distributedComUsers: 'S-1-5-32-562',
  cryptographicOperators: 'S-1-5-32-569',
  eventLogReaders: 'S-1-5-32-573',
} as const;

/** A SID of another domain that the host had before it was migrated. */
export const HISTORY_SID = 'S-1-5-21-1000000001-1000000002-1000000003-1105';

/** @param password what the three askers sign in with */
export function accuracyAccounts(password: string): Estate {
  const { host, other, dhcp } = ASKERS;
  return {
    knownSids: { history: HISTORY_SID },
    accounts: [
      { kind: 'computer', account: host, key: 'old host', deleted: true },
      { kind: 'computer', account: host, dnsHostName: 'host1.corp.example.com', password },
      { kind: 'computer', account: other, dnsHostName: 'other1.corp.example.com', password },
      { kind: 'user', account: dhcp, password },
    ],
    groups: [
      { account: 'Web Servers', scope: 'global', members: [host] },
      { account: 'All Servers', scope: 'global', members: ['Web Servers'] },
      { account: 'Forest Servers', scope: 'universal', members: ['All Servers'] },
      { account: 'Record Updaters', scope: 'domain-local', members: ['Forest Servers', dhcp] },
      { account: 'Circle A', scope: 'global', members: [host] },
      { account: 'Circle B', scope: 'global', members: ['Circle A'] },
      { account: 'Circle A', scope: 'global', members: ['Circle B'] },
      { account: 'Empty', scope: 'global', members: [] },
      { account: 'Mailing List', scope: 'distribution', members: [host] },
      { account: 'Behind List', scope: 'universal', members: ['Mailing List'] },
      { account: 'Kiosks', scope: 'global', members: [], primaryOf: [other] },
      { account: 'All Kiosks', scope: 'global', members: ['Kiosks'] },
      { account: 'Kiosk Updaters', scope: 'domain-local', members: ['All Kiosks'] },
      { account: 'All Members', scope: 'universal', members: ['Domain Computers'] },
      { account: 'Site Services', scope: 'domain-local', members: ['S-1-5-11'] },
      { account: 'Network Configuration Operators', scope: 'domain-local', members: ['Site Services'] },
      { account: 'Performance Monitor Users', scope: 'domain-local', members: [host] },
      { account: 'Performance Log Users', scope: 'domain-local', members: ['Forest Servers'] },
      { account: 'Distributed COM Users', scope: 'domain-local', members: ['Record Updaters'] },
      { account: 'Cryptographic Operators', scope: 'domain-local', members: ['S-1-1-0'] },
      { account: 'Event Log Readers', scope: 'domain-local', members: ['S-1-5-2'] },
      { account: 'Remote Desktop Users', scope: 'domain-local', members: ['Kiosks'] },
    ],
  };
}
