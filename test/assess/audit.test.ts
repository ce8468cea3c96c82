import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedName, updateAcesOf, VERDICTS, type Verdict } from '../../src/assess/audit.ts';
import { updateTrustees } from '../../src/assess/update-right.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { encodeSid } from '../../src/formats/sid.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { DHCP_UPDATE, PC1, type PlaceSpec, placeOf } from '../support/audit-place.ts';
import {
  type AccountSpec,
  accountEntry,
  aRecord,
  domainSid,
  entryOf,
  INHERITED,
  type NodeSpec,
  nodeOf,
  OWNED_BY_SYSTEM,
  ptrRecord,
  RIDS,
  recordBytes,
  SOME_HOUR,
} from '../support/corp.ts';

const PC2: AccountSpec = {
  ...PC1,
  rid: 1112,
  sam: 'PC2$',
  host: 'pc2.corp.example.com',
  spns: ['HOST/pc2.corp.example.com'],
};
const NO_DHCP: PlaceSpec = { dhcpAccounts: [] };
const COMPUTER = 'computer CORP\\PC1$';
const DHCP = 'dhcp-account CORP\\dhcp_update';

const audit = async (node: NodeSpec, spec?: PlaceSpec): Promise<AuditedName> =>
  (await placeOf(spec)).audit(nodeOf(node));

/** Who is expected, and what each can do. */
const accessOf = ({ updaters }: AuditedName): Readonly<Record<string, string>> =>
  Object.fromEntries(
    updaters.map(({ because, principal, access }) => [
      `${because} ${principal.name ?? principal.sid}`,
      access,
    ]),
  );

const bySystem = (aces: string) => `O:SYG:SYD:AI${aces}(A;;FULL;;;SY)${INHERITED}`;
const FOR_PC1 = '(A;;FULL;;;DOM-1109)';
const FOR_DHCP = '(A;;FULL;;;DOM-1155)';
const ON_A_CONDITION = '(XA;;WP;;;DOM-1109;#61727478)';

const VERDICT_OF: readonly (readonly [
  rule: string,
  node: NodeSpec,
  verdict: Verdict,
  reason: RegExp,
  place?: PlaceSpec,
])[] = [
  [
    'nobody expected can',
    { sddl: OWNED_BY_SYSTEM },
    'blocked',
    /^CORP\\PC1\$ and CORP\\dhcp_update cannot update it$/,
  ],
  [
    'all expected can',
    { sddl: bySystem(FOR_PC1 + FOR_DHCP) },
    'ready',
    /^CORP\\PC1\$ and CORP\\dhcp_update can update it$/,
  ],
  [
    'the computer can, DHCP cannot',
    { sddl: bySystem(FOR_PC1) },
    'partly',
    /^CORP\\dhcp_update cannot update it; CORP\\PC1\$ can update it$/,
  ],
  ['DHCP can, the computer cannot', { sddl: bySystem(FOR_DHCP) }, 'partly', /^CORP\\PC1\$ cannot/],
  [
    'a condition decides for one of them',
    { sddl: bySystem(ON_A_CONDITION + FOR_DHCP) },
    'unknown',
    /^CORP\\PC1\$ can update it only under a condition that the server evaluates; CORP\\dhcp_update can/,
  ],
  ['nobody is expected', { name: 'camera' }, 'no-updater', /could be matched/, NO_DHCP],
  [
    'several accounts claim the host',
    {},
    'unknown',
    /^several computer accounts claim its host/,
    { accounts: [PC1, { ...PC1, rid: 1200, sam: 'TWIN$' }, DHCP_UPDATE].map(accountEntry) },
  ],
  ['no dynamic record', { records: [aRecord('10.0.0.1', 0)] }, 'static', /no dynamic record/],
  ['no record at all', { records: [] }, 'static', /no dynamic record/],
  ['the zone itself', { name: '@' }, 'infrastructure', /^the zone itself/],
  ['a service locator', { name: '_ldap._tcp' }, 'infrastructure', /^a service locator name/],
  ['its descriptor cannot be read', { sddl: null }, 'unknown', /^this account may not read the descriptor/],
  [
    'one of its records cannot be read',
    { records: [aRecord('10.0.0.1'), aRecord('10.0.0.2').subarray(0, 20)] },
    'unknown',
    /^Cannot decode dnsRecord/,
  ],
  [
    'the loser of a replication conflict, dynamic or not',
    { name: 'pc1\nCNF:a746b716-0000-4000-8000-000000000001' },
    'static',
    /^a conflict object: no server answers with it$/,
  ],
  ['a NULL list lets everybody', { sddl: 'O:SYG:SYD:NO_ACCESS_CONTROL' }, 'ready', /can update it$/],
  ['an empty list lets nobody', { sddl: 'O:SYG:SYD:' }, 'blocked', /cannot update it$/],
  [
    'one attribute of the two is not enough',
    { sddl: bySystem(`(OA;;WP;${SCHEMA_GUIDS.dnsRecord};;DOM-1109)`) },
    'blocked',
    /^CORP\\PC1\$ cannot/,
    NO_DHCP,
  ],
];

