import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { VERDICTS } from '../../src/assess/audit.ts';
import { CASES } from '../../src/assess/case.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';

const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
const CORP = 'corp.example.com';

interface Audited {
  readonly fqdn: string;
  readonly verdict: string;
  readonly case: string;
  readonly evidence: readonly string[];
  readonly reason: string;
  readonly updaters: readonly { readonly principal: { readonly name: string }; readonly access: string }[];
  readonly findings: readonly { readonly id: string; readonly message: string }[];
}

interface AuditDocument {
  readonly names: readonly Audited[];
  readonly summary: {
    readonly names: number;
    readonly byVerdict: Readonly<Record<string, number>>;
    readonly byCase: Readonly<Record<string, number>>;
    readonly byFinding: Readonly<Record<string, number>>;
  };
}

const from = (folder: string) => ['--snapshot', auditSnapshot(folder), ...DHCP];

testForms('audit', (folder) => ['audit', '-z', CORP, ...from(folder)]);
testForms('audit-lab', (folder) => ['audit', '-z', LAB_ZONE, ...from(folder)]);
testForms('audit-summary', (folder) => ['audit', '--all-zones', ...from(folder), '--summary']);
testForms('audit-nothing', (folder) => ['audit', '-z', CORP, ...from(folder), '--name', 'no-such-*']);

test('audit counts every name once by verdict and by case, and meets every finding that a list can have', async (t) => {
  const { names, summary } = await auditOf(t, ['--all-zones', ...DHCP]);
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  assert.equal(names.length, summary.names);
  assert.equal(sum(summary.byVerdict), summary.names);
  assert.equal(sum(summary.byCase), summary.names);
  for (const [id, count] of Object.entries(summary.byFinding)) {
    const having = names.filter(({ findings }) => findings.some((finding) => finding.id === id));
    assert.equal(having.length, count, id);
  }
  assert.deepEqual(
    Object.keys(summary.byVerdict),
    VERDICTS.filter((verdict) => verdict !== 'no-updater'),
  );
  assert.deepEqual(Object.keys(summary.byCase), [...CASES]);
});

test('audit says no-updater where no DHCP account is named and no computer fits', async (t) => {
  const { names } = await auditOf(t, ['-z', CORP, '--name', 'printer1', 'pc1']);
  assert.deepEqual(
    names.map(({ fqdn, verdict }) => `${fqdn} ${verdict}`),
    [
      'pc1.corp.example.com static',
      'pc1.corp.example.com blocked',
      'printer1.corp.example.com no-updater',
    ].sort(),
  );
});

test('audit --verdict, --case, --name, --type and --owner choose names, and the counts are of those chosen', async (t) => {
  const all = await auditOf(t, ['-z', CORP, ...DHCP]);
  for (const verdict of ['blocked', 'ready', 'unknown']) {
    const { names, summary } = await auditOf(t, ['-z', CORP, ...DHCP, '--verdict', verdict]);
    assert.deepEqual(summary.byVerdict, { [verdict]: all.summary.byVerdict[verdict] });
    assert.equal(names.length, summary.names);
  }
  const two = await auditOf(t, ['-z', CORP, ...DHCP, '--verdict', 'dormant', 'infrastructure']);
  assert.deepEqual(Object.keys(two.summary.byVerdict), ['dormant', 'infrastructure']);
  const dhcp = await auditOf(t, ['-z', CORP, ...DHCP, '--case', 'dhcp']);
  assert.deepEqual(dhcp.summary.byCase, { dhcp: all.summary.byCase.dhcp });
  assert.deepEqual(fqdns(await auditOf(t, ['-z', CORP, ...DHCP, '--owner', 'proxy'])), ['lease3']);
  assert.deepEqual(fqdns(await auditOf(t, ['-z', CORP, ...DHCP, '--type', 'DHCID'])), ['lease1']);
  assert.equal((await auditOf(t, ['-z', CORP, ...DHCP, '--limit', '2'])).names.length, 2);
});

test('audit --verdict and --case refuse what there is not', async (t) => {
  for (const args of [
    ['--verdict', 'broken'],
    ['--case', 'maybe'],
  ]) {
    const { code, err } = await run(t, ['-z', CORP, ...args]);
    assert.equal(code, 64);
    assert.match(err, /Allowed choices are/);
  }
});

test('audit --csv looks at the names that are listed, and says which are missing', async (t) => {
  const csv = join(tempFolder(t), 'names.csv');
  writeFileSync(csv, 'name\npc1.corp.example.com\nnobody.corp.example.com\n');
  const { code, out, err } = await run(t, ['--csv', csv, ...DHCP, '-f', 'json']);
  assert.equal(code, 1);
  assert.deepEqual(fqdns(JSON.parse(out)), ['pc1']);
  assert.match(err, /names\.csv:3: there is no name "nobody\.corp\.example\.com"/);
});

test('audit --exit-code tells names that would stop updating by 2, and none by 0', async (t) => {
  const exit = async (...args: readonly string[]) =>
    (await run(t, ['-z', CORP, ...DHCP, '--exit-code', ...args])).code;
  assert.equal(await exit(), 2);
  assert.equal(await exit('--verdict', 'unknown'), 2);
  assert.equal(await exit('--verdict', 'ready', 'static', 'dormant', 'infrastructure'), 0);
  assert.equal((await run(t, ['-z', CORP, ...DHCP])).code, 0);
});

