/**
 * A forest in memory: corp.example.com with dc1, which is pinned, and dc2, which alone holds ForestDnsZones; and its
 * child domain with a domain controller of its own.
 */

import type { DescriptorStore } from '../../src/apply/store.ts';
import type { DomainController } from '../../src/directory/forest/domain-controllers.ts';
import { createForest, type Forest } from '../../src/directory/forest/forest-source.ts';
import { legacyPartitionOf, partitionOf } from '../../src/directory/ldap/naming-contexts.ts';
import { DirectoryError } from '../../src/errors.ts';
import { type Dn, parseDn } from '../../src/formats/dn.ts';
import { parseSid, type Sid } from '../../src/formats/sid.ts';
import type { DirectoryInfo, DomainInfo, RawEntry, Replica } from '../../src/records/source.ts';
import { CHILD_DOMAIN, DOMAIN, INFO } from './corp.ts';
import { FakeStore } from './fake-store.ts';
import { type Content, MemorySource } from './memory-source.ts';

export const DC1 = 'dc1.corp.example.com';
export const DC2 = 'dc2.corp.example.com';
export const CHILD_DC = 'dc.child.corp.example.com';

export const CHILD_SID: Sid = parseSid('S-1-5-21-1-2-3');
const CHILD: DomainInfo = { ...CHILD_DOMAIN, sid: CHILD_SID, answered: true };

type Context = 'corp' | 'corpDns' | 'forestDns' | 'child' | 'childDns';

export const CONTEXTS: Readonly<Record<Context, Dn>> = {
  corp: DOMAIN.dn,
  corpDns: parseDn(`DC=DomainDnsZones,${DOMAIN.dn}`),
  forestDns: parseDn(`DC=ForestDnsZones,${DOMAIN.dn}`),
  child: CHILD.dn,
  childDns: parseDn(`DC=DomainDnsZones,${CHILD.dn}`),
};

/** A domain of another forest that corp.example.com trusts. */
export const PARTNER: DomainInfo = {
  dn: parseDn('DC=partner,DC=example'),
  dnsName: 'partner.example',
  netbiosName: 'PARTNER',
  sid: parseSid('S-1-5-21-7-8-9'),
  inForest: false,
  answered: false,
};
export const PARTNER_DC = 'dc.partner.example';

/** What each server holds. */
const HELD: Readonly<Record<string, readonly Dn[]>> = {
  [DC1]: [CONTEXTS.corp, CONTEXTS.corpDns],
  [DC2]: [CONTEXTS.corp, CONTEXTS.corpDns, CONTEXTS.forestDns],
  [CHILD_DC]: [CONTEXTS.child, CONTEXTS.childDns],
  [PARTNER_DC]: [PARTNER.dn],
};

export interface ForestWorld {
  readonly wholeForest?: boolean;
  /** Servers that do not answer. */
  readonly down?: readonly string[];
  /** Holders by naming context, as the directory has it; a server that is not in HELD is a stranger. */
  readonly replicas?: Readonly<Record<string, readonly Replica[]>>;
  /** What is found by a domain's name. */
  readonly byName?: Readonly<Record<string, readonly string[]>>;
  readonly content?: Readonly<Record<string, Content>>;
  /** What the global catalog finds, whatever it is asked; null when there is none. */
  readonly catalog?: readonly RawEntry[] | null;
}

export interface MemoryForest extends Forest {
  /** The servers that were connected to, in order. */
  readonly connected: readonly string[];
  readonly sources: ReadonlyMap<string, MemorySource>;
  /** Stores that were opened, by server. */
  readonly stores: ReadonlyMap<string, DescriptorStore>;
  /** SIDs that the global catalog was asked about. */
  readonly askedOfCatalog: readonly Sid[];
}

/** Who the directory says holds each naming context, dc1 included. */
export const REPLICAS: Readonly<Record<string, readonly Replica[]>> = {
  [CONTEXTS.forestDns]: [replicaOf(DC2)],
  [CONTEXTS.child]: [replicaOf(CHILD_DC)],
  [CONTEXTS.childDns]: [replicaOf(CHILD_DC)],
};

export function replicaOf(hostName: string, change: Partial<Replica> = {}): Replica {
  const dn = parseDn(`CN=NTDS Settings,CN=${hostName},CN=Servers,CN=Configuration,${DOMAIN.dn}`);
  return { dn, hostName, writable: true, pinned: hostName === DC1, ...change };
}

export function memoryForest(world: ForestWorld = {}): MemoryForest {
  const { down = [], replicas = REPLICAS, byName = {}, content = {}, catalog = [] } = world;
  const connected: string[] = [];
  const sources = new Map<string, MemorySource>();
  const stores = new Map<string, DescriptorStore>();
  const askedOfCatalog: Sid[] = [];
  const serverAt = (hostName: string): DomainController => {
    const source = new MemorySource({
      ...{ info: infoOf(hostName), replicas: (context: Dn) => replicas[context] ?? null },
      ...content[hostName],
    });
    sources.set(hostName, source);
    const openStore = async (): Promise<DescriptorStore> => {
      const store = new FakeStore([]);
      stores.set(hostName, store);
      return store;
    };
    return { source, openStore };
  };
  const connect = async (hostName: string): Promise<DomainController> => {
    connected.push(hostName);
    if (!down.includes(hostName)) return serverAt(hostName);
    throw new DirectoryError('unreachable', `Cannot connect to ${hostName}`, { operation: 'connect' });
  };
  const forest = createForest({
    pinned: serverAt(DC1),
    connect,
    findServers: async ({ dnsName }) => byName[dnsName] ?? [],
    catalog: {
      counters: { requests: 0, pages: 0, entries: 0, bytes: 0 },
      bySid: async (sids) => {
        askedOfCatalog.push(...sids);
        return catalog ?? [];
      },
      membersOf: async () => catalog ?? [],
      isThere: async () => catalog !== null,
      close: async () => {},
    },
    wholeForest: world.wholeForest === true,
  });
  return { ...forest, connected, sources, stores, askedOfCatalog };
}

/** What one server says about itself and the forest. */
function infoOf(server: string): DirectoryInfo {
  if (server === PARTNER_DC) return partnerInfo();
  const atChild = server === CHILD_DC;
  const held = HELD[server] ?? [];
  const holder = (context: Dn): string | null => (held.includes(context) ? server : null);
  const { corp, corpDns, forestDns, child, childDns } = CONTEXTS;
  return {
    ...INFO,
    server,
    live: true,
    domains: atChild ? [{ ...DOMAIN, sid: null, answered: false }, CHILD] : [DOMAIN, CHILD_DOMAIN],
    domain: atChild ? CHILD : DOMAIN,
    partitions: [
      ...[corpDns, forestDns, childDns].map((context) => partitionOf(context, holder(context))),
      ...[corp, child].map((context) => legacyPartitionOf(context, holder(context))),
    ],
  };
}

/** It is a forest of its own. */
function partnerInfo(): DirectoryInfo {
  const domain = { ...PARTNER, inForest: true, answered: true };
  const partitions = [legacyPartitionOf(PARTNER.dn, PARTNER_DC)];
  return {
    ...INFO,
    server: PARTNER_DC,
    live: true,
    domains: [domain],
    domain,
    rootDomain: domain,
    partitions,
  };
}