for (const [rule, node, verdict, reason, place] of VERDICT_OF) {
  test(`auditName() says ${verdict}: ${rule}`, async () => {
    const audited = await audit(node, place);
    assert.equal(audited.verdict, verdict);
    assert.match(audited.reason, reason);
  });
}

test('auditName() was asked for every verdict there is', () => {
  const asked = new Set<string>([...VERDICT_OF.map(([, , verdict]) => verdict), 'dormant']);
  assert.deepEqual([...asked].sort(), [...VERDICTS].sort());
});

test('auditName() says dormant of a tombstoned name, and what its list lets the expected updaters do', async () => {
  const tombstone = (node: NodeSpec, spec?: PlaceSpec) =>
    placeOf(spec).then((place) => place.audit({ ...nodeOf({ ...node, records: [] }), tombstoned: true }));
  const blocked = await tombstone({});
  assert.equal(blocked.verdict, 'dormant');
  assert.equal(blocked.reason, 'tombstoned; CORP\\PC1$ and CORP\\dhcp_update cannot update it');
  assert.deepEqual(accessOf(blocked), { [COMPUTER]: 'no', [DHCP]: 'no' });
  const open = await tombstone({ sddl: bySystem(FOR_PC1 + FOR_DHCP) });
  assert.deepEqual(accessOf(open), { [COMPUTER]: 'yes', [DHCP]: 'yes' });
  const nobodys = await tombstone({ name: 'camera' }, NO_DHCP);
  assert.equal(nobodys.reason, 'tombstoned; no account is expected to register it again');
  assert.equal((await tombstone({ sddl: null })).verdict, 'unknown');
});

test('auditName() keeps the updaters of an unreadable name, with access unknown and the reason', async () => {
  const audited = await audit({ sddl: null });
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'unknown', [DHCP]: 'unknown' });
  for (const { decision } of audited.updaters) assert.equal(decision.reason, audited.reason);
  assert.deepEqual(audited.findings, []);
});

test('auditName() takes a weak match for the host, and notes it', async () => {
  const accounts = [{ rid: RIDS.host, sam: 'PC1$', uac: 0x1000 }, DHCP_UPDATE].map(accountEntry);
  const audited = await audit({}, { accounts });
  assert.equal(audited.verdict, 'blocked');
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'no', [DHCP]: 'no' });
  assert.match(audited.updaters[0]?.reason ?? '', /weak match/);
  assert.ok(audited.findings.some(({ id }) => id === 'weak-match'));
});

