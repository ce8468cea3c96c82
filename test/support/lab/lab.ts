/**
 * A real Active Directory domain controller (Samba) for tests, on a loopback address of its own.
 *
 * Everything lies in one fresh temporary folder; the machine's own files stay untouched. A janitor process
 * removes the folder and ends the DC as soon as the lab is stopped or the test process is gone, however it went.
 */

import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnv, type DnsMode, type Place, pathsOf, writeSharedFiles, writeSmbConf } from './config.ts';
import { findFreeAddress, startDcProcess, stopDcProcess } from './dc.ts';
import { type FurtherDc, newDcFolder, prepareDc } from './further-dc.ts';
import { dismissJanitor, hireJanitor } from './janitor.ts';
import { type Host, writeNetwork } from './network.ts';
import { installPackages } from './packages.ts';
import { provisionDomain } from './provision.ts';
import { mustRun, type Outcome, type RunOptions, run } from './run.ts';

export interface LabOptions {
  /** What the DC's DNS server accepts at first; `nonsecure` (that is: nonsecure and secure) when left out. */
  readonly dnsMode?: DnsMode;
}

/** One dynamic update, sent by the real nsupdate. */
export interface DynamicUpdate {
  /** sAMAccountName whose ticket signs the update; a nonsecure update when left out. */
  readonly as?: string;
  /** The DC when left out. */
  readonly server?: string;
  readonly zone: string;
  /** Lines such as `update add pc1.corp.example.com 1200 A 10.0.0.1`; `send` is added at the end. */
  readonly commands: readonly string[];
}

const REALM = 'CORP.EXAMPLE.COM';
const HERE = import.meta.dirname;

/** Provisions a domain and starts its DC; about 6 s. Installs Samba when it is missing. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  await installPackages();
  const folder = newDcFolder();
  const janitor = await hireJanitor(folder);
  const place: Place = {
    folder,
    address: await findFreeAddress(),
    hostName: `dc1.${REALM.toLowerCase()}`,
    realm: REALM,
    domain: 'CORP',
  };
  const lab = new Lab(place, janitor, `Aa1+${randomBytes(12).toString('base64url')}`);
  try {
    await lab.provision(options.dnsMode ?? 'nonsecure');
    await lab.startDc();
  } catch (error) {
    await lab.stop();
    throw error;
  }
  return lab;
}

/** A running lab. Every method that runs a tool throws when the tool fails, except `nsupdate`. */
export class Lab {
  readonly folder: string;
  /** The DC's own address in 127.0.0.0/8; nothing listens elsewhere. */
  readonly address: string;
  readonly hostName: string;
  readonly realm: string;
  readonly domainDn: string;
  readonly adminDn: string;
  readonly adminUpn: string;
  readonly adminPassword: string;
  /** Holds the administrator's password and nothing else, mode 0600. */
  readonly passwordFile: string;
  /** The CA of the DC's certificate, PEM. The certificate names the host name and the address. */
  readonly caFile: string;
  readonly ldapUri: string;
  /** smb.conf and the directory's database of the DC, for Samba's own tools. */
  readonly smbConf: string;
  readonly samLdb: string;
  /** Environment in which Kerberos and the DC's name work; add KRB5CCNAME from `ticketOf()` to be somebody. */
  readonly env: NodeJS.ProcessEnv;

  readonly #place: Place;
  readonly #janitor: ChildProcess;
  readonly #passwords = new Map<string, string>();
  readonly #further = new Map<string, FurtherDc>();
  readonly #hosts: Host[];
  #dnsMode: DnsMode = 'nonsecure';
  #dc: ChildProcess | null = null;

  constructor(place: Place, janitor: ChildProcess, adminPassword: string) {
    const paths = pathsOf(place);
    this.#place = place;
    this.#janitor = janitor;
    this.#hosts = [hostOf(place, [])];
    this.folder = place.folder;
    this.address = place.address;
    this.hostName = place.hostName;
    this.realm = place.realm;
    this.domainDn = place.realm
      .toLowerCase()
      .split('.')
      .map((label) => `DC=${label}`)
      .join(',');
    this.adminDn = `CN=Administrator,CN=Users,${this.domainDn}`;
    this.adminUpn = `administrator@${place.realm.toLowerCase()}`;
    this.adminPassword = adminPassword;
    this.passwordFile = join(place.folder, 'password');
    this.caFile = paths.caFile;
    this.ldapUri = `ldaps://${place.address}`;
    this.smbConf = paths.smbConf;
    this.samLdb = paths.samLdb;
    this.env = childEnv(place);
    this.#passwords.set('administrator', adminPassword);
  }

