import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesOf, type Case, judgeCase } from '../../src/assess/case.ts';
import { OWNER_CLASSES, type OwnedName, type OwnerClass } from '../../src/assess/owner-class.ts';
import { type Lease, LeaseIndex } from '../../src/records/leases.ts';
import { AUDIT_TIME, leaseOf } from '../support/audit-place.ts';
import { aRecord, domainSid, nodeOf, ptrRecord, recordBytes, SOME_HOUR } from '../support/corp.ts';

/** A TTL that nobody sets by habit. */
const PLAIN_TTL = 3600;

interface Given {
  readonly owner?: OwnerClass;
  /** Seconds; 3600 speaks for nobody. */
  readonly ttl?: number;
  readonly dhcid?: boolean;
  readonly computer?: boolean;
  /** Without it no lease list is given. */
  readonly leases?: readonly Partial<Lease>[];
}

const DHCID = recordBytes(49, { kind: 'unknown', bytes: Uint8Array.of(0, 1, 1, 0xab) }, SOME_HOUR, PLAIN_TTL);

function nameOf({ owner = 'system', ttl = PLAIN_TTL, dhcid = false }: Given): OwnedName {
  const address = recordBytes(1, { kind: 'a', address: '10.0.0.1' }, SOME_HOUR, ttl);
  return ownedBy(owner, nodeOf({ records: dhcid ? [address, DHCID] : [address] }));
}

function ownedBy(ownerClass: OwnerClass, node: ReturnType<typeof nodeOf>): OwnedName {
  return { ...node, owner: { sid: domainSid(1), name: null, kind: 'unknown', class: ownerClass } };
}

function indexOf(leases: readonly Partial<Lease>[] | undefined): LeaseIndex | null {
  return leases === undefined ? null : new LeaseIndex(leases.map(leaseOf), AUDIT_TIME);
}

const judge = (given: Given) => judgeCase(nameOf(given), given.computer ?? true, indexOf(given.leases));

const ACTIVE = [{}];
const EXPIRED = [{ state: 'expired' as const }];
const NONE: readonly Partial<Lease>[] = [];

const RULES: readonly (readonly [rule: string, given: Given, judged: Case, evidence: readonly RegExp[]])[] = [
  ['nothing speaks for anybody', {}, 'unsure', []],
  ['no computer either', { computer: false }, 'unsure', []],
  ['the host owns it', { owner: 'self' }, 'computer', [/owner is the host itself/]],
  ['a DHCP server owns it', { owner: 'dhcp-server' }, 'dhcp', [/owner is a DHCP server$/]],
  ['the DHCP account owns it', { owner: 'dhcp-account' }, 'dhcp', [/owner is the DHCP account$/]],
  [
    'a member of DnsUpdateProxy owns it',
    { owner: 'proxy' },
    'dhcp',
    [/owner is a member of DnsUpdateProxy$/],
  ],
  ['it has a DHCID', { dhcid: true }, 'dhcp', [/DHCID record/]],
  [
    'a DHCID on a name that the host took over',
    { owner: 'self', dhcid: true },
    'computer',
    [/itself/, /DHCID/],
  ],
  ['TTL 900 of a host with an account: a habit only', { ttl: 900 }, 'unsure', [/TTL is 900 s, as DHCP/]],
  ['TTL 900 of a host without account', { ttl: 900, computer: false }, 'dhcp', [/TTL is 900 s/]],
  ['TTL 1200: a habit only', { ttl: 1200 }, 'unsure', [/TTL is 1200 s, as Windows clients/]],
  ['TTL 1200 without account', { ttl: 1200, computer: false }, 'unsure', [/TTL is 1200 s/]],
  ['a lease', { leases: ACTIVE }, 'dhcp', [/^a DHCP lease has its name and address$/]],
  ['a lease, of a name that the host owns', { owner: 'self', leases: ACTIVE }, 'unsure', [/lease/, /itself/]],
  [
    'a lease of its address under another name',
    { leases: [{ hostName: 'other' }] },
    'dhcp',
    [/^a DHCP lease has its address$/],
  ],
  [
    'a lease of its name at another address',
    { leases: [{ address: '10.9.9.9' }] },
    'dhcp',
    [/^a DHCP lease has its name$/],
  ],
  ['a reservation', { leases: [{ state: 'reservation' }] }, 'dhcp', [/^a DHCP reservation has/]],
  [
    'a reservation that is not in use',
    { leases: [{ state: 'inactive-reservation' }] },
    'dhcp',
    [/^a DHCP reservation has/],
  ],
  ['an expired lease', { leases: EXPIRED }, 'unsure', [/^an expired DHCP lease has/]],
  [
    'a lease whose time has passed',
    { leases: [{ expiresAt: new Date('2026-11-01T00:00:00Z') }] },
    'unsure',
    [/^an expired DHCP lease has/],
  ],
  [
    'an expired lease, the host owns it',
    { owner: 'self', leases: EXPIRED },
    'computer',
    [/expired/, /itself/],
  ],
  ['a declined address is no lease', { leases: [{ state: 'other' }] }, 'computer', [/^no DHCP lease/]],
  [
    'leases known, none of this host',
    { leases: NONE },
    'computer',
    [/^no DHCP lease has its name or address$/],
  ],
  ['leases known, none, no account either', { leases: NONE, computer: false }, 'none', [/^no DHCP lease/]],
  [
    'leases known, none, but DHCP owns it',
    { leases: NONE, owner: 'dhcp-account' },
    'dhcp',
    [/^no DHCP lease/, /DHCP account/],
  ],
  ['leases known, none, but a DHCID', { leases: NONE, dhcid: true }, 'dhcp', [/^no DHCP lease/, /DHCID/]],
];

