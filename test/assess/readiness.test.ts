import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedName, VERDICTS, type Verdict } from '../../src/assess/audit.ts';
import type { OwnerClass } from '../../src/assess/owner-class.ts';
import { type BlockedLimit, createReadinessTally, type NameReadiness } from '../../src/assess/readiness.ts';
import { tokenOfSid } from '../../src/assess/token.ts';
import { childDn, parseDn } from '../../src/formats/dn.ts';
import type { Sid } from '../../src/formats/sid.ts';
import type { Account } from '../../src/records/account.ts';
import { accountOf, aRecord, DOMAIN, domainSid, nodeOf, recordBytes, SOME_HOUR } from '../support/corp.ts';

const count = (value: number): BlockedLimit => ({ kind: 'count', value });
const percent = (value: number): BlockedLimit => ({ kind: 'percent', value });

interface NameSpec {
  readonly owner?: OwnerClass;
  readonly records?: readonly Uint8Array[];
  readonly computer?: Sid;
}

function audited(verdict: Verdict, spec: NameSpec = {}): AuditedName {
  const { owner = 'system', records = [], computer } = spec;
  const decision = { access: 'no', decidedBy: null, reason: '', steps: [] } as const;
  const principal = computer && ({ sid: computer, name: null, kind: 'computer' } as const);
  return {
    ...nodeOf({ records }),
    owner: { sid: null, name: null, kind: 'unknown', class: owner },
    case: 'unsure',
    evidence: [],
    verdict,
    reason: '',
    updaters: principal
      ? [
          {
            principal,
            because: 'computer',
            reason: '',
            token: tokenOfSid(principal.sid),
            access: 'no',
            decision,
          },
        ]
      : [],
    findings: [],
  };
}

function judge(
  names: readonly AuditedName[],
  limit: BlockedLimit,
  accountFor: (sid: Sid) => Account | null = () => null,
): NameReadiness {
  const tally = createReadinessTally(accountFor);
  for (const name of names) tally.add(name);
  return tally.result(limit);
}

const times = (many: number, verdict: Verdict) => Array.from({ length: many }, () => audited(verdict));
const statusOf = (readiness: NameReadiness): Readonly<Record<string, string>> =>
  Object.fromEntries(readiness.checks.map(({ id, status }) => [id, status]));
const worst = ({ worst: groups }: NameReadiness, by: string) =>
  groups.filter((group) => group.by === by).map(({ value, names }) => `${value} ${names}`);

test('a zone is ready when at most as many names are blocked as may', () => {
  const names = [...times(2, 'blocked'), ...times(8, 'ready')];
  assert.equal(judge(names, count(1)).go, false);
  assert.equal(judge(names, count(2)).go, true);
  assert.deepEqual(judge(names, count(2)).limit, 2);
  assert.equal(judge(times(3, 'ready'), count(0)).go, true);
});

test('a share is taken of the dynamic names and rounded down', () => {
  const names = [...times(2, 'blocked'), ...times(197, 'ready'), ...times(500, 'static')];
  assert.deepEqual([judge(names, percent(1)).limit, judge(names, percent(1)).go], [1, false]);
  assert.deepEqual([judge(names, percent(1.5)).limit, judge(names, percent(1.5)).go], [2, true]);
  assert.equal(judge(names, percent(0)).go, false);
  assert.equal(judge(names, percent(100)).go, true);
});

test('names that nobody can judge count as blocked', () => {
  const readiness = judge([audited('unknown'), audited('ready')], count(0));
  assert.deepEqual([readiness.go, readiness.blocked, readiness.unknown], [false, 1, 1]);
  assert.match(
    readiness.checks[0]?.message ?? '',
    /^0 of 2 dynamic names would stop updating, 1 cannot be judged/,
  );
});

test('dynamic names are those that the switch touches', () => {
  const { names, dynamic, blocked } = judge(
    VERDICTS.map((verdict) => audited(verdict)),
    count(0),
  );
  assert.deepEqual([names, dynamic, blocked], [8, 5, 2]);
});

test('a zone without names is ready', () => {
  assert.deepEqual(judge([], percent(0)), {
    ...judge([], count(0)),
    go: true,
    names: 0,
    dynamic: 0,
    worst: [],
  });
});

test('each check passes when there is nothing to it, and says what to do when there is', () => {
  const clean = judge(times(1, 'ready'), count(0));
  assert.deepEqual([...new Set(Object.values(statusOf(clean)))], ['pass']);
  assert.ok(clean.checks.every(({ cure }) => cure === null));
  const dirty = judge(
    VERDICTS.map((verdict) => audited(verdict)),
    count(0),
  );
  assert.deepEqual(statusOf(dirty), {
    'blocked-names': 'fail',
    'partly-ready-names': 'warn',
    'names-without-updater': 'warn',
    'dormant-names': 'warn',
  });
  assert.ok(dirty.checks.every(({ cure }) => cure !== null));
});

test('partly ready, dormant and ownerless names warn, and do not stop the switch', () => {
  for (const [verdict, id] of [
    ['partly', 'partly-ready-names'],
    ['no-updater', 'names-without-updater'],
    ['dormant', 'dormant-names'],
  ] as const) {
    const readiness = judge([audited(verdict)], count(0));
    assert.equal(readiness.go, true);
    assert.equal(statusOf(readiness)[id], 'warn');
    assert.equal(Object.values(statusOf(readiness)).filter((status) => status !== 'pass').length, 1);
  }
});

test('the worst places are counted from blocked and unknown names only, the largest first, five of each', () => {
  const owners: readonly OwnerClass[] = [
    'system',
    'system',
    'orphan',
    'admin',
    'other',
    'proxy',
    'dc',
    'computer',
  ];
  const names = owners.map((owner, at) => audited(at % 2 === 0 ? 'blocked' : 'unknown', { owner }));
  const groups = worst(judge([...names, audited('ready', { owner: 'self' })], count(0)), 'owner-class');
  assert.deepEqual(groups, ['system 2', 'admin 1', 'computer 1', 'dc 1', 'orphan 1']);
});

test('subnets: /24 of IPv4, /64 of IPv6, each once for a name', () => {
  const aaaa = (address: string) => recordBytes(28, { kind: 'aaaa', address }, SOME_HOUR);
  const names = [
    audited('blocked', { records: [aRecord('10.0.1.5'), aRecord('10.0.1.6'), aRecord('10.0.2.5')] }),
    audited('blocked', { records: [aRecord('10.0.1.7'), aaaa('2001:db8:1:2::7')] }),
    audited('blocked', { records: [aaaa('2001:db8:1:2:3:4:5:6')] }),
    audited('blocked', { records: [aaaa('2001:db8::1')] }),
  ];
  assert.deepEqual(worst(judge(names, count(0)), 'subnet'), [
    '10.0.1.0/24 2',
    '2001:db8:1:2::/64 2',
    '10.0.2.0/24 1',
    '2001:db8::/64 1',
  ]);
});

test('folders are those of the matched computers, as people write them', () => {
  const place = childDn('OU', 'SQL', parseDn(`OU=Servers,${DOMAIN.dn}`));
  const account: Account = { ...accountOf({ rid: 1109, sam: 'SQL1$' }), dn: childDn('CN', 'SQL1', place) };
  const accountFor = (sid: Sid) => (sid === account.sid ? account : null);
  const names = [
    audited('blocked', { computer: account.sid }),
    audited('blocked', { computer: domainSid(1187) }),
    audited('blocked'),
  ];
  assert.deepEqual(worst(judge(names, count(0), accountFor), 'ou'), [
    'no computer account 2',
    'corp.example.com/Servers/SQL 1',
  ]);
});
