/** Compares two readings: which zones both have, what differs of each, and who the SIDs in it are. */

import { compareStates, type ObjectDiff, type ObjectState, sidsOfDiff, stampOf } from '../assess/diff.ts';
import type { Problem } from '../errors.ts';
import { dnKey } from '../formats/dn.ts';
import { type DnsProperty, decodeDnsProperty } from '../formats/dns-property.ts';
import type { Guid } from '../formats/guid.ts';
import { createDescriptorDecoder, type DescriptorDecoder } from '../formats/node-descriptor.ts';
import { ATTRIBUTE_IDS } from '../formats/repl-metadata.ts';
import type { Sid } from '../formats/sid.ts';
import { changeStampsOf, readInvocations } from '../records/change-stamps.ts';
import { bytesOf, guidOf, valuesOf } from '../records/entry.ts';
import { decodeNode } from '../records/node.ts';
import { PrincipalBook } from '../records/principal-book.ts';
import type { DirectoryInfo, DirectorySource, RawEntry } from '../records/source.ts';
import type { Zone } from '../records/zone.ts';
import { type NamePair, type NameReading, type PairTally, pairNames } from './diff-pairs.ts';

/** One of the two readings. */
export interface DiffSide {
  readonly source: DirectorySource;
  readonly info: DirectoryInfo;
  readonly zones: readonly Zone[];
}

/** What both readings are compared with the help of. */
export interface Diffing {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly problems: Problem[];
  readonly invocations: ReadonlyMap<Guid, string>;
  readonly books: readonly PrincipalBook[];
  readonly descriptors: DescriptorDecoder;
}

/** A zone in both readings or in one of them. */
interface ZonePair {
  readonly before: Zone | null;
  readonly after: Zone | null;
}

const NONE: ReadonlyMap<Guid, RawEntry> = new Map();

/** Learns whose databases the invocation ids are, on both sides. */
export async function startDiffing(before: DiffSide, after: DiffSide, problems: Problem[]): Promise<Diffing> {
  const sides = [after, before];
  const known = await Promise.all(sides.map(({ source }) => readInvocations(source)));
  return {
    before,
    after,
    problems,
    invocations: new Map(known.flatMap((names) => [...names])),
    books: sides.map(({ source, info }) => new PrincipalBook(source, info)),
    descriptors: createDescriptorDecoder(),
  };
}

/**
 * Everything that differs, zone by zone: the zone itself first, then its names, page by page.
 *
 * @param isWanted which names to look at, by their zone and relative name; null for all, and the zones themselves
 */
export async function* streamDiffs(
  diffing: Diffing,
  isWanted: ((zone: string, name: string) => boolean) | null,
  tally: PairTally,
): AsyncGenerator<readonly ObjectDiff[], void> {
  for (const pair of pairZones(diffing.before.zones, diffing.after.zones)) {
    const zone = (pair.after ?? pair.before) as Zone;
    if (isWanted === null) yield await told(diffing, await diffZone(diffing, pair, tally));
    const pages = pairNames(
      nodesOf(diffing.before, pair.before),
      nodesOf(diffing.after, pair.after),
      (name) => isWanted === null || isWanted(zone.name, name),
      tally,
    );
    for await (const pairs of pages) {
      const deleted = pairs.some(({ after }) => after === null) ? await readDeleted(diffing, zone) : NONE;
      yield await told(
        diffing,
        pairs.flatMap((names) => diffName(diffing, zone, names, deleted, tally)),
      );
    }
  }
}

/** The name of a SID on either side, the later one first; null when neither knows it. */
export function principalName({ books }: Diffing, sid: Sid): string | null {
  for (const book of books) {
    const { name } = book.principal(sid);
    if (name !== null) return name;
  }
  return null;
}

/** Makes the SIDs of a page known before it is told. */
async function told(diffing: Diffing, diffs: readonly ObjectDiff[]): Promise<readonly ObjectDiff[]> {
  const sids = diffs.flatMap(sidsOfDiff);
  for (const book of diffing.books) await book.resolve(sids);
  return diffs;
}

function pairZones(before: readonly Zone[], after: readonly Zone[]): readonly ZonePair[] {
  const olds = new Map(before.map((zone) => [dnKey(zone.dn), zone]));
  const pairs: ZonePair[] = after.map((zone) => {
    const old = olds.get(dnKey(zone.dn)) ?? null;
    olds.delete(dnKey(zone.dn));
    return { before: old, after: zone };
  });
  return [...pairs, ...[...olds.values()].map((zone) => ({ before: zone, after: null }))];
}

/** Of a zone that is not there, no names. */
function nodesOf({ source }: DiffSide, zone: Zone | null): NameReading {
  return async function* (decode) {
    if (zone !== null) yield* source.nodes(zone.dn, 'metadata', decode);
  };
}

async function diffZone(diffing: Diffing, pair: ZonePair, tally: PairTally): Promise<readonly ObjectDiff[]> {
  const before = await zoneState(diffing, diffing.before, pair.before);
  const after = await zoneState(diffing, diffing.after, pair.after);
  const zone = (pair.after ?? pair.before) as Zone;
  const place = { kind: 'zone', zone: zone.name, fqdn: zone.name, dn: zone.dn } as const;
  return diffStates(diffing, place, before, after, null, tally);
}

