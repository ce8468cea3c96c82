/**
 * The weeks after the switch on a real domain controller: names whose hosts sign their updates and may write, names
 * whose hosts are refused, and names that come and go. The only thing that is made up is the clock of the program,
 * which runs five days ahead, so that what was refused is late.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type Ran, runCli } from '../support/fake-io.ts';
import { exportDirectory } from '../support/lab/capture-example.ts';
import { recordBytes, toHours, zoneProperties } from '../support/lab/dns-bytes.ts';
import { type EstateAccount, type EstateName, layEstate } from '../support/lab/estate.ts';
import { startDnsacl, where } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';

const ZONE = 'corp.example.com';
const ZONE_RDN = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones`;
/** One more than no-refresh, so that an update is due. */
const DUE_DAYS = 8;
/** More than half a lease: who registers these names nobody can tell for certain. */
const AHEAD_MS = 5 * 86_400_000;

interface Host {
  readonly name: string;
  readonly address: string;
  /** Age of its record; 0 is static. */
  readonly days: number;
  /** Its own account owns the name; else SYSTEM does. */
  readonly own: boolean;
}

const HOSTS: readonly Host[] = [
  { name: 'granted', address: '10.2.0.1', days: DUE_DAYS, own: true },
  { name: 'refused', address: '10.2.0.2', days: DUE_DAYS, own: false },
  { name: 'waiting', address: '10.2.0.3', days: 1, own: false },
  { name: 'silent', address: '10.2.0.4', days: 20, own: false },
  { name: 'emptied', address: '10.2.0.5', days: DUE_DAYS, own: true },
  { name: 'deleted', address: '10.2.0.6', days: DUE_DAYS, own: true },
  { name: 'fixed', address: '10.2.0.7', days: 0, own: false },
];

/** What each must come to, without the static one. */
const EXPECTED = {
  granted: ['refreshed', 'self'],
  refused: ['overdue', 'system'],
  waiting: ['due', 'system'],
  silent: ['unknown', 'system'],
  emptied: ['lost', 'self'],
  deleted: ['lost', 'self'],
  newcomer: ['created', 'self'],
} as const;

interface Watched {
  readonly name: string;
  readonly class: string;
  readonly ownerClass: string;
  readonly reason: string;
}

