/**
 * How the DCs of a lab find each other, and how tools find them: a hosts file for nss_wrapper and a krb5.conf, both in
 * the lab's own folder. Both are read again by running processes when they change.
 */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One DC as the network knows it. */
export interface Host {
  readonly address: string;
  readonly hostName: string;
  readonly realm: string;
  /** Further names, such as the `<GUID>._msdcs` one by which DCs replicate. */
  readonly aliases: readonly string[];
}

/** The hosts file and the krb5.conf of a lab whose first DC has this folder. */
export function networkFiles(folder: string): { readonly hosts: string; readonly krb5Conf: string } {
  return { hosts: join(folder, 'hosts'), krb5Conf: join(folder, 'krb5.conf') };
}

/** Makes exactly these hosts known. The realm of the first is the one that is meant where none is named. */
export async function writeNetwork(folder: string, hosts: readonly Host[]): Promise<void> {
  const files = networkFiles(folder);
  await replaceFile(files.hosts, hostsFile(hosts));
  await replaceFile(files.krb5Conf, krb5Conf(hosts));
}

/** A process that reads the file at this moment sees the old or the new text, never half of one. */
async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

function hostsFile(hosts: readonly Host[]): string {
  const lines = hosts.map(({ address, hostName, aliases }) => {
    const short = hostName.split('.')[0] ?? hostName;
    return [address, hostName, short, ...aliases].join(' ');
  });
  return `127.0.0.1 localhost\n${lines.join('\n')}\n`;
}

function krb5Conf(hosts: readonly Host[]): string {
  const realms = [...new Set(hosts.map(({ realm }) => realm))];
  const realmBlock = (realm: string): string => {
    const kdcs = hosts.filter((host) => host.realm === realm).map(({ address }) => `    kdc = ${address}\n`);
    return `  ${realm} = {\n${kdcs.join('')}  }\n`;
  };
  const domainLines = (realm: string): string => {
    const domain = realm.toLowerCase();
    return `  .${domain} = ${realm}\n  ${domain} = ${realm}\n`;
  };
  return `[libdefaults]
  default_realm = ${realms[0]}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
${realms.map(realmBlock).join('')}[domain_realm]
${realms.map(domainLines).join('')}`;
}
