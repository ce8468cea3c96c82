/**
 * Everything of a snapshot but its names, read in one pass: zones, accounts, partitions, and what the file tells
 * about the domain it was taken from.
 */

import { basename } from 'node:path';
import { FormatError, type Problem } from '../../errors.ts';
import { type Dn, dnKey, dnsNameOfDn, parentDn, rdnOf } from '../../formats/dn.ts';
import { parseGeneralizedTime } from '../../formats/filetime.ts';
import type { LdifRecord } from '../../formats/ldif.ts';
import { decodeSid, type Sid } from '../../formats/sid.ts';
import type { DirectoryInfo, DomainInfo, RawEntry, ZonePartition } from '../../records/source.ts';
import { domainsOf, partitionOf, partitionsOf, sidOf, textOf } from '../ldap/naming-contexts.ts';
import { createEntryStore, type EntryStore } from './entry-store.ts';
import { isZoneContainer, kindOf, readSnapshot } from './snapshot-file.ts';
import { createMarkCollector, type SnapshotMarks } from './snapshot-marks.ts';

/** What is kept of a snapshot. */
export interface SnapshotIndex {
  readonly info: DirectoryInfo;
  /** The zones of all partitions; one whose own object is not in the file has no attributes. */
  readonly zones: readonly RawEntry[];
  /** Users, computers and groups, deleted ones included. */
  readonly accounts: readonly RawEntry[];
  readonly bySid: ReadonlyMap<Sid, RawEntry>;
  readonly dhcp: readonly RawEntry[];
  /** NTDS Settings objects. */
  readonly services: readonly RawEntry[];
  readonly marks: SnapshotMarks;
}

/** The entries of one pass, by kind. */
interface SnapshotParts {
  readonly roots: RawEntry[];
  readonly domains: RawEntry[];
  readonly crossRefs: RawEntry[];
  readonly zones: Map<string, RawEntry>;
  /** By the bytes of the SID. */
  readonly accounts: Map<string, RawEntry>;
  /** Where their values lie: a domain has as many accounts as a zone has names. */
  readonly store: EntryStore;
  readonly dhcp: RawEntry[];
  readonly services: RawEntry[];
  readonly problems: Problem[];
}

/**
 * Reads the whole file once.
 *
 * @throws UsageError when it cannot be read
 */
export async function indexSnapshot(file: string): Promise<SnapshotIndex> {
  const { parts, marks } = await collectParts(file);
  const accounts = [...parts.accounts.values()];
  const bySid = indexBySid(accounts, parts.problems);
  return {
    info: describeSnapshot(file, parts, marks),
    zones: [...parts.zones.values()],
    accounts,
    bySid,
    dhcp: parts.dhcp,
    services: parts.services,
    marks,
  };
}

async function collectParts(
  file: string,
): Promise<{ readonly parts: SnapshotParts; readonly marks: SnapshotMarks }> {
  const parts: SnapshotParts = {
    roots: [],
    domains: [],
    crossRefs: [],
    zones: new Map(),
    accounts: new Map(),
    store: createEntryStore(),
    dhcp: [],
    services: [],
    problems: [],
  };
  const collector = createMarkCollector();
  const impliedZones = new Map<string, Dn>();
  for await (const item of readSnapshot(file)) {
    if (item.kind === 'comment') {
      collector.add(item.text);
    } else if (item.kind === 'problem') {
      const where = `${basename(file)}:${item.line}`;
      parts.problems.push({ severity: 'error', code: 'bad-ldif', where, message: item.message });
    } else {
      sortIn(item, parts, impliedZones);
    }
  }
  for (const [key, dn] of impliedZones) {
    if (!parts.zones.has(key)) parts.zones.set(key, { dn, attributes: new Map() });
  }
  return { parts, marks: collector.marks() };
}

function sortIn(record: LdifRecord, parts: SnapshotParts, impliedZones: Map<string, Dn>): void {
  const kind = kindOf(record);
  switch (kind) {
    case 'root':
      parts.roots.push(record);
      return;
    case 'domain':
      parts.domains.push(record);
      return;
    case 'crossref':
      parts.crossRefs.push(record);
      return;
    case 'zone':
      parts.zones.set(dnKey(record.dn), record);
      return;
    case 'node':
      noteZone(impliedZones, record.dn);
      return;
    case 'account':
      addAccount(parts, record);
      return;
    case 'dhcp':
      parts.dhcp.push(record);
      return;
    case 'other':
      if (record.attributes.has('invocationid')) parts.services.push(record);
      return;
    default:
      kind satisfies never;
  }
}

/** Exports that were put together may hold an account several times, each time with other attributes. */
function addAccount({ accounts, store }: SnapshotParts, entry: RawEntry): void {
  const key = Buffer.from(entry.attributes.get('objectsid')?.[0] ?? []).toString('hex');
  const known = accounts.get(key);
  const whole =
    known === undefined
      ? entry
      : { dn: entry.dn, attributes: new Map([...known.attributes, ...entry.attributes]) };
  accounts.set(key, store.entryAt(store.add(whole)));
}

