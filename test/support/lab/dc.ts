/** The domain controller's process: starting it, waiting until it answers, stopping it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Place, pathsOf } from './config.ts';

/** LDAP, LDAPS, Kerberos, DNS: the DC is ready when all of them accept connections. */
const PORTS = [389, 636, 88, 53] as const;

/** How long one start may take, and how often it is tried: now and then a port cannot be bound at once. */
const START_TIMEOUT_MS = 10_000;
const START_ATTEMPTS = 3;

/**
 * Starts the DC and waits until every port answers.
 *
 * Samba watches its stdin and ends, children included, when that closes: it cannot outlive the test process.
 *
 * @throws Error with the end of the DC's log when it does not come up
 */
export async function startDcProcess(place: Place, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt++) {
    const child = await spawnDc(place, env);
    if (await answersEverywhere(place.address, child)) return child;
    await stopDcProcess(place, child);
    if (attempt === START_ATTEMPTS) {
      const log = await readFile(join(place.folder, 'dc.log'), 'utf8');
      throw new Error(
        `Cannot start the lab's domain controller on ${place.address}: after ${attempt} attempts not every one ` +
          `of the ports ${PORTS.join(', ')} answers; the end of its log: ${log.slice(-2000)}`,
      );
    }
  }
}

/** Stops the DC, whatever it is doing, and waits until it is gone. */
export async function stopDcProcess(place: Place, child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exit;
    clearTimeout(timer);
  }
  await rm(join(place.folder, 'dc.pid'), { force: true });
}

/** Says whether something accepts connections on this port. */
export function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** Picks an address of 127.2.0.0 and up that nobody listens on; the odds of two labs picking the same are 1 in 8 million. */
export async function findFreeAddress(): Promise<string> {
  for (;;) {
    const address = `127.${randomInt(2, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    if (!(await accepts(address, 389)) && !(await accepts(address, 53))) return address;
  }
}

async function spawnDc(place: Place, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const log = openSync(join(place.folder, 'dc.log'), 'a');
  const child = spawn(
    'samba',
    ['-s', pathsOf(place).smbConf, '--interactive', '--debug-stdout', `--model=${place.model ?? 'single'}`],
    { env, stdio: ['pipe', log, log], detached: true },
  );
  closeSync(log);
  await once(child, 'spawn');
  await writeFile(join(place.folder, 'dc.pid'), String(child.pid));
  child.stdin?.on('error', () => {});
  // A test that fails before it stops its lab must still be able to end.
  child.unref();
  return child;
}

async function answersEverywhere(address: string, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answers = await Promise.all(PORTS.map((port) => accepts(address, port)));
    if (answers.every(Boolean)) return true;
    await sleep(50);
  }
  return false;
}
