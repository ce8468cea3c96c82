/** How much the bench works on, and where it keeps what it made. Nothing is written outside the folder. */

import { join } from 'node:path';

/** Numbers of objects in the bench's directory. */
export interface BenchSize {
  /** Names of the large zone. */
  readonly names: number;
  /** Names of the zone that is also read by the slowest rival. */
  readonly fewNames: number;
  /** Names of the zone whose access lists are changed. */
  readonly writeNames: number;
  readonly computers: number;
  /** The large zone served so many times over, each time under other names. */
  readonly copies: number;
  /** How often the slowest rival of writing is run before it is extrapolated. */
  readonly slowWrites: number;
}

export const FULL_SIZE: BenchSize = {
  names: 100_000,
  fewNames: 5_000,
  writeNames: 5_000,
  computers: 20_000,
  copies: 10,
  slowWrites: 50,
};

export const SMALL_SIZE: BenchSize = {
  names: 2_000,
  fewNames: 100,
  writeNames: 100,
  computers: 400,
  copies: 3,
  slowWrites: 2,
};

/** The realm of the bench's own domain, and its zones. */
export const REALM = 'BIG.EXAMPLE.COM';
export const ZONES = {
  large: 'big.example.com',
  few: 'few.example.com',
  write: 'write.example.com',
} as const;
export const DHCP_ACCOUNT = 'dhcp_update';

/** Where a bench of this size keeps its files. */
export interface BenchFolders {
  readonly root: string;
  /** The domain controller; kept between runs. */
  readonly dc: string;
  /** Its answers, for the replay server; kept between runs. */
  readonly capture: string;
  /** Emptied at each run. */
  readonly work: string;
}

export function foldersOf(size: BenchSize): BenchFolders {
  const root = join(import.meta.dirname, '..', '.bench', String(size.names));
  return { root, dc: join(root, 'dc'), capture: join(root, 'capture'), work: join(root, 'work') };
}
