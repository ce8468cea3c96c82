import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedName, auditName } from '../../src/assess/audit.ts';
import { createStages } from '../../src/cli/answer/stages.ts';
import { type AuditingOptions, auditPage, startAuditing } from '../../src/cli/auditing.ts';
import { classifyPage, startReading, streamNodes } from '../../src/cli/reading.ts';
import type { Ace } from '../../src/formats/ace.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { AUDIT_TIME, DHCP_UPDATE, PC1, placeOf } from '../support/audit-place.ts';
import { accountEntry, aRecord, entryOf, INHERITED, nodeEntry, nodeOf, zoneOf } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const PAGE_SIZE = 1000;
const COMPUTERS = 2000;
const FIRST_RID = 10_000;
const STAGES = createStages(() => new Date(0));
const NOTHING_MORE: AuditingOptions = { leases: null, extraUpdaters: [], now: AUDIT_TIME };

const GROUPS = [512, 519, 1200].map((rid) => accountEntry({ rid, sam: `group${rid}`, kind: 'group' }));
const HOSTS = Array.from({ length: COMPUTERS }, (_, at) => host(at));

function host(at: number): RawEntry {
  const name = `host${at}.corp.example.com`;
  return accountEntry({ rid: FIRST_RID + at, sam: `HOST${at}$`, host: name, uac: 0x1000, primaryGroup: 515 });
}

/** A name whose host owns it, or, beyond the computers, one of SYSTEM; every tenth lets a group write. */
function nameAt(at: number): RawEntry {
  const owner = at < COMPUTERS ? `DOM-${FIRST_RID + at}` : 'SY';
  const group = at % 10 === 0 ? '(A;;WP;;;DOM-1200)' : '';
  const sddl = `O:${owner}G:SYD:AI${group}(A;;FULL;;;${owner})${INHERITED}`;
  return nodeEntry({ name: `host${at}`, sddl, records: [aRecord(`10.0.${at >> 8}.${at & 0xff}`)] });
}

/** Audits a zone of that many names the way the commands do. */
async function auditZone(names: readonly RawEntry[]) {
  const source = new MemorySource({
    zones: [entryOf(zoneOf().dn)],
    nodes: names,
    accounts: [...HOSTS, ...GROUPS, accountEntry(DHCP_UPDATE)],
    members: { group1200: [HOSTS[0] as RawEntry] },
    pageSize: PAGE_SIZE,
  });
  const reading = await startReading(
    source,
    ['corp.example.com'],
    'all',
    { dhcpAccounts: ['dhcp_update'], dhcpServers: [] },
    null,
    STAGES,
  );
  const auditing = await startAuditing(reading, NOTHING_MORE);
  const audited: AuditedName[] = [];
  let pages = 0;
  for await (const page of streamNodes(reading, 'descriptor', { names: 0, unreadable: 0 })) {
    pages += 1;
    audited.push(...(await auditPage(reading, auditing, await classifyPage(reading, page))));
  }
  return { audited, pages, asked: source.asked };
}

const zoneOfNames = (count: number) => auditZone(Array.from({ length: count }, (_, at) => nameAt(at)));

test('an audit of 20,000 names asks no more than one of 1,000, beyond the pages of names', async () => {
  const [small, large] = [await zoneOfNames(PAGE_SIZE), await zoneOfNames(20_000)];
  assert.equal(small.pages, 1);
  assert.equal(large.pages, 20);
  assert.equal(large.audited.length, 20_000);
  assert.deepEqual(large.asked, small.asked);
  assert.deepEqual(large.asked.filter((what) => what === 'computers').length, 1);
  const ready = large.audited.filter(({ verdict }) => verdict === 'ready').length;
  assert.equal(ready, COMPUTERS, 'every name that its host owns is ready, and no other');
});

test('owners that are gone cost one request for each page, however many they are', async () => {
  const names = Array.from({ length: 3 * PAGE_SIZE }, (_, at) => {
    const owner = `DOM-${50_000 + at}`;
    return nodeEntry({ name: `gone${at}`, sddl: `O:${owner}G:SYD:AI(A;;FULL;;;${owner})${INHERITED}` });
  });
  const [page, three] = [await auditZone(names.slice(0, PAGE_SIZE)), await auditZone(names)];
  assert.equal(three.asked.length - page.asked.length, 2);
  assert.ok(three.audited.every(({ owner }) => owner.class === 'orphan'));
});

test('what an inherited list says about updating is worked out once, whatever the number of names', async () => {
  const place = await placeOf();
  const readsFor = async (count: number): Promise<number> => {
    const { tail, reads } = countingTail();
    for (let at = 0; at < count; at += 1) {
      const name = await place.own(nodeOf({ name: `host${at}` }));
      assert.ok(name.descriptor.kind === 'read');
      const value = { ...name.descriptor.value, inherited: tail };
      auditName({ ...name, descriptor: { ...name.descriptor, value } }, zoneOf(), place.context);
    }
    return reads();
  };
  const once = await readsFor(1);
  assert.ok(once > 0);
  assert.equal(await readsFor(500), once);
});

/** The inherited ACEs of a usual name, which count how often the rights of one that never speaks are looked at. */
function countingTail(): { readonly tail: readonly Ace[]; readonly reads: () => number } {
  const { descriptor } = nodeOf();
  assert.ok(descriptor.kind === 'read');
  let reads = 0;
  const tail = descriptor.value.inherited.map((ace) => {
    if (ace.kind !== 'basic' || ace.mask !== 0x4) return ace;
    return Object.defineProperty({ ...ace }, 'mask', {
      get: () => {
        reads += 1;
        return 0x4;
      },
    });
  });
  assert.equal(tail.filter((ace, at) => ace !== descriptor.value.inherited[at]).length, 1);
  return { tail, reads: () => reads };
}

test('the DHCP account is looked at once, and what is wrong with it is told', async () => {
  const accounts = [accountEntry(PC1), accountEntry({ ...DHCP_UPDATE, uac: 0x202 })];
  const source = new MemorySource({ zones: [entryOf(zoneOf().dn)], nodes: [nodeEntry()], accounts });
  const options = { dhcpAccounts: ['dhcp_update'], dhcpServers: [] };
  const reading = await startReading(source, ['*'], 'all', options, null, STAGES);
  await startAuditing(reading, NOTHING_MORE);
  assert.deepEqual(
    reading.problems.map(({ severity, code, where }) => [severity, code, where]),
    [['warning', 'dhcp-account-health', 'CORP\\dhcp_update']],
  );
  assert.equal(source.asked.filter((what) => what.startsWith('account ')).length, 1);
});

test('an updater of the configuration that does not exist is refused, with its place in the configuration', async () => {
  const source = new MemorySource({ zones: [entryOf(zoneOf().dn)], nodes: [nodeEntry()] });
  const reading = await startReading(
    source,
    ['*'],
    'all',
    { dhcpAccounts: [], dhcpServers: [] },
    null,
    STAGES,
  );
  const extraUpdaters = [{ names: ['lb-*'], principal: 'nobody' }];
  await assert.rejects(startAuditing(reading, { ...NOTHING_MORE, extraUpdaters }), {
    name: 'UsageError',
    flag: 'extraUpdaters',
    message: /^Cannot find "nobody"/,
  });
});
