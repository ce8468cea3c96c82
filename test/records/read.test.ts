import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectoryError, UsageError } from '../../src/errors.ts';
import { parseDn } from '../../src/formats/dn.ts';
import { isLoaded, readNodes, readZones, selectZones } from '../../src/records/read.ts';
import type { ZonePartition } from '../../src/records/source.ts';
import { entryOf, INFO, nodeEntry, PARTITION, zoneOf } from '../support/corp.ts';
import { type Content, MemorySource } from '../support/memory-source.ts';

const FOREST: ZonePartition = {
  kind: 'forest',
  namingContext: parseDn('DC=ForestDnsZones,DC=corp,DC=example,DC=com'),
  container: parseDn('CN=MicrosoftDNS,DC=ForestDnsZones,DC=corp,DC=example,DC=com'),
  server: 'dc1.corp.example.com',
};
const info = { ...INFO, partitions: [FOREST, PARTITION] };
const zoneEntry = (name: string, partition = PARTITION) => entryOf(`DC=${name},${partition.container}`);
const CONFLICT = `corp.example.com\\0ACNF:6f2a8a5e-1b1c-4d6e-9f00-0123456789ab`;

const zones = [
  zoneEntry('RootDNSServers'),
  zoneEntry('..TrustAnchors', FOREST),
  zoneEntry('corp.example.com'),
  zoneEntry('Both.example'),
  zoneEntry('both.example', FOREST),
  zoneEntry(CONFLICT),
  zoneEntry('a.example'),
  zoneEntry('..InProgress-new.example'),
];

async function listed(content: Content, choice?: string) {
  const { values, problems } = await readZones(new MemorySource({ info, zones, ...content }), choice);
  return { names: values.map((zone) => `${zone.name} ${zone.partition.kind} ${zone.label}`), problems };
}

test('readZones() lists the zones of every partition by name, without pseudo zones, labelled', async () => {
  const { names, problems } = await listed({});
  assert.deepEqual(names, [
    'a.example domain null',
    'Both.example domain duplicate',
    'both.example forest duplicate',
    'corp.example.com domain null',
    'corp.example.com domain conflict',
    'new.example domain in-progress',
  ]);
  assert.deepEqual(problems, []);
});

test('readZones() looks only into the partitions that were chosen, by kind or by DN', async () => {
  assert.deepEqual((await listed({}, 'forest')).names, ['both.example forest null']);
  assert.deepEqual((await listed({}, FOREST.namingContext.toUpperCase())).names, [
    'both.example forest null',
  ]);
  assert.deepEqual((await listed({}, 'legacy')).names, []);
  assert.equal((await listed({}, 'ALL')).names.length, 6);
});

test('readZones() says which partition could not be read and lists the others', async () => {
  const refused = new DirectoryError('rights', 'no rights there', { operation: 'search' });
  const { names, problems } = await listed({ failing: { [FOREST.container]: refused } });
  assert.equal(names.length, 5);
  assert.deepEqual(problems, [
    { severity: 'warning', code: 'unread-partition', where: FOREST.container, message: 'no rights there' },
  ]);
});

test('readZones() ends when the connection is lost, and on an error that is not the directory speaking', async () => {
  const lost = new DirectoryError('unreachable', 'connection lost', { operation: 'search' });
  await assert.rejects(listed({ failing: { [FOREST.container]: lost } }), lost);
  const bug = new TypeError('a bug');
  await assert.rejects(listed({ failing: { [FOREST.container]: bug } }), bug);
});

test('readZones() passes on what the source itself could not read, and what is wrong with a zone', async () => {
  const own = { severity: 'note', code: 'x', where: 'y', message: 'z' } as const;
  const bad = entryOf(`DC=bad.example,${PARTITION.container}`, { dNSProperty: new Uint8Array(3) });
  const { problems } = await listed({ info: { ...info, problems: [own] }, zones: [bad] });
  assert.deepEqual(
    problems.map((problem) => problem.code),
    ['x', 'bad-zone-property'],
  );
});

async function selected(...patterns: readonly string[]): Promise<readonly string[]> {
  const { values } = await readZones(new MemorySource({ info, zones }));
  return selectZones(values, patterns).map((zone) => zone.dn);
}

test('selectZones() matches names and globs, each zone once, in the order of the list', async () => {
  const container = PARTITION.container;
  assert.deepEqual(await selected('CORP.example.com.'), [`DC=corp.example.com,${container}`]);
  assert.deepEqual(await selected('both.example', '*.example', 'a.*'), [
    `DC=a.example,${container}`,
    `DC=Both.example,${container}`,
    `DC=both.example,${FOREST.container}`,
  ]);
});

test('selectZones() takes a zone that no server loads only by its DN', async () => {
  const dn = `DC=${CONFLICT},${PARTITION.container}`;
  assert.deepEqual(await selected(dn), [dn]);
  assert.ok(!(await selected('*')).includes(dn));
  await assert.rejects(selected('new.example'), UsageError);
});

test('selectZones() says which zones there are when a pattern matches none', async () => {
  await assert.rejects(selected('a.example', 'nowhere.*'), {
    name: 'UsageError',
    flag: '--zone',
    message:
      'No zone matches "nowhere.*"; zones there are: a.example, Both.example, both.example, corp.example.com',
  });
  assert.throws(() => selectZones([], ['x']), { message: 'No zone matches "x"; no zones were found at all' });
});

test('isLoaded() takes a duplicate for loaded, a conflict not', () => {
  const zone = zoneOf();
  assert.ok(isLoaded(zone) && isLoaded({ ...zone, label: 'duplicate' }));
  assert.ok(!isLoaded({ ...zone, label: 'conflict' }) && !isLoaded({ ...zone, label: 'in-progress' }));
});

test('readNodes() gives page by page what the source gives, decoded, with the problems of that page', async () => {
  const nodes = [
    nodeEntry({ name: 'pc1' }),
    nodeEntry({ name: 'pc2', sddl: null }),
    nodeEntry({ name: 'pc3' }),
    nodeEntry({ name: 'other', zone: 'other.example' }),
  ];
  const source = new MemorySource({ nodes });
  const pages: string[][] = [];
  const problems: number[] = [];
  for await (const page of readNodes(source, zoneOf(), 'metadata')) {
    pages.push(page.nodes.map((node) => node.name));
    problems.push(page.problems.length);
  }
  assert.deepEqual(pages, [['pc1', 'pc2'], ['pc3']]);
  assert.deepEqual(problems, [1, 0]);
  assert.deepEqual(source.asked, ['nodes metadata']);
});

test('readNodes() decodes the inherited part that names share only once', async () => {
  const nodes = ['pc1', 'pc2', 'pc3'].map((name) => nodeEntry({ name }));
  const tails = new Set<unknown>();
  for await (const page of readNodes(new MemorySource({ nodes }), zoneOf())) {
    for (const { descriptor } of page.nodes) {
      if (descriptor.kind === 'read') tails.add(descriptor.value.inherited);
    }
  }
  assert.equal(tails.size, 1);
});
