/** How the program is bundled, for the package (build.ts) and for the executable (executable.ts). */

import { join } from 'node:path';
import type { InputOptions } from 'rolldown';

export const PROGRAM_OPTIONS: InputOptions = {
  cwd: join(import.meta.dirname, '..'),
  platform: 'node',
  // Optional, and made for one platform each.
  external: ['koffi'],
  // The oldest Node that package.json allows knows less syntax than the one that the sources are run with.
  transform: { target: 'node22.18' },
};
