import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test, { type TestContext } from 'node:test';
import { queryObjects } from 'node:v8';
import { createGzip } from 'node:zlib';
import { createSnapshotSource } from '../../../src/directory/snapshot/snapshot-source.ts';
import { UsageError } from '../../../src/errors.ts';
import { type Dn, parseDn } from '../../../src/formats/dn.ts';
import { copyEntry } from '../../../src/records/entry.ts';
import type { DirectorySource, RawEntry } from '../../../src/records/source.ts';
import { type AccountSpec, accountEntry, DOMAIN, domainSid, entryOf, PARTITION } from '../../support/corp.ts';
import {
  EXAMPLE,
  ldifOf,
  makeFolder,
  nameEntry,
  ROOT,
  withoutClass,
  writeFile,
  zoneEntry,
} from '../../support/snapshot.ts';

const ZONE = parseDn(`DC=corp.example.com,${PARTITION.container}`);
const FOREST = `CN=MicrosoftDNS,DC=ForestDnsZones,${DOMAIN.dn}`;

function sourceOf(t: TestContext, entries: readonly RawEntry[]): DirectorySource {
  return createSnapshotSource(writeFile(t, 'test.ldif', ldifOf([ROOT, ...entries])));
}

async function dnsOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) {
    assert.ok(page.length > 0);
    found.push(...page.map((entry) => entry.dn));
  }
  return found;
}

function account(
  spec: AccountSpec,
  more: Readonly<Record<string, string | readonly string[]>> = {},
): RawEntry {
  const { dn, attributes } = accountEntry(spec);
  return { dn, attributes: new Map([...attributes, ...entryOf(dn, more).attributes]) };
}

function namesOf(entries: readonly RawEntry[]): string[] {
  return entries
    .map((entry) => Buffer.from(entry.attributes.get('samaccountname')?.[0] ?? []).toString())
    .sort();
}

test('zones() and nodes() keep partitions and zones apart', async (t) => {
  const source = sourceOf(t, [
    zoneEntry('corp.example.com'),
    zoneEntry('_msdcs.corp.example.com', FOREST),
    zoneEntry('corp.example.com', FOREST),
    nameEntry('pc1'),
    nameEntry('pc2', 'other.example.com'),
    nameEntry('pc3', 'corp.example.com', FOREST),
    nameEntry('pc4'),
  ]);
  const { partitions } = await source.describe();
  const found = await Promise.all(
    partitions.map(async (item) => [item.kind, await dnsOf(source.zones(item))]),
  );
  assert.deepEqual(found, [
    ['legacy', []],
    ['domain', [ZONE, `DC=other.example.com,${PARTITION.container}`]],
    ['forest', [`DC=_msdcs.corp.example.com,${FOREST}`, `DC=corp.example.com,${FOREST}`]],
  ]);
  assert.deepEqual(await dnsOf(source.nodes(ZONE, 'descriptor', copyEntry)), [
    `DC=pc1,${ZONE}`,
    `DC=pc4,${ZONE}`,
  ]);
  const otherSpelling = parseDn(ZONE.toLowerCase().replaceAll(',', ', '));
  assert.equal((await dnsOf(source.nodes(otherSpelling, 'census', copyEntry))).length, 2);
  assert.deepEqual(await dnsOf(source.nodes(parseDn(`DC=corp.example.com,${FOREST}`), 'census', copyEntry)), [
    `DC=pc3,DC=corp.example.com,${FOREST}`,
  ]);
  assert.deepEqual(await dnsOf(source.nodes(parseDn(`DC=none,${FOREST}`), 'census', copyEntry)), []);
});

