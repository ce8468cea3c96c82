import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { readReplicas } from '../../../src/directory/ldap/replicas.ts';
import type { SearchOptions } from '../../../src/directory/ldap/search-request.ts';
import { type Dn, parseDn } from '../../../src/formats/dn.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { searchDone, searchEntry, type WireAttribute } from '../../support/ber.ts';
import { connectTo } from '../../support/ldap-client.ts';

const CONFIGURATION = parseDn('CN=Configuration,DC=corp,DC=example,DC=com');
const DNS_ZONES = parseDn('DC=DomainDnsZones,DC=corp,DC=example,DC=com');
const DOMAIN = parseDn('DC=corp,DC=example,DC=com');

type Entry = readonly [dn: string, ...attributes: WireAttribute[]];

interface Forest {
  readonly crossRef?: Entry;
  readonly ntds?: readonly Entry[];
  readonly servers?: readonly Entry[];
  readonly self?: string;
}

const serverDn = (name: string, site = 'Main'): string =>
  `CN=${name},CN=Servers,CN=${site},CN=Sites,${CONFIGURATION}`;
const ntdsDn = (name: string, site = 'Main'): string => `CN=NTDS Settings,${serverDn(name, site)}`;
const server = (name: string, site = 'Main'): Entry => [
  serverDn(name, site),
  ['dNSHostName', [`${name}.corp.example.com`]],
];
const located = (writable: readonly string[], readOnly: readonly string[] = []): Entry => [
  `CN=zones,CN=Partitions,${CONFIGURATION}`,
  ['msDS-NC-Replica-Locations', writable],
  ['msDS-NC-RO-Replica-Locations', readOnly],
];

async function replicasOf(t: TestContext, forest: Forest, context: Dn): Promise<readonly unknown[]> {
  const { connection } = await connectTo(t, ({ messageId, base, bytes }, peer) => {
    const asked = bytes.toString('latin1');
    const entries: readonly Entry[] = base.startsWith('CN=Partitions')
      ? [forest.crossRef ?? ['CN=x']]
      : asked.includes('nTDSDSA')
        ? (forest.ntds ?? [])
        : base.startsWith('CN=Sites')
          ? (forest.servers ?? [])
          : [['', ['dsServiceName', [forest.self ?? ntdsDn('dc1')]]]];
    const sent = entries.map(([dn, ...attributes]) => searchEntry(messageId, dn, attributes));
    peer.send(...sent, searchDone(messageId));
  });
  const ask = async (search: SearchOptions): Promise<RawEntry[]> => {
    const entries: RawEntry[] = [];
    for await (const page of connection.search(search)) entries.push(...page);
    return entries;
  };
  const replicas = await readReplicas(ask, CONFIGURATION, context);
  return replicas.map(({ hostName, writable, pinned }) => [hostName, writable, pinned]);
}

test('readReplicas() of an application partition: by the locations of its crossRef, sorted by name', async (t) => {
  const forest: Forest = {
    crossRef: located([ntdsDn('dc2', 'Branch'), ntdsDn('DC1')]),
    servers: [server('dc1'), server('dc2', 'Branch'), server('dc3')],
  };
  assert.deepEqual(await replicasOf(t, forest, DNS_ZONES), [
    ['dc1.corp.example.com', true, true],
    ['dc2.corp.example.com', true, false],
  ]);
});

test('readReplicas() knows a read-only domain controller from the others', async (t) => {
  const forest: Forest = {
    crossRef: located([ntdsDn('dc1')], [ntdsDn('rodc')]),
    servers: [server('dc1'), server('rodc')],
  };
  assert.deepEqual(await replicasOf(t, forest, DNS_ZONES), [
    ['dc1.corp.example.com', true, true],
    ['rodc.corp.example.com', false, false],
  ]);
});

test('readReplicas() of a domain: by what each NTDS Settings object says that it holds', async (t) => {
  const forest: Forest = {
    ntds: [
      [ntdsDn('dc1'), ['hasMasterNCs', [DOMAIN, CONFIGURATION]]],
      [ntdsDn('dc2'), ['msDS-hasMasterNCs', ['dc=CORP,dc=example,dc=com', DNS_ZONES]]],
      [ntdsDn('rodc'), ['hasMasterNCs', []]],
    ],
    servers: [server('dc1'), server('dc2'), server('rodc')],
    self: ntdsDn('dc2'),
  };
  assert.deepEqual(await replicasOf(t, forest, DOMAIN), [
    ['dc1.corp.example.com', true, false],
    ['dc2.corp.example.com', true, true],
    ['rodc.corp.example.com', false, false],
  ]);
});

test('readReplicas() keeps a domain controller whose host name the directory does not tell', async (t) => {
  const forest: Forest = {
    crossRef: located([ntdsDn('dc1'), ntdsDn('gone')]),
    servers: [server('dc1'), [serverDn('gone')]],
  };
  assert.deepEqual(await replicasOf(t, forest, DNS_ZONES), [
    [null, true, false],
    ['dc1.corp.example.com', true, true],
  ]);
});