describe('watch on a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let folder: string;
  let baseline: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dnsacl-watch-'));
    lab = await startLab();
    await layEstate(lab, {
      accounts: [...HOSTS.map(({ name }) => name), 'newcomer'].map(computerOf),
      zones: [
        { name: ZONE, partition: 'domain', properties: zoneProperties(1, true), names: HOSTS.map(nameOf) },
      ],
    });
    baseline = join(folder, 'before.ldif');
    await writeFile(baseline, await exportDirectory(lab));
    // Metadata tell whole seconds: what was there before the switch has to be a second older.
    await setTimeout(1100);
    await layEstate(lab, {
      zones: [{ name: ZONE, partition: 'domain', properties: zoneProperties(2, true), names: [] }],
    });
    await lab.setDnsMode('secure only');
    await setTimeout(1100);
    for (const name of ['granted', 'refused']) await register(name);
    await update('newcomer', [`update add newcomer.${ZONE} 1200 A 10.2.0.8`]);
    await update('emptied', [`update delete emptied.${ZONE} A`]);
    await lab.python('-c', [DELETE, `DC=deleted,${ZONE_RDN},${lab.domainDn}`]);
  });

  after(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('puts every host into its class', async () => {
    const ran = await watch(['--baseline', baseline, ...where(lab)]);
    assert.equal(ran.code, 2, ran.err);
    const { since, names, summary } = JSON.parse(ran.out);
    assert.equal(since.from, 'properties');
    assert.deepEqual(classesOf(names), EXPECTED);
    assert.equal(summary.outlook.state, 'repair');
    assert.equal(summary.watched, names.length);
    assert.equal(summary.names, summary.watched + summary.notWatched);
  });

  it('cannot tell without a baseline that an object is gone', async () => {
    const { names } = JSON.parse((await watch(where(lab))).out);
    const { deleted: _, ...others } = EXPECTED;
    assert.deepEqual(classesOf(names), others);
  });

  it('says the same of two snapshots, as of the time of the second', async () => {
    const now = join(folder, 'after.ldif');
    await writeFile(now, await exportDirectory(lab));
    const { names } = JSON.parse((await watch(['--baseline', baseline, '--snapshot', now])).out);
    assert.deepEqual(classesOf(names), { ...EXPECTED, refused: ['due', 'system'] });
  });

  it('looks again until it is interrupted, and signs in each time', async () => {
    let interrupt = (): void => {};
    let looks = 0;
    const ran = await runCli(['watch', ZONE, ...where(lab), '--interval', '1s'], {
      now: ahead,
      interrupts: (call) => {
        interrupt = call;
      },
      sleep: async (ms) => {
        assert.equal(ms, 1000);
        looks += 1;
        if (looks === 2) interrupt();
      },
    });
    assert.equal(ran.code, 0, ran.err);
    assert.equal(ran.out.match(/^REPAIR /gm)?.length, 2);
  });

  it('draws over the last screen on a terminal, and keeps to its height', async () => {
    let interrupt = (): void => {};
    const ran = await runCli(['watch', ZONE, ...where(lab)], {
      ...{ now: ahead, width: 100, height: 40, sleep: async () => interrupt() },
      interrupts: (call) => {
        interrupt = call;
      },
    });
    assert.equal(ran.code, 0, ran.err);
    assert.ok(ran.out.startsWith('\u001b[H\u001b[J'));
    assert.ok(ran.out.split('\n').length <= 40, ran.out);
  });

  it('goes on when the domain controller was away for a while', async () => {
    let interrupt = (): void => {};
    const waits = [() => lab.stopDc(), () => lab.startDc(), async () => interrupt()];
    const ran = await runCli(['watch', ZONE, ...where(lab)], {
      ...{ now: ahead, sleep: async () => waits.shift()?.() },
      interrupts: (call) => {
        interrupt = call;
      },
    });
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.err, /; the next look follows\n/);
    assert.equal(ran.out.match(/^REPAIR /gm)?.length, 2);
    assert.equal(waits.length, 0);
  });

  it('ends quietly at Ctrl-C, in the middle of its wait', async () => {
    const running = startDnsacl(['watch', ZONE, ...where(lab), '--since', '2026-01-01']);
    await running.saying(/Read from/);
    await setTimeout(1000);
    running.child.kill('SIGINT');
    assert.equal(await running.ended, 0);
    assert.doesNotMatch(running.said(), /dnsacl:|Error/);
  });

  function watch(args: readonly string[]): Promise<Ran> {
    return runCli(['watch', ZONE, '--once', '--exit-code', '-f', 'json', ...args], { now: ahead });
  }

  /** Registers a host as it is, the way a client does at its daily refresh, signed with its own account. */
  async function register(name: string): Promise<void> {
    const { address } = HOSTS.find((host) => host.name === name) as Host;
    await update(name, [`update add ${name}.${ZONE} 1200 A ${address}`]);
  }

  async function update(name: string, commands: readonly string[]): Promise<void> {
    await lab.nsupdate({ as: `${name.toUpperCase()}$`, zone: ZONE, commands });
  }
});

const DELETE = `
import sys
sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../support/lab'))})
from labdb import connect
connect().delete(sys.argv[1])
`;

function ahead(): Date {
  return new Date(Date.now() + AHEAD_MS);
}

function classesOf(names: readonly Watched[]): Readonly<Record<string, readonly [string, string]>> {
  const ours = names.filter(({ name }) => Object.hasOwn(EXPECTED, name) || name === 'fixed');
  return Object.fromEntries(ours.map((name) => [name.name, [name.class, name.ownerClass]]));
}

function computerOf(name: string): EstateAccount {
  return { kind: 'computer', account: `${name.toUpperCase()}$`, dnsHostName: `${name}.${ZONE}` };
}

function nameOf({ name, address, days, own }: Host): EstateName {
  const timestampHours = days === 0 ? 0 : toHours(new Date()) - days * 24;
  const record = recordBytes({ type: 'A', data: address, ttlSeconds: 1200, timestampHours });
  const sid = `{sid:${name.toUpperCase()}$}`;
  const full = 'CCDCLCSWRPWPDTLOCRSDRCWDWO';
  return own
    ? { name, records: [record], sddl: `O:${sid}G:DCD:(A;;${full};;;${sid})` }
    : { name, records: [record] };
}
