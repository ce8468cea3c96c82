import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSid, type Sid } from '../../src/formats/sid.ts';
import { isClusterAccount, readClusters } from '../../src/records/clusters.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import type { RawEntry } from '../../src/records/source.ts';
import {
  type AccountSpec,
  accountEntry,
  accountOf,
  descriptorBytes,
  domainSid,
  entryOf,
  INFO,
  type Value,
} from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const CNO: AccountSpec = {
  rid: 1140,
  sam: 'CL1$',
  spns: ['MSServerClusterMgmtAPI/cl1.corp.example.com', 'HOST/cl1.corp.example.com'],
};
const OTHER_CNO: AccountSpec = { rid: 1141, sam: 'CL2$', spns: ['MSServerCluster/cl2.corp.example.com'] };
const VCO: AccountSpec = { rid: 1142, sam: 'AG1$', spns: ['MSClusterVirtualServer/ag1.corp.example.com'] };
const BY_ADMINS = 'O:DAG:DAD:(A;;FULL;;;DA)';

function virtual(attributes: Readonly<Record<string, Value>>): RawEntry {
  const entry = accountEntry(VCO);
  return { ...entry, attributes: new Map([...entry.attributes, ...entryOf('CN=x', attributes).attributes]) };
}

const withDescriptor = (sddl: string) => virtual({ nTSecurityDescriptor: descriptorBytes(sddl) });

async function read(...entries: readonly RawEntry[]) {
  const source = new MemorySource({ accounts: entries });
  return readClusters(source, new PrincipalBook(source, INFO));
}

/** RIDs of the clusters that are found behind the VCO. */
async function clustersOf(vco: RawEntry): Promise<readonly Sid[]> {
  const { values, problems } = await read(accountEntry(CNO), accountEntry(OTHER_CNO), vco);
  assert.deepEqual(problems, []);
  return (values.get(domainSid(1142)) ?? []).map((account) => account.sid);
}

test('isClusterAccount() goes by the service principal names of the cluster service', () => {
  for (const spec of [CNO, OTHER_CNO, VCO]) assert.equal(isClusterAccount(accountOf(spec)), true, spec.sam);
  for (const spns of [[], ['HOST/pc1.corp.example.com'], ['MSServerClusterX/a'], ['MSSQLSvc/ag1:1433']]) {
    assert.equal(isClusterAccount(accountOf({ rid: 1, sam: 'PC1$', spns })), false, spns.join());
  }
});

test('readClusters() finds the cluster that owns, created or fully controls a virtual computer object', async () => {
  const cno = domainSid(1140);
  assert.deepEqual(await clustersOf(withDescriptor('O:DOM-1140G:DAD:(A;;FULL;;;DA)')), [cno]);
  assert.deepEqual(await clustersOf(virtual({ 'mS-DS-CreatorSID': encodeSid(cno) })), [cno]);
  assert.deepEqual(await clustersOf(withDescriptor(`${BY_ADMINS}(A;;FULL;;;DOM-1140)`)), [cno]);
});

test('readClusters() names a cluster once, and every cluster that has control', async () => {
  const sddl = 'O:DOM-1140G:DAD:(A;;FULL;;;DOM-1140)(A;;FULL;;;DOM-1141)';
  assert.deepEqual(await clustersOf(withDescriptor(sddl)), [domainSid(1140), domainSid(1141)]);
});

test('readClusters() finds none where nobody has full control, is denied it, or gets it by inheritance', async () => {
  for (const aces of [
    '',
    '(A;;RPWP;;;DOM-1140)',
    '(D;;FULL;;;DOM-1140)',
    '(OA;;FULL;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;;DOM-1140)',
    '(A;CIID;FULL;;;DOM-1140)',
    '(A;;FULL;;;DOM-1109)',
  ]) {
    assert.deepEqual(await clustersOf(withDescriptor(BY_ADMINS + aces)), [], aces);
  }
  assert.deepEqual(await clustersOf(accountEntry(VCO)), [], 'without a descriptor');
});

test('readClusters() takes no cluster for the virtual object of another', async () => {
  const owned = accountEntry(CNO);
  const descriptor = entryOf('CN=x', { nTSecurityDescriptor: descriptorBytes('O:DOM-1141G:DAD:') });
  const cno = { ...owned, attributes: new Map([...owned.attributes, ...descriptor.attributes]) };
  assert.equal((await read(cno, accountEntry(OTHER_CNO))).values.size, 0);
});

test('readClusters() makes a problem of a corrupt descriptor and goes on', async () => {
  const broken = virtual({ nTSecurityDescriptor: descriptorBytes(BY_ADMINS).subarray(0, 30) });
  const second = { ...accountEntry({ ...VCO, rid: 1143, sam: 'AG2$' }) };
  const owner = entryOf('CN=x', { 'mS-DS-CreatorSID': encodeSid(domainSid(1140)) });
  const good = { ...second, attributes: new Map([...second.attributes, ...owner.attributes]) };
  const { values, problems } = await read(accountEntry(CNO), broken, good);
  assert.deepEqual(
    problems.map(({ code, where }) => [code, where]),
    [['bad-cluster-account', broken.dn]],
  );
  assert.deepEqual([...values.keys()], [domainSid(1143)]);
});
