/** The files that make up a lab: smb.conf, krb5.conf, the hosts file of its children, and its certificates. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './run.ts';

/** What `allow dns updates` of smb.conf can be set to here. */
export type DnsMode = 'nonsecure' | 'secure only';

/** Names and places of a lab; everything else is derived from them. */
export interface Place {
  readonly folder: string;
  readonly address: string;
  readonly hostName: string;
  readonly realm: string;
  readonly domain: string;
  /** How Samba divides its work; one process for everything, the leanest, when left out. */
  readonly model?: 'single' | 'prefork';
}

/** Where the lab's files lie, below its folder. */
export function pathsOf(
  place: Place,
): Record<'smbConf' | 'samLdb' | 'krb5Conf' | 'hosts' | 'caFile' | 'tickets', string> {
  const { folder } = place;
  return {
    smbConf: join(folder, 'dc', 'etc', 'smb.conf'),
    samLdb: join(folder, 'dc', 'private', 'sam.ldb'),
    krb5Conf: join(folder, 'krb5.conf'),
    hosts: join(folder, 'hosts'),
    caFile: join(folder, 'tls', 'ca.pem'),
    tickets: join(folder, 'tickets'),
  };
}

/** The options of smb.conf's global section, in the form samba-tool takes them as well. */
export function smbOptions(place: Place, mode: DnsMode): string[] {
  const { folder, address } = place;
  return [
    `allow dns updates = ${mode}`,
    'bind interfaces only = yes',
    `cache directory = ${folder}/dc/cache`,
    'dns update command = /bin/true',
    `interfaces = ${address}/8`,
    `lock directory = ${folder}/dc`,
    `log file = ${folder}/log`,
    `ncalrpc dir = ${folder}/ncalrpc`,
    `pid directory = ${folder}/run`,
    `private dir = ${folder}/dc/private`,
    'server services = rpc, ldap, cldap, kdc, dns',
    `state directory = ${folder}/dc/state`,
    `tls cafile = ${folder}/tls/ca.pem`,
    `tls certfile = ${folder}/tls/dc.pem`,
    `tls keyfile = ${folder}/tls/dc.key`,
    `winbindd socket directory = ${folder}/winbindd`,
  ];
}

/** Writes smb.conf afresh; the DC reads it when it starts. */
export async function writeSmbConf(place: Place, mode: DnsMode): Promise<void> {
  const lines = [
    '[global]',
    `netbios name = ${shortHostName(place).toUpperCase()}`,
    `realm = ${place.realm}`,
    `workgroup = ${place.domain}`,
    'server role = active directory domain controller',
    ...smbOptions(place, mode),
    '[sysvol]',
    `path = ${place.folder}/dc/state/sysvol`,
  ];
  await writeFile(pathsOf(place).smbConf, `${lines.join('\n')}\n`);
}

/** The environment of the lab's children: Kerberos and the DC's name work in it, and nothing lands in /tmp. */
export function childEnv(place: Place): NodeJS.ProcessEnv {
  const paths = pathsOf(place);
  const temporary = join(place.folder, 'tmp');
  return {
    ...process.env,
    TMPDIR: temporary,
    KRB5_CONFIG: paths.krb5Conf,
    KRB5RCACHENAME: `dfl:${temporary}`,
    LD_PRELOAD: 'libnss_wrapper.so',
    NSS_WRAPPER_HOSTS: paths.hosts,
    LDAPTLS_CACERT: paths.caFile,
    LAB_SMB_CONF: paths.smbConf,
    LAB_SAM_LDB: paths.samLdb,
    PYTHONPATH: import.meta.dirname,
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** The first label of the DC's name. */
export function shortHostName(place: Place): string {
  return place.hostName.split('.')[0] ?? place.hostName;
}

/** Makes the sub-folders and every file that must exist before the domain is provisioned. */
export async function writeLabFiles(place: Place): Promise<void> {
  const { folder, address, hostName } = place;
  for (const name of ['run', 'ncalrpc', 'winbindd', 'tls', 'tickets', 'tmp']) await mkdir(join(folder, name));
  const paths = pathsOf(place);
  await writeFile(paths.krb5Conf, krb5Conf(place));
  await writeFile(paths.hosts, `127.0.0.1 localhost\n${address} ${hostName} ${shortHostName(place)}\n`);
  await makeCertificates(place);
}

function krb5Conf({ realm, address }: Place): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  ${realm} = {
    kdc = ${address}
  }
[domain_realm]
  .${realm.toLowerCase()} = ${realm}
  ${realm.toLowerCase()} = ${realm}
`;
}

/** A CA of the lab's own, and a certificate that clients can verify by the DC's name and by its address. */
async function makeCertificates({ folder, hostName, address }: Place): Promise<void> {
  const tls = (name: string): string => join(folder, 'tls', name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const caExtensions = ['basicConstraints=critical,CA:true', 'keyUsage=critical,keyCertSign,cRLSign'];
  await mustRun('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', tls('ca.key'), '-out', tls('ca.pem'), '-days', '30'],
    ...['-subj', '/CN=dnsacl lab CA', ...caExtensions.flatMap((extension) => ['-addext', extension])],
  ]);
  await mustRun('openssl', [
    ...[
      'req',
      '-new',
      ...newKey,
      '-keyout',
      tls('dc.key'),
      '-out',
      tls('dc.csr'),
      '-subj',
      `/CN=${hostName}`,
    ],
  ]);
  await writeFile(
    tls('dc.ext'),
    `subjectAltName=DNS:${hostName},IP:${address}\nextendedKeyUsage=serverAuth\n`,
  );
  await mustRun('openssl', [
    ...[
      'x509',
      '-req',
      '-in',
      tls('dc.csr'),
      '-CA',
      tls('ca.pem'),
      '-CAkey',
      tls('ca.key'),
      '-CAcreateserial',
    ],
    ...['-days', '30', '-extfile', tls('dc.ext'), '-out', tls('dc.pem')],
  ]);
}
