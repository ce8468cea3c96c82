/** The commands that are measured: the program's own, as an administrator types them, and those of its rivals. */

import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../test/support/lab/lab.ts';
import { mustRun } from '../test/support/lab/run.ts';
import type { Command } from './measure.ts';
import type { BenchServer } from './servers.ts';
import { DHCP_ACCOUNT } from './size.ts';

/** A server with somebody to sign in as. */
export interface Login {
  readonly uri: string;
  readonly caFile: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly domainDn: string;
}

/** SD flags 7 and 4 as control values, BER in base64. [MS-ADTS] 3.1.1.3.4.1.11 */
const READ_FLAGS = '1.2.840.113556.1.4.801=::MAMCAQc=';
const WRITE_FLAGS = '1.2.840.113556.1.4.801 true:: MAMCAQQ=';

const ROOT = join(import.meta.dirname, '..');
const APP = join(ROOT, '.bench', 'app');
const PROGRAM = join(APP, 'bin', 'dnsacl.js');
const LIBRARY = join(APP, 'dist', 'index.js');

/** Builds the program as it is published, beside the working tree's own build. */
export async function buildApp(): Promise<void> {
  await rm(APP, { recursive: true, force: true });
  await mkdir(join(APP, 'bin'), { recursive: true });
  await mustRun(process.execPath, [join(ROOT, 'scripts', 'build.ts'), APP]);
  await cp(join(ROOT, 'bin', 'dnsacl.js'), PROGRAM);
  await cp(join(ROOT, 'package.json'), join(APP, 'package.json'));
}

/** Signing in to the replay server, which lets everybody in. */
export function replayLogin(
  server: BenchServer,
  lab: Pick<Login, 'user' | 'passwordFile' | 'domainDn'>,
): Login {
  return { ...lab, uri: server.uri, caFile: server.caFile };
}

export function labLogin(lab: Lab): Login {
  return {
    uri: lab.ldapUri,
    caFile: lab.caFile,
    user: lab.adminUpn,
    passwordFile: lab.passwordFile,
    domainDn: lab.domainDn,
  };
}

/** A command of the program that talks to a server. */
export function dnsacl(login: Login, args: readonly string[]): Command {
  const where = ['--server', login.uri, '--ca', login.caFile, '--user', login.user];
  return { argv: [process.execPath, PROGRAM, ...args, ...where, '--password-file', login.passwordFile] };
}

/** The options that name the DHCP account, without which half the work of an audit would be left out. */
export const DHCP: readonly string[] = ['--dhcp-account', DHCP_ACCOUNT];

export const DNSACL_VERSION: Command = { argv: [process.execPath, PROGRAM, '--version'] };
export const NODE_ALONE: Command = { argv: [process.execPath, '-e', '0'] };

/** Reads a whole zone with descriptors, page by page; what this takes is what the server and the wire take. */
export function ldapsearch(login: Login, zone: string): Command {
  return {
    argv: [
      ...['ldapsearch', '-LLL', '-x', '-H', login.uri, '-D', login.user, '-y', login.passwordFile],
      ...['-b', zoneDn(login, zone), '-s', 'one', '-E', 'pr=1000/noprompt', '-E', `!${READ_FLAGS}`],
      ...['(objectClass=dnsNode)', 'dc', 'dnsRecord', 'dNSTombstoned', 'nTSecurityDescriptor'],
    ],
    env: { LDAPTLS_CACERT: login.caFile },
  };
}

/** Reads a whole zone with the library and does nothing with it: what is left when nothing is judged or written. */
export function readOnly(login: Login, zone: string, step: 'entries' | 'names'): Command {
  const { uri, caFile, user, passwordFile } = login;
  const script = join(import.meta.dirname, 'steps.ts');
  return { argv: [process.execPath, script, LIBRARY, uri, caFile, user, passwordFile, zone, step] };
}

/** Reads owners as the usual Python tools do. */
export function impacket(login: Login, zone: string): Command {
  const script = join(import.meta.dirname, 'read_impacket.py');
  const { uri, caFile, user, passwordFile } = login;
  return { argv: ['/usr/bin/python3', script, uri, caFile, user, passwordFile, zoneDn(login, zone)] };
}

/** Writes what the LDIF file says, one change after the other. */
export function ldapmodify(login: Login, ldifFile: string): Command {
  return {
    argv: ['ldapmodify', '-x', '-H', login.uri, '-D', login.user, '-y', login.passwordFile, '-f', ldifFile],
    env: { LDAPTLS_CACERT: login.caFile },
  };
}

/** Adds one ACE to one name, as a loop in a shell script would do for each. */
export function sambaTool(lab: Lab, dn: string, ace: string): Command {
  return {
    argv: [
      ...['samba-tool', 'dsacl', 'set', '-H', `ldap://${lab.hostName}`, `--configfile=${lab.smbConf}`],
      ...['-U', `administrator%${lab.adminPassword}`, `--objectdn=${dn}`, `--sddl=${ace}`],
    ],
    env: lab.env,
  };
}

/** LDIF that replaces the DACL of each name. */
export function replaceDacls(changes: readonly { readonly dn: string; readonly base64: string }[]): string {
  return changes
    .map(
      ({ dn, base64 }) =>
        `dn: ${dn}\ncontrol: ${WRITE_FLAGS}\nchangetype: modify\n` +
        `replace: nTSecurityDescriptor\nnTSecurityDescriptor:: ${base64}\n-\n`,
    )
    .join('\n');
}

function zoneDn(login: Login, zone: string): string {
  return `DC=${zone},CN=MicrosoftDNS,DC=DomainDnsZones,${login.domainDn}`;
}
