/** How far each domain controller is, as rows, JSON values and lines. */

import type { ReplicaState, ReplicaStatus } from '../assess/replica-check.ts';
import { counted } from '../formats/counted.ts';
import type { Column, Role } from './columns.ts';

/** A comparison with the names it was made with. */
export interface ReplicaReport {
  /** How many names were compared, of how many that the run wrote or found done. */
  readonly names: number;
  readonly of: number;
  readonly servers: readonly (ReplicaState & { readonly status: ReplicaStatus })[];
  /** Why nothing was compared; null when it was. */
  readonly failure: string | null;
}

type Row = ReplicaReport['servers'][number];

const ROLE_OF_STATUS: Readonly<Record<ReplicaStatus, Role>> = {
  converged: 'good',
  behind: 'warn',
  unreachable: 'bad',
};

/** One line per domain controller. */
export const REPLICA_COLUMNS: readonly Column<Row>[] = [
  { id: 'server', title: 'Domain controller', value: (row) => row.server },
  { id: 'status', title: 'Status', value: (row) => row.status, paint: (row) => ROLE_OF_STATUS[row.status] },
  { id: 'same', title: 'Converged', value: (row) => row.same, align: 'right' },
  { id: 'names', title: 'Names', value: (row) => row.names, align: 'right' },
  { id: 'message', title: 'Message', value: (row) => row.failure },
];

/** The JSON value of a comparison. */
export function replicaValue({
  names,
  of,
  servers,
  failure,
}: ReplicaReport): Readonly<Record<string, unknown>> {
  return {
    names,
    of,
    failure,
    servers: servers.map((row) => ({
      server: row.server,
      status: row.status,
      names: row.names,
      converged: row.same,
      message: row.failure,
    })),
  };
}

/** What was compared, and how many domain controllers hold it, in one line. */
export function replicaTotals({ names, of, servers, failure }: ReplicaReport): string {
  if (failure !== null) return `Other domain controllers were not compared: ${failure}`;
  const what = names < of ? `${names} of ${counted(of, 'name')}` : counted(names, 'name');
  if (servers.length === 0) return `No other domain controller hosts the ${counted(of, 'name')}`;
  const others = counted(servers.length, 'other domain controller');
  const count = (status: ReplicaStatus): number => servers.filter((row) => row.status === status).length;
  const unreachable = count('unreachable');
  return (
    `${what} compared on ${others}: ${count('converged')} converged, ` +
    `${count('behind')} behind${unreachable === 0 ? '' : `, ${unreachable} could not be asked`}`
  );
}
