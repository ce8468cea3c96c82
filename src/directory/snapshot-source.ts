/**
 * The offline filling of the reading port: the same questions answered from a snapshot file. One pass over the file
 * collects what is small (zones, accounts, partitions); names are streamed again for each zone, so that memory does
 * not grow with them.
 */

import { basename } from 'node:path';
import type { Problem } from '../errors.ts';
import { type Dn, dnKey, dnsNameOfDn, parentDn } from '../formats/dn.ts';
import { decodeSid, isSidText, parseSid, type Sid } from '../formats/sid.ts';
import type {
  DirectoryInfo,
  DirectorySource,
  RawEntry,
  SourceCounters,
  ZonePartition,
} from '../records/source.ts';
import { domainsOf, partitionOf, partitionsOf, sidOf, textOf } from './naming-contexts.ts';
import { COMPLETE_MARK, kindOf, readSnapshot } from './snapshot-file.ts';

const PAGE_SIZE = 500;

/** Everything of a snapshot but its names. */
interface SnapshotIndex {
  readonly info: DirectoryInfo;
  readonly zones: readonly RawEntry[];
  readonly accounts: readonly RawEntry[];
  readonly bySid: ReadonlyMap<Sid, RawEntry>;
  readonly dhcp: readonly RawEntry[];
}

/** Reads from an LDIF file, plain or gzip. The file is opened when the first question is asked. */
export function createSnapshotSource(file: string): DirectorySource {
  return new SnapshotSource(file);
}

class SnapshotSource implements DirectorySource {
  readonly #file: string;
  readonly #counters = { requests: 0, pages: 0, entries: 0, bytes: 0 };
  #index: Promise<SnapshotIndex> | null = null;
  #membersByGroup: Map<string, RawEntry[]> | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  get counters(): SourceCounters {
    return this.#counters;
  }

  async describe(): Promise<DirectoryInfo> {
    return (await this.#load()).info;
  }

  async *zones(partition: ZonePartition): AsyncGenerator<readonly RawEntry[], void> {
    const { zones } = await this.#load();
    const container = dnKey(partition.container);
    const found = zones.filter((zone) => keyOfParent(zone.dn) === container);
    if (found.length > 0) yield found;
  }

  async *nodes(zoneDn: Dn): AsyncGenerator<readonly RawEntry[], void> {
    const zone = dnKey(zoneDn);
    let page: RawEntry[] = [];
    for await (const item of readSnapshot(this.#file)) {
      if (item.kind !== 'record' || kindOf(item) !== 'node' || keyOfParent(item.dn) !== zone) continue;
      page.push(item);
      if (page.length === PAGE_SIZE) {
        yield this.#count(page);
        page = [];
      }
    }
    if (page.length > 0) yield this.#count(page);
  }

  async *computers(): AsyncGenerator<readonly RawEntry[], void> {
    const { accounts } = await this.#load();
    const found = accounts.filter((entry) => isComputer(entry));
    if (found.length > 0) yield this.#count(found);
  }

  async bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]> {
    const { bySid } = await this.#load();
    return sids.flatMap((sid) => bySid.get(sid) ?? []);
  }

  async byName(reference: string): Promise<readonly RawEntry[]> {
    const { accounts } = await this.#load();
    const wanted = reference.toLowerCase();
    const attributes = ['samaccountname', 'userprincipalname', 'dnshostname'];
    return accounts.filter((entry) => {
      if (entry.dn.toLowerCase() === wanted) return true;
      return attributes.some((attribute) => {
        const value = textOf(entry, attribute)?.toLowerCase();
        return value === wanted || (attribute === 'samaccountname' && value === `${wanted}$`);
      });
    });
  }

  async membersOf(groupDn: Dn): Promise<readonly RawEntry[]> {
    const byGroup = await this.#loadMembers();
    const seen = new Map<string, RawEntry>();
    const open = [dnKey(groupDn)];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      for (const member of byGroup.get(group) ?? []) {
        const key = dnKey(member.dn);
        if (seen.has(key)) continue;
        seen.set(key, member);
        open.push(key);
      }
    }
    return [...seen.values()];
  }

  async dhcpServers(): Promise<readonly RawEntry[]> {
    return (await this.#load()).dhcp;
  }

  async close(): Promise<void> {}

  #load(): Promise<SnapshotIndex> {
    this.#index ??= indexSnapshot(this.#file);
    return this.#index;
  }

  /** Accounts by the key of each group they are a direct member of, from both ends of the link. */
  async #loadMembers(): Promise<Map<string, RawEntry[]>> {
    if (this.#membersByGroup !== null) return this.#membersByGroup;
    const { accounts } = await this.#load();
    const byDn = new Map(accounts.map((entry) => [dnKey(entry.dn), entry]));
    const byGroup = new Map<string, RawEntry[]>();
    const link = (group: string, member: RawEntry | undefined): void => {
      if (member === undefined) return;
      const members = byGroup.get(group) ?? [];
      if (!members.includes(member)) members.push(member);
      byGroup.set(group, members);
    };
    for (const entry of accounts) {
      for (const group of dnsOf(entry, 'memberof')) link(dnKey(group), entry);
      for (const member of dnsOf(entry, 'member')) link(dnKey(entry.dn), byDn.get(dnKey(member)));
    }
    this.#membersByGroup = byGroup;
    return byGroup;
  }

  #count(page: readonly RawEntry[]): readonly RawEntry[] {
    this.#counters.pages += 1;
    this.#counters.entries += page.length;
    return page;
  }
}

