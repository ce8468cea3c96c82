import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnerClass } from '../../src/assess/owner-class.ts';
import { createStages } from '../../src/cli/answer/stages.ts';
import { createFilter } from '../../src/cli/filter.ts';
import type { FilterFlags } from '../../src/cli/options.ts';
import { type Reading, startReading } from '../../src/cli/reading.ts';
import { UsageError } from '../../src/errors.ts';
import type { Sid } from '../../src/formats/sid.ts';
import {
  accountEntry,
  aRecord,
  domainSid,
  entryOf,
  nodeOf,
  PARTITION,
  ptrRecord,
  RIDS,
} from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const HOST = domainSid(RIDS.host);

interface Case {
  readonly rule: string;
  readonly flags: FilterFlags;
  readonly passes: boolean;
}

/** Of the name app.sub.corp.example.com with an A record, which CORP\PC1$ owns. */
const CASES: readonly Case[] = [
  { rule: 'no filter lets everything pass', flags: {}, passes: true },
  { rule: 'the relative name matches', flags: { name: ['APP.*'] }, passes: true },
  { rule: 'the full name matches', flags: { name: ['*.example.com'] }, passes: true },
  { rule: 'a part of the name does not match', flags: { name: ['app'] }, passes: false },
  { rule: 'one glob of several is enough', flags: { name: ['x*', '???.sub'] }, passes: true },
  { rule: 'one type of several is enough', flags: { type: [28, 1] }, passes: true },
  { rule: 'another type does not pass', flags: { type: [12] }, passes: false },
  { rule: 'the class of the owner passes', flags: { owner: ['COMPUTER'] }, passes: true },
  { rule: 'another class does not pass', flags: { owner: ['system'] }, passes: false },
  { rule: 'the owner by name passes', flags: { owner: ['system', 'CORP\\pc1'] }, passes: true },
  { rule: 'the owner by SID passes', flags: { owner: [HOST] }, passes: true },
  { rule: 'another owner does not pass', flags: { owner: ['S-1-5-18'] }, passes: false },
  {
    rule: 'all kinds of filters have to pass',
    flags: { name: ['app*'], type: [1], owner: ['system'] },
    passes: false,
  },
];

for (const { rule, flags, passes } of CASES) {
  test(`createFilter(): ${rule}`, async () => {
    const filter = await createFilter(flags, await reading());
    const node = nodeOf({ name: 'app.sub', records: [aRecord('10.0.0.1')] });
    const name = { ...node, owner: ownerOf(HOST, 'computer') };
    assert.equal(filter.matchesNode(node) && filter.matchesOwner(name), passes);
  });
}

test('createFilter(): a name without records has no type, and one without owner no owner', async () => {
  const filter = await createFilter({ type: [12], owner: [HOST] }, await reading());
  assert.equal(filter.matchesNode(nodeOf({ records: [] })), false);
  assert.equal(filter.matchesNode(nodeOf({ records: [ptrRecord('pc1.corp.example.com')] })), true);
  assert.equal(filter.matchesOwner({ ...nodeOf(), owner: ownerOf(null, 'unreadable') }), false);
});

test('createFilter(): an owner that is nothing is refused, naming the option', async () => {
  await assert.rejects(
    createFilter({ owner: ['nobody'] }, await reading()),
    (error) => error instanceof UsageError && error.flag === '--owner',
  );
});

async function reading(): Promise<Reading> {
  const source = new MemorySource({
    zones: [entryOf(`DC=corp.example.com,${PARTITION.container}`)],
    accounts: [accountEntry({ rid: RIDS.host, sam: 'PC1$' })],
  });
  return startReading(
    source,
    ['*'],
    'all',
    { dhcpAccounts: [], dhcpServers: [] },
    null,
    createStages(() => new Date(0)),
  );
}

function ownerOf(sid: Sid | null, ownerClass: OwnerClass) {
  return { sid, name: null, kind: 'unknown', class: ownerClass } as const;
}
