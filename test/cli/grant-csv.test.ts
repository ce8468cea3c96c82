import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { DOMAIN_SID, RIDS } from '../support/corp.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const FROM = ['--snapshot', SMALL_SNAPSHOT] as const;
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
const HELPDESK = `${DOMAIN_SID}-${RIDS.helpdesk}`;

for (const [form, reference] of [
  ['a SID', HELPDESK],
  ['DOMAIN\\name', 'corp\\Helpdesk'],
  ['a UPN', 'helpdesk@corp.example.com'],
  ['a sAMAccountName', 'HELPDESK'],
  ['a DN', '"CN=helpdesk,CN=Users,DC=corp,DC=example,DC=com"'],
] as const) {
  test(`grant --csv takes ${form} for a principal, also on a static name`, async (t) => {
    const plan = await planOf(t, `name,principal\nwww.corp.example.com,${reference}\n`);
    assert.deepEqual(
      plan.changes.map((change) => [change.fqdn, change.add.map((ace) => ace.principal.name)]),
      [['www.corp.example.com', ['CORP\\helpdesk']]],
    );
    assert.match(plan.changes[0]?.add[0]?.reason ?? '', /line 2 of the CSV file/);
  });
}

test('grant --csv takes @computer and @dhcp, a computer with and without $, and several rows for one name', async (t) => {
  const rows = ['pc1,@Computer', 'printer1,@dhcp', 'pc4,PC1', 'app.sub,PC1$', 'app.sub,dhcp_update'];
  const plan = await planOf(
    t,
    csvOf(
      'name,principal,zone',
      rows.map((row) => `${row},corp.example.com`),
    ),
    DHCP,
  );
  assert.deepEqual(grants(plan), [
    'app.sub.corp.example.com CORP\\PC1$',
    'app.sub.corp.example.com CORP\\dhcp_update',
    'pc1.corp.example.com CORP\\PC1$',
    'pc4.corp.example.com CORP\\PC1$',
    'printer1.corp.example.com CORP\\dhcp_update',
  ]);
});

test('grant --csv joins a row without a principal and one with: everybody expected, and that one', async (t) => {
  const plan = await planOf(
    t,
    csvOf('name,principal', ['pc1.corp.example.com,', 'pc1.corp.example.com,helpdesk']),
    DHCP,
  );
  assert.deepEqual(grants(plan), [
    'pc1.corp.example.com CORP\\PC1$',
    'pc1.corp.example.com CORP\\dhcp_update',
    'pc1.corp.example.com CORP\\helpdesk',
  ]);
});

test('grant --csv gives each principal the rights of its own row', async (t) => {
  const rows = [
    'pc1.corp.example.com,PC1$,update',
    'pc1.corp.example.com,helpdesk,',
    'pc2.corp.example.com,helpdesk,Full',
  ];
  const plan = await planOf(t, csvOf('name,principal,rights', rows), ['--rights', 'full']);
  const rights = plan.changes.flatMap((change) =>
    change.add.map((ace) => `${ace.principal.name} ${ace.ace}`),
  );
  assert.deepEqual(
    rights.map((text) => text.replace(/S-1-5-21-[\d-]+/, 'SID')),
    [
      'CORP\\PC1$ (OA;;WP;e0fa1e69-9b45-11d0-afdd-00c04fd930c9;;SID)',
      'CORP\\PC1$ (OA;;WP;d5eb2eb7-be4e-463b-a214-634a44d7392e;;SID)',
      'CORP\\helpdesk (A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SID)',
      'CORP\\helpdesk (A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SID)',
    ],
  );
});

test('grant --csv finds the zones by full names, DNs and the zone column, without -z', async (t) => {
  const rows = [
    '11.0.0.10.in-addr.arpa,',
    '99.0,0.10.in-addr.arpa',
    '"DC=lease2,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com",',
  ];
  const plan = await planOf(t, csvOf('name,zone', rows), DHCP);
  assert.deepEqual(
    plan.changes.map((change) => change.fqdn),
    ['11.0.0.10.in-addr.arpa', '99.0.0.10.in-addr.arpa', 'lease2.corp.example.com'],
  );
});

test('grant --csv lists a name that is not there as skipped, with its line', async (t) => {
  const plan = await planOf(t, csvOf('name', ['pc1.corp.example.com', 'nobody.corp.example.com']), DHCP);
  assert.equal(plan.summary.changes, 1);
  assert.deepEqual(
    plan.skipped.map(({ fqdn, code, reason }) => [fqdn, code, reason]),
    [['nobody.corp.example.com', 'not-found', 'line 3: there is no such name in the zones that were read']],
  );
});

test('grant --csv does not call a name missing that a filter left out', async (t) => {
  const rows = ['pc1.corp.example.com,helpdesk', 'pc2.corp.example.com,helpdesk'];
  const plan = await planOf(t, csvOf('name,principal', rows), ['--type', 'AAAA']);
  assert.deepEqual([plan.summary.changes, plan.summary.skipped], [1, 0]);
});