test('audit names the next commands when something is blocked, and only then', async (t) => {
  const blocked = await run(t, ['-z', CORP, ...DHCP]);
  assert.match(
    blocked.err,
    /^Next: dnsacl why NAME --dhcp-account dhcp_update .*; dnsacl grant -z corp\.example\.com .* --plan FILE$/m,
  );
  assert.doesNotMatch((await run(t, ['-z', CORP, ...DHCP, '--verdict', 'ready'])).err, /Next/);
});

test('audit --verdict blocked -f csv, fed to grant unchanged, plans what grant -z plans for those names', async (t) => {
  const folder = tempFolder(t);
  const csv = join(folder, 'blocked.csv');
  const snapshot = from(folder);
  const written = await runCli([
    'audit',
    '-z',
    CORP,
    '-z',
    LAB_ZONE,
    ...snapshot,
    '--verdict',
    'blocked',
    '-o',
    csv,
  ]);
  assert.equal(written.code, 0, written.err);
  const byCsv = await planOf(['grant', '--csv', csv, ...snapshot]);
  const byZone = await planOf(['grant', '-z', CORP, '-z', LAB_ZONE, ...snapshot]);
  const blocked = new Set(byCsv.changes.map(({ dn }) => dn));
  assert.ok(blocked.size > 10);
  assert.deepEqual(
    byCsv.changes,
    byZone.changes.filter(({ dn }) => blocked.has(dn)),
  );
  const { names } = await auditOf(t, ['-z', CORP, '-z', LAB_ZONE, ...DHCP, '--verdict', 'blocked']);
  assert.equal(byCsv.summary.names, names.length, 'every row was met, and nothing else');
});

const LEASES_CSV = `IPAddress,ScopeId,ClientId,HostName,AddressState,LeaseExpiryTime
10.0.0.11,10.0.0.0,00-15-5d-00-00-11,pc1.corp.example.com,Active,2026-11-28T09:00:00
10.0.0.21,10.0.0.0,00-15-5d-00-00-21,printer1,InactiveReservation,
10.0.0.48,10.0.0.0,00-15-5d-00-00-48,weak1.corp.example.com,Expired,2026-11-01T09:00:00
`;
const LEASES_XML = `<?xml version="1.0"?>
<DHCPServer><IPv4><Scopes><Scope><ScopeId>10.0.0.0</ScopeId><Leases>
<Lease><IPAddress>10.0.0.11</IPAddress><HostName>pc1.corp.example.com</HostName><AddressState>Active</AddressState></Lease>
<Lease><IPAddress>10.0.0.21</IPAddress><HostName>printer1</HostName><AddressState>InactiveReservation</AddressState></Lease>
<Lease><IPAddress>10.0.0.48</IPAddress><HostName>weak1.corp.example.com</HostName><AddressState>Expired</AddressState></Lease>
</Leases></Scope></Scopes></IPv4></DHCPServer>
`;

for (const [form, content] of [
  ['leases.csv', LEASES_CSV],
  ['leases.xml', LEASES_XML],
] as const) {
  test(`audit --leases ${form} settles the case of names, with the evidence`, async (t) => {
    const file = join(tempFolder(t), form);
    writeFileSync(file, content);
    const names = ['--name', 'pc1', 'printer1', 'weak1', 'gone1'];
    const before = await auditOf(t, ['-z', CORP, ...DHCP, ...names, '--verdict', 'blocked']);
    assert.deepEqual([...new Set(before.names.map((name) => name.case))], ['unsure']);
    const after = await auditOf(t, ['-z', CORP, ...DHCP, ...names, '--leases', file]);
    const live = after.names.filter(({ verdict }) => verdict !== 'static');
    const labelled = live.map((name) => [name.fqdn.split('.')[0], name] as const);
    assert.deepEqual(
      labelled.map(([label, name]) => `${label} ${name.case}`),
      ['gone1 none', 'pc1 dhcp', 'printer1 dhcp', 'weak1 unsure'],
    );
    const evidence = Object.fromEntries(labelled.map(([label, name]) => [label, name.evidence[0]]));
    assert.equal(evidence.pc1, 'a DHCP lease has its name and address');
    assert.equal(evidence.printer1, 'a DHCP reservation has its name and address');
    assert.equal(evidence.weak1, 'an expired DHCP lease has its name and address');
    assert.equal(evidence.gone1, 'no DHCP lease has its name or address');
  });
}

test('audit shows no stranger to a terminal, a spreadsheet or a browser', async (t) => {
  const { out } = await run(t, ['-z', CORP, ...DHCP, '-f', 'csv']);
  assert.match(out, /^'=cmd\|'\/c calc'!A0\.corp/m);
  assert.match(out, /^\\x1b\[31mred/m);
});

test('audit -v prints how much was asked of the directory', async (t) => {
  assert.match(
    (await run(t, ['-z', CORP, ...DHCP, '-v'])).err,
    /^\d+ requests?, \d+ pages?, \d+ entr(?:y|ies), \d+ bytes?/m,
  );
});

async function run(t: TestContext, args: readonly string[]) {
  return runCli(['audit', '--snapshot', auditSnapshot(tempFolder(t)), ...args]);
}

async function auditOf(t: TestContext, args: readonly string[]): Promise<AuditDocument> {
  const { code, out, err } = await run(t, [...args, '-f', 'json']);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

async function planOf(args: readonly string[]): Promise<Plan> {
  const { code, out, err } = await runCli([...args, '-f', 'json']);
  assert.equal(code, 0, err);
  return parsePlan(out, 'stdout');
}

function fqdns({ names }: AuditDocument): readonly string[] {
  return names.map(({ fqdn }) => fqdn.replace(/\.corp\.example\.com$/, ''));
}
