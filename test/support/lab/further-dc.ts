/** A DC that joined the lab's domain after the first one: it can be stopped and started by itself. */

import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  childEnv,
  type DnsMode,
  type Place,
  pathsOf,
  shortHostName,
  smbOptions,
  writeDcFiles,
  writeSmbConf,
} from './config.ts';
import { startDcProcess, stopDcProcess } from './dc.ts';
import { dismissJanitor, hireJanitor } from './janitor.ts';
import { provisionDomain } from './provision.ts';
import { mustRun } from './run.ts';

/** Reads the GUID by which DCs call each other from the DC's own database. */
const PRINT_GUID = 'from labdb import connect\nprint(connect().get_ntds_GUID())';

/** Gives the Administrator another user principal name. */
const RENAME_ADMINISTRATOR = `import sys
from labdb import connect
samdb = connect()
samdb.modify_ldif("""dn: CN=Administrator,CN=Users,%s
changetype: modify
replace: userPrincipalName
userPrincipalName: %s
""" % (samdb.domain_dn(), sys.argv[1]))`;

/** Who joins a DC, and by which other one. */
export interface Sponsor {
  readonly hostName: string;
  readonly address: string;
  /** File that holds the password of the domain's Administrator. */
  readonly passwordFile: string;
}

/** A folder of its own for a DC; it lies beside that of the lab. */
export function newDcFolder(): string {
  return join(tmpdir(), `dnsacl-lab-${randomBytes(6).toString('hex')}`);
}

/** One further DC. */
export class FurtherDc {
  readonly folder: string;
  readonly address: string;
  readonly hostName: string;
  readonly ldapUri: string;
  readonly #place: Place;
  readonly #janitor: ChildProcess;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | null = null;

  constructor(place: Place, janitor: ChildProcess) {
    this.#place = place;
    this.#janitor = janitor;
    this.#env = childEnv(place);
    this.folder = place.folder;
    this.address = place.address;
    this.hostName = place.hostName;
    this.ldapUri = `ldaps://${place.address}`;
  }

  /** Makes the DC's files and joins it to the domain; `sponsor` must run. Its name must resolve already. */
  async join(sponsor: Sponsor, mode: DnsMode): Promise<void> {
    const place = this.#place;
    await writeDcFiles(place);
    const options = [
      `netbios name = ${shortHostName(place).toUpperCase()}`,
      `realm = ${place.realm}`,
      `workgroup = ${place.domain}`,
      ...smbOptions(place, mode),
    ];
    await mustRun(
      'samba-tool',
      [
        ...['domain', 'join', place.realm.toLowerCase(), 'DC', '-U', 'administrator'],
        ...[`--server=${sponsor.hostName}`, `--targetdir=${join(place.folder, 'dc')}`],
        ...['--dns-backend=SAMBA_INTERNAL', '--configfile=/dev/null'],
        ...options.map((option) => `--option=${option}`),
      ],
      { env: { ...this.#env, PASSWD_FILE: sponsor.passwordFile } },
    );
    await writeSmbConf(place, mode);
  }

  /** Makes a domain of its own, whose administrator signs in with the name and password of the sponsor's. */
  async provision(
    sponsor: Pick<Sponsor, 'passwordFile'> & { readonly adminUpn: string },
    mode: DnsMode,
  ): Promise<void> {
    const password = await readFile(sponsor.passwordFile, 'utf8');
    await provisionDomain(this.#place, this.#env, password, mode);
    await this.python('-c', [RENAME_ADMINISTRATOR, sponsor.adminUpn]);
  }

  /** Runs Python on this DC's own database, as Lab.python() does. */
  python(script: string, args: readonly string[] = [], stdin = ''): Promise<string> {
    return mustRun('/usr/bin/python3', [script, ...args], { env: this.#env, stdin });
  }

  /** Registers the DC's names at the sponsor's DNS server, those that clients find DCs by among them. */
  async registerNames(sponsor: Sponsor): Promise<void> {
    await mustRun(
      'samba_dnsupdate',
      [
        ...[`--current-ip=${this.address}`, '--use-samba-tool', `--rpc-server-ip=${sponsor.address}`],
        `--configfile=${pathsOf(this.#place).smbConf}`,
      ],
      { env: this.#env },
    );
  }

  /** The name by which other DCs call this one: `<GUID>._msdcs.<domain>`. [MS-DRSR] 2.2.2 */
  async replicationName(): Promise<string> {
    const guid = await this.python('-c', [PRINT_GUID]);
    return `${guid.trim()}._msdcs.${this.#place.realm.toLowerCase()}`;
  }

  /** Starts the DC and waits until it answers. */
  async start(): Promise<void> {
    this.#process ??= await startDcProcess(this.#place, this.#env);
  }

  /** Stops the DC; its database stays. */
  async stop(): Promise<void> {
    if (this.#process === null) return;
    const process = this.#process;
    this.#process = null;
    await stopDcProcess(this.#place, process);
  }

  /** Lets the DC's DNS server accept nonsecure updates, or signed ones only. */
  async setDnsMode(mode: DnsMode): Promise<void> {
    await writeSmbConf(this.#place, mode);
    if (this.#process === null) return;
    await this.stop();
    await this.start();
  }

  /** Runs samba-tool on this DC's own database. */
  samba(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const conf = `--configfile=${pathsOf(this.#place).smbConf}`;
    return mustRun('samba-tool', [...args, conf], { env: { ...this.#env, ...env } });
  }

  /** Ends the DC for good and removes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    await dismissJanitor(this.#janitor);
  }
}

/** Hires a janitor for the folder and returns a DC that has yet to join. */
export async function prepareDc(place: Place): Promise<FurtherDc> {
  return new FurtherDc(place, await hireJanitor(place.folder));
}
