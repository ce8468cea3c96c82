/**
 * A lab with a fleet of names that were registered by nonsecure updates, and the program run against it as a process
 * of its own: what the tests of apply, resume and undo need.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescriptorStore, StoredDescriptor } from '../../../src/apply/store.ts';
import type { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { openSession, parseServer } from '../../../src/directory/ldap/ldap-session.ts';
import { createLdapStore } from '../../../src/directory/ldap/ldap-store.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { recordBytes } from './dns-bytes.ts';
import { type EstateName, layEstate } from './estate.ts';
import { type Lab, startLab } from './lab.ts';
import { type Outcome, type RunOptions, run } from './run.ts';

export const ZONE = 'corp.example.com';

const PROGRAM = join(import.meta.dirname, '../../../bin/dnsacl-dev.ts');
/** 2026-11-20 20:00 UTC. */
const LAST_HOUR = 3_733_244;

/** What `layFleet` lays down. */
export interface Fleet {
  readonly lab: Lab;
  /** For plans, journals and the like; gone when the lab is stopped. */
  readonly folder: string;
  /** A second administrator at the same DC: reads what is there, and writes what the program knows nothing of. */
  readonly admin: DescriptorStore;
  stop(): Promise<void>;
}

/** Starts a lab with `count` names `pc000`, `pc001`, …, whose DHCP account is missing on all of them; about 8 s. */
export async function startFleet(count: number): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'dnsacl-fleet-'));
  const lab = await startLab();
  await layEstate(lab, {
    accounts: [{ kind: 'user', account: 'dhcp_update' }],
    zones: [{ name: ZONE, partition: 'domain', names: fleetNames('pc', count) }],
  });
  const admin = await openAdmin(lab);
  const stop = async (): Promise<void> => {
    await admin.close();
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { lab, folder, admin: admin.store, stop };
}

/** Names of hosts that registered themselves an hour ago. @param sddl as EstateName has it */
export function fleetNames(prefix: string, count: number, sddl?: string): readonly EstateName[] {
  return Array.from({ length: count }, (_, index) => {
    const data = `10.1.${index >> 8}.${index & 0xff}`;
    const record = recordBytes({ type: 'A', data, ttlSeconds: 1200, timestampHours: LAST_HOUR });
    const name = `${prefix}${String(index).padStart(3, '0')}`;
    return sddl === undefined ? { name, records: [record] } : { name, records: [record], sddl };
  });
}

async function openAdmin(lab: Lab): Promise<{ store: DescriptorStore; close(): Promise<void> }> {
  const open = (): Promise<LdapConnection> =>
    openSession({
      ...parseServer(lab.address, null),
      ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 60_000 },
      credentials: { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword },
    });
  const connection = await open();
  const store = createLdapStore(connection, open, async () => {});
  return {
    store,
    close: async () => {
      await store.close();
      await connection.close();
    },
  };
}

/** Options that lead to the lab's DC. @param server its own address when left out */
export function where(lab: Lab, server: string = lab.address): readonly string[] {
  return [
    ...['--server', server, '--user', lab.adminUpn],
    ...['--password-file', lab.passwordFile, '--ca', lab.caFile],
  ];
}

/** Runs the program to its end. */
export function dnsacl(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(process.execPath, [PROGRAM, ...args], options);
}

/** Runs the program to its end on a machine whose clock is wrong by so much: `+20m`, `-1h`. */
export function dnsaclAtWrongTime(
  offset: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  return run('faketime', ['-m', '-f', offset, process.execPath, PROGRAM, ...args], options);
}

/** A program that runs; `answered` and `said` are everything on its stdout and stderr so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly answered: () => string;
  readonly said: () => string;
  /** Resolves when stderr matches; rejects when the program ends before. */
  saying(words: RegExp): Promise<void>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts the program and lets it run. */
export function startDnsacl(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let answered = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answered += text;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const saying = async (words: RegExp): Promise<void> => {
    while (!words.test(said)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended, saying: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { child, answered: () => answered, said: () => said, saying, ended };
}

/** What the DC holds for each name of a plan now; null for one that is gone. */
export async function readAll(
  { admin }: Fleet,
  plan: Plan,
): Promise<ReadonlyMap<string, StoredDescriptor | null>> {
  const found = await Promise.all(
    plan.changes.map(async (change) => [change.dn, await admin.read(change)] as const),
  );
  return new Map(found);
}
