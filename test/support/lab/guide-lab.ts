/**
 * Where the guide is walked on domain controllers: a zone of 66 hosts that nonsecure updates registered, two DCs, and
 * a folder in which the commands run as the guide shows them. What each prints is kept, to be compared with the guide.
 */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../fake-io.ts';
import { inFolder, type Screen, screenOf } from '../readme.ts';
import { argumentsOf, type ShownRun } from '../shown-runs.ts';
import { recordBytes, toHours, zoneProperties } from './dns-bytes.ts';
import { type EstateName, layEstate } from './estate.ts';
import { where, ZONE } from './fleet.ts';
import { type Lab, startLab } from './lab.ts';

/** A host that registers its own name, or one for which the DHCP server does it. */
export interface GuideHost {
  readonly name: string;
  readonly address: string;
  readonly signer: string;
}

export interface GuideLab {
  readonly lab: Lab;
  readonly folder: string;
  /** What was run so far, in order. */
  readonly runs: readonly ShownRun[];
  /** Runs a command in the folder, against the first DC; `code` is its exit code, `screen` what a terminal shows. */
  run(command: string): Promise<Screen>;
  /** The same with the program's clock so many hours ahead of the DC's. */
  runLater(command: string, hours: number): Promise<Screen>;
  /** Registers hosts as they are, signed by the account that registers them. */
  register(hosts: readonly GuideHost[]): Promise<void>;
  /** Sends a signed update that gives a host another address. @returns the addresses that DNS knows afterwards */
  move(host: GuideHost, address: string): Promise<readonly string[]>;
  /** Every descriptor below the zone and the zone's properties, as the DC holds them. */
  bytes(): Promise<string>;
  stop(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, '../../../bin/dnsacl-dev.ts');
const DHCP_ACCOUNT = 'dhcp_update';
const COMPUTERS = ['pc01', 'pc02', 'pc03', 'srv-app01', 'kiosk1'] as const;
const PHONES = 60;
/** One more than no-refresh, so that every update is due. */
const AGE_HOURS = 8 * 24;
const HOUR_MS = 3_600_000;
/** The guide leaves out where its commands connect to, so what they suggest leaves it out too. */
const WHERE_REPEATED = / --server \S+ --user \S+ --ca \S+/g;
/** Owner, group and DACL. */
const SD_FLAGS = '!1.2.840.113556.1.4.801=::MAMCAQc=';

export const KIOSK: GuideHost = { name: 'kiosk1', address: '10.0.1.5', signer: 'KIOSK1$' };

/** The hosts that get their right, and register themselves later. */
export const GRANTED: readonly GuideHost[] = hosts().filter(({ name }) => name !== KIOSK.name);

/** Starts two DCs and lays the zone; about 20 s. */
export async function startGuideLab(): Promise<GuideLab> {
  const folder = await mkdtemp(join(tmpdir(), 'dnsacl-guide-lab-'));
  const lab = await startLab();
  const stop = async (): Promise<void> => {
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await layZone(lab);
    await lab.join('dc2');
    return guideLabOf(lab, folder, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function guideLabOf(lab: Lab, folder: string, stop: () => Promise<void>): GuideLab {
  const runs: ShownRun[] = [];
  const keep = (command: string, { screen, code }: Screen): Screen => {
    const named = screen
      .replaceAll(`${folder}/`, '')
      .replaceAll(lab.address, lab.hostName)
      .replaceAll(WHERE_REPEATED, '');
    runs.push({ command, shown: screenOf(command, { screen: named, code }) });
    return { code, screen: named };
  };
  const zone = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`;
  return {
    lab,
    folder,
    runs,
    run: async (command) => keep(command, await runOnTerminal(lab, folder, command)),
    runLater: async (command, hours) => {
      const now = (): Date => new Date(Date.now() + hours * HOUR_MS);
      const args = [...argumentsOf(command), '--no-color', ...where(lab)];
      return keep(command, await inFolder(folder, () => runCli(args, { cwd: folder, now })));
    },
    register: (some) => register(lab, some),
    move: async ({ name, signer }, address) => {
      const fqdn = `${name}.${ZONE}`;
      const commands = [`update delete ${fqdn} A`, `update add ${fqdn} ${ttlOf(name)} A ${address}`];
      await lab.nsupdate({ as: signer, zone: ZONE, commands });
      return lab.lookup(fqdn, 'A');
    },
    bytes: async () => {
      const search = ['-o', 'ldif-wrap=no', '-E', SD_FLAGS, '-b', zone, '(objectClass=*)'];
      const ldif = await lab.ldapsearch(['-LLL', ...search, 'nTSecurityDescriptor', 'dNSProperty']);
      return ldif
        .split('\n\n')
        .map((entry) => entry.split('\n').sort().join('\n'))
        .sort()
        .join('\n\n');
    },
    stop,
  };
}

/** Runs the program with both streams on one; what waits for the other DC gets its replication. */
function runOnTerminal(lab: Lab, folder: string, command: string): Promise<Screen> {
  const args = [...argumentsOf(command), '--no-color', ...where(lab, lab.hostName)];
  const shell = ['--pdeathsig', 'KILL', 'sh', '-c', 'exec "$@" 2>&1', 'sh', process.execPath, PROGRAM];
  const child = spawn('setpriv', [...shell, ...args], {
    ...{ cwd: folder, env: lab.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  let replicated: Promise<void> = Promise.resolve();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    if (/Waiting up to/.test(text)) {
      replicated = lab.replicate('dc1', 'dc2', `DC=DomainDnsZones,${lab.domainDn}`);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      replicated.then(() => resolve({ code: code ?? -1, screen }), reject);
    });
  });
}

async function register(lab: Lab, some: readonly GuideHost[]): Promise<void> {
  for (const [signer, signed] of Map.groupBy(some, (host) => host.signer)) {
    const commands = signed.map(
      ({ name, address }) => `update add ${name}.${ZONE} ${ttlOf(name)} A ${address}`,
    );
    await lab.nsupdate({ as: signer, zone: ZONE, commands });
  }
}

async function layZone(lab: Lab): Promise<void> {
  const computers = COMPUTERS.map((name) => ({
    ...{ kind: 'computer' as const, account: `${name.toUpperCase()}$` },
    dnsHostName: `${name}.${ZONE}`,
  }));
  await layEstate(lab, {
    accounts: [...computers, { kind: 'user', account: DHCP_ACCOUNT, password: lab.adminPassword }],
    zones: [
      { name: ZONE, partition: 'domain', properties: zoneProperties(1, true), names: hosts().map(nameOf) },
    ],
  });
}

function nameOf({ name, address }: GuideHost): EstateName {
  const timestampHours = toHours(new Date()) - AGE_HOURS;
  return {
    name,
    records: [recordBytes({ type: 'A', data: address, ttlSeconds: ttlOf(name), timestampHours })],
  };
}

function hosts(): readonly GuideHost[] {
  const computers = COMPUTERS.map((name, index) => ({
    ...{ name, address: `10.0.1.${index + 1}` },
    signer: `${name.toUpperCase()}$`,
  }));
  const phones = Array.from({ length: PHONES }, (_, index) => ({
    ...{ name: `phone${String(index + 1).padStart(2, '0')}`, address: `10.0.20.${index + 1}` },
    signer: DHCP_ACCOUNT,
  }));
  return [...computers, ...phones];
}

/** As Windows clients and DHCP servers set it. */
function ttlOf(name: string): number {
  return name.startsWith('phone') ? 900 : 1200;
}
