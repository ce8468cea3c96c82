/** One object that is to be written, as a domain controller addresses and returns it. */

import { type Control, PresenceFilter } from 'ldapts';
import type { Target } from '../../apply/store.ts';
import { DirectoryError } from '../../errors.ts';
import type { RawEntry } from '../../records/source.ts';
import type { LdapConnection } from './ldap-connection.ts';

const NO_SUCH_OBJECT = 32;
/** Not parsed again for each name. */
const ANYTHING = new PresenceFilter({ attribute: 'objectClass' });

/** By GUID a rename during the run does no harm. [MS-ADTS] 3.1.1.3.1.2.4 */
export function addressOf(target: Target): string {
  return target.objectGuid === null ? target.dn : `<GUID=${target.objectGuid}>`;
}

/** The object, or null when there is none. */
export async function readTarget(
  connection: LdapConnection,
  target: Target,
  attributes: readonly string[],
  controls: readonly Control[],
): Promise<RawEntry | null> {
  const base = addressOf(target);
  const search = { base, scope: 'base', filter: ANYTHING, attributes, controls } as const;
  const found: RawEntry[] = [];
  try {
    for await (const page of connection.search(search)) found.push(...page);
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === NO_SUCH_OBJECT) return null;
    throw error;
  }
  return found[0] ?? null;
}
