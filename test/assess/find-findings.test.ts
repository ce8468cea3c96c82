import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { descriptorFindings, isCanonical } from '../../src/assess/find-findings.ts';
import { FINDING_IDS, FINDINGS, type FindingId } from '../../src/assess/findings.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import type { DnsNode } from '../../src/records/node.ts';
import type { Zone } from '../../src/records/zone.ts';
import { AUDIT_TIME, PC1, type Place, type PlaceSpec, placeOf } from '../support/audit-place.ts';
import {
  type AccountSpec,
  accountEntry,
  aRecord,
  type NodeSpec,
  nodeDescriptor,
  nodeOf,
  ptrRecord,
  recordBytes,
  zoneOf,
} from '../support/corp.ts';

const NOW_HOURS = Math.floor(AUDIT_TIME.getTime() / 3_600_000) + 3_234_576;
const FRESH = [aRecord('10.0.0.1', NOW_HOURS)];
/** A name that nothing is remarkable about. */
const plain = (spec: NodeSpec = {}): DnsNode =>
  nodeOf({ sddl: 'O:SYG:SYD:(A;;RC;;;WD)(A;;FULL;;;SY)', records: FRESH, ...spec });
const PLAIN: DnsNode = plain();

let usual: Place;

before(async () => {
  usual = await placeOf();
});

async function idsOf(node: DnsNode, spec?: PlaceSpec, zone?: Zone): Promise<readonly FindingId[]> {
  const place = spec === undefined ? usual : await placeOf(spec);
  return (await place.audit(node, zone)).findings.map(({ id }) => id);
}

/** The finding `id` of a name, or undefined. */
async function messageOf(id: FindingId, node: DnsNode, spec?: PlaceSpec): Promise<string | undefined> {
  const place = spec === undefined ? usual : await placeOf(spec);
  return (await place.audit(node)).findings.find((found) => found.id === id)?.message;
}

const withSddl = (sddl: string) => nodeOf({ sddl, records: FRESH });
const bySystem = (aces: string) => withSddl(`O:SYG:SYD:${aces}(A;;RC;;;WD)(A;;FULL;;;SY)`);

test('a usual name has no finding', async () => {
  assert.deepEqual(await idsOf(PLAIN), []);
  assert.deepEqual(await idsOf(bySystem('')), []);
});

test('every finding of the catalogue says what it is, where it comes from and what to do', () => {
  assert.deepEqual(Object.keys(FINDINGS).sort(), [...FINDING_IDS].sort());
  for (const id of FINDING_IDS) {
    const { title, cause, cure } = FINDINGS[id];
    for (const text of [title, cause, cure]) assert.match(text, /^\S.{10,}\S$/, id);
    assert.doesNotMatch(title, /\.$/, id);
  }
});

const LISTS: readonly (readonly [what: string, sddl: string, ids: readonly FindingId[]])[] = [
  ['a NULL list', 'O:SYG:SYD:NO_ACCESS_CONTROL', ['null-dacl']],
  ['no list at all', 'O:SYG:SY', ['null-dacl']],
  ['an empty list', 'O:SYG:SYD:', ['empty-dacl']],
  ['an empty protected list', 'O:SYG:SYD:P', ['empty-dacl']],
  ['a protected list', 'O:SYG:SYD:PAI(A;;FULL;;;SY)', ['protected-dacl']],
  ['allow before deny', 'O:SYG:SYD:(A;;FULL;;;SY)(D;;RP;;;BG)', ['non-canonical']],
  ['inherited before explicit', 'O:SYG:SYD:AI(A;ID;FULL;;;SY)(A;;RC;;;WD)', ['non-canonical']],
  ['inherited deny after inherited allow', 'O:SYG:SYD:AI(A;ID;FULL;;;SY)(D;ID;RP;;;BG)', ['non-canonical']],
  ['an explicit allow before an inherited deny', 'O:SYG:SYD:AI(A;;FULL;;;SY)(D;ID;RP;;;BG)', []],
];

for (const [what, sddl, ids] of LISTS) {
  test(`the access list is judged by its form: ${what}`, async () => {
    assert.deepEqual(await idsOf(withSddl(sddl)), ids);
  });
}

const OPEN: readonly (readonly [ace: string, whom: string | null])[] = [
  ['(A;;WP;;;AU)', 'NT AUTHORITY\\Authenticated Users'],
  ['(A;;GA;;;WD)', 'Everyone'],
  ['(A;;GW;;;NU)', 'NT AUTHORITY\\NETWORK'],
  ['(A;;WP;;;BU)', 'BUILTIN\\Users'],
  [`(OA;;WP;${SCHEMA_GUIDS.dnsRecord};;AU)`, 'NT AUTHORITY\\Authenticated Users'],
  ['(A;ID;WP;;;AU)', 'NT AUTHORITY\\Authenticated Users'],
  ['(A;;RPRC;;;AU)', null],
  ['(A;CIIO;WP;;;AU)', null],
  ['(D;;WP;;;AU)', null],
  ['(A;;WP;;;AN)', null],
  ['(A;;WP;;;DA)', null],
  [`(OA;;WP;bf967950-0de6-11d0-a285-00aa003049e2;;AU)`, null],
];

