/** `--read-only`: commands that would change the directory say so before anything is asked of anybody. */

import { SafetyError } from '../../errors.ts';
import type { WhereFlags } from '../options.ts';

/**
 * A changed copy of a snapshot is a new file and no directory, so that a rehearsal is always possible.
 *
 * @throws SafetyError when the directory is not to be changed
 */
export function demandWritable(where: WhereFlags, command: string): void {
  if (where.readOnly !== true || where.snapshot !== undefined) return;
  throw new SafetyError(
    `Refused: ${command} changes the directory, and --read-only, DNSACL_READ_ONLY or readOnly in the configuration forbids it; take that back, or rehearse on a copy with --snapshot FILE --write-snapshot NEWFILE`,
  );
}
