/** The switch of a zone as text and as a JSON value. */

import type { Outcome } from '../apply/journal.ts';
import type { ReplicaStatus } from '../assess/replica-check.ts';
import { counted } from '../formats/counted.ts';
import type { SetMode } from '../plan/switch.ts';
import type { Replica } from '../records/source.ts';
import type { Zone } from '../records/zone.ts';
import type { Column, Role } from './columns.ts';
import { readinessValue, type ZoneReadiness } from './readiness-rows.ts';
import { safeForTerminal } from './safe-text.ts';

/** What one other domain controller holds. */
export interface SwitchReplica {
  /** Its host name, or its DN when the directory does not tell one. */
  readonly server: string;
  readonly status: ReplicaStatus;
  /** Why it could not be asked, or what it holds instead; null when it holds the switch. */
  readonly message: string | null;
}

/** What is about to be done, for whoever decides. */
export interface SwitchProposal {
  readonly zone: Zone;
  readonly before: SetMode;
  readonly after: SetMode;
  /** Where it is written. */
  readonly server: string;
  /** The domain controllers that host the zone; null when the directory does not tell. */
  readonly replicas: readonly Replica[] | null;
}

/** What came of it. `no-go`: the zone is not ready; `declined`: whoever was asked said no. */
export interface SwitchReport {
  readonly zone: Zone;
  readonly before: SetMode;
  readonly after: SetMode;
  readonly outcome: Outcome | 'no-go' | 'declined';
  readonly message: string | null;
  /** null when it was not judged. */
  readonly readiness: ZoneReadiness | null;
  /** The other domain controllers; null when they were not asked. */
  readonly replicas: readonly SwitchReplica[] | null;
  /** Files that were written; null when they were not. */
  readonly baseline: string | null;
  readonly record: string | null;
}

const MODE_WORDS: Readonly<Record<SetMode, string>> = {
  none: 'None: no dynamic updates at all',
  'nonsecure-and-secure': 'Nonsecure and secure: anybody may add and change records, unsigned',
  'secure-only': 'Secure only: a client changes a name only if its account may write it',
};
const ROLE_OF_STATUS: Readonly<Record<ReplicaStatus, Role>> = {
  converged: 'good',
  behind: 'warn',
  unreachable: 'bad',
};

/** One line per other domain controller. */
export const SWITCH_REPLICA_COLUMNS: readonly Column<SwitchReplica>[] = [
  { id: 'server', title: 'Domain controller', value: (row) => row.server },
  { id: 'status', title: 'Status', value: (row) => row.status, paint: (row) => ROLE_OF_STATUS[row.status] },
  { id: 'message', title: 'Message', value: (row) => row.message },
];

/** Old and new value in words, where it takes effect and when, and what this way of switching cannot do. */
export function describeSwitch({ zone, before, after, server, replicas }: SwitchProposal): string {
  const rows: readonly (readonly [string, string])[] = [
    ['zone', `${zone.name} (${zone.dn})`],
    ['now', MODE_WORDS[before]],
    ['then', MODE_WORDS[after]],
    ['written on', server],
    ['hosted by', hosts(replicas)],
    [
      'in effect',
      'on each DNS server within replication and its polling interval (180 s unless it was changed); no restart is needed',
    ],
    ...(after === 'secure-only'
      ? [
          [
            'not set',
            'the time the zone was secured, which only a DNS server sets; --print gives the lines that do',
          ] as const,
        ]
      : []),
  ];
  return rows.map(([title, text]) => `${title.padEnd(11)}${safeForTerminal(text)}\n`).join('');
}

function hosts(replicas: readonly Replica[] | null): string {
  if (replicas === null) return 'domain controllers that are not known here';
  const names = replicas.map(
    ({ hostName, dn, writable }) => `${hostName ?? dn}${writable ? '' : ' (read-only)'}`,
  );
  return `${counted(names.length, 'domain controller')}: ${names.join(', ')}`;
}

/** What came of it, in one line. */
export function switchLine({ zone, before, after, outcome, message }: SwitchReport): string {
  const reason = message === null ? '' : ` (${message})`;
  return safeForTerminal(`${zone.name}: ${before} -> ${after}: ${outcome}${reason}`);
}

/** How many of the other domain controllers hold it, in one line; they are only named in the table. */
export function switchReplicaTotals(replicas: readonly SwitchReplica[]): string {
  if (replicas.length === 0) return 'No other domain controller hosts the zone';
  const count = (status: ReplicaStatus): number => replicas.filter((row) => row.status === status).length;
  const unreachable = count('unreachable');
  return (
    `${counted(replicas.length, 'other domain controller')}: ${count('converged')} converged, ${count('behind')} behind` +
    `${unreachable === 0 ? '' : `, ${unreachable} could not be asked`}`
  );
}

/** The JSON value of what came of it. */
export function switchValue(report: SwitchReport): Readonly<Record<string, unknown>> {
  const { zone, before, after, outcome, message, readiness, replicas, baseline, record } = report;
  return {
    zone: zone.name,
    dn: zone.dn,
    before,
    after,
    outcome,
    message,
    readiness: readiness === null ? null : readinessValue(readiness),
    replicas,
    baseline,
    record,
  };
}
