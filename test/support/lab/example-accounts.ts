/** Accounts, groups and DHCP servers of the invented company in the example estate. */

import type { Estate, EstateAccount, EstateGroup } from './estate.ts';

export const DOMAIN = 'corp.example.com';

/** Numbers of the clients that were deleted and joined again under the same name: `old:PCnnnn$` is the first SID. */
export const RECREATED: readonly number[] = [96, 97, 98, 99, 100, 101];

/** Numbers of the clients that exist no more; their SIDs are orphans. */
export const DELETED: readonly number[] = [111, 112, 113, 114];

/** Numbers of the clients whose account is disabled. */
const DISABLED: readonly number[] = [107, 108, 109, 110];

const CLIENT_COUNT = 120;

export const SERVERS: readonly string[] = [
  ...numbered('srv-file', 4),
  ...numbered('srv-app', 8),
  ...numbered('srv-sql', 4),
  ...numbered('srv-web', 4),
  ...numbered('srv-print', 2),
  'srv-kms01',
  'srv-mail01',
  'dhcp1',
  'dhcp2',
  'dhcp-old',
];

export const LINUX_SERVERS: readonly string[] = numbered('lnx', 8);

/** Clusters: the cluster's own computer object, and the names it serves. */
export const CLUSTERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['cl-file', ['vs-file01']],
  ['cl-sql', ['ag-sales', 'ag-stock']],
]);

/** A client's host name: pc0001. */
export function clientName(number: number): string {
  return `pc${String(number).padStart(4, '0')}`;
}

/** The sAMAccountName of a host: PC0001$. */
export function accountOf(host: string): string {
  return `${host.toUpperCase()}$`;
}

/**
 * Everything in the domain that is not DNS.
 *
 * @param signers the accounts that must be able to sign in
 * @param password theirs
 */
export function exampleAccounts(signers: ReadonlySet<string>, password: string): Estate {
  const accounts = [...clients(), ...servers(), ...clusterAccounts(), ...serviceAccounts()];
  return {
    organizationalUnits: [
      ...['OU=Sites', 'OU=North,OU=Sites', 'OU=South,OU=Sites', 'OU=Servers', 'OU=Linux,OU=Servers'],
      ...['OU=Clusters,OU=Servers', 'OU=Disabled', 'OU=Services'],
    ],
    accounts: accounts.map((account) =>
      signers.has(account.key ?? account.account) ? { ...account, password } : account,
    ),
    groups: groups(),
    dhcpServers: [
      { name: `dhcp1.${DOMAIN}`, address: '10.0.10.71' },
      { name: `dhcp2.${DOMAIN}`, address: '10.0.10.72' },
      { name: `dhcp-retired.${DOMAIN}`, address: '10.0.10.79' },
    ],
  };
}

function clients(): EstateAccount[] {
  const first = [...RECREATED, ...DELETED].map((number) => ({
    ...computer(clientName(number), 'CN=Computers', 'Windows 10 Enterprise'),
    key: `old:${accountOf(clientName(number))}`,
    deleted: true,
  }));
  const present: EstateAccount[] = [];
  for (let number = 1; number <= CLIENT_COUNT; number++) {
    if (DELETED.includes(number)) continue;
    const disabled = DISABLED.includes(number);
    const site = number <= 70 ? 'OU=North,OU=Sites' : 'OU=South,OU=Sites';
    const system = number % 3 === 0 ? 'Windows 10 Enterprise' : 'Windows 11 Enterprise';
    present.push({ ...computer(clientName(number), disabled ? 'OU=Disabled' : site, system), disabled });
  }
  return [...first, ...present];
}

function servers(): EstateAccount[] {
  const windows = SERVERS.map((host) => computer(host, 'OU=Servers', 'Windows Server 2022 Standard'));
  const linux = LINUX_SERVERS.map((host) => computer(host, 'OU=Linux,OU=Servers', 'pc-linux-gnu'));
  return [...windows, ...linux].map((account) =>
    account.account === 'SRV-WEB01$' ? { ...account, additionalDnsHostNames: [`portal.${DOMAIN}`] } : account,
  );
}

function clusterAccounts(): EstateAccount[] {
  const parent = 'OU=Clusters,OU=Servers';
  return [...CLUSTERS].flatMap(([cluster, virtualNames]) => {
    const owner = accountOf(cluster);
    const fullControl = `O:DAG:DAD:AI(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;DA)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;{sid:${owner}})`;
    const base = { kind: 'computer', parent } as const;
    return [
      {
        ...base,
        account: owner,
        dnsHostName: `${cluster}.${DOMAIN}`,
        servicePrincipalNames: spns(['HOST', 'MSServerCluster', 'MSServerClusterMgmtAPI'], cluster),
        operatingSystem: 'Windows Server 2022 Datacenter',
        description: 'Failover cluster',
      },
      ...virtualNames.map((name) => ({
        ...base,
        account: accountOf(name),
        dnsHostName: `${name}.${DOMAIN}`,
        servicePrincipalNames: spns(['HOST', 'MSClusterVirtualServer'], name),
        description: 'Failover cluster virtual network name account',
        creator: owner,
        sddl: fullControl,
      })),
    ];
  });
}

function serviceAccounts(): EstateAccount[] {
  const parent = 'OU=Services';
  return [
    { kind: 'user', account: 'dhcp_update', parent, description: 'DHCP servers register DNS names with it' },
    { kind: 'user', account: 'svc-deploy', parent, description: 'Deployment' },
    { kind: 'user', account: 'helpdesk1', parent, description: 'Help desk' },
    { kind: 'user', account: 'adm-dns1', parent, description: 'DNS administration' },
    { kind: 'gmsa', account: 'gmsa-web$', parent, dnsHostName: `gmsa-web.${DOMAIN}` },
  ];
}

function groups(): EstateGroup[] {
  return [
    { account: 'Web Servers', scope: 'global', members: numbered('srv-web', 4).map(accountOf) },
    {
      account: 'Record Updaters',
      scope: 'domain-local',
      parent: 'OU=Services',
      members: ['Web Servers', 'gmsa-web$'],
    },
    {
      account: 'Linux Hosts',
      scope: 'global',
      members: [],
      primaryOf: LINUX_SERVERS.slice(0, 2).map(accountOf),
    },
    { account: 'DnsUpdateProxy', scope: 'global', members: ['DHCP-OLD$'] },
    { account: 'DnsAdmins', scope: 'domain-local', members: ['adm-dns1'] },
    { account: 'Site Services', scope: 'domain-local', parent: 'OU=Services', members: ['S-1-5-11'] },
  ];
}

function computer(host: string, parent: string, operatingSystem: string): EstateAccount {
  return {
    kind: 'computer',
    account: accountOf(host),
    parent,
    dnsHostName: `${host}.${DOMAIN}`,
    servicePrincipalNames: spns(['HOST', 'RestrictedKrbHost'], host),
    operatingSystem,
  };
}

function spns(services: readonly string[], host: string): string[] {
  return services.flatMap((service) => [`${service}/${host.toUpperCase()}`, `${service}/${host}.${DOMAIN}`]);
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);
}
