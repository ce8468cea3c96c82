/**
 * DNS zones stored in the directory: dnsZone objects and their dNSProperty values. [MS-DNSP] 2.3.2.1
 *
 * A zone is decoded strictly for what decides about updates (type and AllowUpdate) and leniently for the rest:
 * a property that cannot be read becomes a problem, never a zone that is missing from the list.
 */

import type { Problem } from '../errors.ts';
import { conflictOf, type Dn, rdnOf } from '../formats/dn.ts';
import {
  type Aging,
  agingOf,
  allowUpdateOf,
  type DnsProperty,
  decodeDnsProperty,
  secureTimeOf,
  UPDATE_MODES,
  ZONE_TYPES,
  zoneTypeOf,
} from '../formats/dns-property.ts';
import type { Guid } from '../formats/guid.ts';
import { ATTRIBUTE_IDS, type AttributeMetadata, attributeMetadata } from '../formats/repl-metadata.ts';
import { bytesOf, descriptorVersionOf, guidOf, metadataOf, valuesOf } from './entry.ts';
import type { RawEntry, ZonePartition } from './source.ts';

/** How a zone takes dynamic updates; `unknown` when its properties were not in the export. */
export type UpdateMode = (typeof UPDATE_MODES)[keyof typeof UPDATE_MODES] | 'unknown';

/** Why a zone object is not a zone that servers load. */
export type ZoneLabel = 'conflict' | 'in-progress' | 'deleted' | 'duplicate';

/** One dnsZone object. */
export interface Zone {
  readonly name: string;
  readonly dn: Dn;
  readonly partition: ZonePartition;
  readonly type: string;
  readonly dynamicUpdate: UpdateMode;
  readonly securedAt: Date | null;
  readonly aging: Aging;
  /** null for an ordinary zone. */
  readonly label: ZoneLabel | null;
  readonly objectGuid: Guid | null;
  /** Version of its descriptor in the replication metadata; null when it is missing. */
  readonly descriptorVersion: number | null;
  /** The last write of its properties: version 1 is how it was created; null when the metadata is missing. */
  readonly propertiesWritten: Pick<AttributeMetadata, 'version' | 'originatingTime'> | null;
  /** The zone's own descriptor, or null when this account may not read it. */
  readonly descriptor: Uint8Array | null;
}

/** Objects below CN=MicrosoftDNS that are no zones: root hints, trust anchors, the cache. */
const PSEUDO_ZONES = new Set(['rootdnsservers', '..trustanchors', '..cache', '..roothints']);
const IN_PROGRESS = /^\.\.inprogress-/i;
const DELETED = /^\.\.deleted(?:\.[^-]*)?-/i;

/** True for an object that only looks like a zone. */
export function isPseudoZone(entry: RawEntry): boolean {
  return PSEUDO_ZONES.has(rdnOf(entry.dn).value.toLowerCase());
}

/** Decodes one dnsZone object; what is wrong with single properties comes back as problems. */
export function decodeZone(
  entry: RawEntry,
  partition: ZonePartition,
): { readonly zone: Zone; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const properties = readProperties(entry, problems);
  const { name, label } = nameOf(entry);
  const metadata = metadataOf(entry, problems);
  const zone: Zone = {
    name,
    dn: entry.dn,
    partition,
    type: zoneType(properties),
    dynamicUpdate: updateMode(entry, properties, problems),
    securedAt: firstOf(properties, secureTimeOf),
    aging: agingOf(properties),
    label,
    objectGuid: guidOf(entry),
    descriptorVersion: descriptorVersionOf(metadata),
    propertiesWritten: metadata === null ? null : attributeMetadata(metadata, ATTRIBUTE_IDS.dNSProperty),
    descriptor: bytesOf(entry, 'ntsecuritydescriptor'),
  };
  return { zone, problems };
}

function nameOf(entry: RawEntry): { name: string; label: ZoneLabel | null } {
  const { value } = rdnOf(entry.dn);
  const conflict = conflictOf(value);
  if (conflict !== null) return { name: conflict.name, label: conflict.kind };
  if (IN_PROGRESS.test(value)) return { name: value.replace(IN_PROGRESS, ''), label: 'in-progress' };
  if (DELETED.test(value)) return { name: value.replace(DELETED, ''), label: 'deleted' };
  return { name: value, label: null };
}

function readProperties(entry: RawEntry, problems: Problem[]): readonly DnsProperty[] {
  const properties: DnsProperty[] = [];
  for (const value of valuesOf(entry, 'dnsproperty')) {
    try {
      properties.push(decodeDnsProperty(value));
    } catch (error) {
      const { message } = error as Error;
      problems.push({ severity: 'warning', code: 'bad-zone-property', where: entry.dn, message });
    }
  }
  return properties;
}

function zoneType(properties: readonly DnsProperty[]): string {
  const code = firstOf(properties, zoneTypeOf);
  if (code === null) return 'unknown';
  return (ZONE_TYPES as Readonly<Record<number, string>>)[code] ?? `type-${code}`;
}

function updateMode(entry: RawEntry, properties: readonly DnsProperty[], problems: Problem[]): UpdateMode {
  if (properties.length === 0) return 'unknown';
  const code = firstOf(properties, allowUpdateOf);
  if (code === null) {
    const message = 'AllowUpdate is not set; taken as none';
    problems.push({ severity: 'note', code: 'no-update-mode', where: entry.dn, message });
    return 'none';
  }
  const mode = (UPDATE_MODES as Readonly<Record<number, UpdateMode>>)[code];
  if (mode !== undefined) return mode;
  const message = `AllowUpdate is ${code}, needs 0, 1 or 2`;
  problems.push({ severity: 'warning', code: 'bad-zone-property', where: entry.dn, message });
  return 'unknown';
}

function firstOf<T>(properties: readonly DnsProperty[], read: (property: DnsProperty) => T | null): T | null {
  for (const property of properties) {
    const value = read(property);
    if (value !== null) return value;
  }
  return null;
}
