/**
 * The port through which the program reads a directory. directory/ fills it twice: live over LDAP, and offline
 * from a snapshot. It asks in the terms of the job (zones, names, accounts), never in filters, so that what goes
 * over the network is decided in one room and both fillings answer alike.
 */

import type { Problem } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import type { Sid } from '../formats/sid.ts';

/** A value where it lies, in `bytes` from `start` to before `end`; afterwards the other values of its attribute. */
export interface ValueSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** False when there are values after this one. */
  readonly isLast: boolean;
  /** Goes on to the next value. @returns false when there is none */
  next(): boolean;
}

/** The attributes of one object: names in lower case, values as raw bytes. A Map is one. */
export interface AttributeValues extends Iterable<readonly [string, readonly Uint8Array[]]> {
  has(name: string): boolean;
  get(name: string): readonly Uint8Array[] | undefined;
  keys(): Iterable<string>;
  /**
   * Where the first value lies, good until the next question; null without one. Only of attributes whose values are
   * no objects yet: making one takes as long as decoding what is in it.
   */
  spanOf?(name: string): ValueSpan | null;
}

/** One object as the directory returned it. */
export interface RawEntry {
  readonly dn: Dn;
  readonly attributes: AttributeValues;
}

/**
 * Makes of an entry what is kept of it; null leaves it out. Called when the entry arrives, which is valid only during
 * the call: its bytes lie in a buffer that the next entries overwrite.
 */
export type EntryDecoder<T> = (entry: RawEntry) => T | null;

/** What was asked of the directory so far; `-v` prints it. */
export interface SourceCounters {
  readonly requests: number;
  readonly pages: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Where a container of zones lives. [MS-DNSP] 2.3 */
export type PartitionKind = 'domain' | 'forest' | 'legacy' | 'custom';

/** A container that may hold zones: the naming context and the `CN=MicrosoftDNS` below it. */
export interface ZonePartition {
  readonly kind: PartitionKind;
  readonly namingContext: Dn;
  readonly container: Dn;
  /** Who it is read from, as shown to people; null while nobody is known who holds it. */
  readonly server: string | null;
}

/** A domain of the forest, or one that it trusts, as far as it is known. `answered` false: its SIDs cannot be judged orphans. */
export interface DomainInfo {
  readonly dn: Dn;
  readonly dnsName: string;
  readonly netbiosName: string | null;
  readonly sid: Sid | null;
  readonly inForest: boolean;
  /** True when a SID that is not found here is proven not to exist: the whole domain was searchable. */
  readonly answered: boolean;
}

/** What a source knows about where it reads. */
export interface DirectoryInfo {
  /** The name shown to people: the pinned DC, or the snapshot's file name. */
  readonly server: string;
  readonly live: boolean;
  /** When a snapshot was taken; null of a live directory, and of a file that does not tell. */
  readonly takenAt: Date | null;
  /** The zones whose names a snapshot holds; null of a live directory, and of a file that does not tell. */
  readonly namesOf: readonly Dn[] | null;
  readonly domains: readonly DomainInfo[];
  /** The domain at hand, the one SDDL aliases such as DA stand for; null when a snapshot does not tell. */
  readonly domain: DomainInfo | null;
  readonly rootDomain: DomainInfo | null;
  readonly configurationDn: Dn | null;
  readonly partitions: readonly ZonePartition[];
  /** What the source itself could not read. */
  readonly problems: readonly Problem[];
}

/** A domain controller that holds a copy of a naming context. */
export interface Replica {
  /** Its NTDS Settings object. */
  readonly dn: Dn;
  /** The name by which it is reached; null when the directory does not tell. */
  readonly hostName: string | null;
  /** False for a read-only domain controller. */
  readonly writable: boolean;
  /** It is the one that the source reads from. */
  readonly pinned: boolean;
}

/**
 * How much to ask of each dnsNode. `census`: records and tombstone only, to count. `descriptor`: also the security
 * descriptor and the GUID. `metadata`: besides those replPropertyMetaData, which tells the descriptor's version.
 */
export type NodeDetail = 'census' | 'descriptor' | 'metadata';

/** A directory to read from. Entries arrive in pages; a page is what came in one answer. */
export interface DirectorySource {
  readonly counters: SourceCounters;
  describe(): Promise<DirectoryInfo>;
  /** The dnsZone objects directly below the container of one partition; empty when there is no container. */
  zones(partition: ZonePartition): AsyncIterable<readonly RawEntry[]>;
  /**
   * What `decode` makes of the dnsNode objects directly below a zone, in the directory's order. Reading may begin
   * with the call; the answer is to be iterated once.
   */
  nodes<T>(zoneDn: Dn, detail: NodeDetail, decode: EntryDecoder<T>): AsyncIterable<readonly T[]>;
  /** One dnsNode of a zone by its relative name, or null when there is none. */
  node(zoneDn: Dn, name: string, detail: NodeDetail): Promise<RawEntry | null>;
  /** What `decode` makes of every computer account of the domain at hand, in paged sweeps. */
  computers<T>(decode: EntryDecoder<T>): AsyncIterable<readonly T[]>;
  /** The accounts, groups and foreign principals with these SIDs; those not found are simply missing. */
  bySid(sids: readonly Sid[]): Promise<readonly RawEntry[]>;
  /**
   * The accounts whose sAMAccountName (with or without the final `$`), UPN, DNS host name or DN is `reference`. A UPN
   * has an @, a DNS host name a dot.
   */
  byName(reference: string): Promise<readonly RawEntry[]>;
  /** One account with what tells whether it can sign in, or null when there is no such object. */
  account(dn: Dn): Promise<RawEntry | null>;
  /** A few accounts whose sAMAccountName begins like `reference`, to suggest what may have been meant. */
  byPrefix(prefix: string): Promise<readonly RawEntry[]>;
  /** The computer accounts of failover clusters, with their own descriptors. */
  clusterComputers(): Promise<readonly RawEntry[]>;
  /** Whatever is a direct member of any of these groups: accounts, groups, foreign principals. */
  membersOf(groupDns: readonly Dn[]): Promise<readonly RawEntry[]>;
  /** The dHCPClass objects below CN=NetServices. [MS-DHCPE] 7.3 */
  dhcpServers(): Promise<readonly RawEntry[]>;
  /** The trustedDomain objects of the domain at hand. [MS-ADTS] 6.1.6.7 */
  trusts(): Promise<readonly RawEntry[]>;
  /** The domain controllers that hold a copy of a naming context, by name; null when that cannot be known. */
  replicasOf(namingContext: Dn): Promise<readonly Replica[] | null>;
  /** Names that were deleted from a zone, as far as the directory remembers them and this account may see them. */
  deletedNodes(zoneDn: Dn): AsyncIterable<readonly RawEntry[]>;
  /** The NTDS Settings and server objects of the forest, which tell whose an invocation id is. */
  directoryServers(): Promise<readonly RawEntry[]>;
  /**
   * Every object that a later answer about these zones may need, with all that any command reads of it: what a
   * snapshot is made of. Names are those of `zones` only; a part that cannot be read becomes a problem.
   */
  everything(zones: readonly Dn[], problems: Problem[]): AsyncIterable<readonly RawEntry[]>;
  close(): Promise<void>;
}
