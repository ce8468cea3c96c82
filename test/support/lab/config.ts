/** The files that make up a DC of a lab: smb.conf and its certificates; and the environment of the lab's children. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkFiles } from './network.ts';
import { mustRun } from './run.ts';

/** What `allow dns updates` of smb.conf can be set to here. */
export type DnsMode = 'nonsecure' | 'secure only';

/** Names and places of a DC; everything else is derived from them. */
export interface Place {
  /** Where everything lies that only this DC uses. */
  readonly folder: string;
  /** Where what all DCs of the lab share lies, the folder of the first one; `folder` when left out. */
  readonly sharedFolder?: string;
  readonly address: string;
  readonly hostName: string;
  readonly realm: string;
  readonly domain: string;
  /** How Samba divides its work; one process for everything, the leanest, when left out. */
  readonly model?: 'single' | 'prefork';
}

/** Where the DC's files lie, and those that it shares with the lab's other DCs. */
export function pathsOf(
  place: Place,
): Record<'smbConf' | 'samLdb' | 'krb5Conf' | 'hosts' | 'caFile' | 'caKey' | 'tickets', string> {
  const { folder } = place;
  const sharedFolder = sharedFolderOf(place);
  return {
    smbConf: join(folder, 'dc', 'etc', 'smb.conf'),
    samLdb: join(folder, 'dc', 'private', 'sam.ldb'),
    ...networkFiles(sharedFolder),
    caFile: join(sharedFolder, 'tls', 'ca.pem'),
    caKey: join(sharedFolder, 'tls', 'ca.key'),
    tickets: join(sharedFolder, 'tickets'),
  };
}

function sharedFolderOf(place: Place): string {
  return place.sharedFolder ?? place.folder;
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
    `tls cafile = ${pathsOf(place).caFile}`,
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

/**
 * The environment of the lab's children: Kerberos and the DCs' names work in it, and nothing lands in /tmp. The tools
 * that work on a DC's own files work on those of this one.
 */
export function childEnv(place: Place): NodeJS.ProcessEnv {
  const paths = pathsOf(place);
  const temporary = join(sharedFolderOf(place), 'tmp');
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

/** Makes what all DCs of the lab share, but for the network files. */
export async function writeSharedFiles(place: Place): Promise<void> {
  for (const name of ['tls', 'tickets', 'tmp']) await mkdir(join(sharedFolderOf(place), name));
  await makeCa(place);
}

/** Makes the sub-folders and the certificate that must exist before the DC is provisioned or joined. */
export async function writeDcFiles(place: Place): Promise<void> {
  for (const name of ['run', 'ncalrpc', 'winbindd', 'tls']) {
    await mkdir(join(place.folder, name), { recursive: true });
  }
  await makeCertificate(place);
}

/** Makes a key of its own for whatever is made next. */
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A CA of the lab's own. */
async function makeCa(place: Place): Promise<void> {
  const { caFile, caKey } = pathsOf(place);
  const extensions = ['basicConstraints=critical,CA:true', 'keyUsage=critical,keyCertSign,cRLSign'];
  await mustRun('openssl', [
    ...['req', '-x509', ...NEW_KEY, '-keyout', caKey, '-out', caFile, '-days', '30'],
    ...['-subj', '/CN=dnsacl lab CA', ...extensions.flatMap((extension) => ['-addext', extension])],
  ]);
}

/** A certificate that clients can verify by the DC's name, that of its domain, and its address. */
async function makeCertificate(place: Place): Promise<void> {
  const { folder, hostName, address } = place;
  const domain = place.realm.toLowerCase();
  const { caFile, caKey } = pathsOf(place);
  const tls = (name: string): string => join(folder, 'tls', name);
  const names = `subjectAltName=DNS:${hostName},DNS:${domain},IP:${address}\nextendedKeyUsage=serverAuth\n`;
  await writeFile(tls('dc.ext'), names);
  await mustRun('openssl', [
    ...['req', '-new', ...NEW_KEY, '-keyout', tls('dc.key'), '-out', tls('dc.csr')],
    ...['-subj', `/CN=${hostName}`],
  ]);
  await mustRun('openssl', [
    ...['x509', '-req', '-in', tls('dc.csr'), '-CA', caFile, '-CAkey', caKey, '-CAcreateserial'],
    ...['-days', '30', '-extfile', tls('dc.ext'), '-out', tls('dc.pem')],
  ]);
}
