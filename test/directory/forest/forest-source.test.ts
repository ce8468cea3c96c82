import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirectoryError } from '../../../src/errors.ts';
import { childDn, type Dn } from '../../../src/formats/dn.ts';
import { encodeSid, type Sid, sidOf } from '../../../src/formats/sid.ts';
import { PrincipalBook } from '../../../src/records/principal-book.ts';
import { readZones } from '../../../src/records/read.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { accountEntry, CHILD_DOMAIN, domainSid, entryOf } from '../../support/corp.ts';
import {
  CHILD_DC,
  CHILD_SID,
  CONTEXTS,
  DC1,
  DC2,
  type ForestWorld,
  type MemoryForest,
  memoryForest,
  PARTNER,
  PARTNER_DC,
  REPLICAS,
  replicaOf,
} from '../../support/memory-forest.ts';
import type { MemorySource } from '../../support/memory-source.ts';

const zoneIn = (context: Dn, name: string): RawEntry => entryOf(`DC=${name},CN=MicrosoftDNS,${context}`);
const CHILD_ACCOUNT = accountEntry({ rid: 1200, sam: 'KID$', domain: CHILD_DOMAIN, domainSid: CHILD_SID });
const CHILD_ACCOUNT_SID = sidOf(CHILD_SID, 1200);

/** Zones in every partition, at whoever holds it, and accounts in both domains. */
const CONTENT: ForestWorld['content'] = {
  [DC1]: {
    zones: [zoneIn(CONTEXTS.corpDns, 'corp.example')],
    accounts: [accountEntry({ rid: 1100, sam: 'PC1$' })],
  },
  [DC2]: { zones: [zoneIn(CONTEXTS.forestDns, 'forest.example')] },
  [CHILD_DC]: {
    zones: [zoneIn(CONTEXTS.childDns, 'child.example')],
    accounts: [CHILD_ACCOUNT],
  },
};

const itself = (entry: RawEntry): RawEntry => entry;

