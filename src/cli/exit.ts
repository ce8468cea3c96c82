/** Exit codes, a public interface. */

import { DirectoryError, FormatError, SafetyError, StaleError, UsageError } from '../errors.ts';

export const EXIT_CODES = {
  /** Done, or nothing to do. */
  ok: 0,
  failed: 1,
  /** Findings, pending changes, or no-go. */
  findings: 2,
  partlyApplied: 3,
  /** Sign-in refused, or a right is missing. */
  rights: 4,
  refusedByLimit: 5,
  stale: 6,
  unreachable: 7,
  usage: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof FormatError) return EXIT_CODES.usage;
  if (error instanceof StaleError) return EXIT_CODES.stale;
  if (error instanceof SafetyError) return EXIT_CODES.refusedByLimit;
  if (error instanceof DirectoryError) {
    if (error.fault === 'credentials' || error.fault === 'rights') return EXIT_CODES.rights;
    if (error.fault === 'unreachable' || error.fault === 'tls') return EXIT_CODES.unreachable;
  }
  return EXIT_CODES.failed;
}
