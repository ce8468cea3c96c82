import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from '../../src/assess/case.ts';
import { ComputerIndex } from '../../src/assess/computer-index.ts';
import {
  type ExpectationContext,
  type ExpectedUpdater,
  expectUpdaters,
  fromComputer,
  fromNamed,
  matchComputers,
} from '../../src/assess/expected-updaters.ts';
import { OWNER_CLASSES, type OwnedName, type OwnerClass } from '../../src/assess/owner-class.ts';
import type { Principal } from '../../src/records/account.ts';
import type { DnsNode } from '../../src/records/node.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import {
  type AccountSpec,
  accountEntry,
  accountOf,
  domainSid,
  INFO,
  nodeOf,
  ptrRecord,
  RIDS,
} from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const PC1: AccountSpec = { rid: RIDS.host, sam: 'PC1$', host: 'pc1.corp.example.com' };
const PC2: AccountSpec = { rid: 1112, sam: 'PC2$', host: 'pc2.corp.example.com' };
const DHCP: Principal = { sid: domainSid(RIDS.dhcpUpdate), name: 'CORP\\dhcp_update', kind: 'user' };
const OWNER = accountEntry({ rid: RIDS.helpdesk, sam: 'helpdesk', kind: 'user' });

function indexOf(...specs: readonly AccountSpec[]): ComputerIndex {
  const index = new ComputerIndex(null);
  for (const spec of specs) index.add(accountOf(spec));
  return index;
}

interface Given {
  readonly dhcp?: readonly Principal[];
  readonly clusters?: ExpectationContext['clusters'];
  readonly extras?: ExpectationContext['extras'];
}

function contextOf(given: Given = {}): ExpectationContext {
  const none = new Set<never>();
  const book = new PrincipalBook(new MemorySource({}), INFO);
  book.learn([OWNER, accountEntry(PC1)]);
  return {
    estate: {
      dhcpAccounts: given.dhcp ?? [DHCP],
      dhcpServerSids: none,
      proxySids: none,
      dhcpServers: [],
      adminSids: none,
      problems: [],
    },
    book,
    groups: {
      isMember: (account, group) => account.sid === domainSid(RIDS.host) && group === domainSid(1200),
    },
    clusters: given.clusters ?? new Map(),
    extras: given.extras ?? [],
  };
}

function ownedBy(ownerClass: OwnerClass, node: DnsNode = nodeOf()): OwnedName {
  return {
    ...node,
    owner: { sid: domainSid(RIDS.helpdesk), name: 'CORP\\helpdesk', kind: 'user', class: ownerClass },
  };
}

function expected(judged: Case, given: Given = {}, name = ownedBy('system'), computers = indexOf(PC1)) {
  return expectUpdaters(name, judged, matchComputers(name, computers), contextOf(given));
}

const short = (updaters: readonly ExpectedUpdater[]) =>
  updaters.map(({ principal, because }) => `${because} ${principal.name}`);

const COMPUTER_LINE = 'computer CORP\\PC1$';
const DHCP_LINE = 'dhcp-account CORP\\dhcp_update';
const OWNER_LINE = 'owner CORP\\helpdesk';

test('matchComputers() finds the computer of a name, and nobody for a host that no account fits', () => {
  const { hosts, computers, ambiguous } = matchComputers(nodeOf(), indexOf(PC1, PC2));
  assert.deepEqual(hosts, ['pc1.corp.example.com']);
  assert.deepEqual(
    computers.map((match) => match.account.samAccountName),
    ['PC1$'],
  );
  assert.deepEqual(ambiguous, []);
  assert.deepEqual(matchComputers(nodeOf({ name: 'camera' }), indexOf(PC1)).computers, []);
});

test('matchComputers() lists accounts that claim the same host and picks none of them', () => {
  const twin = { rid: 1113, sam: 'PC1-NEW$', spns: ['HOST/pc1.corp.example.com'] };
  const { computers, ambiguous } = matchComputers(nodeOf(), indexOf(PC1, twin));
  assert.deepEqual(computers, []);
  assert.deepEqual(
    ambiguous.map((match) => match.account.samAccountName),
    ['PC1$', 'PC1-NEW$'],
  );
});

test('matchComputers() finds every computer that the PTR records of a name point to', () => {
  const records = ['pc2', 'pc1', 'printer'].map((host) => ptrRecord(`${host}.corp.example.com`));
  const node = nodeOf({ zone: '10.in-addr.arpa', name: '1.0.0', records });
  assert.deepEqual(
    matchComputers(node, indexOf(PC1, PC2)).computers.map((match) => match.account.samAccountName),
    ['PC1$', 'PC2$'],
  );
});

test('expectUpdaters() expects the computer in case 1, the DHCP account in case 2, in doubt both', () => {
  assert.deepEqual(short(expected('computer')), [COMPUTER_LINE]);
  assert.deepEqual(short(expected('dhcp')), [DHCP_LINE]);
  assert.deepEqual(short(expected('unsure')), [COMPUTER_LINE, DHCP_LINE]);
  assert.deepEqual(short(expected('none')), []);
});

