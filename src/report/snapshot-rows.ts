/** What a snapshot holds, as rows and JSON values: a row for each zone. */

import type { Zone } from '../records/zone.ts';
import type { CellValue, Column } from './columns.ts';
import { isoSeconds } from './json.ts';

/** A zone of a snapshot; `names` null when they were not saved. */
export interface SavedZone {
  readonly zone: Zone;
  readonly names: number | null;
}

/** What is said of the file as a whole; null where it does not tell. */
export interface SnapshotFacts {
  readonly file: string;
  readonly tool: string | null;
  readonly server: string | null;
  readonly domain: string | null;
  readonly takenAt: Date | null;
  readonly anonymized: boolean;
  /** Every account of the domain is in it: a SID that is not found is an orphan. */
  readonly complete: boolean;
  readonly accounts: number;
  readonly dhcpServers: number;
  /** What is missing, in sentences. */
  readonly missing: readonly string[];
}

/** One line of `show SNAPSHOT`. */
export const SAVED_ZONE_COLUMNS: readonly Column<SavedZone>[] = [
  { id: 'zone', title: 'Zone', value: ({ zone }) => zone.name },
  { id: 'partition', title: 'Partition', value: ({ zone }) => zone.partition.kind },
  { id: 'updates', title: 'Updates', value: ({ zone }) => zone.dynamicUpdate },
  { id: 'names', title: 'Names', value: ({ names }): CellValue => names ?? 'not saved', align: 'right' },
  { id: 'note', title: 'Note', value: ({ zone }) => zone.label },
];

/** The facts as lines `Taken: …`, what is missing last. */
export function snapshotLines(facts: SnapshotFacts): readonly string[] {
  const { file, takenAt, server, domain, tool, accounts, dhcpServers, complete } = facts;
  const vouched = complete ? 'all of the domain' : 'perhaps not all of the domain';
  return [
    `Snapshot: ${file}${facts.anonymized ? ' (anonymized)' : ''}`,
    `Taken: ${takenAt === null ? 'not told' : isoSeconds(takenAt)}, by ${tool ?? 'another tool'}`,
    `From: ${server ?? 'not told'}, domain ${domain ?? 'not told'}`,
    `Accounts and groups: ${accounts} (${vouched}), DHCP servers: ${dhcpServers}`,
    ...facts.missing.map((text) => `Missing: ${text}`),
  ];
}

/** The JSON value of a zone. */
export function savedZoneValue({ zone, names }: SavedZone): Readonly<Record<string, unknown>> {
  const { name, dn, partition, dynamicUpdate, label } = zone;
  return { name, dn, partition: partition.kind, dynamicUpdate, names, label };
}
