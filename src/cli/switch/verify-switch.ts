/** After a switch: what every other domain controller that hosts the zone holds, waiting a while for replication. */

import type { Target } from '../../apply/store.ts';
import type { StoredProperties } from '../../apply/zone-store.ts';
import { DirectoryError } from '../../errors.ts';
import { findMode } from '../../plan/switch.ts';
import type { Replica } from '../../records/source.ts';
import type { SwitchReplica } from '../../report/switch-rows.ts';
import type { Io } from '../io.ts';
import type { Place } from '../place/connect.ts';

/** How long to wait for the others. */
export interface SwitchPatience {
  /** 0 looks once. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Called before the first wait with the servers that are waited for. */
  readonly onWait: (servers: readonly string[]) => void;
}

const POLL_MS = 2000;

/**
 * Asks all of them at once, and those that are behind again. One that cannot be asked is not asked again.
 *
 * @param octets the AllowUpdate that they should hold
 */
export async function verifySwitch(
  zone: Target,
  octets: Uint8Array,
  replicas: readonly Replica[],
  place: Place,
  clock: Pick<Io, 'now' | 'sleep'>,
  { waitMs, signal, onWait }: SwitchPatience,
): Promise<readonly SwitchReplica[]> {
  const others = replicas.filter(({ pinned }) => !pinned);
  const found = new Map<Replica, SwitchReplica>();
  const deadline = clock.now().getTime() + waitMs;
  for (let round = 0; ; round++) {
    const open = others.filter((replica) => (found.get(replica)?.status ?? 'behind') === 'behind');
    const looked = await Promise.all(open.map((replica) => look(zone, octets, replica, place)));
    for (const [at, replica] of open.entries()) found.set(replica, looked[at] as SwitchReplica);
    const behind = looked.filter(({ status }) => status === 'behind');
    const left = deadline - clock.now().getTime();
    if (behind.length === 0 || left <= 0 || signal.aborted) return [...found.values()];
    if (round === 0) onWait(behind.map(({ server }) => server));
    await clock.sleep(Math.min(POLL_MS, left));
  }
}

async function look(
  zone: Target,
  octets: Uint8Array,
  replica: Replica,
  place: Place,
): Promise<SwitchReplica> {
  const server = replica.hostName ?? replica.dn;
  if (replica.hostName === null)
    return { server, status: 'unreachable', message: 'the directory does not tell its host name' };
  try {
    const reader = await place.openZoneReader(replica.hostName);
    try {
      return { server, ...judge(octets, await reader.read(zone)) };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { server, status: 'unreachable', message: error.message };
  }
}

function judge(
  octets: Uint8Array,
  stored: StoredProperties | null,
): Pick<SwitchReplica, 'status' | 'message'> {
  if (stored === null) return { status: 'behind', message: 'it does not hold the zone' };
  const found = findMode(stored.values);
  if (found.kind === 'unclear') return { status: 'behind', message: found.reason };
  if (Buffer.compare(found.octets, octets) === 0) return { status: 'converged', message: null };
  return { status: 'behind', message: `it holds ${found.mode}` };
}