async function indexSnapshot(file: string): Promise<SnapshotIndex> {
  const roots: RawEntry[] = [];
  const domains: RawEntry[] = [];
  const crossRefs: RawEntry[] = [];
  const zones = new Map<string, RawEntry>();
  const impliedZones = new Map<string, Dn>();
  const accounts: RawEntry[] = [];
  const dhcp: RawEntry[] = [];
  const complete = new Set<Sid>();
  const problems: Problem[] = [];
  for await (const item of readSnapshot(file)) {
    if (item.kind === 'comment') {
      const sid = completeSid(item.text);
      if (sid !== null) complete.add(sid);
    } else if (item.kind === 'problem') {
      const where = `${basename(file)}:${item.line}`;
      problems.push({ severity: 'error', code: 'bad-ldif', where, message: item.message });
    } else {
      const kind = kindOf(item);
      if (kind === 'root') roots.push(item);
      else if (kind === 'domain') domains.push(item);
      else if (kind === 'crossref') crossRefs.push(item);
      else if (kind === 'zone') zones.set(dnKey(item.dn), item);
      else if (kind === 'account') accounts.push(item);
      else if (kind === 'dhcp') dhcp.push(item);
      else if (kind === 'node') noteZone(impliedZones, item.dn);
    }
  }
  for (const [key, dn] of impliedZones) {
    if (!zones.has(key)) zones.set(key, { dn, attributes: new Map() });
  }
  const zoneEntries = [...zones.values()];
  return {
    info: describeSnapshot(file, { roots, domains, crossRefs, zones: zoneEntries, complete, problems }),
    zones: zoneEntries,
    accounts,
    bySid: indexBySid(accounts, problems),
    dhcp,
  };
}

interface SnapshotParts {
  readonly roots: readonly RawEntry[];
  readonly domains: readonly RawEntry[];
  readonly crossRefs: readonly RawEntry[];
  readonly zones: readonly RawEntry[];
  readonly complete: ReadonlySet<Sid>;
  readonly problems: readonly Problem[];
}

