/**
 * Which failures of reading pass by themselves, and how long to wait before the next attempt.
 *
 * | what happened                                    | what helps                                              |
 * | ------------------------------------------------ | ------------------------------------------------------- |
 * | busy 51, unavailable 52                          | the same again, later                                   |
 * | the connection was lost, or no answer in time    | the same over a new connection to the same server       |
 * | the paging cookie died: 1, 12 or 53 on a page    | the search from its first page                          |
 * | a limit of the server: 3, 4 or 11                | smaller pages                                           |
 *
 * Result codes: RFC 4511 appendix A. A server that forgot a cookie answers operationsError or
 * unavailableCriticalExtension (Windows) or unwillingToPerform (Samba).
 */

import { DirectoryError } from '../../errors.ts';

/** How much patience a reading has. */
export interface PatienceOptions {
  /** Attempts after one that brought nothing new. */
  readonly retries: number;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Without retries nothing is ever waited for. */
export const NO_PATIENCE: PatienceOptions = { retries: 0, wait: async () => {} };

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
const LIMITS_EXCEEDED: readonly (number | null)[] = [3, 4, 11];
const COOKIE_DIED: readonly (number | null)[] = [1, 12, 53];

/** Whether the server stopped at a limit of its own, so that asking for less may help. */
export function isLimitExceeded(error: unknown): boolean {
  return error instanceof DirectoryError && LIMITS_EXCEEDED.includes(error.resultCode);
}

/** Whether this may be a server that no longer knows the cookie it gave; only after a page that ended well. */
export function mayBeDeadCookie(error: unknown): boolean {
  return error instanceof DirectoryError && COOKIE_DIED.includes(error.resultCode);
}

/** Whether the same may succeed later, over a new connection if need be. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof DirectoryError)) return false;
  return error.fault === 'busy' || error.fault === 'unreachable';
}

/** Counts the failures of one reading. */
export class Patience {
  readonly #options: PatienceOptions;
  #failures = 0;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /**
   * Waits as long as is sensible after a failure that may pass.
   *
   * @param brought whether the attempt had brought anything new; the count begins anew then
   * @throws the error itself when it will not pass, or has come too often
   */
  async endure(error: unknown, brought: boolean): Promise<void> {
    if (brought) this.#failures = 0;
    if (!mayPass(error) || this.#failures >= this.#options.retries) throw error;
    this.#failures += 1;
    await this.#options.wait(Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS));
  }
}
