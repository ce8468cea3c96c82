/** One check: of the environment, of a connection, of what an account may do. */

/**
 * How a check ended. `warn`: it works, but not as it should. `unknown`: what it would take to tell was not at hand,
 * which is never taken for a pass.
 */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'unknown';

/** What was checked and what came out. */
export interface Check {
  /** Stable, kebab-case, for programs. */
  readonly id: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly message: string;
  /** What to do about it; null when there is nothing to do. */
  readonly cure: string | null;
}
