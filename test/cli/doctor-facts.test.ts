/** What doctor asks and how much of it, with a directory in memory that answers as Windows does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherDoctorFacts } from '../../src/cli/doctor-facts.ts';
import type { Problem } from '../../src/errors.ts';
import type { Dn } from '../../src/formats/dn.ts';
import type { Identity, Inspection } from '../../src/records/inspection.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { accountEntry, domainSid, nodeEntry, OWNED_BY_SYSTEM, zoneOf } from '../support/corp.ts';
import { LIVE, rights } from '../support/doctor-model.ts';
import { MemorySource } from '../support/memory-source.ts';

const ANNA = accountEntry({ rid: 1130, sam: 'anna', kind: 'user' });
const BEN = accountEntry({ rid: 1131, sam: 'ben', kind: 'user' });
const USERS = accountEntry({ rid: 513, sam: 'Domain Users', kind: 'group' });

/** An inspection that notes what it was asked. */
function inspection(identity: Identity): Inspection & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    connection: LIVE.connection,
    readIdentity: async () => identity,
    readServer: async () => LIVE.server,
    readRights: async (dn: Dn) => {
      asked.push(`rights ${dn.split(',')[0]}`);
      return rights(4, ['dnsproperty']);
    },
  };
}

async function gather(
  identity: Identity,
  nodes: readonly RawEntry[] = [nodeEntry()],
  zones = [zoneOf()],
  options: { readonly dhcpAccounts?: readonly string[]; readonly pageSize?: number } = {},
) {
  const source = new MemorySource({ accounts: [ANNA, BEN, USERS], nodes, pageSize: options.pageSize ?? 100 });
  const port = inspection(identity);
  const problems: Problem[] = [];
  const facts = await gatherDoctorFacts(
    { source, inspection: port, zones, now: () => new Date(0) },
    { dhcpAccounts: options.dhcpAccounts ?? [], dhcpServers: [] },
    problems,
  );
  return { facts, asked: port.asked, problems, source };
}

const IDENTITIES: readonly (readonly [what: string, identity: Identity, name: string | null])[] = [
  [
    'the account among the SIDs of its token',
    { name: null, tokenSids: [domainSid(513), domainSid(1130)] },
    'CORP\\anna',
  ],
  [
    'the one with the name that the server tells, when the token lists groups only',
    { name: 'CORP\\anna', tokenSids: [domainSid(513)] },
    'CORP\\anna',
  ],
  ['nobody, when nothing tells', { name: null, tokenSids: [domainSid(513)] }, null],
  ['nobody, when the name cannot be found', { name: 'CORP\\carl', tokenSids: [] }, null],
  [
    'no SID of a history in place of the account',
    { name: 'CORP\\ben', tokenSids: [domainSid(1130), domainSid(1131)] },
    'CORP\\ben',
  ],
];

for (const [what, identity, name] of IDENTITIES) {
  test(`who is signed in: ${what}`, async () => {
    const { facts } = await gather(identity);
    assert.equal(facts.principal?.name ?? null, name);
    assert.equal(facts.live?.account, name === null ? identity.name : `${name} (${facts.principal?.sid})`);
  });
}

test('what is asked does not grow with the zone, nor with the number of zones', async () => {
  const nodes = Array.from({ length: 300 }, (_, index) =>
    nodeEntry({ name: `pc${index}`, sddl: `O:${domainSid(5000 + index)}G:SYD:AI(A;;FULL;;;SY)` }),
  );
  const zones = Array.from({ length: 40 }, () => zoneOf());
  const { facts, asked, source } = await gather({ name: null, tokenSids: [] }, nodes, zones);
  assert.deepEqual([facts.zones.length, facts.zonesSeen], [25, 40]);
  const [zone = assert.fail('no zone was tried')] = facts.zones;
  assert.deepEqual([zone.looked, zone.complete, zone.sample.length], [100, false, 16]);
  assert.equal(source.asked.filter((question) => question.startsWith('replicasOf')).length, 1);
  assert.equal(asked.filter((question) => question.startsWith('rights')).length, 25 * (16 + 1));
  for (const question of source.asked.filter((text) => text.startsWith('bySid'))) {
    assert.ok(question.split(' ').length <= 32, question);
  }
});

test('access lists that cannot be read and those that do not inherit are told', async () => {
  const nodes = [
    nodeEntry({ name: 'open', sddl: OWNED_BY_SYSTEM }),
    nodeEntry({ name: 'sealed', sddl: OWNED_BY_SYSTEM.replace('D:AI', 'D:PAI') }),
    nodeEntry({ name: 'secret', sddl: null }),
  ];
  const { facts, problems } = await gather({ name: null, tokenSids: [] }, nodes);
  const [zone = assert.fail('no zone was tried')] = facts.zones;
  assert.deepEqual([zone.looked, zone.unreadable, zone.complete], [3, 1, true]);
  assert.deepEqual(
    zone.sample.map(({ fqdn, ownerClass, inherits }) => `${fqdn} ${ownerClass} ${inherits}`).sort(),
    [
      'open.corp.example.com system true',
      'sealed.corp.example.com system false',
      'secret.corp.example.com unreadable true',
    ],
  );
  assert.deepEqual(problems, []);
});

test('one DHCP account that cannot be found does not keep the other from being known', async () => {
  const options = { dhcpAccounts: ['carl', 'anna'] };
  const { facts } = await gather({ name: null, tokenSids: [] }, undefined, undefined, options);
  assert.deepEqual(
    facts.dhcpAccounts.map(({ reference, found }) => [reference, found?.name ?? null]),
    [
      ['carl', null],
      ['anna', 'CORP\\anna'],
    ],
  );
  assert.match(facts.dhcpAccounts[0]?.reason ?? '', /Cannot find "carl"/);
});