for (const [ace, whom] of OPEN) {
  test(`open: ${ace} ${whom === null ? 'opens nothing' : 'opens the name'}`, async () => {
    const message = await messageOf('open', bySystem(ace));
    assert.equal(message, whom === null ? undefined : `${whom} may update it`);
  });
}

test('open: Domain Users and Domain Computers, of whatever domain', async () => {
  for (const trustee of ['DU', 'DC', 'S-1-5-21-1-2-3-513']) {
    assert.deepEqual(
      await idsOf(bySystem(`(A;;WP;;;${trustee})`), { accounts: [accountEntry(PC1), ...GROUPS] }),
      ['open'],
    );
  }
});

const GROUPS = [513, 515].map((rid) => accountEntry({ rid, sam: `group${rid}`, kind: 'group' }));

test('deny-ace: a deny entry that speaks about updating, whomever it names', async () => {
  assert.equal(await messageOf('deny-ace', bySystem('(D;;WP;;;DOM-1109)')), 'a deny entry for CORP\\PC1$');
  assert.equal(
    await messageOf('deny-ace', bySystem(`(OD;;WP;${SCHEMA_GUIDS.dNSTombstoned};;AN)`)),
    'a deny entry for NT AUTHORITY\\ANONYMOUS LOGON',
  );
  assert.equal(await messageOf('deny-ace', bySystem('(D;;RC;;;AU)')), undefined);
  assert.equal(await messageOf('deny-ace', bySystem('(D;CIIO;WP;;;AU)')), undefined);
});

test('orphan-ace: an entry for an account that its own domain does not have', async () => {
  assert.match(
    (await messageOf('orphan-ace', bySystem('(A;;WP;;;DOM-1187)'))) ?? '',
    /-1187, which is gone$/,
  );
  assert.equal(await messageOf('orphan-ace', bySystem('(A;;WP;;;DOM-1109)')), undefined);
  assert.equal(await messageOf('orphan-ace', bySystem('(A;;RC;;;DOM-1187)')), undefined);
  const foreign = bySystem('(A;;WP;;;S-1-5-21-1-2-3-1187)');
  assert.equal(await messageOf('orphan-ace', foreign), undefined, 'a domain that nobody asked');
});

test('orphan-ace: a deleted account is gone and keeps its name', async () => {
  const gone = accountEntry({ rid: 1188, sam: 'GONE$', deleted: true });
  const message = await messageOf('orphan-ace', bySystem('(A;;WP;;;DOM-1188)'), { accounts: [gone] });
  assert.equal(message, 'an entry for CORP\\GONE$, which is gone');
});

test('recreated-computer: the owner is gone, and a computer of the name is there', async () => {
  const sddl = 'O:DOM-1187G:SYD:(A;;FULL;;;SY)';
  const message = (await messageOf('recreated-computer', withSddl(sddl))) ?? '';
  assert.match(message, /^its owner S-1-5-21-[\d-]+-1187 is gone, CORP\\PC1\$ has another SID$/);
  const stranger = nodeOf({ name: 'camera', sddl, records: FRESH });
  assert.equal(await messageOf('recreated-computer', stranger), undefined, 'no computer of the name');
  assert.equal(await messageOf('recreated-computer', PLAIN), undefined);
});

const hostWith = (more: Partial<AccountSpec>): PlaceSpec => ({
  accounts: [accountEntry({ ...PC1, ...more })],
});

test('disabled-account, weak-match and cluster come from the matched computer', async () => {
  assert.equal(
    await messageOf('disabled-account', PLAIN, hostWith({ uac: 0x1002 })),
    'CORP\\PC1$ is disabled',
  );
  assert.equal(
    await messageOf('weak-match', PLAIN, {
      accounts: [accountEntry({ rid: 1109, sam: 'PC1$', uac: 0x1000 })],
    }),
    'CORP\\PC1$ fits by its account name only',
  );
  const spns = ['MSClusterVirtualServer/pc1.corp.example.com'];
  assert.equal(await messageOf('cluster', PLAIN, hostWith({ spns })), "CORP\\PC1$ is a cluster's account");
});

test('ambiguous-host: every account that claims the host is listed', async () => {
  const twin = accountEntry({ ...PC1, rid: 1200, sam: 'TWIN$' });
  const spec = { accounts: [accountEntry(PC1), twin] };
  assert.deepEqual(await idsOf(PLAIN, spec), ['ambiguous-host']);
  assert.equal(
    await messageOf('ambiguous-host', PLAIN, spec),
    'several accounts claim its host: CORP\\PC1$, CORP\\TWIN$',
  );
});