function describeSnapshot(file: string, parts: SnapshotParts): DirectoryInfo {
  const root = parts.roots[0];
  const domainEntry = parts.domains[0];
  const domainDn =
    (root === undefined ? null : textOf(root, 'defaultnamingcontext')) ?? domainEntry?.dn ?? null;
  const domainSid = domainEntry === undefined ? null : sidOf(domainEntry);
  const fromCrossRefs = domainDn === null ? [] : domainsOf(parts.crossRefs, domainDn as Dn, domainSid);
  const atHand =
    fromCrossRefs.find((item) => domainDn !== null && dnKey(item.dn) === dnKey(domainDn as Dn)) ??
    (domainDn === null
      ? null
      : {
          dn: domainDn as Dn,
          dnsName: dnsNameOfDn(domainDn as Dn),
          netbiosName: null,
          sid: domainSid,
          answered: false,
        });
  const domain =
    atHand === null ? null : { ...atHand, answered: domainSid !== null && parts.complete.has(domainSid) };
  const rootDn = root === undefined ? null : textOf(root, 'rootdomainnamingcontext');
  const others = fromCrossRefs.filter((item) => item !== atHand);
  return {
    server: basename(file),
    live: false,
    domains: domain === null ? others : [domain, ...others],
    domain,
    rootDomain:
      rootDn === null || domain === null || dnKey(rootDn as Dn) === dnKey(domain.dn) ? domain : null,
    configurationDn:
      (root === undefined ? null : (textOf(root, 'configurationnamingcontext') as Dn | null)) ?? null,
    partitions: partitionsOfSnapshot(parts, domainDn as Dn | null),
    problems: parts.problems,
  };
}

/** The partitions that crossRefs name, and those that only show by the zones in them. */
function partitionsOfSnapshot(parts: SnapshotParts, domainDn: Dn | null): readonly ZonePartition[] {
  const partitions = domainDn === null ? [] : [...partitionsOf(parts.crossRefs, domainDn)];
  const known = new Set(partitions.map((partition) => dnKey(partition.container)));
  for (const zone of parts.zones) {
    const container = parentDn(zone.dn);
    if (container === null || known.has(dnKey(container))) continue;
    known.add(dnKey(container));
    const namingContext = parentDn(container);
    if (namingContext !== null) partitions.push({ ...partitionOf(namingContext), container });
  }
  return partitions;
}

function noteZone(zones: Map<string, Dn>, nodeDn: Dn): void {
  const zone = parentDn(nodeDn);
  if (zone !== null) zones.set(dnKey(zone), zone);
}

function indexBySid(accounts: readonly RawEntry[], problems: Problem[]): ReadonlyMap<Sid, RawEntry> {
  const bySid = new Map<Sid, RawEntry>();
  for (const entry of accounts) {
    const bytes = entry.attributes.get('objectsid')?.[0];
    if (bytes === undefined) continue;
    try {
      bySid.set(decodeSid(bytes), entry);
    } catch (error) {
      problems.push({
        severity: 'warning',
        code: 'bad-account',
        where: entry.dn,
        message: (error as Error).message,
      });
    }
  }
  return bySid;
}

function completeSid(comment: string): Sid | null {
  const text = comment.trim();
  if (!text.startsWith(COMPLETE_MARK)) return null;
  const sid = text.slice(COMPLETE_MARK.length).trim();
  return isSidText(sid) ? parseSid(sid) : null;
}

function isComputer(entry: RawEntry): boolean {
  const classes = entry.attributes.get('objectclass');
  if (classes === undefined) return textOf(entry, 'samaccountname')?.endsWith('$') ?? false;
  return classes.some((value) => Buffer.from(value).toString('latin1').toLowerCase() === 'computer');
}

function keyOfParent(dn: Dn): string | null {
  const parent = parentDn(dn);
  return parent === null ? null : dnKey(parent);
}

function dnsOf(entry: RawEntry, attribute: string): readonly Dn[] {
  return (entry.attributes.get(attribute) ?? []).map((value) => Buffer.from(value).toString('utf8') as Dn);
}