test('auditName() expects the present computer where the owner is the one before it', async () => {
  const audited = await audit({ sddl: `O:DOM-1187G:SYD:(A;;FULL;;;DOM-1187)${INHERITED}` });
  assert.equal(audited.owner.class, 'orphan');
  assert.equal(audited.verdict, 'blocked');
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'no', [DHCP]: 'no' });
  assert.ok(audited.findings.some(({ id }) => id === 'recreated-computer'));
});

test('auditName() still expects a disabled account', async () => {
  const accounts = [accountEntry({ ...PC1, uac: 0x1002 })];
  const audited = await audit({ sddl: bySystem(FOR_PC1) }, { accounts, dhcpAccounts: [] });
  assert.equal(audited.verdict, 'ready');
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'yes' });
  assert.ok(audited.findings.some(({ id }) => id === 'disabled-account'));
});

/** A virtual computer object that the cluster name object CL1$ created. */
function clusterAccounts(): readonly RawEntry[] {
  const vco = accountEntry({
    ...PC1,
    spns: ['MSClusterVirtualServer/pc1.corp.example.com', ...(PC1.spns ?? [])],
  });
  const creator = entryOf('CN=x', { 'mS-DS-CreatorSID': encodeSid(domainSid(1140)) });
  const cno = accountEntry({
    rid: 1140,
    sam: 'CL1$',
    spns: ['MSServerCluster/cl1.corp.example.com'],
    uac: 0x1000,
  });
  return [{ ...vco, attributes: new Map([...vco.attributes, ...creator.attributes]) }, cno];
}

test('auditName() expects the virtual computer object and its cluster on a clustered name', async () => {
  const place: PlaceSpec = { accounts: clusterAccounts(), dhcpAccounts: [] };
  const blocked = await audit({}, place);
  assert.deepEqual(accessOf(blocked), { [COMPUTER]: 'no', 'cluster CORP\\CL1$': 'no' });
  const byCluster = await audit({ sddl: bySystem('(A;;FULL;;;DOM-1140)') }, place);
  assert.deepEqual(accessOf(byCluster), { [COMPUTER]: 'no', 'cluster CORP\\CL1$': 'yes' });
  assert.equal(byCluster.verdict, 'partly');
  assert.ok(byCluster.findings.some(({ id }) => id === 'cluster'));
});

test('auditName() falls back to the owner where no computer is known', async () => {
  const accounts = [DHCP_UPDATE, { rid: RIDS.helpdesk, sam: 'helpdesk', kind: 'user' } as const].map(
    accountEntry,
  );
  const sddl = `O:DOM-1130G:SYD:(A;;FULL;;;DOM-1130)${INHERITED}`;
  const audited = await audit({ name: 'app', sddl }, { accounts });
  assert.equal(audited.verdict, 'ready');
  assert.deepEqual(accessOf(audited), { 'owner CORP\\helpdesk': 'yes' });
});

test('auditName() expects whom the configuration names, besides the others', async () => {
  const principal = { sid: domainSid(1150), name: 'CORP\\lb_update', kind: 'user' } as const;
  const extras = [
    { matches: (node: { name: string }) => node.name === 'pc1', principal, reason: 'balancer' },
  ];
  const audited = await audit({ sddl: bySystem(FOR_PC1 + FOR_DHCP) }, { extras });
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'yes', [DHCP]: 'yes', 'config CORP\\lb_update': 'no' });
  assert.equal(audited.verdict, 'partly');
  assert.equal((await audit({ name: 'pc9', sddl: bySystem(FOR_DHCP) }, { extras })).verdict, 'ready');
});

test('auditName() follows groups: nested ones and primary groups', async () => {
  const outer = accountEntry({ rid: 1200, sam: 'outer', kind: 'group' });
  const inner = accountEntry({ rid: 1201, sam: 'inner', kind: 'group' });
  const accounts = [accountEntry(PC1), accountEntry(PC2), outer, inner];
  const place = { accounts, dhcpAccounts: [], members: { outer: [inner], inner: [accountEntry(PC1)] } };
  const sddl = bySystem('(A;;WP;;;DOM-1200)');
  assert.equal((await audit({ sddl }, place)).verdict, 'ready');
  assert.equal((await audit({ name: 'pc2', sddl }, place)).verdict, 'blocked');
  const computers = bySystem('(A;;WP;;;DC)');
  assert.equal((await audit({ sddl: computers }, place)).verdict, 'ready');
  assert.equal((await audit({ sddl: computers }, { ...place, members: {} })).verdict, 'ready');
});

