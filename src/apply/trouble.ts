/** What can go wrong at a store, and what then: try again, say so and go on, or stop. */

import { DirectoryError } from '../errors.ts';

/** Trouble that may pass: the server is busy, or the connection went. */
export function isTransient(error: unknown): boolean {
  return error instanceof DirectoryError && (error.fault === 'busy' || error.fault === 'unreachable');
}

/** A server that says no to one name does not stop the others: its words. Any other error is thrown on. */
export function messageOfRefusal(error: unknown): string {
  const stops =
    !(error instanceof DirectoryError) ||
    isTransient(error) ||
    error.fault === 'tls' ||
    error.fault === 'credentials';
  if (stops) throw error;
  return (error as DirectoryError).message;
}