function diffName(
  diffing: Diffing,
  zone: Zone,
  { before, after }: NamePair,
  deleted: ReadonlyMap<Guid, RawEntry>,
  tally: PairTally,
): readonly ObjectDiff[] {
  const old = before === null ? null : nameState(diffing, zone, before);
  const now = after === null ? null : nameState(diffing, zone, after);
  const { name } = (now ?? old) as ObjectState;
  const { dn } = (after ?? before) as RawEntry;
  const fqdn = name === '@' ? zone.name : `${name}.${zone.name}`;
  const guid = old?.objectGuid ?? null;
  const rest = guid === null ? undefined : deleted.get(guid);
  const remains = rest === undefined ? null : nameState(diffing, zone, rest);
  return diffStates(diffing, { kind: 'name', zone: zone.name, fqdn, dn }, old, now, remains, tally);
}

/** @param remains what the later reading remembers of an object that is gone */
function diffStates(
  diffing: Diffing,
  place: Pick<ObjectDiff, 'kind' | 'zone' | 'fqdn' | 'dn'>,
  before: ObjectState | null,
  after: ObjectState | null,
  remains: ObjectState | null,
  tally: PairTally,
): readonly ObjectDiff[] {
  const objectGuid = (after ?? before)?.objectGuid ?? null;
  const common = { ...place, objectGuid, differences: [], stamp: null };
  if (after === null) {
    const stamp = remains === null ? null : stampOf(ATTRIBUTE_IDS.isDeleted, null, remains);
    return [{ ...common, status: 'gone', stamp }];
  }
  if (before === null) {
    return [{ ...common, status: 'new', stamp: stampOf(ATTRIBUTE_IDS.objectClass, null, after) }];
  }
  if ((before.descriptor === null) !== (after.descriptor === null)) {
    const message = 'only one of the readings has its descriptor, so owner and ACEs were not compared';
    diffing.problems.push({ severity: 'warning', code: 'not-compared', where: place.dn, message });
  }
  const differences = compareStates(before, after);
  if (differences.length > 0) return [{ ...common, status: 'changed', differences }];
  tally.matches += 1;
  return [];
}

function nameState({ descriptors, problems }: Diffing, zone: Zone, entry: RawEntry): ObjectState {
  const found: Problem[] = [];
  const node = decodeNode(entry, { zone, descriptors, keepBytes: false }, found);
  // A missing descriptor is told where it keeps something from being compared.
  problems.push(...found.filter(({ code }) => code !== 'unreadable-descriptor'));
  const { name, objectGuid, tombstoned, records, descriptor } = node;
  return {
    ...{ name, objectGuid, tombstoned, records, properties: [] },
    descriptor: descriptor.kind === 'read' ? descriptor.value : null,
    stamps: changeStampsOf(entry, problems),
  };
}

async function zoneState(
  { descriptors, problems }: Diffing,
  { source }: DiffSide,
  zone: Zone | null,
): Promise<ObjectState | null> {
  if (zone === null) return null;
  const entry = await readZoneEntry(source, zone);
  return {
    ...{ name: zone.name, objectGuid: guidOf(entry), tombstoned: false, records: [] },
    properties: valuesOf(entry, 'dnsproperty').flatMap((value) => readProperty(value, zone, problems)),
    descriptor: readDescriptor(entry, descriptors, problems),
    stamps: changeStampsOf(entry, problems),
  };
}

async function readZoneEntry(source: DirectorySource, zone: Zone): Promise<RawEntry> {
  for await (const page of source.zones(zone.partition)) {
    const found = page.find(({ dn }) => dnKey(dn) === dnKey(zone.dn));
    if (found !== undefined) return found;
  }
  return { dn: zone.dn, attributes: new Map() };
}

function readProperty(value: Uint8Array, zone: Zone, problems: Problem[]): readonly DnsProperty[] {
  try {
    return [decodeDnsProperty(value)];
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'bad-zone-property', where: zone.dn, message });
    return [];
  }
}

function readDescriptor(
  entry: RawEntry,
  descriptors: DescriptorDecoder,
  problems: Problem[],
): ObjectState['descriptor'] {
  const bytes = bytesOf(entry, 'ntsecuritydescriptor');
  try {
    return bytes === null ? null : descriptors.decode(bytes);
  } catch (error) {
    const { message } = error as Error;
    problems.push({ severity: 'warning', code: 'unreadable-descriptor', where: entry.dn, message });
    return null;
  }
}

/** What the later reading remembers of deleted names, by GUID. */
async function readDeleted({ after }: Diffing, zone: Zone): Promise<ReadonlyMap<Guid, RawEntry>> {
  const deleted = new Map<Guid, RawEntry>();
  for await (const page of after.source.deletedNodes(zone.dn)) {
    for (const entry of page) {
      const guid = guidOf(entry);
      if (guid !== null) deleted.set(guid, entry);
    }
  }
  return deleted;
}
