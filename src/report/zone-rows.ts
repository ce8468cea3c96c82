/** Zones as rows and JSON values. */

import type { Census } from '../records/census.ts';
import type { Zone } from '../records/zone.ts';
import { type Column, type Role, selectColumns } from './columns.ts';
import { isoSeconds } from './json.ts';

/** A zone with the count of its names; null when they could not be read. */
export interface CountedZone {
  readonly zone: Zone;
  readonly census: Census | null;
}

const ROLE_OF_MODE: Readonly<Record<string, Role>> = {
  'nonsecure-and-secure': 'bad',
  'secure-only': 'good',
  unknown: 'warn',
};

/** One line of `zones`. */
export const ZONE_COLUMNS: readonly Column<CountedZone>[] = [
  { id: 'zone', title: 'Zone', value: ({ zone }) => zone.name },
  { id: 'partition', title: 'Partition', value: ({ zone }) => zone.partition.kind },
  { id: 'type', title: 'Type', value: ({ zone }) => zone.type },
  {
    id: 'updates',
    title: 'Updates',
    value: ({ zone }) => zone.dynamicUpdate,
    paint: ({ zone }) => ROLE_OF_MODE[zone.dynamicUpdate] ?? null,
  },
  {
    id: 'secured',
    title: 'Secured',
    value: ({ zone }) => zone.securedAt?.toISOString().slice(0, 10) ?? null,
  },
  { id: 'aging', title: 'Aging', value: ({ zone }) => (zone.aging.enabled ? agingWords(zone) : 'off') },
  { id: 'names', title: 'Names', value: ({ census }) => census?.names ?? null, align: 'right' },
  { id: 'dynamic', title: 'Dynamic', value: ({ census }) => census?.dynamic ?? null, align: 'right' },
  { id: 'static', title: 'Static', value: ({ census }) => census?.static ?? null, align: 'right' },
  {
    id: 'tombstoned',
    title: 'Tombstoned',
    value: ({ census }) => census?.tombstoned ?? null,
    align: 'right',
  },
  {
    id: 'note',
    title: 'Note',
    value: ({ zone }) => noteOf(zone),
    paint: ({ zone }) => (zone.label === null ? null : 'warn'),
  },
  { id: 'dn', title: 'DN', value: ({ zone }) => zone.dn },
  { id: 'server', title: 'Read from', value: ({ zone }) => zone.partition.server },
];

/** What fits a terminal of 100 columns; CSV has it all. */
export const ZONE_TABLE_COLUMNS: readonly Column<CountedZone>[] = [
  ...selectColumns(ZONE_COLUMNS, ['zone', 'partition']),
  {
    id: 'updates',
    title: 'Updates',
    value: ({ zone }) => (isServed(zone) ? zone.dynamicUpdate : 'not loaded'),
    paint: ({ zone }) => (isServed(zone) ? (ROLE_OF_MODE[zone.dynamicUpdate] ?? null) : 'dim'),
  },
  ...selectColumns(ZONE_COLUMNS, ['aging', 'names', 'dynamic']),
  {
    id: 'note',
    title: 'Note',
    value: ({ zone }) => shortNoteOf(zone),
    paint: ({ zone }) => (shortNoteOf(zone) === null ? null : 'warn'),
  },
];

/** The JSON value of a zone. */
export function zoneValue({ zone, census }: CountedZone): Readonly<Record<string, unknown>> {
  return {
    name: zone.name,
    dn: zone.dn,
    partition: zone.partition.kind,
    server: zone.partition.server,
    type: zone.type,
    dynamicUpdate: zone.dynamicUpdate,
    securedAt: zone.securedAt === null ? null : isoSeconds(zone.securedAt),
    aging: zone.aging,
    names: census?.names ?? null,
    namesByKind: census,
    conflict: zone.label === 'conflict' || zone.label === 'duplicate',
    label: zone.label,
  };
}

function agingWords({ aging }: Zone): string {
  return `${intervalWords(aging.noRefreshHours)} + ${intervalWords(aging.refreshHours)}`;
}

function intervalWords(hours: number): string {
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}

function isServed(zone: Zone): boolean {
  return zone.label === null || zone.label === 'duplicate';
}

/** What is out of the ordinary: the label, or a type that takes no updates. */
function shortNoteOf({ label, type }: Zone): string | null {
  return label ?? (type === 'primary' || type === 'unknown' ? null : type);
}

function noteOf(zone: Zone): string | null {
  switch (zone.label) {
    case null:
      return null;
    case 'conflict':
      return 'lost a replication conflict; no server loads it';
    case 'in-progress':
      return 'its creation was not finished';
    case 'deleted':
      return 'it is being deleted';
    case 'duplicate':
      return 'stands in several partitions';
  }
}
