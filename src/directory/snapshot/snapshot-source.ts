/**
 * The offline filling of the reading port: the same questions answered from a snapshot file. One pass over the file
 * collects what is small (zones, accounts, partitions); names are streamed again for each zone, so that memory does
 * not grow with them.
 */

import { basename } from 'node:path';
import { DirectoryError } from '../../errors.ts';
import { childDn, type Dn, dnKey, parentDn, rdnOf } from '../../formats/dn.ts';
import type { LdifRecord } from '../../formats/ldif.ts';
import type { Sid } from '../../formats/sid.ts';
import type {
  DirectoryInfo,
  DirectorySource,
  EntryDecoder,
  NodeDetail,
  RawEntry,
  SourceCounters,
  ZonePartition,
} from '../../records/source.ts';
import { textOf } from '../ldap/naming-contexts.ts';
import { kindOf, readSnapshot } from './snapshot-file.ts';
import { indexSnapshot, type SnapshotIndex } from './snapshot-index.ts';

/** Larger pages outlive the collection of young objects, which then makes room for all there may be: twice the memory. */
const PAGE_SIZE = 100;
const CLUSTER_SPN = /^(?:MSClusterVirtualServer|MSServerCluster)\//i;

/** Reads from an LDIF file, plain or gzip. The file is opened when the first question is asked. */
export function createSnapshotSource(file: string): DirectorySource {
  return new SnapshotSource(file);
}

class SnapshotSource implements DirectorySource {
  readonly #file: string;
  readonly #counters = { requests: 0, pages: 0, entries: 0, bytes: 0 };
  #index: Promise<SnapshotIndex> | null = null;
  #membersByGroup: Map<string, Set<RawEntry>> | null = null;

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

  async *nodes<T>(
    zoneDn: Dn,
    _detail: NodeDetail,
    decode: EntryDecoder<T>,
  ): AsyncGenerator<readonly T[], void> {
    await this.#demandNames(zoneDn);
    const zone = dnKey(zoneDn);
    const isName = (item: LdifRecord): boolean => kindOf(item) === 'node' && keyOfParent(item.dn) === zone;
    yield* this.#pages((item) => (isName(item) ? decode(item) : null));
  }

  async *deletedNodes(zoneDn: Dn): AsyncGenerator<readonly RawEntry[], void> {
    const zone = dnKey(zoneDn);
    yield* this.#pages((item) => (keyOfLastParent(item) === zone ? item : null));
  }

  async directoryServers(): Promise<readonly RawEntry[]> {
    return (await this.#load()).services;
  }

  async *everything(zones: readonly Dn[]): AsyncGenerator<readonly RawEntry[], void> {
    for (const zone of zones) await this.#demandNames(zone);
    const wanted = new Set(zones.map(dnKey));
    const isWanted = (item: LdifRecord): boolean =>
      kindOf(item) !== 'node' ||
      // A deleted name lies elsewhere, and remembers where it was.
      [keyOfParent(item.dn), keyOfLastParent(item)].some((key) => wanted.has(key ?? ''));
    yield* this.#pages((item) => (isWanted(item) ? item : null));
  }

  /** What `decode` makes of the entries, in the order of the file: at once, a page of entries as read is large. */
  async *#pages<T>(decode: (item: LdifRecord) => T | null): AsyncGenerator<readonly T[], void> {
    let page: T[] = [];
    for await (const item of readSnapshot(this.#file)) {
      const made = item.kind === 'record' ? decode(item) : null;
      if (made === null) continue;
      page.push(made);
      if (page.length === PAGE_SIZE) {
        yield this.#count(page);
        page = [];
      }
    }
    if (page.length > 0) yield this.#count(page);
  }

  async node(zoneDn: Dn, name: string): Promise<RawEntry | null> {
    await this.#demandNames(zoneDn);
    const wanted = dnKey(childDn('DC', name, zoneDn));
    for await (const item of readSnapshot(this.#file)) {
      if (item.kind === 'record' && kindOf(item) === 'node' && dnKey(item.dn) === wanted) return item;
    }
    return null;
  }

  async *computers<T>(decode: EntryDecoder<T>): AsyncGenerator<readonly T[], void> {
    const { accounts } = await this.#load();
    const found = accounts.filter((entry) => isComputer(entry) && !isDeleted(entry));
    if (found.length > 0) yield decodeAll(this.#count(found), decode);
  }

  async bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]> {
    const { bySid } = await this.#load();
    return sids.flatMap((sid) => bySid.get(sid) ?? []);
  }

  async byName(reference: string): Promise<readonly RawEntry[]> {
    const { accounts } = await this.#load();
    const wanted = reference.toLowerCase();
    const attributes = [
      'samaccountname',
      ...(wanted.includes('@') ? ['userprincipalname'] : []),
      ...(wanted.includes('.') ? ['dnshostname'] : []),
    ];
    return accounts.filter((entry) => {
      if (isDeleted(entry)) return false;
      if (entry.dn.toLowerCase() === wanted) return true;
      return attributes.some((attribute) => {
        const value = textOf(entry, attribute)?.toLowerCase();
        return value === wanted || (attribute === 'samaccountname' && value === `${wanted}$`);
      });
    });
  }

  async account(dn: Dn): Promise<RawEntry | null> {
    const { accounts } = await this.#load();
    const wanted = dnKey(dn);
    return accounts.find((entry) => dnKey(entry.dn) === wanted) ?? null;
  }

  async byPrefix(prefix: string): Promise<readonly RawEntry[]> {
    const { accounts } = await this.#load();
    const wanted = prefix.toLowerCase();
    return accounts.filter((entry) => {
      return (
        !isDeleted(entry) && (textOf(entry, 'samaccountname')?.toLowerCase().startsWith(wanted) ?? false)
      );
    });
  }

  async clusterComputers(): Promise<readonly RawEntry[]> {
    const { accounts } = await this.#load();
    return accounts.filter((entry) => {
      const spns = entry.attributes.get('serviceprincipalname') ?? [];
      return spns.some((spn) => CLUSTER_SPN.test(Buffer.from(spn).toString('utf8')));
    });
  }

  async membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]> {
    const byGroup = await this.#loadMembers();
    const members = new Set<RawEntry>();
    for (const group of groupDns) for (const member of byGroup.get(dnKey(group)) ?? []) members.add(member);
    return [...members];
  }

  async dhcpServers(): Promise<readonly RawEntry[]> {
    return (await this.#load()).dhcp;
  }

  /** An export holds no accounts of other forests, so nothing could be asked about them. */
  async trusts(): Promise<readonly RawEntry[]> {
    return [];
  }

  /** A snapshot is one copy; what the others hold is not in it. */
  async replicasOf(): Promise<null> {
    return null;
  }

  async close(): Promise<void> {}

  #load(): Promise<SnapshotIndex> {
    this.#index ??= indexSnapshot(this.#file);
    return this.#index;
  }

  /**
   * A zone whose names were not saved is not one without names.
   *
   * @throws DirectoryError `not-found`
   */
  async #demandNames(zoneDn: Dn): Promise<void> {
    const { marks } = await this.#load();
    if (marks.namesOf.length === 0 || marks.namesOf.some((dn) => dnKey(dn) === dnKey(zoneDn))) return;
    const saved = marks.namesOf.map((dn) => rdnOf(dn).value).join(', ');
    const message = `Cannot read the names of ${rdnOf(zoneDn).value} in ${basename(this.#file)}: it holds those of ${saved} only; take a snapshot with -z ${rdnOf(zoneDn).value}`;
    throw new DirectoryError('not-found', message, { operation: 'read names', dn: zoneDn });
  }