test('auditName() leaves the names of a writable domain controller alone, and judges those of a read-only one', async () => {
  const dc = { ...PC1, uac: 0x82000, primaryGroup: 516 };
  assert.equal((await audit({}, { accounts: [accountEntry(dc)] })).verdict, 'infrastructure');
  const rodc = { ...PC1, uac: 0x5001000, primaryGroup: 521 };
  const place = { accounts: [accountEntry(rodc)], dhcpAccounts: [] };
  const audited = await audit({ sddl: OWNED_BY_SYSTEM }, place);
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'no' }, 'it is no ENTERPRISE DOMAIN CONTROLLER');
  assert.equal(audited.verdict, 'blocked');
  assert.equal((await audit({ sddl: bySystem(FOR_PC1) }, place)).verdict, 'ready');
});

test('auditName() finds the host of a disjoint namespace by the name that it registered', async () => {
  const host = 'pc1.branch.example.net';
  const accounts = [accountEntry({ ...PC1, host, spns: [`HOST/${host}`] })];
  const place = { accounts, dhcpAccounts: [] };
  const node = { zone: 'branch.example.net', sddl: bySystem(FOR_PC1) };
  assert.deepEqual(accessOf(await audit(node, place)), { [COMPUTER]: 'yes' });
  const other = await audit({ zone: 'other.example.org', sddl: OWNED_BY_SYSTEM }, place);
  assert.equal(other.verdict, 'no-updater', 'an account name says nothing about hosts of other suffixes');
});

test('auditName() expects every host of a reverse name, and judges it by all of them', async () => {
  const records = ['pc1', 'pc2'].map((host) => ptrRecord(`${host}.corp.example.com`));
  const node = { zone: '0.0.10.in-addr.arpa', name: '1', records };
  const place = { accounts: [PC1, PC2].map(accountEntry), dhcpAccounts: [] };
  const audited = await audit({ ...node, sddl: bySystem(FOR_PC1) }, place);
  assert.deepEqual(accessOf(audited), { [COMPUTER]: 'yes', 'computer CORP\\PC2$': 'no' });
  assert.equal(audited.verdict, 'partly');
  assert.ok(audited.findings.some(({ id }) => id === 'shared-name'));
});

test('auditName() takes the case from the leases, and expects accordingly', async () => {
  const records = [recordBytes(1, { kind: 'a', address: '10.0.0.1' }, SOME_HOUR)];
  const sddl = bySystem(FOR_DHCP);
  const leased = await audit({ records, sddl }, { leases: [{}] });
  assert.deepEqual([leased.case, leased.verdict, accessOf(leased)], ['dhcp', 'ready', { [DHCP]: 'yes' }]);
  const fixed = await audit({ records, sddl }, { leases: [] });
  assert.deepEqual(
    [fixed.case, fixed.verdict, accessOf(fixed)],
    ['computer', 'blocked', { [COMPUTER]: 'no' }],
  );
});

test('updateTrustees() names whom the lists of readable names let update, each once', () => {
  const owned = [bySystem(FOR_PC1), bySystem('(A;;RP;;;AU)'), null].map((sddl) => ({
    ...nodeOf({ sddl }),
    owner: { sid: null, name: null, kind: 'unknown', class: 'unreadable' } as const,
  }));
  const trustees = updateTrustees(owned.map(updateAcesOf));
  assert.ok(trustees.has(domainSid(RIDS.host)));
  assert.ok(!trustees.has('S-1-5-11' as never), 'reading is not updating');
});
