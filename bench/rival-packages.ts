/** The Debian packages of the rivals, installed when they are missing. */

import { join } from 'node:path';
import { installPackages } from '../test/support/lab/packages.ts';
import { mustRun, run } from '../test/support/lab/run.ts';

const RIVALS = ['python3-ldap3', 'python3-impacket'];
const INSTALL_TIMEOUT_MS = 600_000;

/** @throws Error with apt's own words */
export async function installRivals(): Promise<void> {
  await installPackages();
  const states = await run('dpkg-query', ['--status', ...RIVALS]);
  if (states.stdout.match(/^Status: \S+ ok installed$/gm)?.length === RIVALS.length) return;
  const script = join(import.meta.dirname, '..', 'test', 'support', 'lab', 'install-packages.sh');
  await mustRun('sh', [script, ...RIVALS], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
}