test('names that lost a conflict stay, deleted ones lie elsewhere', async (t) => {
  const guid = '6f2a8a5e-1b1c-4d6e-9f00-0123456789ab';
  const source = sourceOf(t, [
    zoneEntry('corp.example.com'),
    nameEntry(`pc1\\0ACNF:${guid}`),
    entryOf(`DC=pc2\\0ADEL:${guid},CN=Deleted Objects,${PARTITION.namingContext}`, {
      objectClass: ['top', 'dnsNode'],
      isDeleted: 'TRUE',
    }),
  ]);
  assert.deepEqual(await dnsOf(source.nodes(ZONE, 'census', copyEntry)), [`DC=pc1\\0ACNF:${guid},${ZONE}`]);
  const { partitions } = await source.describe();
  assert.deepEqual(
    partitions.map(({ kind }) => kind),
    ['legacy', 'domain'],
  );
  assert.deepEqual(await dnsOf(source.zones(PARTITION)), [ZONE]);
});

test('an export of chosen attributes, without any objectClass, answers the same', async (t) => {
  const entries = [
    zoneEntry('corp.example.com'),
    nameEntry('pc1'),
    account({ rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com' }),
    account({ rid: 1155, sam: 'dhcp_update', kind: 'user' }),
  ];
  const bare = entries.map(withoutClass).map((entry) => ({
    dn: entry.dn,
    attributes:
      [...entry.attributes].length > 0 ? entry.attributes : entryOf(entry.dn, { name: 'x' }).attributes,
  }));
  for (const source of [sourceOf(t, entries), sourceOf(t, bare)]) {
    assert.deepEqual(await dnsOf(source.zones(PARTITION)), [ZONE]);
    assert.deepEqual(await dnsOf(source.nodes(ZONE, 'census', copyEntry)), [`DC=pc1,${ZONE}`]);
    assert.deepEqual(await dnsOf(source.computers(copyEntry)), [`CN=PC1,CN=Users,${DOMAIN.dn}`]);
    assert.deepEqual(namesOf(await source.bySid([domainSid(1155), domainSid(9999)])), ['dhcp_update']);
  }
});

test('computers() leaves out service accounts, users and the deleted', async (t) => {
  const source = sourceOf(t, [
    account({ rid: 1, sam: 'PC1$' }),
    account({ rid: 2, sam: 'gmsa$', kind: 'gmsa' }),
    account({ rid: 3, sam: 'smsa$' }, { objectClass: ['user', 'computer', 'msDS-ManagedServiceAccount'] }),
    account({ rid: 4, sam: 'TRUST$', kind: 'user' }),
    account({ rid: 5, sam: 'GONE$', deleted: true }),
  ]);
  assert.deepEqual(await dnsOf(source.computers(copyEntry)), [`CN=PC1,CN=Users,${DOMAIN.dn}`]);
});

test('byName() knows all the names of an account, bySid() also deleted ones', async (t) => {
  const upn = { userPrincipalName: 'Svc@corp.example.com' };
  const source = sourceOf(t, [
    account({ rid: 1, sam: 'PC1$', host: 'PC1.corp.example.com' }),
    account({ rid: 2, sam: 'svc', kind: 'user' }, upn),
    account({ rid: 3, sam: 'svc$' }),
    account({ rid: 4, sam: 'GONE$', deleted: true }),
  ]);
  const cases = [
    ['pc1$', ['PC1$']],
    ['PC1', ['PC1$']],
    ['pc1.CORP.example.com', ['PC1$']],
    ['SVC', ['svc', 'svc$']],
    ['svc@corp.example.com', ['svc']],
    [`cn=pc1,CN=Users,${DOMAIN.dn}`, ['PC1$']],
    ['GONE', []],
    ['pc', []],
    ['pc1.corp.example.com$', []],
  ] as const;
  for (const [reference, expected] of cases) {
    assert.deepEqual(namesOf(await source.byName(reference)), expected, reference);
  }
  assert.deepEqual(namesOf(await source.bySid([domainSid(4)])), ['GONE$']);
  assert.deepEqual(await source.bySid([]), []);
});

test('membersOf() finds direct members from both ends of the link', async (t) => {
  const dn = (name: string): string => `CN=${name},CN=Users,${DOMAIN.dn}`;
  const source = sourceOf(t, [
    account({ rid: 1, sam: 'outer', kind: 'group' }, { member: [dn('inner'), dn('nobody here')] }),
    account({ rid: 2, sam: 'inner', kind: 'group' }),
    account({ rid: 3, sam: 'both' }, { memberOf: dn('INNER') }),
    account({ rid: 4, sam: 'far' }, { memberOf: dn('last') }),
    account({ rid: 5, sam: 'last', kind: 'group' }, { memberOf: dn('inner'), member: dn('inner') }),
    account({ rid: 6, sam: 'gone', deleted: true }, { memberOf: dn('inner') }),
    account({ rid: 7, sam: 'stranger' }),
  ]);
  const membersOf = async (...groups: string[]): Promise<readonly string[]> =>
    namesOf(await source.membersOf(groups as Dn[]));
  assert.deepEqual(await membersOf(dn('outer')), ['inner']);
  assert.deepEqual(await membersOf(dn('inner').toLowerCase()), ['both', 'last']);
  assert.deepEqual(await membersOf(dn('last'), dn('outer'), dn('inner')), ['both', 'far', 'inner', 'last']);
  assert.deepEqual(await membersOf(dn('stranger')), []);
});

test('dhcpServers() gives the entries below NetServices', async () => {
  const found = await createSnapshotSource(EXAMPLE).dhcpServers();
  assert.ok(found.length > 1);
  assert.ok(found.every(({ dn }) => /CN=NetServices,CN=Services/i.test(dn)));
});

test('the example answers every question', async () => {
  const source = createSnapshotSource(EXAMPLE);
  const { partitions, domain } = await source.describe();
  assert.equal(domain?.netbiosName, 'CORP');
  assert.deepEqual(partitions.map(({ kind }) => kind).sort(), ['domain', 'forest', 'legacy']);
  assert.ok((await dnsOf(source.zones(PARTITION))).includes(ZONE));
  const names = await dnsOf(source.nodes(ZONE, 'metadata', copyEntry));
  assert.ok(names.length > 100);
  assert.equal(source.counters.entries, names.length);
  assert.equal(source.counters.pages, Math.ceil(names.length / 100));
  assert.ok((await dnsOf(source.computers(copyEntry))).length > 10);
  await source.close();
});

test('a file that cannot be read fails every question', async (t) => {
  const source = createSnapshotSource(join(makeFolder(t), 'missing.ldif.gz'));
  const refused = (error: unknown): boolean => error instanceof UsageError && error.flag === '--snapshot';
  await assert.rejects(source.describe(), refused);
  await assert.rejects(dnsOf(source.nodes(ZONE, 'census', copyEntry)), refused);
  await assert.rejects(source.bySid([]), refused);
});

test('nodes() holds one page of a zone of 50,000 names at a time', async (t) => {
  const file = join(makeFolder(t), 'large.ldif.gz');
  function* lines(): Generator<string> {
    for (let at = 0; at < 50_000; at += 1) yield ldifOf([nameEntry(`pc${at}`)]);
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(file));
  const source = createSnapshotSource(file);
  // Every entry has one Map; counting them collects the garbage first.
  const countMaps = (): number => queryObjects(Map, { format: 'count' });
  const before = countMaps();
  let names = 0;
  let pages = 0;
  let most = 0;
  for await (const page of source.nodes(ZONE, 'census', copyEntry)) {
    assert.ok(page.length <= 100);
    names += page.length;
    pages += 1;
    if (pages % 100 === 0) most = Math.max(most, countMaps() - before);
  }
  assert.equal(names, 50_000);
  assert.equal(pages, 500);
  assert.ok(most > 0 && most <= 300, `${most} entries were held`);
  assert.ok(countMaps() - before <= 200, `${countMaps() - before} entries were left`);
});
