/** Do all domain controllers that host a zone hold the same descriptors? As long as they do not, a client may be refused. */

import { counted } from '../formats/counted.ts';
import type { Check, CheckStatus } from './check.ts';

/** How far one domain controller is, compared with the one at hand. */
export interface ReplicaState {
  /** Its host name, or its DN when the directory does not tell one. */
  readonly server: string;
  /** How many names were to be compared, and how many of them are the same there. */
  readonly names: number;
  readonly same: number;
  /** Why it could not be asked, or not about every name; null when it could. */
  readonly failure: string | null;
}

/** One word for a state: `converged`, `behind` as long as a name differs or is missing, or `unreachable`. */
export type ReplicaStatus = 'converged' | 'behind' | 'unreachable';

export function replicaStatus({ names, same, failure }: ReplicaState): ReplicaStatus {
  if (failure !== null) return 'unreachable';
  return same === names ? 'converged' : 'behind';
}

const CURE_BEHIND =
  'wait for replication and look again; samba-tool drs showrepl, or repadmin /showrepl, tells what holds it up';
const CURE_UNREACHABLE =
  'let this machine reach them, or look from one that can; one that is gone for good must be removed from the directory';

/** @param names how many names were looked at, on each of `states` */
export function checkReplicas(names: number, states: readonly ReplicaState[]): Check {
  const check = (status: CheckStatus, message: string, cure: string | null): Check => {
    return { id: 'replicas', status, message, cure };
  };
  if (states.length === 0) return check('pass', 'no other domain controller hosts the zone', null);
  const behind = states.filter((state) => replicaStatus(state) === 'behind');
  const unreachable = states.filter((state) => replicaStatus(state) === 'unreachable');
  const words = [
    ...behind.map(({ server, same }) => `${server} holds ${same} of ${names} descriptors as they are here`),
    ...unreachable.map(({ server, failure }) => `${server} cannot be asked: ${failure}`),
  ].join('; ');
  if (behind.length > 0) return check('warn', words, CURE_BEHIND);
  if (unreachable.length > 0) return check('unknown', words, CURE_UNREACHABLE);
  const others = counted(states.length, 'other domain controller');
  return check('pass', `${names} descriptors are the same on ${others}`, null);
}
