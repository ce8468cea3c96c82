/** What every part of the bench works with. */

import type { Lab } from '../test/support/lab/lab.ts';
import type { Check } from './checks.ts';
import type { Login } from './commands.ts';
import type { Runner } from './measure.ts';
import type { Certificate } from './servers.ts';
import type { BenchFolders, BenchSize } from './size.ts';

/** A bench that is set up. */
export interface Bench {
  readonly size: BenchSize;
  readonly folders: BenchFolders;
  readonly runner: Runner;
  /** How often each command is measured. */
  readonly rounds: number;
  readonly certificate: Certificate;
  /** As whom to sign in to the replay server. */
  readonly anybody: Pick<Login, 'user' | 'passwordFile' | 'domainDn'>;
  /** The domain controller; null when no chosen part needs one. */
  readonly lab: Lab | null;
  readonly check: Check;
}

/** The domain controller. @throws Error when the bench was set up without one */
export function labOf(bench: Bench): Lab {
  if (bench.lab === null)
    throw new Error('Cannot measure live reading and writing: no domain controller was started');
  return bench.lab;
}
