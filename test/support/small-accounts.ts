/** The accounts, groups and naming contexts of the small test directory. */

import { encodeSid } from '../../src/formats/sid.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { type AccountSpec, accountEntry, DOMAIN, DOMAIN_SID, domainSid, entryOf, RIDS } from './corp.ts';

const CONFIGURATION = `CN=Configuration,${DOMAIN.dn}`;

/** RIDs besides those of corp.ts. */
export const SMALL_RIDS = {
  dc1: 1000,
  pc2: 1111,
  pc3: 1112,
  dhcpOld: 1113,
  dupA: 1120,
  dupB: 1121,
  weak1: 1122,
  alice: 1131,
} as const;

const ACCOUNTS: readonly AccountSpec[] = [
  { ...host('dc1', SMALL_RIDS.dc1), uac: 0x82000, primaryGroup: 516 },
  host('pc1', RIDS.host),
  host('pc2', SMALL_RIDS.pc2),
  host('pc3', SMALL_RIDS.pc3),
  host('dhcp1', RIDS.dhcpServer),
  host('dhcpold', SMALL_RIDS.dhcpOld),
  { ...host('dup', SMALL_RIDS.dupA), sam: 'DUP-A$' },
  { ...host('dup', SMALL_RIDS.dupB), sam: 'DUP-B$' },
  { rid: SMALL_RIDS.weak1, sam: 'WEAK1$', uac: 0x1000, primaryGroup: 515 },
];

/** The rootDSE, the domain and its crossRefs. */
export function contextEntries(): readonly RawEntry[] {
  return [
    entryOf('', {
      defaultNamingContext: DOMAIN.dn,
      rootDomainNamingContext: DOMAIN.dn,
      configurationNamingContext: CONFIGURATION,
      dnsHostName: 'dc1.corp.example.com',
    }),
    entryOf(DOMAIN.dn, { objectClass: ['top', 'domain', 'domainDNS'], objectSid: encodeSid(DOMAIN_SID) }),
    crossRef('CORP', DOMAIN.dn, 'corp.example.com', 3, 'CORP'),
    crossRef('CHILD', `DC=child,${DOMAIN.dn}`, 'child.corp.example.com', 3, 'CHILD'),
    crossRef('domaindns', `DC=DomainDnsZones,${DOMAIN.dn}`, 'DomainDnsZones.corp.example.com', 5),
    crossRef('forestdns', `DC=ForestDnsZones,${DOMAIN.dn}`, 'ForestDnsZones.corp.example.com', 5),
  ];
}

/** Computers, people, groups, and the DHCP servers that the directory lists. */
export function accountEntries(): readonly RawEntry[] {
  return [
    ...ACCOUNTS.map(accountEntry),
    person('dhcp_update', RIDS.dhcpUpdate),
    person('helpdesk', RIDS.helpdesk),
    person('adm.alice', SMALL_RIDS.alice),
    group('Domain Admins', 512, ['adm.alice']),
    group('DnsAdmins', RIDS.dnsAdmins, []),
    group('DnsUpdateProxy', RIDS.dnsUpdateProxy, ['dhcpold']),
    entryOf(`CN=dhcp1.corp.example.com,CN=NetServices,CN=Services,${CONFIGURATION}`, {
      objectClass: ['top', 'dHCPClass'],
      dhcpServers: 'i10.0.0.4$rcn=dhcp1.corp.example.com$f0x00000000$sdhcp1.corp.example.com$',
    }),
  ];
}

function host(name: string, rid: number): AccountSpec {
  const fqdn = `${name}.corp.example.com`;
  const sam = `${name.toUpperCase()}$`;
  return { rid, sam, host: fqdn, spns: [`HOST/${fqdn}`], uac: 0x1000, primaryGroup: 515 };
}

function person(name: string, rid: number): RawEntry {
  return entryOf(`CN=${name},CN=Users,${DOMAIN.dn}`, {
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    objectSid: encodeSid(domainSid(rid)),
    sAMAccountName: name,
    userPrincipalName: `${name}@corp.example.com`,
    userAccountControl: '512',
    primaryGroupID: '513',
  });
}

function group(name: string, rid: number, members: readonly string[]): RawEntry {
  return entryOf(`CN=${name},CN=Users,${DOMAIN.dn}`, {
    objectClass: ['top', 'group'],
    objectSid: encodeSid(domainSid(rid)),
    sAMAccountName: name,
    member: members.map((member) => `CN=${member.toUpperCase()},CN=Users,${DOMAIN.dn}`),
  });
}

function crossRef(
  name: string,
  namingContext: string,
  dnsRoot: string,
  systemFlags: number,
  netbiosName: string | null = null,
): RawEntry {
  return entryOf(`CN=${name},CN=Partitions,${CONFIGURATION}`, {
    objectClass: ['top', 'crossRef'],
    nCName: namingContext,
    dnsRoot,
    systemFlags: String(systemFlags),
    nETBIOSName: netbiosName,
  });
}
