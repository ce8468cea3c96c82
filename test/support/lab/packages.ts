/** The Debian packages that the lab needs, and installing those that are missing. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

const PACKAGES = [
  'samba',
  'samba-ad-dc',
  'samba-ad-provision',
  'samba-dsdb-modules',
  'winbind',
  'krb5-user',
  'ldap-utils',
  'bind9-dnsutils',
  'faketime',
  'ldb-tools',
  'libnss-wrapper',
  'openssl',
  'python3-samba',
  'python3-markdown',
] as const;

/** Says whether everything the lab runs is installed already; elsewhere than on Debian that is up to the user. */
async function packagesInstalled(): Promise<boolean> {
  if (!existsSync('/usr/bin/dpkg-query')) return true;
  const states = await run('dpkg-query', ['--status', ...PACKAGES]);
  return states.stdout.match(/^Status: \S+ ok installed$/gm)?.length === PACKAGES.length;
}

/**
 * Installs what is missing, quietly; two test runs that start together wait for each other.
 *
 * @throws Error with apt's own words when the packages cannot be installed
 */
export async function installPackages(): Promise<void> {
  if (await packagesInstalled()) return;
  const script = join(import.meta.dirname, 'install-packages.sh');
  // Any file that is always there does as the lock, and none is left behind.
  const outcome = await run('flock', ['/etc/debian_version', 'sh', script, ...PACKAGES], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 600_000,
  });
  if (outcome.code === 0) return;
  throw new Error(
    `Cannot install the Debian packages that the live tests need (DNSACL_LIVE=off skips those tests): apt-get ` +
      `ended with ${outcome.code ?? 'a signal'}, needed 0; it said: ${outcome.stderr.trim().slice(-2000)}`,
  );
}
