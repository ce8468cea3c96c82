/**
 * Decides whether the live tests run. They need root, and Debian (to install Samba) or Samba already there.
 * DNSACL_LIVE=off skips them; DNSACL_LIVE=required turns every reason to skip into a failure.
 */

import { accessSync } from 'node:fs';

/** What node:test takes as options of a suite or test. */
export interface LiveOptions {
  readonly skip: string | false;
}

/**
 * Options for a live suite: `describe('...', liveOrSkip(), () => { ... })`.
 *
 * @throws Error when the tests cannot run here and DNSACL_LIVE=required, or DNSACL_LIVE has another value
 */
export function liveOrSkip(
  env: NodeJS.ProcessEnv = process.env,
  obstacle: string | null = findObstacle(),
): LiveOptions {
  const wish = env.DNSACL_LIVE ?? '';
  if (!['', 'required', 'off'].includes(wish)) {
    throw new Error(`Cannot use DNSACL_LIVE=${wish}: needed required, off or nothing`);
  }
  if (wish === 'off') return { skip: 'live tests are switched off by DNSACL_LIVE=off' };
  if (obstacle === null) return { skip: false };
  if (wish === 'required')
    throw new Error(`Cannot run the live tests that DNSACL_LIVE=required asks for: ${obstacle}`);
  return { skip: `live tests skipped: ${obstacle}` };
}

function findObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'a Samba domain controller needs root';
  if (exists('/etc/debian_version') || exists('/usr/sbin/samba')) return null;
  return 'Samba is not installed, and this is not Debian, where it could be installed';
}

function exists(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}
