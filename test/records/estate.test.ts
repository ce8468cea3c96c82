import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { type Estate, type EstateOptions, readEstate } from '../../src/records/estate.ts';
import { PrincipalBook } from '../../src/records/principal-book.ts';
import { accountEntry, domainSid, entryOf, INFO, RIDS } from '../support/corp.ts';
import { type Content, MemorySource } from '../support/memory-source.ts';

const BASE = 'CN=NetServices,CN=Services,CN=Configuration,DC=corp,DC=example,DC=com';
const dhcpEntry = (name: string) => entryOf(`CN=${name},${BASE}`, { dhcpServers: `i10.0.0.3$s${name}$` });

const DHCP1 = accountEntry({ rid: RIDS.dhcpServer, sam: 'DHCP1$', host: 'dhcp1.corp.example.com' });
const ADMIN = accountEntry({ rid: 1170, sam: 'admin1', kind: 'user' });
const GROUPS = [
  accountEntry({ rid: 512, sam: 'Domain Admins', kind: 'group' }),
  accountEntry({ rid: RIDS.dnsAdmins, sam: 'DnsAdmins', kind: 'group' }),
  accountEntry({ rid: RIDS.dnsUpdateProxy, sam: 'DnsUpdateProxy', kind: 'group' }),
];

async function estateOf(content: Content, options: Partial<EstateOptions> = {}): Promise<Estate> {
  const source = new MemorySource(content);
  const all = { dhcpAccounts: [], dhcpServers: [], ...options };
  return readEstate(source, INFO, new PrincipalBook(source, INFO), all);
}

const sorted = (sids: Iterable<string>) => [...sids].sort();

test('readEstate() turns the authorised DHCP servers into computers', async () => {
  const estate = await estateOf({
    accounts: [DHCP1],
    dhcp: [dhcpEntry('DHCP1.corp.example.com'), dhcpEntry('dhcp1.CORP.example.com')],
  });
  assert.deepEqual(sorted(estate.dhcpServerSids), [domainSid(RIDS.dhcpServer)]);
  assert.deepEqual(estate.problems, []);
});

test('readEstate() notes an authorised server that no computer, or more than one, stands for', async () => {
  const twin = accountEntry({ rid: 1111, sam: 'OTHER$', host: 'dhcp1.corp.example.com' });
  const user = accountEntry({ rid: 1112, sam: 'dead.corp.example.com', kind: 'user' });
  const estate = await estateOf({
    accounts: [DHCP1, twin, user],
    dhcp: [dhcpEntry('dhcp1.corp.example.com'), dhcpEntry('dead.corp.example.com')],
  });
  assert.deepEqual(sorted(estate.dhcpServerSids), []);
  assert.deepEqual(
    estate.problems.map((problem) => [problem.severity, problem.code, problem.where, problem.message]),
    [
      [
        'note',
        'dhcp-server-unmatched',
        'dead.corp.example.com',
        'the directory authorises the DHCP server dead.corp.example.com, but 0 computer accounts match it',
      ],
      [
        'note',
        'dhcp-server-unmatched',
        'dhcp1.corp.example.com',
        'the directory authorises the DHCP server dhcp1.corp.example.com, but 2 computer accounts match it',
      ],
    ],
  );
});

test('readEstate() is not led astray by the deleted account of a DHCP server that was set up anew', async () => {
  const before = accountEntry({ rid: 1111, sam: 'DHCP1$', host: 'dhcp1.corp.example.com', deleted: true });
  const estate = await estateOf({ accounts: [before, DHCP1], dhcp: [dhcpEntry('dhcp1.corp.example.com')] });
  assert.deepEqual(sorted(estate.dhcpServerSids), [domainSid(RIDS.dhcpServer)]);
});

test('readEstate() adds the servers and accounts that the user names', async () => {
  const account = accountEntry({ rid: RIDS.dhcpUpdate, sam: 'dhcp_update', kind: 'user' });
  const estate = await estateOf(
    { accounts: [DHCP1, account] },
    { dhcpAccounts: ['CORP\\dhcp_update', 'S-1-5-21-1-2-3-1000'], dhcpServers: ['dhcp1'] },
  );
  assert.deepEqual(estate.dhcpAccounts, [
    { sid: domainSid(RIDS.dhcpUpdate), name: 'CORP\\dhcp_update', kind: 'user' },
    { sid: 'S-1-5-21-1-2-3-1000', name: null, kind: 'unknown' },
  ]);
  assert.deepEqual(sorted(estate.dhcpServerSids), [domainSid(RIDS.dhcpServer)]);
});

test('readEstate() ends when an account or server that the user named is not there, naming the option', async () => {
  const isUsageError = (flag: string) => (error: unknown) =>
    error instanceof UsageError && error.flag === flag;
  await assert.rejects(estateOf({}, { dhcpAccounts: ['nobody'] }), isUsageError('--dhcp-account'));
  await assert.rejects(estateOf({}, { dhcpServers: ['nowhere'] }), isUsageError('--dhcp-server'));
});

test('readEstate() lists the members of DnsUpdateProxy, without the group itself', async () => {
  const estate = await estateOf({ accounts: GROUPS, members: { DnsUpdateProxy: [DHCP1] } });
  assert.deepEqual(sorted(estate.proxySids), [domainSid(RIDS.dhcpServer)]);
});

test('readEstate() knows nobody in DnsUpdateProxy where there is no such group', async () => {
  const impostor = accountEntry({ rid: 1113, sam: 'DnsUpdateProxy$' });
  const estate = await estateOf({ accounts: [impostor], members: { DnsUpdateProxy$: [DHCP1] } });
  assert.deepEqual(sorted(estate.proxySids), []);
});

test('readEstate() lists the groups that administer, and their members', async () => {
  const dnsAdmin = accountEntry({ rid: 1171, sam: 'admin2', kind: 'user' });
  const estate = await estateOf({
    accounts: GROUPS,
    members: { 'Domain Admins': [ADMIN], DnsAdmins: [dnsAdmin], DnsUpdateProxy: [DHCP1] },
  });
  const rids = [500, 512, 518, 519, RIDS.dnsAdmins, 1170, 1171];
  assert.deepEqual(sorted(estate.adminSids), sorted(['S-1-5-32-544', ...rids.map(domainSid)]));
});

test('readEstate() takes no account for an administrator only because it is called DnsAdmins', async () => {
  const impostor = accountEntry({ rid: 1113, sam: 'DNSADMINS$' });
  const estate = await estateOf({ accounts: [...GROUPS, impostor] });
  assert.ok(estate.adminSids.has(domainSid(RIDS.dnsAdmins)));
  assert.ok(!estate.adminSids.has(domainSid(1113)));
});