for (const [rule, given, judged, evidence] of RULES) {
  test(`judgeCase() says ${judged}: ${rule}`, () => {
    const answer = judge(given);
    assert.equal(answer.case, judged);
    assert.equal(answer.evidence.length, evidence.length, answer.evidence.join('\n'));
    for (const [at, words] of evidence.entries()) assert.match(answer.evidence[at] ?? '', words);
  });
}

test('judgeCase() takes no other owner for evidence', () => {
  const speaking = OWNER_CLASSES.filter((owner) => judge({ owner }).evidence.length > 0);
  assert.deepEqual(speaking, ['self', 'dhcp-server', 'dhcp-account', 'proxy']);
});

test('judgeCase() says none of a static name, whatever speaks for DHCP', () => {
  const name = ownedBy('dhcp-account', nodeOf({ records: [aRecord('10.0.0.1', 0)] }));
  assert.deepEqual(judgeCase(name, true, indexOf(ACTIVE)), {
    case: 'none',
    evidence: ['it has no dynamic record'],
  });
});

test('judgeCase() judges a tombstoned name, which has no record left, by its owner and the leases of its name', () => {
  const tombstoned = (owner: OwnerClass) => ({
    ...ownedBy(owner, nodeOf({ records: [] })),
    tombstoned: true,
  });
  assert.equal(judgeCase(tombstoned('self'), true, null).case, 'computer');
  assert.equal(judgeCase(tombstoned('system'), true, null).case, 'unsure');
  assert.deepEqual(judgeCase(tombstoned('system'), true, indexOf(ACTIVE)), {
    case: 'dhcp',
    evidence: ['a DHCP lease has its name'],
  });
});

test('judgeCase() does not read the TTL of a static record beside a dynamic one', () => {
  const fixed = recordBytes(1, { kind: 'a', address: '10.0.0.2' }, 0, 900);
  const dynamic = recordBytes(1, { kind: 'a', address: '10.0.0.1' }, SOME_HOUR, PLAIN_TTL);
  const name = ownedBy('system', nodeOf({ records: [fixed, dynamic] }));
  assert.deepEqual(judgeCase(name, false, null), { case: 'unsure', evidence: [] });
});

const reverse = (records: readonly Uint8Array[]) =>
  ownedBy('system', nodeOf({ zone: '0.0.10.in-addr.arpa', name: '7', records }));

test('judgeCase() finds the lease of a PTR by the address that its name spells, or by its target', () => {
  const ptr = reverse([ptrRecord('pc1.corp.example.com')]);
  assert.equal(
    judgeCase(ptr, true, indexOf([{ address: '10.0.0.7' }])).evidence[0],
    'a DHCP lease has its name and address',
  );
  assert.equal(
    judgeCase(ptr, true, indexOf([{ address: '10.0.0.7', hostName: null }])).evidence[0],
    'a DHCP lease has its address',
  );
  assert.equal(
    judgeCase(ptr, true, indexOf([{ address: '10.0.0.8' }])).evidence[0],
    'a DHCP lease has its name',
  );
});

test('judgeCase() finds the lease of an emptied PTR, which has no target any more', () => {
  const emptied = { ...reverse([]), tombstoned: true };
  assert.equal(judgeCase(emptied, false, indexOf([{ address: '10.0.0.7' }])).case, 'dhcp');
  assert.equal(judgeCase(emptied, false, indexOf([{ address: '10.0.0.8' }])).case, 'none');
});

test('addressesOf() takes A and AAAA records, or the address that a whole reverse name spells', () => {
  const aaaa = recordBytes(28, { kind: 'aaaa', address: '2001:db8::1' }, SOME_HOUR);
  const records = [aRecord('10.0.0.1'), aaaa, ptrRecord('x.example.com')];
  assert.deepEqual(addressesOf(nodeOf({ records })), ['10.0.0.1', '2001:db8::1']);
  assert.deepEqual(addressesOf(reverse([aRecord('10.9.9.9')])), ['10.0.0.7']);
  assert.deepEqual(addressesOf(nodeOf({ zone: '10.in-addr.arpa', name: '7.0' })), []);
});
