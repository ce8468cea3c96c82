import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditedName, Verdict } from '../../src/assess/audit.ts';
import type { OwnerClass } from '../../src/assess/owner-class.ts';
import { createSurroundingsTally, type NameFacts } from '../../src/assess/surroundings-tally.ts';
import { tokenOfSid } from '../../src/assess/token.ts';
import { createZoneFinder } from '../../src/assess/zone-finder.ts';
import { hoursToDate } from '../../src/formats/filetime.ts';
import { aRecord, domainSid, nodeOf, ptrRecord, recordBytes, SOME_HOUR, zoneOf } from '../support/corp.ts';

const HOUR_MS = 3_600_000;
const SEEN = hoursToDate(SOME_HOUR) as Date;
const DHCP1 = domainSid(1110);
const DHCID = recordBytes(49, { kind: 'unknown', bytes: Uint8Array.of(0, 1, 1, 2) });

interface NameSpec {
  readonly verdict?: Verdict;
  readonly records?: readonly Uint8Array[];
  readonly zone?: string;
  readonly name?: string;
  readonly owner?: { readonly rid: number; readonly class: OwnerClass };
  /** A computer account was matched. */
  readonly member?: boolean;
}

function audited({ verdict = 'ready', owner, member = false, ...node }: NameSpec = {}): AuditedName {
  const sid = owner === undefined ? null : domainSid(owner.rid);
  const computer = { sid: domainSid(1109), name: null, kind: 'computer' } as const;
  const decision = { access: 'yes', decidedBy: null, reason: '', steps: [] } as const;
  return {
    ...nodeOf(node),
    owner: { sid, name: sid, kind: 'unknown', class: owner?.class ?? 'system' },
    ...{ case: 'unsure', evidence: [], verdict, reason: '', findings: [] },
    updaters: member
      ? [
          {
            ...{ principal: computer, because: 'computer', reason: '', access: 'yes', decision },
            token: tokenOfSid(computer.sid),
          },
        ]
      : [],
  };
}

function count(names: readonly AuditedName[], zone = 'corp.example.com', now: Date = SEEN): NameFacts {
  const aging = { enabled: true, noRefreshHours: 168, refreshHours: 168 };
  const zones = createZoneFinder(
    ['corp.example.com', '0.10.in-addr.arpa', '1.0.10.in-addr.arpa'].map(zoneOf),
  );
  const tally = createSurroundingsTally({
    ...{ zone: { name: zone, aging }, zones, now },
    dhcpServerSids: new Set([DHCP1, domainSid(1111)]),
  });
  for (const name of names) tally.add(name);
  return tally.result();
}

const partnersOf = ({ partners }: NameFacts) => partners.map(({ zone, names }) => [zone.name, names]);

test('addresses are looked for in the reverse zone that fits best', () => {
  const addresses = ['10.0.1.1', '10.0.1.2', '10.0.2.1', '192.0.2.1'];
  const facts = count(addresses.map((address) => audited({ records: [aRecord(address)] })));
  assert.deepEqual(partnersOf(facts), [
    ['1.0.10.in-addr.arpa', 2],
    ['0.10.in-addr.arpa', 1],
  ]);
  assert.equal(facts.orphans, 1);
});

test('hosts of a reverse zone are looked for in the forward zones', () => {
  const names = ['pc1.corp.example.com', 'pc2.corp.example.com', 'pc3.elsewhere.example'].map((target, at) =>
    audited({ zone: '0.10.in-addr.arpa', name: `${at}.0`, records: [ptrRecord(target)] }),
  );
  const facts = count(names, '0.10.in-addr.arpa');
  assert.deepEqual([partnersOf(facts), facts.orphans], [[['corp.example.com', 2]], 1]);
});

test('static names, infrastructure and conflict objects say nothing about partners', () => {
  const names = [
    audited({ records: [aRecord('10.0.1.1', 0)] }),
    audited({ verdict: 'infrastructure' }),
    { ...audited(), label: 'conflict' } as const,
    { ...audited(), tombstoned: true },
  ];
  const facts = count(names);
  assert.deepEqual([partnersOf(facts), facts.orphans], [[], 0]);
});

test('names that DHCP servers own count, but for their own', () => {
  const owned = (rid: number, ownerClass: OwnerClass) => audited({ owner: { rid, class: ownerClass } });
  const { dhcpOwners } = count([
    owned(1110, 'dhcp-server'),
    owned(1110, 'dhcp-server'),
    owned(1111, 'dc'),
    owned(1110, 'self'),
    owned(1155, 'dhcp-account'),
  ]);
  assert.deepEqual([...dhcpOwners].sort(), [
    [DHCP1, 2],
    [domainSid(1111), 1],
  ]);
});

test('blocked and unknown names are threatened, some at once, others from a day on', () => {
  const names = [
    audited({ verdict: 'blocked' }),
    audited({ verdict: 'unknown', records: [aRecord('10.0.0.1', SOME_HOUR + 24)] }),
    audited({ verdict: 'blocked', records: [aRecord('10.0.0.1', SOME_HOUR + 48)] }),
    audited({ verdict: 'blocked', records: [aRecord('10.0.0.1'), aRecord('10.0.0.2', 0)] }),
    audited({ verdict: 'ready' }),
  ];
  const at = (hours: number): Date => new Date(SEEN.getTime() + hours * HOUR_MS);
  assert.deepEqual(count(names).threatened, { names: 4, overdue: 0, first: at(336) });
  assert.deepEqual(count(names, 'corp.example.com', at(336)).threatened, {
    ...{ names: 4, overdue: 1, first: at(360) },
  });
  assert.deepEqual(count(names, 'corp.example.com', at(9999)).threatened, {
    names: 4,
    overdue: 3,
    first: null,
  });
});

test('a DHCID protects a name; hosts of the domain do without', () => {
  const { protection } = count([
    audited({ records: [aRecord('10.0.0.1'), DHCID] }),
    audited(),
    audited({ member: true }),
    audited({ verdict: 'infrastructure' }),
    audited({ records: [recordBytes(16, { kind: 'strings', strings: [] }, SOME_HOUR)] }),
  ]);
  assert.deepEqual(protection, { protected: 1, unprotected: 1 });
});
