/** A directory in memory: fills the reading port with entries that the test made, and notes what it was asked. */

import { childDn, type Dn, dnKey, parentDn } from '../../src/formats/dn.ts';
import { decodeSid, type Sid } from '../../src/formats/sid.ts';
import type {
  DirectoryInfo,
  DirectorySource,
  EntryDecoder,
  NodeDetail,
  RawEntry,
  Replica,
  SourceCounters,
  ZonePartition,
} from '../../src/records/source.ts';
import { INFO } from './corp.ts';

export interface Content {
  readonly info?: DirectoryInfo;
  readonly zones?: readonly RawEntry[];
  readonly nodes?: readonly RawEntry[];
  readonly accounts?: readonly RawEntry[];
  /** Direct members by sAMAccountName of the group. */
  readonly members?: Readonly<Record<string, readonly RawEntry[]>>;
  readonly dhcp?: readonly RawEntry[];
  readonly trusts?: readonly RawEntry[];
  /** Thrown instead of the zones of a partition, by its container. */
  readonly failing?: Readonly<Record<string, Error>>;
  /** Who hosts a naming context; unknown when left out. */
  readonly replicas?: (namingContext: Dn) => readonly Replica[] | null;
  readonly pageSize?: number;
}

export class MemorySource implements DirectorySource {
  /** What was asked, such as `bySid S-1-5-...` or `nodes census`. */
  readonly asked: string[] = [];
  readonly counters: SourceCounters = { requests: 0, pages: 0, entries: 0, bytes: 0 };
  readonly #content: Content;

  constructor(content: Content) {
    this.#content = content;
  }

  async describe(): Promise<DirectoryInfo> {
    return this.#content.info ?? INFO;
  }

  async *zones(partition: ZonePartition): AsyncGenerator<readonly RawEntry[], void> {
    const failure = this.#content.failing?.[partition.container];
    if (failure !== undefined) throw failure;
    yield* this.#pages(below(this.#content.zones ?? [], partition.container));
  }

  async *nodes<T>(
    zoneDn: Dn,
    detail: NodeDetail,
    decode: EntryDecoder<T>,
  ): AsyncGenerator<readonly T[], void> {
    this.asked.push(`nodes ${detail}`);
    yield* this.#decoded(below(this.#content.nodes ?? [], zoneDn), decode);
  }

  async node(zoneDn: Dn, name: string): Promise<RawEntry | null> {
    this.asked.push(`node ${name}`);
    const key = dnKey(childDn('DC', name, zoneDn));
    return this.#content.nodes?.find((entry) => dnKey(entry.dn) === key) ?? null;
  }

  async account(dn: Dn): Promise<RawEntry | null> {
    this.asked.push(`account ${dn}`);
    return this.#content.accounts?.find((entry) => dnKey(entry.dn) === dnKey(dn)) ?? null;
  }

  async byPrefix(prefix: string): Promise<readonly RawEntry[]> {
    this.asked.push(`byPrefix ${prefix}`);
    const wanted = prefix.toLowerCase();
    return (this.#content.accounts ?? []).filter((entry) =>
      textOf(entry, 'samaccountname')?.toLowerCase().startsWith(wanted),
    );
  }

  async clusterComputers(): Promise<readonly RawEntry[]> {
    this.asked.push('clusterComputers');
    return (this.#content.accounts ?? []).filter((entry) =>
      /cluster/i.test(textOf(entry, 'serviceprincipalname') ?? ''),
    );
  }

  async *computers<T>(decode: EntryDecoder<T>): AsyncGenerator<readonly T[], void> {
    this.asked.push('computers');
    yield* this.#decoded(this.#content.accounts ?? [], decode);
  }

  async bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]> {
    this.asked.push(`bySid ${sids.join(' ')}`);
    return (this.#content.accounts ?? []).filter((entry) => {
      const bytes = entry.attributes.get('objectsid')?.[0];
      return bytes !== undefined && sids.includes(decodeSid(bytes));
    });
  }

  async byName(reference: string): Promise<readonly RawEntry[]> {
    this.asked.push(`byName ${reference}`);
    const wanted = reference.toLowerCase();
    return (this.#content.accounts ?? []).filter((entry) => {
      const name = (attribute: string) => textOf(entry, attribute)?.toLowerCase();
      const names = [name('samaccountname'), name('samaccountname')?.replace(/\$$/, ''), name('dnshostname')];
      return [...names, entry.dn.toLowerCase()].includes(wanted);
    });
  }

  async membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]> {
    this.asked.push(`membersOf ${groupDns.length}`);
    const wanted = new Set(groupDns.map(dnKey));
    const groups = (this.#content.accounts ?? []).filter((entry) => wanted.has(dnKey(entry.dn)));
    return groups.flatMap((group) => this.#content.members?.[textOf(group, 'samaccountname') ?? ''] ?? []);
  }

  async dhcpServers(): Promise<readonly RawEntry[]> {
    return this.#content.dhcp ?? [];
  }

  async trusts(): Promise<readonly RawEntry[]> {
    return this.#content.trusts ?? [];
  }

  async replicasOf(namingContext: Dn): Promise<readonly Replica[] | null> {
    this.asked.push(`replicasOf ${namingContext}`);
    return this.#content.replicas?.(namingContext) ?? null;
  }

  async *deletedNodes(): AsyncGenerator<readonly RawEntry[], void> {}

  async directoryServers(): Promise<readonly RawEntry[]> {
    return [];
  }

  async *everything(zones: readonly Dn[]): AsyncGenerator<readonly RawEntry[], void> {
    const { zones: zoneEntries = [], nodes = [], accounts = [], dhcp = [] } = this.#content;
    yield* this.#pages([...zoneEntries, ...accounts, ...dhcp]);
    for (const zone of zones) yield* this.#pages(below(nodes, zone));
  }

  async close(): Promise<void> {}

  *#decoded<T>(entries: readonly RawEntry[], decode: EntryDecoder<T>): Generator<readonly T[], void> {
    for (const page of this.#pages(entries)) {
      const made = page.map(decode).filter((one) => one !== null);
      if (made.length > 0) yield made;
    }
  }

  *#pages(entries: readonly RawEntry[]): Generator<readonly RawEntry[], void> {
    const size = this.#content.pageSize ?? 2;
    for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
  }
}

function below(entries: readonly RawEntry[], parent: Dn): readonly RawEntry[] {
  return entries.filter((entry) => dnKey(parentDn(entry.dn) as Dn) === dnKey(parent));
}

function textOf(entry: RawEntry, attribute: string): string | undefined {
  const bytes = entry.attributes.get(attribute)?.[0];
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
