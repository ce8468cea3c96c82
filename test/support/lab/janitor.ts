/** Starts the janitor: the process that outlives a test process for a moment and clears up after it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Makes the lab's folder, which goes again, with the DC in it, when the janitor's stdin ends or this process is gone.
 *
 * @throws Error when the folder cannot be made
 */
export async function hireJanitor(folder: string): Promise<ChildProcess> {
  const janitor = spawn('sh', [join(import.meta.dirname, 'janitor.sh'), folder], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  janitor.stdin.on('error', () => {});
  const [ready] = await Promise.race([once(janitor.stdout, 'data'), once(janitor, 'exit')]);
  if (!Buffer.isBuffer(ready)) throw new Error(`Cannot make the lab's folder ${folder}: mkdir failed`);
  janitor.stdout.destroy();
  janitor.unref();
  return janitor;
}

/** Lets the janitor clear up, and waits until it is done. */
export async function dismissJanitor(janitor: ChildProcess): Promise<void> {
  if (janitor.exitCode !== null) return;
  const exit = once(janitor, 'exit');
  janitor.ref();
  janitor.stdin?.end();
  await exit;
}