test('grant --csv refuses a file with bad rows: line, column and value of each, and nothing is planned', async (t) => {
  const rows = ['pc1.corp.example.com,,', 'pc2.corp.example.com,,all', ',,', 'x\u0007y,@dhcp,', 'y..z,,full'];
  const { ran, planFile } = await grantWith(t, csvOf('name,principal,rights', rows), DHCP);
  assert.equal(ran.code, 64);
  assert.equal(ran.out, '');
  assert.equal(existsSync(planFile), false);
  assert.match(ran.err, /names\.csv has 3 bad rows; nothing was done; correct them, or give --skip-bad-rows/);
  assert.match(ran.err, /names\.csv:3:rights: Cannot use "all" as rights, needs full, update or nothing/);
  assert.match(ran.err, /names\.csv:5:name: .*U\+0007/);
  assert.match(ran.err, /names\.csv:6:name: /);
});

test('grant --csv tells every row whose principal cannot be found, before anything is planned', async (t) => {
  const rows = [
    'pc1.corp.example.com,nobody',
    'pc2.corp.example.com,@dhcp',
    'www.corp.example.com,ELSEWHERE\\x',
  ];
  const { ran, planFile } = await grantWith(t, csvOf('name,account', rows));
  assert.equal(ran.code, 64);
  assert.equal(ran.out, '');
  assert.equal(existsSync(planFile), false);
  assert.match(ran.err, /names\.csv:2:principal: Cannot find "nobody" in corp\.example\.com: searched/);
  assert.match(ran.err, /names\.csv:3:principal: Cannot tell who @dhcp is: no --dhcp-account was given/);
  assert.match(ran.err, /names\.csv:4:principal: Cannot find ELSEWHERE\\x: ELSEWHERE is not a known domain/);
});

test('grant --csv --skip-bad-rows plans the good rows and warns of the others', async (t) => {
  const rows = [
    'pc1.corp.example.com,nobody,',
    'pc2.corp.example.com,helpdesk,all',
    'www.corp.example.com,helpdesk,',
  ];
  const { ran } = await grantWith(t, csvOf('name,principal,rights', rows), ['--skip-bad-rows', '-f', 'json']);
  assert.equal(ran.code, 0);
  assert.deepEqual(grants(parsePlan(ran.out, 'stdout')), ['www.corp.example.com CORP\\helpdesk']);
  assert.match(ran.err, /^warning: .*names\.csv:2:principal: Cannot find "nobody"/m);
  assert.match(ran.err, /^warning: .*names\.csv:3:rights: Cannot use "all"/m);
});

test('grant --csv plans rows that are approved only', async (t) => {
  const rows = ['pc1.corp.example.com,x', 'pc2.corp.example.com,', 'printer1.corp.example.com,No'];
  const plan = await planOf(t, csvOf('name,approve', rows), DHCP);
  assert.deepEqual([plan.summary.names, plan.changes[0]?.fqdn], [1, 'pc1.corp.example.com']);
});

for (const rights of ['full', 'update']) {
  test(`what grant --rights ${rights} -f csv writes, grant --csv plans the same again`, async (t) => {
    const args = ['grant', '--all-zones', ...FROM, ...DHCP, '--rights', rights];
    const planned = parsePlan((await runCli([...args, '-f', 'json'])).out, 'stdout');
    const csv = (await runCli([...args, '-f', 'csv'])).out;
    const again = await planOf(t, csv, []);
    assert.ok(planned.changes.length > 10);
    assert.deepEqual(
      again.changes.map(({ dn, before, after }) => ({ dn, before, after })),
      planned.changes.map(({ dn, before, after }) => ({ dn, before, after })),
    );
    assert.deepEqual(again.skipped, []);
  });
}

test('grant -f csv names a well-known principal by its SID, so that it can be read back', async (t) => {
  const { ran } = await grantWith(t, csvOf('name,principal', ['pc1,S-1-5-11']), [
    ...['-z', 'corp.example.com', '-f', 'csv'],
  ]);
  const again = await planOf(t, ran.out);
  assert.deepEqual(grants(again), ['pc1.corp.example.com NT AUTHORITY\\Authenticated Users']);
});

test('what owners -f csv writes, grant --csv takes', async (t) => {
  const csv = (await runCli(['owners', '-z', 'corp.example.com', ...FROM, '--owner', 'system', '-f', 'csv']))
    .out;
  const plan = await planOf(t, csv, DHCP);
  assert.equal(plan.summary.names, 16);
  assert.equal(plan.summary.bySkipCode['not-found'], undefined);
});

async function planOf(t: TestContext, csv: string, args: readonly string[] = []): Promise<Plan> {
  const { ran } = await grantWith(t, csv, [...args, '-f', 'json']);
  assert.equal(ran.code, 0, ran.err);
  return parsePlan(ran.out, 'stdout');
}

async function grantWith(
  t: TestContext,
  csv: string,
  args: readonly string[] = [],
): Promise<{ readonly ran: Ran; readonly planFile: string }> {
  const folder = tempFolder(t);
  const planFile = join(folder, 'plan.json');
  writeFileSync(join(folder, 'names.csv'), csv);
  const ran = await runCli([
    'grant',
    '--csv',
    join(folder, 'names.csv'),
    '--plan',
    planFile,
    ...FROM,
    ...args,
  ]);
  return { ran, planFile };
}

function csvOf(header: string, rows: readonly string[]): string {
  return `${[header, ...rows].join('\n')}\n`;
}

function grants(plan: Plan): readonly string[] {
  return plan.changes.flatMap((change) => change.add.map((ace) => `${change.fqdn} ${ace.principal.name}`));
}
