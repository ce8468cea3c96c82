/**
 * Captures the example snapshot: `node test/support/lab/capture-example.ts examples/corp.example.com.ldif.gz`.
 *
 * Starts a lab, lays the example estate and exports it over LDAPS with the ldapsearch lines that the README gives to
 * users, so that the file is what a user would have.
 */

import { writeFile } from 'node:fs/promises';
import { constants, gzipSync } from 'node:zlib';
import { decodeSid } from '../../../src/formats/sid.ts';
import { layExample } from './example-estate.ts';
import { type Lab, startLab } from './lab.ts';

/** SD flags 7: owner, group and DACL; without it a reader who may not see the SACL gets no descriptor at all. */
const SD_FLAGS = ['-E', '!1.2.840.113556.1.4.801=::MAMCAQc='];
const PAGED = ['-E', 'pr=500/noprompt'];

const ACCOUNT_ATTRIBUTES = [
  ...['objectClass', 'objectSid', 'objectGUID', 'sAMAccountName', 'dNSHostName', 'servicePrincipalName'],
  ...['userAccountControl', 'primaryGroupID', 'memberOf', 'member', 'groupType', 'userPrincipalName'],
  ...[
    'msDS-AdditionalDnsHostName',
    'operatingSystem',
    'accountExpires',
    'msDS-User-Account-Control-Computed',
    'msDS-UserPasswordExpiryTimeComputed',
  ],
  ...['pwdLastSet', 'sIDHistory', 'description'],
];
/** What tells which cluster a virtual computer object belongs to; few objects, so that their descriptors cost little. */
const CLUSTER_FILTER = '(servicePrincipalName=MSClusterVirtualServer/*)';
const CLUSTER_ATTRIBUTES = [
  'objectClass',
  'objectSid',
  'sAMAccountName',
  'mS-DS-CreatorSID',
  'nTSecurityDescriptor',
];
const ZONE_ATTRIBUTES = ['dNSProperty', 'nTSecurityDescriptor'];
const NAME_ATTRIBUTES = ['dnsRecord', 'dNSTombstoned', 'nTSecurityDescriptor', 'replPropertyMetaData'];
const COMMON = ['objectClass', 'objectGUID', 'dc', 'name', 'whenCreated', 'whenChanged', 'uSNChanged'];

/** Exports everything that an audit needs, in LDIF. */
export async function exportDirectory(lab: Lab): Promise<string> {
  const base = lab.domainDn;
  const configuration = `CN=Configuration,${base}`;
  const accounts =
    '(|(objectClass=computer)(objectClass=user)(objectClass=group)(objectClass=foreignSecurityPrincipal))';
  const searches: string[][] = [
    ['-s', 'base', '-b', '', '(objectClass=*)', '*', '+'],
    ['-b', configuration, '(objectClass=crossRef)'],
    ['-b', configuration, '(objectClass=dHCPClass)'],
    [
      '-s',
      'base',
      '-b',
      base,
      '(objectClass=*)',
      'objectClass',
      'objectSid',
      'objectGUID',
      'name',
      'msDS-Behavior-Version',
    ],
    [...PAGED, '-b', base, accounts, ...ACCOUNT_ATTRIBUTES],
    [...SD_FLAGS, ...PAGED, '-b', base, CLUSTER_FILTER, ...CLUSTER_ATTRIBUTES],
  ];
  for (const container of ['DC=DomainDnsZones', 'DC=ForestDnsZones', 'CN=System']) {
    const zones = ['-b', `CN=MicrosoftDNS,${container},${base}`];
    searches.push([
      ...SD_FLAGS,
      ...PAGED,
      ...zones,
      '(!(objectClass=dnsNode))',
      ...COMMON,
      ...ZONE_ATTRIBUTES,
    ]);
    searches.push([...SD_FLAGS, ...PAGED, ...zones, '(objectClass=dnsNode)', ...COMMON, ...NAME_ATTRIBUTES]);
  }
  // Every account of the domain is exported, so that a SID which is not among them is an orphan.
  const parts: string[] = [`# dnsacl-complete-domain: ${await domainSid(lab)}\n\n`];
  for (const search of searches) parts.push(await lab.ldapsearch(['-o', 'ldif-wrap=79', ...search]));
  return parts.join('');
}

async function domainSid(lab: Lab): Promise<string> {
  const text = await lab.ldapsearch([
    '-LLL',
    '-s',
    'base',
    '-b',
    lab.domainDn,
    '(objectClass=*)',
    'objectSid',
  ]);
  const base64 = /^objectSid:: (.+)$/m.exec(text)?.[1];
  if (base64 === undefined) throw new Error(`Cannot read the SID of ${lab.domainDn}`);
  return decodeSid(Buffer.from(base64, 'base64'));
}

async function main(file: string | undefined): Promise<void> {
  if (file === undefined)
    throw new Error('Cannot capture the example: needed the file to write, as OUT.ldif.gz');
  const lab = await startLab();
  try {
    await layExample(lab, new Date(), lab.adminPassword);
    const bytes = gzipSync(await exportDirectory(lab), { level: constants.Z_BEST_COMPRESSION });
    await writeFile(file, bytes);
    process.stderr.write(`${file}: ${bytes.length} bytes\n`);
  } finally {
    await lab.stop();
  }
}

if (import.meta.main) await main(process.argv[2]);