  /** Accounts by the key of each group they are a direct member of, from both ends of the link. */
  async #loadMembers(): Promise<Map<string, Set<RawEntry>>> {
    if (this.#membersByGroup !== null) return this.#membersByGroup;
    const accounts = (await this.#load()).accounts.filter((entry) => !isDeleted(entry));
    const byDn = new Map(accounts.map((entry) => [dnKey(entry.dn), entry]));
    const byGroup = new Map<string, Set<RawEntry>>();
    const link = (group: string, member: RawEntry | undefined): void => {
      if (member === undefined) return;
      const members = byGroup.get(group);
      if (members === undefined) byGroup.set(group, new Set([member]));
      else members.add(member);
    };
    for (const entry of accounts) {
      for (const group of dnsOf(entry, 'memberof')) link(dnKey(group), entry);
      for (const member of dnsOf(entry, 'member')) link(dnKey(entry.dn), byDn.get(dnKey(member)));
    }
    this.#membersByGroup = byGroup;
    return byGroup;
  }

  #count<T>(page: readonly T[]): readonly T[] {
    this.#counters.pages += 1;
    this.#counters.entries += page.length;
    return page;
  }
}

function decodeAll<T>(page: readonly RawEntry[], decode: EntryDecoder<T>): readonly T[] {
  return page.map(decode).filter((made) => made !== null);
}

/** Service accounts derive from computer, but a directory does not count them as computers. [MS-ADSC] */
function isComputer(entry: RawEntry): boolean {
  const classes = entry.attributes.get('objectclass');
  if (classes === undefined) return textOf(entry, 'samaccountname')?.endsWith('$') ?? false;
  const names = classes.map((value) => Buffer.from(value).toString('latin1').toLowerCase());
  return names.includes('computer') && !names.some((name) => name.endsWith('managedserviceaccount'));
}

/** Deleted accounts are found by SID only, as a live directory does it. */
function isDeleted(entry: RawEntry): boolean {
  return textOf(entry, 'isdeleted')?.toUpperCase() === 'TRUE';
}

function keyOfParent(dn: Dn): string | null {
  const parent = parentDn(dn);
  return parent === null ? null : dnKey(parent);
}

/** The zone that a deleted name lay in. */
function keyOfLastParent(record: LdifRecord): string | null {
  if (!record.attributes.has('lastknownparent') || kindOf(record) !== 'node') return null;
  return dnKey(textOf(record, 'lastknownparent') as Dn);
}

function dnsOf(entry: RawEntry, attribute: string): readonly Dn[] {
  return (entry.attributes.get(attribute) ?? []).map((value) => Buffer.from(value).toString('utf8') as Dn);
}
