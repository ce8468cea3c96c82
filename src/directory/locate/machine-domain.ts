/**
 * Which domain this machine belongs to, as far as it can be told without asking anybody: on Windows the variable
 * USERDNSDOMAIN, elsewhere the realm of krb5.conf, else the domain of resolv.conf.
 */

import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';

/** Where a machine keeps these things; tests have others. */
export interface MachineFiles {
  readonly krb5Conf: string;
  readonly resolvConf: string;
}

const USUAL_FILES: MachineFiles = { krb5Conf: '/etc/krb5.conf', resolvConf: '/etc/resolv.conf' };

/** @returns the FQDN in lower case, or null when nothing tells */
export async function machineDomain(
  env: Readonly<Record<string, string | undefined>>,
  files: MachineFiles = USUAL_FILES,
): Promise<string | null> {
  const windows = env.USERDNSDOMAIN ?? '';
  if (windows !== '') return windows.toLowerCase();
  // KRB5_CONFIG may list several files; a setting counts where it comes first.
  for (const file of (env.KRB5_CONFIG ?? files.krb5Conf).split(delimiter)) {
    const realm = defaultRealm(await textOf(file));
    if (realm !== null) return realm.toLowerCase();
  }
  return searchDomain(await textOf(files.resolvConf))?.toLowerCase() ?? null;
}

/** `default_realm` of the section `[libdefaults]` of a krb5.conf, or null. */
export function defaultRealm(text: string): string | null {
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[(.+?)\]/.exec(line)?.[1]?.toLowerCase() ?? section;
    const value = /^\s*default_realm\s*=\s*"?([^\s"#;]+)/.exec(line)?.[1];
    if (section === 'libdefaults' && value !== undefined) return value;
  }
  return null;
}

/** The first domain of the last `search` or `domain` line of a resolv.conf, or null. resolv.conf(5) */
export function searchDomain(text: string): string | null {
  let found: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const domain = /^(?:search|domain)\s+(\S+)/.exec(line)?.[1]?.replace(/\.$/, '');
    if (domain !== undefined) found = domain;
  }
  return found === null || found === '' ? null : found;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // No such file, or not for us: then it does not tell.
    return '';
  }
}