  /** Makes the lab's files and an empty domain. Called once, by `startLab`. */
  async provision(mode: DnsMode): Promise<void> {
    const place = this.#place;
    await writeFile(this.passwordFile, this.adminPassword, { mode: 0o600 });
    this.#dnsMode = mode;
    await writeSharedFiles(place);
    await writeNetwork(place.folder, this.#hosts);
    await provisionDomain(place, this.env, this.adminPassword, mode);
  }

  /** Starts the DC and waits until it answers. */
  async startDc(): Promise<void> {
    this.#dc ??= await startDcProcess(this.#place, this.env);
  }

  /** Stops the DC; its database stays and can be worked on. */
  async stopDc(): Promise<void> {
    if (this.#dc === null) return;
    const dc = this.#dc;
    this.#dc = null;
    await stopDcProcess(this.#place, dc);
  }

  /** Stops and starts a DC that runs, so that it reads its settings and zones again; leaves a stopped one alone. */
  async restartDc(): Promise<void> {
    if (this.#dc === null) return;
    await this.stopDc();
    await this.startDc();
  }

  /**
   * Lets the DNS servers accept nonsecure updates, or signed ones only; the DCs are restarted for it.
   *
   * While nonsecure updates are allowed Samba performs signed ones as SYSTEM too, unchecked, which Windows does
   * not: whatever a test wants to see refused, or owned by the client, needs `secure only`.
   */
  async setDnsMode(mode: DnsMode): Promise<void> {
    this.#dnsMode = mode;
    await writeSmbConf(this.#place, mode);
    await this.restartDc();
    for (const dc of this.#further.values()) await dc.setDnsMode(mode);
  }

  /**
   * Adds another DC of the same domain, such as `dc2`, and starts it; about 6 s. Its names resolve in `env`, and the
   * SRV records by which clients find it are in DNS. Nothing replicates by itself: see `replicate`.
   */
  async join(name: string): Promise<FurtherDc> {
    const { folder, realm, domain } = this.#place;
    const address = await findFreeAddress();
    const hostName = `${name}.${realm.toLowerCase()}`;
    const place = { folder: newDcFolder(), sharedFolder: folder, address, hostName, realm, domain };
    const dc = await prepareDc(place);
    this.#further.set(name, dc);
    const host = this.#hosts.push(hostOf(place, [])) - 1;
    await writeNetwork(folder, this.#hosts);
    await dc.join(this, this.#dnsMode);
    this.#hosts[host] = hostOf(place, [await dc.replicationName()]);
    await writeNetwork(folder, this.#hosts);
    await dc.registerNames(this);
    for (const partition of ['DomainDnsZones', 'ForestDnsZones']) {
      await this.replicate('dc1', name, `DC=${partition},${this.domainDn}`);
    }
    await dc.start();
    return dc;
  }

  /**
   * Brings what changed in a naming context on one DC, which must run, to another: `replicate('dc1', 'dc2', dn)`. The
   * database of the other is written by the same code as by its replication service.
   */
  async replicate(from: string, to: string, namingContext: string): Promise<void> {
    const domain = this.realm.toLowerCase();
    const pull = ['drs', 'replicate', `${to}.${domain}`, `${from}.${domain}`, namingContext, '--local'];
    const who = { PASSWD_FILE: this.passwordFile };
    const dc = to === 'dc1' ? this : this.#further.get(to);
    if (dc === undefined) throw new Error(`Cannot replicate to ${to}: needed dc1 or a DC that joined`);
    await dc.samba([...pull, '-U', 'administrator'], who);
  }

  /**
   * Adds a domain of the forest with one DC, such as `child`; about 6 s. Samba cannot make one, so it is imitated: a
   * forest of its own, which crossRef objects on `dc1` call a domain of this one. The administrator signs in to both
   * in the same way. The DC answers to the domain's name too, as the address records of a domain have it.
   */
  async addDomain(name: string): Promise<FurtherDc> {
    const realm = `${name.toUpperCase()}.${this.realm}`;
    const place = {
      folder: newDcFolder(),
      sharedFolder: this.folder,
      address: await findFreeAddress(),
      hostName: `${name}-dc1.${realm.toLowerCase()}`,
      realm,
      domain: name.toUpperCase(),
    };
    const dc = await prepareDc(place);
    this.#further.set(`${name}-dc1`, dc);
    this.#hosts.push(hostOf(place, [realm.toLowerCase()]));
    await writeNetwork(this.folder, this.#hosts);
    await dc.provision(this, this.#dnsMode);
    await this.python(join(HERE, 'add-domain.py'), [realm.toLowerCase(), place.domain]);
    await dc.start();
    return dc;
  }

  /** Takes a naming context, such as `DC=ForestDnsZones,…`, away from `dc1`: it is restarted without it. */
  async dropPartition(namingContext: string): Promise<void> {
    await this.stopDc();
    await this.python(join(HERE, 'drop-partition.py'), [namingContext]);
    await this.startDc();
  }

  /** Ends the DCs and removes their folders. */
  async stop(): Promise<void> {
    for (const dc of this.#further.values()) await dc.remove();
    await this.stopDc();
    await dismissJanitor(this.#janitor);
  }

  /** Runs a Python file (or `-c` and code as the first argument) that can `from labdb import connect`. */
  python(script: string, args: readonly string[] = [], stdin = ''): Promise<string> {
    return mustRun('/usr/bin/python3', [script, ...args], { env: this.env, stdin });
  }

  /** Runs samba-tool on the lab's own database. */
  samba(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return mustRun('samba-tool', [...args, `--configfile=${this.smbConf}`], { env: { ...this.env, ...env } });
  }

  /** Runs ldapsearch over LDAPS as the administrator; `args` are base, scope, filter, attributes. */
  ldapsearch(args: readonly string[]): Promise<string> {
    const who = [
      '-LLL',
      '-o',
      'ldif-wrap=no',
      '-H',
      this.ldapUri,
      '-x',
      '-D',
      this.adminUpn,
      '-y',
      this.passwordFile,
    ];
    return mustRun('ldapsearch', [...who, ...args], { env: this.env });
  }

  /**
   * Sends a dynamic update. nsupdate reports `tsig verify failure` and code 2 for a signed update even when it
   * was done: judge by reading the name back.
   */
  async nsupdate(update: DynamicUpdate): Promise<Outcome> {
    const signed = update.as !== undefined;
    const server = update.server ?? (signed ? this.hostName : this.address);
    const options: RunOptions = {
      env: update.as === undefined ? this.env : { ...this.env, KRB5CCNAME: await this.ticketOf(update.as) },
      stdin: `${[`server ${server}`, `zone ${update.zone}`, ...update.commands, 'send'].join('\n')}\n`,
    };
    return run('nsupdate', signed ? ['-g'] : [], options);
  }

  /** Asks the DC's DNS server; returns the data of each record, sorted. */
  async lookup(name: string, type: string): Promise<string[]> {
    const text = await mustRun('dig', [`@${this.address}`, '+short', '+tries=2', '+time=3', name, type]);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  }

  /** Sets an account's password, so that it can sign in. */
  async setPassword(account: string, password: string): Promise<void> {
    await this.python(join(HERE, 'account-password.py'), [account], password);
    this.rememberPassword(account, password);
    await rm(this.#ticketFile(account), { force: true });
  }

  /** Tells the lab a password that was set in another way. */
  rememberPassword(account: string, password: string): void {
    this.#passwords.set(account.toLowerCase(), password);
  }

  /**
   * Signs an account in, once, and returns its credential cache for KRB5CCNAME. An account whose password the
   * lab does not know gets a new one.
   */
  async ticketOf(account: string): Promise<string> {
    const file = this.#ticketFile(account);
    if (existsSync(file)) return `FILE:${file}`;
    if (!this.#passwords.has(account.toLowerCase())) {
      await this.setPassword(account, `Aa1+${randomBytes(12).toString('base64url')}`);
    }
    await mustRun('kinit', ['-c', `FILE:${file}`, `${account}@${this.realm}`], {
      env: this.env,
      stdin: `${this.#passwords.get(account.toLowerCase())}\n`,
    });
    return `FILE:${file}`;
  }

  /** Drops all tickets: a changed group membership shows only in a new one. */
  async forgetTickets(): Promise<void> {
    const { tickets } = pathsOf(this.#place);
    await rm(tickets, { recursive: true, force: true });
    await mustRun('mkdir', [tickets]);
  }

  #ticketFile(account: string): string {
    return join(pathsOf(this.#place).tickets, account.toLowerCase());
  }
}

function hostOf({ address, hostName, realm }: Place, aliases: readonly string[]): Host {
  return { address, hostName, realm, aliases };
}
