import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyOwner, type OwnerClass, ownerSids } from '../../src/assess/owner-class.ts';
import type { Sid } from '../../src/formats/sid.ts';
import type { Estate } from '../../src/records/estate.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import { accountEntry, domainSid, INFO, type NodeSpec, nodeOf, ptrRecord, RIDS } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const FOREIGN = 'S-1-5-21-1-2-3-1109';

const source = new MemorySource({
  accounts: [
    accountEntry({ rid: RIDS.host, sam: 'PC1$', host: 'pc1.corp.example.com', uac: 0x1000 }),
    accountEntry({ rid: 1119, sam: 'LONGNAME-CUT-AT$', uac: 0x1000 }),
    accountEntry({ rid: RIDS.dhcpServer, sam: 'DHCP1$', host: 'dhcp1.corp.example.com', uac: 0x1000 }),
    accountEntry({ rid: 1000, sam: 'DC1$', host: 'dc1.corp.example.com', uac: 0x82000 }),
    accountEntry({ rid: 1001, sam: 'RODC1$', uac: 0x5001000, primaryGroup: 521 }),
    accountEntry({ rid: RIDS.dhcpUpdate, sam: 'dhcp_update', kind: 'user' }),
    accountEntry({ rid: 1160, sam: 'proxied$' }),
    accountEntry({ rid: 1170, sam: 'admin1', kind: 'user' }),
    accountEntry({ rid: RIDS.helpdesk, sam: 'helpdesk', kind: 'user' }),
    accountEntry({ rid: 1131, sam: 'svc$', kind: 'gmsa' }),
    accountEntry({ rid: 1132, sam: 'GONE$', host: 'gone.corp.example.com', deleted: true }),
  ],
});
const book = new PrincipalBook(source, INFO);
const estate: Estate = {
  dhcpAccounts: [{ sid: domainSid(RIDS.dhcpUpdate), name: 'CORP\\dhcp_update', kind: 'user' }],
  dhcpServerSids: new Set([domainSid(RIDS.dhcpServer), domainSid(1000)]),
  proxySids: new Set([domainSid(1160), domainSid(RIDS.dhcpUpdate)]),
  dhcpServers: [],
  adminSids: new Set([domainSid(512), domainSid(1170), 'S-1-5-32-544' as Sid]),
  problems: [],
};

async function classOf(owner: string, spec: NodeSpec = {}): Promise<OwnerClass> {
  const node = nodeOf({ ...spec, sddl: `O:${owner}G:SYD:(A;;RP;;;WD)` });
  await book.resolve(ownerSids([node]));
  return classifyOwner(node, book, estate).class;
}

/** In the order in which the classes are asked for. */
const CASES: readonly (readonly [why: string, owner: string, spec: NodeSpec, expected: OwnerClass])[] = [
  ['SYSTEM made it: the first registration was nonsecure', 'SY', {}, 'system'],
  ['the computer that the name belongs to', 'DOM-1109', {}, 'self'],
  [
    'the computer that a PTR points to',
    'DOM-1109',
    { zone: '10.in-addr.arpa', name: '1.0.0', records: [ptrRecord('pc1.corp.example.com')] },
    'self',
  ],
  [
    'the computer by its account name only, cut at 15 characters',
    'DOM-1119',
    { name: 'longname-cut-at-the-end' },
    'self',
  ],
  ['a domain controller whose own name it is', 'DOM-1000', { name: 'dc1' }, 'self'],
  ['a domain controller, even one that serves DHCP', 'DOM-1000', {}, 'dc'],
  ['a read-only domain controller', 'DOM-1001', {}, 'dc'],
  ['a DHCP server', 'DOM-1110', {}, 'dhcp-server'],
  ['the DHCP credential account, even inside DnsUpdateProxy', 'DOM-1155', {}, 'dhcp-account'],
  ['a member of DnsUpdateProxy', 'DOM-1160', {}, 'proxy'],
  ['Domain Admins', 'DA', {}, 'admin'],
  ['the built-in Administrators', 'BA', {}, 'admin'],
  ['a member of an admin group', 'DOM-1170', {}, 'admin'],
  ['another computer', 'DOM-1109', { name: 'pc2' }, 'computer'],
  ['a user', 'DOM-1130', {}, 'other'],
  ['a gMSA, even of that very name', 'DOM-1131', { name: 'svc' }, 'other'],
  ['a well-known SID without a class of its own', 'AU', {}, 'other'],
  ['an account that its domain does not have', 'DOM-1187', {}, 'orphan'],
  ['a deleted computer, even the one the name belonged to', 'DOM-1132', { name: 'gone' }, 'orphan'],
  ['a SID of a domain that nobody could ask', FOREIGN, {}, 'unresolved'],
];

for (const [why, owner, spec, expected] of CASES) {
  test(`classifyOwner() says ${expected}: ${why}`, async () => {
    assert.equal(await classOf(owner, spec), expected);
  });
}

test('classifyOwner() names the owner, or says that there is none to name', async () => {
  const sddl = 'O:DOM-1109G:SYD:(A;;RP;;;WD)';
  await book.resolve([domainSid(RIDS.host)]);
  assert.deepEqual(classifyOwner(nodeOf({ sddl }), book, estate), {
    sid: domainSid(RIDS.host),
    name: 'CORP\\PC1$',
    kind: 'computer',
    class: 'self',
  });
  const unreadable = { sid: null, name: null, kind: 'unknown', class: 'unreadable' };
  assert.deepEqual(classifyOwner(nodeOf({ sddl: null }), book, estate), unreadable);
  assert.deepEqual(classifyOwner(nodeOf({ sddl: 'G:SYD:(A;;RP;;;WD)' }), book, estate), unreadable);
});

test('classifyOwner() gives names of one owner the same object, and another where its class differs', async () => {
  await book.resolve([domainSid(RIDS.host)]);
  const owned = (name: string) => classifyOwner(nodeOf({ name, sddl: 'O:DOM-1109G:SYD:' }), book, estate);
  assert.equal(owned('pc1'), owned('pc1'));
  assert.equal(owned('pc1').class, 'self');
  assert.equal(owned('another').class, 'computer');
  assert.equal(owned('pc1').class, 'self');
});

test('ownerSids() takes each owner once and skips names without one', () => {
  const sddl = ['O:SYG:SYD:', 'O:DOM-1109G:SYD:', 'O:SYG:SYD:', 'G:SYD:', null];
  assert.deepEqual([...ownerSids(sddl.map((text) => nodeOf({ sddl: text })))], ['S-1-5-18', domainSid(1109)]);
});
