/** `grant` --for, --with-ptr, --protect, --replace, --at-zone and --apply. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { testForms } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const CORP = 'corp.example.com';
const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
const GRANT = ['grant', '-z', CORP, '--snapshot', SMALL_SNAPSHOT, ...DHCP] as const;

testForms('grant-with-ptr', () => [...GRANT, '--with-ptr', '--name', 'pc?', '-v']);
testForms('grant-replace', () => [...GRANT, '--replace', 'DHCPOLD$=CORP\\DHCP1$']);
testForms('grant-at-zone', (folder) => [
  ...['grant', '-z', LAB_ZONE, '--at-zone', ...DHCP],
  ...['--snapshot', auditSnapshot(folder)],
]);

test('grant --for plans the computer, the DHCP account, both, or what the name needs', async () => {
  const both = ['CORP\\PC1$', 'CORP\\dhcp_update'];
  for (const [whom, name, expected] of [
    ['both', 'pc1', both],
    ['computer', 'pc1', ['CORP\\PC1$']],
    ['dhcp', 'pc1', ['CORP\\dhcp_update']],
    ['auto', 'pc1', both],
    ['auto', 'lease2', ['CORP\\dhcp_update']],
    ['auto', 'pc2', []],
    ['dhcp', 'pc2', ['CORP\\dhcp_update']],
    ['both', 'pc2', ['CORP\\dhcp_update']],
    ['computer', 'pc2', []],
    ['computer', 'lease2', []],
  ] as const) {
    const { changes, options } = await planOf([...GRANT, '--name', name, '--for', whom]);
    const principals = changes.flatMap(({ add }) => add.map(({ principal }) => principal.name));
    assert.deepEqual(principals.sort(), [...expected].sort(), `--for ${whom} ${name}`);
    assert.equal(options.for, whom);
  }
  assert.equal((await runCli([...GRANT, '--for', 'nobody'])).code, 64);
});

test('grant says already of a right that comes by a group or by inheritance, naming the entry', async (t) => {
  const snapshot = ['--snapshot', auditSnapshot(tempFolder(t))];
  const { skipped } = await planOf([
    'grant',
    '-z',
    LAB_ZONE,
    '--name',
    'opened',
    'no-list',
    ...snapshot,
    ...DHCP,
  ]);
  const reasons = Object.fromEntries(skipped.map(({ fqdn, code, reason }) => [fqdn, `${code}: ${reason}`]));
  assert.equal(
    reasons[`opened.${LAB_ZONE}`],
    'already: CORP\\dhcp_update can update it already by the entry (A;;WP;;;AU)',
  );
  assert.equal(reasons[`no-list.${LAB_ZONE}`], 'already: CORP\\dhcp_update can update it already');
});

test('grant --with-ptr plans the PTR names of what it plans and of what is done already, and says which are missing', async () => {
  const { changes, skipped, zones } = await planOf([...GRANT, '--with-ptr', '--name', 'pc1', 'lease1']);
  assert.deepEqual(
    changes.map(({ zone, fqdn }) => `${zone} ${fqdn}`),
    [`0.10.in-addr.arpa 11.0.0.10.in-addr.arpa`, `${CORP} pc1.${CORP}`],
  );
  assert.deepEqual(changes[0]?.add, changes[1]?.add);
  assert.deepEqual(
    zones.map(({ name }) => name),
    [CORP, '0.10.in-addr.arpa'],
  );
  const missing = skipped.find(({ code }) => code === 'not-found');
  assert.deepEqual(
    [missing?.fqdn, missing?.reason],
    ['31.0.0.10.in-addr.arpa', `no PTR there points to lease1.${CORP}`],
  );
});

test('grant --with-ptr leaves a PTR alone that points to another host', async () => {
  const { changes, skipped } = await planOf([...GRANT, '--with-ptr', '--name', 'printer1']);
  assert.deepEqual(
    changes.map(({ fqdn }) => fqdn),
    [`printer1.${CORP}`],
  );
  assert.ok(skipped.some(({ fqdn, code }) => fqdn === '21.0.0.10.in-addr.arpa' && code === 'not-found'));
});

test('grant --protect leaves names alone, relative or in full, unless --include-protected', async () => {
  const names = ['--name', 'pc1', 'lease2', 'lease3'];
  const args = [...GRANT, ...names, '--protect', 'lease*', 'pc1.corp.example.com'];
  const { changes, skipped } = await planOf(args);
  assert.deepEqual(changes, []);
  const codes = skipped.filter(({ code }) => code === 'protected').map(({ fqdn }) => fqdn);
  assert.deepEqual(
    codes,
    ['lease2', 'lease3', 'pc1'].map((name) => `${name}.${CORP}`),
  );
  assert.match(
    skipped[0]?.reason ?? '',
    /protected by --protect or the configuration; --include-protected plans it/,
  );
  assert.equal((await planOf([...args, '--include-protected'])).changes.length, 3);
});

test('grant --replace makes one change of each name: the old account out, the new one in', async () => {
  const { changes } = await planOf([...GRANT, '--replace', 'DHCPOLD$=DHCP1$']);
  assert.deepEqual(
    changes.map(({ fqdn, add, remove }) => [
      fqdn,
      add.map(({ principal }) => principal.name),
      remove.map(({ principal }) => principal.name),
    ]),
    [[`lease3.${CORP}`, ['CORP\\DHCP1$'], ['CORP\\DHCPOLD$']]],
  );
  const gone = await planOf([...GRANT, '--replace', 'S-1-5-21-1047456448-2337630968-2720937775-1187=PC1$']);
  assert.deepEqual(
    gone.changes.map(({ fqdn }) => fqdn),
    [`gone1.${CORP}`],
  );
});

test('grant --replace refuses a pair it cannot read, and an account that is not there', async () => {
  for (const [pair, says] of [
    ['DHCPOLD$', /--replace needs OLD=NEW/],
    ['=DHCP1$', /--replace needs OLD=NEW/],
    ['A=B=C', /--replace needs OLD=NEW/],
    ['DHCP1$=DHCP1$', /--replace names DHCP1\$ twice/],
    ['DHCPOLD$=NOBODY$', /NOBODY\$/],
  ] as const) {
    const { code, err } = await runCli([...GRANT, '--replace', pair]);
    assert.equal(code, 64, pair);
    assert.match(err, says);
  }
});

test('grant --at-zone plans one entry on the zone object, with its price', async (t) => {
  const snapshot = ['--snapshot', auditSnapshot(tempFolder(t))];
  const { changes, zones, summary } = await planOf([
    'grant',
    '-z',
    LAB_ZONE,
    '--at-zone',
    ...snapshot,
    ...DHCP,
  ]);
  assert.deepEqual([summary.names, summary.changes, summary.add], [1, 1, 1]);
  assert.deepEqual([changes[0]?.fqdn, changes[0]?.ownerClass], [LAB_ZONE, 'zone']);
  assert.ok(changes[0]?.dn.startsWith(`DC=${LAB_ZONE},`));
  assert.ok((zones[0]?.names ?? 0) >= 10);
  assert.match(changes[0]?.notes.join(' ') ?? '', /those of domain controllers and servers too/);
});

test('grant refuses options that contradict each other', async () => {
  for (const [args, says] of [
    [['--at-zone', '--with-ptr'], /--at-zone goes with neither --csv, --replace nor --with-ptr/],
    [['--at-zone', '--replace', 'A=B'], /--at-zone goes with neither/],
    [['--replace', 'A=B', '--with-ptr'], /--replace goes with neither --csv nor --with-ptr/],
  ] as const) {
    const { code, err } = await runCli([...GRANT, ...args]);
    assert.equal(code, 64);
    assert.match(err, says);
  }
  const nobody = await runCli(['grant', '-z', CORP, '--snapshot', SMALL_SNAPSHOT, '--at-zone']);
  assert.equal(nobody.code, 64);
  assert.match(nobody.err, /--at-zone grants the DHCP account: name it with --dhcp-account/);
});

test('grant --apply shows the plan, asks, and applies it; no changes nothing', async (t) => {
  for (const [answer, written] of [
    ['y', true],
    ['', false],
  ] as const) {
    const folder = tempFolder(t);
    const [copy, journal] = [join(folder, 'copy.ldif'), join(folder, 'journal')] as const;
    const args = [...GRANT, '--apply', '--write-snapshot', copy, '--journal', journal];
    const { code, out, err, asked } = await runCli(args, { answers: [answer] });
    assert.equal(code, 0, err);
    assert.deepEqual(asked, ['Change 11 names on a copy of small.example.com.ldif? [y/N] ']);
    assert.match(out, /pc1\.corp\.example\.com +add +CORP\\PC1\$/);
    assert.deepEqual([existsSync(copy), existsSync(journal)], [written, written]);
    if (written) assert.match(out, /11 planned: 11 applied/);
    else assert.match(err, /^Nothing was changed$/m);
  }
});

test('grant --apply needs a copy to write to, and somebody to ask or --yes', async (t) => {
  const copy = join(tempFolder(t), 'copy.ldif');
  const place = await runCli([...GRANT, '--apply', '--yes']);
  assert.equal(place.code, 64);
  assert.match(place.err, /A snapshot is never changed in place/);
  const nobody = await runCli([...GRANT, '--apply', '--write-snapshot', copy]);
  assert.equal(nobody.code, 64);
  assert.match(nobody.err, /there is nobody to ask; give --yes/);
  assert.equal(existsSync(copy), false);
});

test('grant --apply with nothing to change asks nobody and writes nothing', async (t: TestContext) => {
  const copy = join(tempFolder(t), 'copy.ldif');
  const args = [...GRANT, '--name', 'lease1', '--apply', '--write-snapshot', copy];
  const { code, asked } = await runCli(args, { answers: [] });
  assert.deepEqual([code, asked, existsSync(copy)], [0, [], false]);
});

test('grant --plan with --apply keeps plan and journal side by side', async (t) => {
  const folder = tempFolder(t);
  const [plan, copy] = [join(folder, 'change.json'), join(folder, 'copy.ldif')] as const;
  const { code, err } = await runCli([
    ...GRANT,
    '--plan',
    plan,
    '--apply',
    '--yes',
    '--write-snapshot',
    copy,
  ]);
  assert.equal(code, 0, err);
  assert.ok(existsSync(join(folder, 'change.2026-11-20T21-00-00-000.journal.ndjson')));
  assert.equal(parsePlan(readFileSync(plan, 'utf8'), plan).changes.length, 11);
});

async function planOf(args: readonly string[]): Promise<Plan> {
  const { code, out, err } = await runCli([...args, '-f', 'json']);
  assert.equal(code, 0, err);
  return parsePlan(out, 'stdout');
}
