import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import type { LiveFacts } from '../../src/assess/connection-checks.ts';
import { type DoctorFacts, diagnose } from '../../src/assess/doctor.ts';
import type { ZoneFacts } from '../../src/assess/zone-rights.ts';
import type { ServerFacts } from '../../src/records/inspection.ts';
import { ANNA, doctorFacts, LIVE, rights, sampled, zoneFacts } from '../support/doctor-model.ts';

const NAMES = `(OA;CIIO;RCWD;;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;${ANNA.sid})`;
const NAMES_READ = `(OA;CIIO;RC;;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;${ANNA.sid})`;
const ZONE_READ = `(A;;RC;;;${ANNA.sid})`;
const SWITCH = `(OA;;WP;675a15fe-3b70-11d2-90cc-00c04fd91ab1;;${ANNA.sid})`;

const server = (changes: Partial<ServerFacts>): Partial<DoctorFacts> => ({
  live: { ...LIVE, server: { ...LIVE.server, ...changes } },
});
const connection = (changes: Partial<LiveFacts['connection']>): Partial<DoctorFacts> => ({
  live: { ...LIVE, connection: { ...LIVE.connection, ...changes } },
});
const protection = (changes: Partial<LiveFacts['connection']['protection']>): Partial<DoctorFacts> =>
  connection({ protection: { ...LIVE.connection.protection, ...changes } });
const zone = (changes: Partial<ZoneFacts>): Partial<DoctorFacts> => ({ zones: [zoneFacts(changes)] });

type Row = readonly [facts: Partial<DoctorFacts>, id: string, status: CheckStatus, message: RegExp];