test('shared-name: several IPv4 addresses, or several targets of a reverse name', async () => {
  const addresses = (...list: readonly string[]) => list.map((address) => aRecord(address, NOW_HOURS));
  assert.deepEqual(await idsOf(plain({ records: addresses('10.0.0.1', '10.0.0.2') })), ['shared-name']);
  const ipv6 = ['2001:db8::1', '2001:db8::2'].map((address) =>
    recordBytes(28, { kind: 'aaaa', address }, NOW_HOURS),
  );
  assert.deepEqual(
    await idsOf(plain({ records: [...FRESH, ...ipv6] })),
    [],
    'one host has many IPv6 addresses',
  );
  const reverse = (...hosts: readonly string[]) =>
    plain({ zone: '0.0.10.in-addr.arpa', name: '1', records: hosts.map((host) => ptrRecord(host)) });
  assert.deepEqual(await idsOf(reverse('pc1.corp.example.com', 'alias.corp.example.com')), ['shared-name']);
  assert.deepEqual(await idsOf(reverse('pc1.corp.example.com')), []);
});

test('no-dhcid: a forward name that DHCP registers without one', async () => {
  const sddl = 'O:DOM-1155G:SYD:(A;;FULL;;;DOM-1155)';
  const dhcid = recordBytes(49, { kind: 'unknown', bytes: Uint8Array.of(0, 1, 1, 0xab) }, NOW_HOURS);
  assert.deepEqual(await idsOf(nodeOf({ sddl, records: FRESH })), ['no-dhcid']);
  assert.deepEqual(await idsOf(nodeOf({ sddl, records: [...FRESH, dhcid] })), []);
  const reverse = { zone: '0.0.10.in-addr.arpa', name: '1', records: [ptrRecord('pc1.corp.example.com')] };
  assert.deepEqual(await idsOf(nodeOf({ sddl, ...reverse })), []);
});

test('stale: older than no-refresh and refresh together, by the hour, where the zone ages', async () => {
  const zone = (enabled: boolean): Zone => ({
    ...zoneOf(),
    aging: { ...zoneOf().aging, enabled, noRefreshHours: 168, refreshHours: 100 },
  });
  const aged = (...hours: readonly number[]) =>
    plain({ records: hours.map((age, at) => aRecord(`10.0.0.${at}`, age === 0 ? 0 : NOW_HOURS - age)) });
  assert.deepEqual(await idsOf(aged(268), undefined, zone(true)), []);
  assert.deepEqual(await idsOf(aged(269), undefined, zone(true)), ['stale']);
  assert.deepEqual(await idsOf(aged(269), undefined, zone(false)), []);
  assert.ok(!(await idsOf(aged(269, 1), undefined, zone(true))).includes('stale'), 'one record is fresh');
  assert.deepEqual(await idsOf(aged(0), undefined, zone(true)), [], 'static');
});

test('conflict-object: the loser of a replication conflict', async () => {
  const name = 'pc1\nCNF:a746b716-0000-4000-8000-000000000001';
  assert.deepEqual(await idsOf(plain({ name, records: FRESH })), ['conflict-object']);
});

test('bad-record: the fault is told, and one record is enough', async () => {
  const node = plain({ records: [...FRESH, (FRESH[0] as Uint8Array).subarray(0, 10)] });
  assert.match((await messageOf('bad-record', node)) ?? '', /^Cannot decode dnsRecord at byte/);
});

test('an unreadable descriptor is no finding: it is the verdict', async () => {
  const node = nodeOf({ sddl: null, records: FRESH });
  assert.deepEqual(await idsOf(node), []);
  assert.deepEqual(descriptorFindings(await usual.own(node), usual.book), []);
});

test('every finding that is found is of the catalogue: same severity, same cure', async () => {
  const node = bySystem('(D;;WP;;;AN)(A;;WP;;;AU)(A;;WP;;;DOM-1187)');
  const { findings } = await usual.audit(node);
  assert.deepEqual(
    findings.map(({ id, severity, cure }) => ({ id, severity, cure })),
    (['open', 'deny-ace', 'orphan-ace'] as const).map((id) => ({
      id,
      severity: FINDINGS[id].severity,
      cure: FINDINGS[id].cure,
    })),
  );
});

test('isCanonical() wants explicit before inherited, and deny before allow in each part', () => {
  const canonical = (dacl: string) => isCanonical(nodeDescriptor(`O:SYG:SYD:${dacl}`));
  assert.ok(canonical(''));
  assert.ok(canonical('(D;;RP;;;BG)(A;;RP;;;WD)(D;ID;RP;;;BG)(A;ID;RP;;;WD)'));
  assert.ok(!canonical('(A;;RP;;;WD)(D;;RP;;;BG)'));
  assert.ok(!canonical('(D;;RP;;;BG)(A;ID;RP;;;WD)(A;;RP;;;WD)'));
});

test('isCanonical() judges what stands before an inherited part that it knows already', () => {
  const inherited = nodeDescriptor('O:SYG:SYD:(D;ID;RP;;;BG)(A;ID;RP;;;WD)');
  const before = (dacl: string) => ({
    ...nodeDescriptor(`O:SYG:SYD:${dacl}`),
    inherited: inherited.inherited,
  });
  assert.ok(isCanonical(inherited));
  assert.ok(isCanonical(before('(D;;RP;;;BG)(A;;RP;;;WD)')));
  assert.ok(!isCanonical(before('(A;;RP;;;WD)(D;;RP;;;BG)')));
});
