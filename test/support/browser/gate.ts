/**
 * Whether there is a browser to open pages in. DNSACL_BROWSER says what to do when there is none:
 *
 * | value      | then                                                                     |
 * | ---------- | ------------------------------------------------------------------------ |
 * | (nothing)  | the tests are skipped, with one line that says why                       |
 * | `install`  | Debian's Chromium is installed where that is possible, else as above     |
 * | `required` | the same, but without a browser the tests fail                           |
 * | `off`      | the tests are skipped                                                    |
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lab/run.ts';
import { findBrowser } from './chromium.ts';

export interface BrowserGate {
  readonly program: string | null;
  /** For the tests' `skip`; false when they run. */
  readonly skip: string | false;
}

/** @throws Error when a browser is required and there is none */
export async function browserGate(): Promise<BrowserGate> {
  const wish = process.env.DNSACL_BROWSER ?? '';
  if (wish === 'off') return { program: null, skip: 'DNSACL_BROWSER is off' };
  const present = findBrowser();
  if (present !== null) return { program: present, skip: false };
  if (wish === 'install' || wish === 'required') await installChromium();
  const program = findBrowser();
  if (program === null && wish === 'required')
    throw new Error('DNSACL_BROWSER is required, but no Chromium is installed and none could be');
  const advice = 'no Chromium found; DNSACL_BROWSER=install installs it where that is possible';
  return { program, skip: program === null ? advice : false };
}

/** Does nothing where this is not root of a Debian; what it came to is seen by looking for the browser. */
async function installChromium(): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const script = join(import.meta.dirname, '..', 'lab', 'install-packages.sh');
  // Any file that is always there does as the lock, and none is left behind.
  await run('flock', ['/etc/debian_version', 'sh', script, 'chromium'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 300_000,
  });
}