const ROWS: readonly Row[] = [
  [{}, 'sign-in', 'pass', /^CORP\\anna \(S-1-5-21-[\d-]+\) by simple bind; SIDs in its token: 2$/],
  [{ live: { ...LIVE, account: null } }, 'sign-in', 'unknown', /does not tell as whom/],
  [{}, 'protection', 'pass', /^tls, TLSv1\.3 TLS_AES_256_GCM_SHA384: signed, sealed$/],
  [protection({ layer: 'gssapi', detail: null }), 'protection', 'pass', /^gssapi: signed, sealed$/],
  [protection({ sealed: false }), 'protection', 'fail', /: signed, not sealed; others can read/],
  [protection({ signed: false }), 'protection', 'fail', /: not signed, sealed; others can read/],
  [connection({ verified: false }), 'protection', 'warn', /the server was not verified/],
  [{}, 'clock', 'pass', /^the server's clock is 0 s behind/],
  [server({ clockAheadMs: 60_000 }), 'clock', 'pass', /is 60 s ahead of/],
  [server({ clockAheadMs: -61_000 }), 'clock', 'warn', /is 61 s behind/],
  [server({ clockAheadMs: 300_000 }), 'clock', 'warn', /is 300 s ahead of/],
  [server({ clockAheadMs: -300_001 }), 'clock', 'fail', /is 300 s behind/],
  [server({ clockAheadMs: null }), 'clock', 'unknown', /does not tell its time/],
  [{}, 'server', 'pass', /^Windows; .* domain Windows Server 2016, DC Windows Server 2025$/],
  [server({ vendor: 'Samba Team' }), 'server', 'pass', /^Samba Team; functional levels: forest /],
  [
    server({ levels: { forest: 99, domain: null, controller: 4 } }),
    'server',
    'unknown',
    /forest level 99, domain not told, DC Windows Server 2008 R2$/,
  ],
  [{}, 'computers', 'pass', /: 80$/],
  [{ computers: { seen: 1000, complete: false } }, 'computers', 'pass', /: 1000 or more$/],
  [{ computers: { seen: 0, complete: true } }, 'computers', 'fail', /no computer account can be seen/],
  [{}, 'dhcp-account', 'pass', /^dhcp_update is CORP\\dhcp_update$/],
  [{ dhcpAccounts: [] }, 'dhcp-account', 'warn', /was not named/],
  [{ dhcpAccounts: [{ reference: 'x', found: null, reason: null }] }, 'dhcp-account', 'fail', /^x cannot be/],
  [{ proxyMembers: 3 }, 'dns-update-proxy', 'pass', /members: 3$/],
  [{ proxyMembers: null }, 'dns-update-proxy', 'warn', /there is no group DnsUpdateProxy/],
  [{}, 'zones', 'pass', /: 1$/],
  [{ zonesSeen: 40 }, 'zones', 'pass', /: 1 of 40$/],
  [{ zones: [], zonesSeen: 0 }, 'zones', 'fail', /no zone that takes updates/],
  [{}, 'hosts', 'pass', /^held by DC1, DC2$/],
  [zone({ hosts: [] }), 'hosts', 'unknown', /does not tell/],
  [{}, 'read', 'pass', /the access lists of the zone and its names can be read; names: 120$/],
  [zone({ complete: false }), 'read', 'pass', /names: the first 120$/],
  [zone({ unreadable: 3 }), 'read', 'warn', /3 access lists cannot be read; names: 120$/],
  [zone({ unreadable: 120 }), 'read', 'fail', /120 access lists cannot be read/],
  [zone({ descriptorRead: false }), 'read', 'warn', /the access list of the zone cannot be read/],
  [zone({ looked: 0, sample: [] }), 'read', 'unknown', /no names came back/],
  [{}, 'change', 'pass', /can be changed; tried: 2 of 120$/],
  [zone({ looked: 0, sample: [] }), 'change', 'unknown', /there is no name to try/],
  [zone({ sample: [sampled('pc1', null)] }), 'change', 'unknown', /the server does not tell/],
  [zone({ sample: [sampled('pc1', 3)] }), 'change', 'fail', /1 access list cannot be changed, pc1\.corp/],
  [
    zone({ sample: ['a', 'b', 'c', 'd', 'e'].map((name, index) => sampled(name, index === 4 ? 4 : 0)) }),
    'change',
    'warn',
    /4 access lists .*, a\.corp\.example\.com \(system\), b\.\S+ \(system\), c\.\S+ \(system\) and 1 more; tried: 5 of/,
  ],
  [{}, 'switch', 'pass', /the update mode of the zone can be changed/],
  [zone({ rights: rights(4) }), 'switch', 'fail', /dNSProperty of the zone cannot be written/],
  [zone({ rights: rights(4, null) }), 'switch', 'unknown', /does not tell/],
  [zone({ rights: null }), 'switch', 'unknown', /does not tell/],
  [{ live: null }, 'connection', 'unknown', /a snapshot was read/],
];

for (const [facts, id, status, message] of ROWS) {
  test(`diagnose(): ${id} is ${status}: ${message.source}`, () => {
    const { checks } = diagnose(doctorFacts(facts));
    const check = checks.find((candidate) => candidate.id === id) ?? assert.fail(`there is no check ${id}`);
    assert.equal(check.status, status);
    assert.match(check.message, message);
    assert.ok(status !== 'fail' || check.cure !== null, 'a check that fails has a cure');
    for (const text of [check.message, check.cure ?? '']) assert.doesNotMatch(text, /\.$|\n/);
  });
}

test('diagnose() passes everything, and delegates nothing, where all is there', () => {
  const { checks, delegations } = diagnose(doctorFacts());
  assert.deepEqual([...new Set(checks.map(({ status }) => status))], ['pass']);
  assert.deepEqual(delegations, []);
});

const refusing = (extra: Partial<ZoneFacts> = {}): ZoneFacts =>
  zoneFacts({ sample: [sampled('pc1', 0)], rights: rights(0), ...extra });

/** Each row: what is found in the zone, and the entries that make up for it. */
const DELEGATIONS: readonly (readonly [name: string, facts: ZoneFacts, aces: readonly string[]])[] = [
  ['names and switch', refusing(), [NAMES, SWITCH]],
  ['names only', refusing({ rights: rights(0, ['dnsproperty']) }), [NAMES]],
  ['the switch only', zoneFacts({ rights: rights(4) }), [SWITCH]],
  ['reading names', zoneFacts({ unreadable: 1 }), [NAMES_READ]],
  ['reading comes with changing', refusing({ unreadable: 1 }), [NAMES, SWITCH]],
  ['reading the zone', zoneFacts({ descriptorRead: false }), [ZONE_READ]],
  ['no answer is no lack', zoneFacts({ sample: [sampled('a', null)], rights: rights(null, null) }), []],
  [
    'a protected list is reached by no entry of the zone',
    zoneFacts({ sample: [sampled('a', 0, { inherits: false }), sampled('b', 4)] }),
    [],
  ],
];

for (const [name, facts, aces] of DELEGATIONS) {
  test(`the smallest delegation: ${name}`, () => {
    const { delegations } = diagnose(doctorFacts({ zones: [facts] }));
    assert.deepEqual(
      delegations.flatMap((delegation) => delegation.aces.map(({ ace }) => ace)),
      aces,
    );
    assert.equal(delegations.length, aces.length === 0 ? 0 : 1);
  });
}

test('nothing is delegated to an account that is not known, and nothing from a snapshot', () => {
  const zones = [refusing({ unreadable: 2 })];
  assert.deepEqual(diagnose(doctorFacts({ zones, principal: null })).delegations, []);
  const offline = diagnose(doctorFacts({ zones, live: null, principal: null }));
  assert.deepEqual(offline.delegations, []);
  assert.deepEqual(
    offline.checks.filter(({ zone }) => zone !== null).map(({ id }) => id),
    ['read'],
  );
});