test('expectUpdaters() falls back to the computer where no DHCP account is known', () => {
  assert.deepEqual(short(expected('dhcp', { dhcp: [] })), [COMPUTER_LINE]);
});

test('expectUpdaters() falls back to the owner where no computer is known, if owners of its class register', () => {
  const camera = nodeOf({ name: 'camera' });
  const registering = OWNER_CLASSES.filter(
    (ownerClass) => expected('unsure', { dhcp: [] }, ownedBy(ownerClass, camera)).length > 0,
  );
  assert.deepEqual(registering, ['dhcp-server', 'proxy', 'computer', 'other']);
  assert.deepEqual(short(expected('unsure', { dhcp: [] }, ownedBy('other', camera))), [OWNER_LINE]);
  assert.deepEqual(short(expected('unsure', {}, ownedBy('other', camera))), [OWNER_LINE]);
  assert.deepEqual(short(expected('unsure', {}, ownedBy('system', camera))), [DHCP_LINE]);
  assert.deepEqual(short(expected('unsure', {}, ownedBy('other'))), [COMPUTER_LINE, DHCP_LINE]);
  assert.deepEqual(short(expected('none', { dhcp: [] }, ownedBy('other', camera))), []);
});

test('expectUpdaters() expects the DHCP server that owns the name where DHCP uses no account', () => {
  assert.deepEqual(short(expected('dhcp', { dhcp: [] }, ownedBy('dhcp-server'))), [OWNER_LINE]);
});

test('expectUpdaters() adds the cluster that registers the name of a computer', () => {
  const cno = accountOf({ rid: 1140, sam: 'CLUSTER1$' });
  const clusters = new Map([[domainSid(RIDS.host), [cno]]]);
  const updaters = expected('unsure', { clusters });
  assert.deepEqual(short(updaters), [COMPUTER_LINE, 'cluster CORP\\CLUSTER1$', DHCP_LINE]);
  assert.equal(updaters[1]?.reason, 'the cluster that registers CORP\\PC1$');
});

test('expectUpdaters() adds whom the configuration names for this name, in every case', () => {
  const principal: Principal = { sid: domainSid(1150), name: 'CORP\\netops', kind: 'group' };
  const extras = [
    { matches: (node: DnsNode) => node.name === 'pc1', principal, reason: 'network team' },
    { matches: () => false, principal: DHCP, reason: 'not this one' },
  ];
  assert.deepEqual(short(expected('none', { extras })), ['config CORP\\netops']);
  assert.deepEqual(short(expected('computer', { extras })), [COMPUTER_LINE, 'config CORP\\netops']);
});

test('expectUpdaters() names an account once, for the first reason', () => {
  const pc1: Principal = { sid: domainSid(RIDS.host), name: 'CORP\\PC1$', kind: 'computer' };
  assert.deepEqual(short(expected('unsure', { dhcp: [pc1, pc1] })), [COMPUTER_LINE]);
  const records = ['pc1', 'alias'].map((host) => ptrRecord(`${host}.corp.example.com`));
  const node = nodeOf({ zone: '10.in-addr.arpa', name: '1.0.0', records });
  const twice = indexOf({ ...PC1, additional: ['alias.corp.example.com'] });
  assert.deepEqual(short(expected('computer', {}, ownedBy('system', node), twice)), [COMPUTER_LINE]);
});

test('fromComputer() says in words how the computer was matched', () => {
  const host = 'pc1.corp.example.com';
  const reasonOf = (spec: Partial<AccountSpec>) => {
    const [match] = matchComputers(nodeOf(), indexOf({ rid: 1, sam: 'A$', ...spec })).computers;
    assert.ok(match !== undefined);
    return fromComputer(match, contextOf())[0]?.reason ?? '';
  };
  assert.match(reasonOf({ spns: [`HOST/${host}`] }), /SPN HOST/);
  assert.match(reasonOf({ host }), /dNSHostName/);
  assert.match(reasonOf({ additional: [host] }), /additional DNS host name/);
  assert.match(reasonOf({ sam: 'PC1$' }), /weak match/);
});

test('every updater comes with the token it would sign in with', () => {
  const [computer, dhcp] = expected('unsure').map((updater) => updater.token.sids);
  assert.ok(computer?.has(domainSid(RIDS.host)) && computer.has(domainSid(1200)));
  assert.ok(dhcp?.has(DHCP.sid) && !dhcp.has(domainSid(RIDS.host)) && !dhcp.has(domainSid(1200)));
});

test('fromNamed() takes the groups of an account that is known, and the bare SID of one that is not', () => {
  const host: Principal = { sid: domainSid(RIDS.host), name: 'CORP\\PC1$', kind: 'computer' };
  const known = fromNamed(host, 'row 2', contextOf());
  assert.deepEqual([known.because, known.reason], ['named', 'row 2']);
  assert.ok(known.token.sids.has(domainSid(1200)));
  const unknown = fromNamed({ sid: domainSid(1187), name: null, kind: 'unknown' }, 'row 3', contextOf());
  assert.ok(unknown.token.sids.has(domainSid(1187)) && !unknown.token.sids.has(domainSid(1200)));
});