async function allOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<readonly RawEntry[]> {
  const found: RawEntry[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

async function zonesOf(forest: MemoryForest): Promise<readonly string[]> {
  const { values } = await readZones(forest.source);
  return values.map(({ name, partition }) => `${name} ${partition.server}`);
}

async function problemsOf(forest: MemoryForest): Promise<readonly string[]> {
  return (await forest.source.describe()).problems.map(({ severity, code }) => `${severity} ${code}`);
}

test('zones of a partition that the pinned server does not hold are read from one that does', async () => {
  const forest = memoryForest({ content: CONTENT });
  assert.deepEqual(await zonesOf(forest), [`corp.example ${DC1}`, `forest.example ${DC2}`]);
  assert.deepEqual(await problemsOf(forest), ['note read-elsewhere', 'note other-domains']);
  assert.deepEqual(forest.connected, [DC2]);
});

test('a server that holds everything is the only one that is connected to', async () => {
  const info = await memoryForest().source.describe();
  const all = { ...info, partitions: info.partitions.map((item) => ({ ...item, server: DC1 })) };
  const forest = memoryForest({ content: { [DC1]: { info: { ...all, problems: [] } } } });
  await forest.source.describe();
  assert.deepEqual(forest.connected, []);
});

test('--forest: the zones of every domain, each from its own server, over one connection', async () => {
  const forest = memoryForest({ wholeForest: true, content: CONTENT });
  assert.deepEqual(await zonesOf(forest), [
    `child.example ${CHILD_DC}`,
    `corp.example ${DC1}`,
    `forest.example ${DC2}`,
  ]);
  assert.deepEqual([...forest.connected].sort(), [CHILD_DC, DC2]);
});

/** What was asked of a source besides who holds what. */
function namesAsked(source: MemorySource | undefined): readonly string[] | undefined {
  return source?.asked.filter((question) => !question.startsWith('replicasOf'));
}

test('names are read where their zone is, in whatever case the DN is written', async () => {
  const forest = memoryForest({ wholeForest: true, content: CONTENT });
  await forest.source.describe();
  const zone = `dc=child.example,cn=microsoftdns,${CONTEXTS.childDns.toUpperCase()}` as Dn;
  await allOf(forest.source.nodes(zone, 'census', itself));
  await forest.source.node(childDn('DC', 'forest.example', CONTEXTS.forestDns), 'pc1', 'descriptor');
  assert.deepEqual(forest.sources.get(CHILD_DC)?.asked, ['nodes census']);
  assert.deepEqual(forest.sources.get(DC2)?.asked, ['node pc1']);
  assert.deepEqual(namesAsked(forest.sources.get(DC1)), []);
});

test('--forest: a SID is asked of its own domain, and of no other', async () => {
  const forest = memoryForest({ wholeForest: true, content: CONTENT });
  const found = await forest.source.bySid([CHILD_ACCOUNT_SID, domainSid(1100)]);
  assert.equal(found.length, 2);
  assert.deepEqual(forest.sources.get(CHILD_DC)?.asked, [`bySid ${CHILD_ACCOUNT_SID}`]);
  assert.deepEqual(namesAsked(forest.sources.get(DC1)), [`bySid ${domainSid(1100)}`]);
  assert.deepEqual(forest.askedOfCatalog, []);
});

test('--forest: accounts by name and computers come from every domain', async () => {
  const forest = memoryForest({ wholeForest: true, content: CONTENT });
  assert.deepEqual(await forest.source.byName('KID'), [CHILD_ACCOUNT]);
  assert.equal((await allOf(forest.source.computers(itself))).length, 2);
  assert.equal(await forest.source.account(CHILD_ACCOUNT.dn), CHILD_ACCOUNT);
});

test('--forest: members of other domains come from the catalog, each once', async () => {
  const group = accountEntry({ rid: 1400, sam: 'local', kind: 'group' });
  const member = accountEntry({ rid: 1100, sam: 'PC1$' });
  const content = { ...CONTENT, [DC1]: { accounts: [group, member], members: { local: [member] } } };
  const world = { content, catalog: [CHILD_ACCOUNT, member] };
  const forest = memoryForest({ ...world, wholeForest: true });
  assert.deepEqual(await forest.source.membersOf([group.dn]), [CHILD_ACCOUNT, member]);
  assert.deepEqual(await memoryForest(world).source.membersOf([group.dn]), [member]);
});

test('--forest says so when there is no catalog to tell them', async () => {
  const world = { wholeForest: true, catalog: null, content: CONTENT };
  assert.ok((await problemsOf(memoryForest(world))).includes('warning no-catalog'));
  assert.ok(!(await problemsOf(memoryForest({ ...world, catalog: [] }))).includes('warning no-catalog'));
  assert.ok(
    !(await problemsOf(memoryForest({ ...world, wholeForest: false }))).includes('warning no-catalog'),
  );
});

test('without --forest nothing is asked of other domains', async () => {
  const forest = memoryForest({ content: CONTENT });
  assert.deepEqual(await forest.source.bySid([CHILD_ACCOUNT_SID]), []);
  assert.deepEqual(await forest.source.byName('KID'), []);
  assert.equal(forest.connected.includes(CHILD_DC), false);
  assert.deepEqual(forest.askedOfCatalog, []);
});

test('a SID that its domain does not know is an orphan only when that domain answered', async () => {
  const gone = sidOf(CHILD_SID, 4711);
  const stateIn = async (world: ForestWorld): Promise<string> => {
    const { source } = memoryForest({ content: CONTENT, ...world });
    const book = new PrincipalBook(source, await source.describe());
    await book.resolve([gone]);
    return book.state(gone);
  };
  assert.equal(await stateIn({ wholeForest: true }), 'orphan');
  assert.equal(await stateIn({ wholeForest: true, down: [CHILD_DC] }), 'unresolved');
  assert.equal(await stateIn({}), 'unresolved');
});

test('a domain that does not answer is said and counted; the rest is read', async () => {
  const forest = memoryForest({ wholeForest: true, down: [CHILD_DC], content: CONTENT });
  assert.deepEqual(await zonesOf(forest), [`corp.example ${DC1}`, `forest.example ${DC2}`]);
  assert.deepEqual(await problemsOf(forest), [
    'warning unanswered-domain',
    'note read-elsewhere',
    'warning incomplete-forest',
  ]);
  const { problems } = await forest.source.describe();
  assert.match(problems.at(-1)?.message ?? '', /^1 of 2 domains did not answer and 2 of 5 partitions /);
  assert.equal(forest.connected.filter((name) => name === CHILD_DC).length, 1);
});

test('the global catalog names the SIDs of a domain that does not answer, which proves nothing about the others', async () => {
  const forest = memoryForest({ wholeForest: true, down: [CHILD_DC], catalog: [CHILD_ACCOUNT] });
  const gone = sidOf(CHILD_SID, 4711);
  const book = new PrincipalBook(forest.source, await forest.source.describe());
  await book.resolve([CHILD_ACCOUNT_SID, gone, domainSid(1100)]);
  assert.deepEqual(forest.askedOfCatalog, [CHILD_ACCOUNT_SID, gone]);
  assert.deepEqual([book.state(CHILD_ACCOUNT_SID), book.state(gone)], ['account', 'unresolved']);
});

const PARTNER_TRUST = entryOf('CN=partner.example,CN=System,DC=corp,DC=example,DC=com', {
  trustPartner: 'partner.example',
  flatName: 'PARTNER',
  securityIdentifier: encodeSid(PARTNER.sid as Sid),
  trustDirection: '3',
});

test('--forest: a trusted domain is asked about its SIDs, and about nothing else', async () => {
  const friend = accountEntry({
    rid: 1300,
    sam: 'DnsAdmins',
    kind: 'group',
    domain: PARTNER,
    domainSid: PARTNER.sid as Sid,
  });
  const forest = memoryForest({
    wholeForest: true,
    byName: { 'partner.example': [PARTNER_DC] },
    content: { ...CONTENT, [CHILD_DC]: { trusts: [PARTNER_TRUST] }, [PARTNER_DC]: { accounts: [friend] } },
  });
  const info = await forest.source.describe();
  const book = new PrincipalBook(forest.source, info);
  const [sid, gone] = [sidOf(PARTNER.sid as Sid, 1300), sidOf(PARTNER.sid as Sid, 4711)];
  await book.resolve([sid, gone]);
  assert.equal(book.principal(sid).name, 'PARTNER\\DnsAdmins');
  // Another forest need not show a stranger all that it has.
  assert.equal(book.state(gone), 'unresolved');
  assert.deepEqual(await forest.source.byName('DnsAdmins'), []);
  await allOf(forest.source.computers(itself));
  assert.deepEqual(forest.sources.get(PARTNER_DC)?.asked, [`bySid ${sid} ${gone}`]);
  assert.deepEqual(await zonesOf(forest), [`corp.example ${DC1}`, `forest.example ${DC2}`]);
});

test('--forest: a trusted domain that does not answer is said and counted', async () => {
  const content = { ...CONTENT, [DC1]: { ...CONTENT?.[DC1], trusts: [PARTNER_TRUST] } };
  const forest = memoryForest({ wholeForest: true, content });
  const { domains, problems } = await forest.source.describe();
  assert.deepEqual(domains.at(-1), PARTNER);
  const said = problems.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
  assert.match(said[0] ?? '', /^the trusted domain did not answer, so SIDs of it stay unresolved: /);
  assert.match(said[1] ?? '', /^1 of 3 domains did not answer and 0 of 5 partitions could not be read/);
});

test('without --forest trusts are not even read', async () => {
  const forest = memoryForest({ content: { [DC1]: { trusts: [PARTNER_TRUST] } } });
  assert.equal((await forest.source.describe()).domains.length, 2);
});

test('a partition of which no holder answers is said with every reason, and never taken for an empty one', async () => {
  const replicas = { ...REPLICAS, [CONTEXTS.forestDns]: [replicaOf(CHILD_DC), replicaOf(DC2)] };
  const forest = memoryForest({ down: [DC2], replicas, content: CONTENT });
  const { partitions, problems } = await forest.source.describe();
  assert.equal(
    partitions.some(({ namingContext }) => namingContext === CONTEXTS.forestDns),
    false,
  );
  const problem = problems.find(({ code }) => code === 'unread-partition');
  assert.equal(
    problem?.message,
    `Cannot reach ${CONTEXTS.forestDns}: ${DC1} does not hold it; ${CHILD_DC} does not hold it; Cannot connect to ${DC2}`,
  );
});

test('read-only servers, nameless ones and the pinned one itself are not asked', async () => {
  const holders = [replicaOf(DC1), replicaOf(DC2, { writable: false }), replicaOf(DC2, { hostName: null })];
  const forest = memoryForest({ replicas: { [CONTEXTS.forestDns]: holders } });
  const { problems } = await forest.source.describe();
  assert.match(problems[0]?.message ?? '', /the directory names no other server that does$/);
  assert.deepEqual(forest.connected, []);
});

test('a partition of which the directory names no holder is looked for at the servers of its domain', async () => {
  const world = {
    wholeForest: true,
    content: CONTENT,
    replicas: { [CONTEXTS.child]: [replicaOf(CHILD_DC)] },
  };
  assert.ok((await zonesOf(memoryForest(world))).includes(`child.example ${CHILD_DC}`));
  const byName = { 'child.corp.example.com': [DC1, CHILD_DC] };
  const forest = memoryForest({ wholeForest: true, content: CONTENT, replicas: {}, byName });
  assert.ok((await zonesOf(forest)).includes(`child.example ${CHILD_DC}`));
  assert.equal(forest.connected.includes(DC1), false);
});

test('names are written where they are held, at several servers at once where need be', async () => {
  const targets = [CONTEXTS.corpDns, CONTEXTS.forestDns, CONTEXTS.childDns].map((context) => ({
    dn: `DC=pc1,DC=zone,CN=MicrosoftDNS,${context}`,
    objectGuid: null,
  }));
  const [atHome, elsewhere] = targets;
  const forest = memoryForest();
  const store = await forest.openStore(targets);
  for (const target of targets) await store.read(target);
  const calls = [DC1, DC2, CHILD_DC].map(
    (name) => (forest.stores.get(name) as unknown as { calls: string[] }).calls,
  );
  assert.deepEqual(
    calls,
    targets.map(({ dn }) => [`read ${dn}`]),
  );
  assert.deepEqual(await forest.serversOf(targets), [CHILD_DC, DC1, DC2]);
  assert.deepEqual(await forest.serversOf([]), [DC1]);

  const single = memoryForest();
  await single.openStore(elsewhere === undefined ? [] : [elsewhere]);
  assert.deepEqual([...single.stores.keys()], [DC2]);
  assert.deepEqual(await single.serversOf(atHome === undefined ? [] : [atHome]), [DC1]);
});

test('nothing is opened for writing when one holder does not answer', async () => {
  const forest = memoryForest({ down: [DC2] });
  const targets = [CONTEXTS.corpDns, CONTEXTS.forestDns].map((dn) => ({ dn, objectGuid: null }));
  await assert.rejects(
    forest.openStore(targets),
    (error) => error instanceof DirectoryError && error.fault === 'unreachable',
  );
  assert.deepEqual([...forest.stores.keys()], []);
});
