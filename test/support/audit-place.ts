/** A place to audit names in: accounts, groups, DHCP and leases as a test sets them up, and the audit of one name. */

import { type AuditContext, type AuditedName, auditName, updateAcesOf } from '../../src/assess/audit.ts';
import { ComputerIndex } from '../../src/assess/computer-index.ts';
import type { ExtraUpdater } from '../../src/assess/expected-updaters.ts';
import { classifyOwner, type OwnedName, ownerSids } from '../../src/assess/owner-class.ts';
import { updateTrustees } from '../../src/assess/update-right.ts';
import type { Sid } from '../../src/formats/sid.ts';
import { readClusters } from '../../src/records/clusters.ts';
import { GroupBook } from '../../src/records/group-book.ts';
import { type Lease, LeaseIndex } from '../../src/records/leases.ts';
import type { DnsNode } from '../../src/records/node.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import type { RawEntry } from '../../src/records/source.ts';
import type { Zone } from '../../src/records/zone.ts';
import { type AccountSpec, accountEntry, DOMAIN, domainSid, INFO, RIDS, zoneOf } from './corp.ts';
import { MemorySource } from './memory-source.ts';

export const AUDIT_TIME: Date = new Date('2026-11-20T21:00:00Z');

/** The computer of pc1. */
export const PC1: AccountSpec = {
  rid: RIDS.host,
  sam: 'PC1$',
  host: 'pc1.corp.example.com',
  spns: ['HOST/pc1.corp.example.com'],
  uac: 0x1000,
  primaryGroup: 515,
};
export const DHCP_UPDATE: AccountSpec = {
  rid: RIDS.dhcpUpdate,
  sam: 'dhcp_update',
  kind: 'user',
  uac: 0x200,
};

export interface PlaceSpec {
  readonly accounts?: readonly RawEntry[];
  readonly members?: Readonly<Record<string, readonly RawEntry[]>>;
  /** RIDs of the DHCP credential accounts, of DHCP servers and of the members of DnsUpdateProxy. */
  readonly dhcpAccounts?: readonly number[];
  readonly dhcpServers?: readonly number[];
  readonly proxies?: readonly number[];
  readonly leases?: readonly Partial<Lease>[];
  readonly extras?: readonly ExtraUpdater[];
}

export interface Place {
  readonly context: AuditContext;
  readonly book: PrincipalBook;
  /** Resolves the owner, as reading does. */
  own(node: DnsNode): Promise<OwnedName>;
  /** Resolves owner and trustees, reads the groups, and judges the name. */
  audit(node: DnsNode, zone?: Zone): Promise<AuditedName>;
}

/** PC1$ and dhcp_update, which DHCP uses, unless the test says otherwise. */
export async function placeOf(spec: PlaceSpec = {}): Promise<Place> {
  const { accounts = [accountEntry(PC1), accountEntry(DHCP_UPDATE)], members = {} } = spec;
  const source = new MemorySource({ accounts, members });
  const book = new PrincipalBook(source, INFO);
  const computers = new ComputerIndex(DOMAIN.dnsName);
  for (const account of book.learn(accounts)) computers.add(account);
  const groups = new GroupBook(source);
  const sids = (rids: readonly number[] = []): ReadonlySet<Sid> => new Set(rids.map(domainSid));
  const context: AuditContext = {
    computers,
    book,
    groups,
    clusters: (await readClusters(source, book)).values,
    estate: {
      dhcpAccounts: (spec.dhcpAccounts ?? [RIDS.dhcpUpdate]).map((rid) => book.principal(domainSid(rid))),
      dhcpServerSids: sids(spec.dhcpServers),
      proxySids: sids(spec.proxies),
      dhcpServers: [],
      adminSids: sids(),
      problems: [],
    },
    extras: spec.extras ?? [],
    leases: spec.leases === undefined ? null : new LeaseIndex(spec.leases.map(leaseOf), AUDIT_TIME),
    now: AUDIT_TIME,
  };
  const own = async (node: DnsNode): Promise<OwnedName> => {
    await book.resolve(ownerSids([node]));
    return { ...node, owner: classifyOwner(node, book, context.estate) };
  };
  return {
    context,
    book,
    own,
    audit: async (node, zone = zoneOf(node.zone)) => {
      const owned = await own(node);
      const trustees = updateTrustees([updateAcesOf(owned)]);
      await book.resolve(trustees);
      await groups.load(trustees);
      return auditName(owned, zone, context);
    },
  };
}

/** An active lease of pc1 that has no end, unless the test says otherwise. */
export function leaseOf(lease: Partial<Lease>): Lease {
  const usual = { address: '10.0.0.1', hostName: 'pc1.corp.example.com', state: 'active' } as const;
  return { ...usual, expiresAt: null, server: null, ...lease };
}
