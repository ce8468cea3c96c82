/** What every command gets handed: the world, the tool's name and version, and where to leave its exit code. */

import type { ExitCode } from './exit.ts';
import type { Io } from './io.ts';

export interface Deps {
  readonly io: Io;
  /** Name and version, as plans and journals record it. */
  readonly tool: string;
  /** Called once by each command that ran. */
  finish(code: ExitCode): void;
}