/** A name tells of its zone; a deleted one lies in a container that is none. */
function noteZone(zones: Map<string, Dn>, nodeDn: Dn): void {
  const zone = parentDn(nodeDn);
  const container = zone === null ? null : parentDn(zone);
  if (zone !== null && container !== null && isZoneContainer(container)) zones.set(dnKey(zone), zone);
}

function describeSnapshot(file: string, parts: SnapshotParts, marks: SnapshotMarks): DirectoryInfo {
  const [root] = parts.roots;
  const domainDn = rootText(root, 'defaultnamingcontext') ?? parts.domains[0]?.dn ?? null;
  const domains = domainDn === null ? [] : domainsOfSnapshot(parts, domainDn, marks.completeDomains);
  const find = (dn: Dn | null): DomainInfo | null =>
    dn === null ? null : (domains.find((item) => dnKey(item.dn) === dnKey(dn)) ?? null);
  return {
    server: basename(file),
    live: false,
    takenAt: marks.takenAt ?? clockOf(root),
    namesOf: marks.namesOf.length === 0 ? null : marks.namesOf,
    domains,
    domain: find(domainDn),
    rootDomain: find(rootText(root, 'rootdomainnamingcontext') ?? domainDn),
    configurationDn: rootText(root, 'configurationnamingcontext'),
    partitions: partitionsOfSnapshot(parts, domainDn, basename(file)),
    problems: parts.problems,
  };
}

/** The clock of the server when the rootDSE was exported. */
function clockOf(root: RawEntry | undefined): Date | null {
  const text = rootText(root, 'currenttime');
  try {
    return text === null ? null : parseGeneralizedTime(text);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

function rootText(root: RawEntry | undefined, attribute: string): Dn | null {
  return root === undefined ? null : (textOf(root, attribute) as Dn | null);
}

/** The domain at hand first, then those that crossRefs name. */
function domainsOfSnapshot(
  parts: SnapshotParts,
  domainDn: Dn,
  complete: ReadonlySet<Sid>,
): readonly DomainInfo[] {
  const sid = domainSid(parts, domainDn);
  const named = domainsOf(parts.crossRefs, domainDn, sid);
  const known = named.find((item) => dnKey(item.dn) === dnKey(domainDn));
  // An entry that could not be read may be the very account that is missed.
  const answered = sid !== null && complete.has(sid) && parts.problems.length === 0;
  const unnamed = { dn: domainDn, dnsName: dnsNameOfDn(domainDn), netbiosName: null, sid, inForest: true };
  const atHand = known ?? unnamed;
  return [{ ...atHand, answered }, ...named.filter((item) => item !== known)];
}

function domainSid(parts: SnapshotParts, domainDn: Dn): Sid | null {
  const entry = parts.domains.find((item) => dnKey(item.dn) === dnKey(domainDn));
  if (entry === undefined) return null;
  try {
    return sidOf(entry);
  } catch (error) {
    parts.problems.push(badSid(entry, error));
    return null;
  }
}

/** The partitions that crossRefs name, and those that only show by the zones in them. */
function partitionsOfSnapshot(
  parts: SnapshotParts,
  domainDn: Dn | null,
  server: string,
): readonly ZonePartition[] {
  const partitions = domainDn === null ? [] : [...partitionsOf(parts.crossRefs, domainDn, () => server)];
  const known = new Set(partitions.map((partition) => dnKey(partition.container)));
  for (const zone of parts.zones.values()) {
    const container = parentDn(zone.dn);
    if (container === null || known.has(dnKey(container))) continue;
    known.add(dnKey(container));
    const above = parentDn(container);
    if (above !== null) partitions.push(partitionAbove(above, container, server));
  }
  return partitions;
}

function partitionAbove(above: Dn, container: Dn, server: string): ZonePartition {
  const { type, value } = rdnOf(above);
  const namingContext = parentDn(above);
  if (namingContext !== null && type.toLowerCase() === 'cn' && value.toLowerCase() === 'system') {
    return { kind: 'legacy', namingContext, container, server };
  }
  return { ...partitionOf(above, server), container };
}

function indexBySid(accounts: readonly RawEntry[], problems: Problem[]): ReadonlyMap<Sid, RawEntry> {
  const bySid = new Map<Sid, RawEntry>();
  for (const entry of accounts) {
    const bytes = entry.attributes.get('objectsid')?.[0];
    if (bytes === undefined) continue;
    try {
      bySid.set(decodeSid(bytes), entry);
    } catch (error) {
      problems.push(badSid(entry, error));
    }
  }
  return bySid;
}

function badSid(entry: RawEntry, error: unknown): Problem {
  if (!(error instanceof FormatError)) throw error;
  return { severity: 'warning', code: 'bad-account', where: entry.dn, message: error.message };
}
