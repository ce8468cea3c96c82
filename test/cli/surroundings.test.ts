/** The environment half of `readiness`, offline: what decides, what it is told besides, and what it cannot know. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Check } from '../../src/assess/check.ts';
import { auditSnapshot, LAB_ZONE } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

interface Answer {
  readonly code: number;
  readonly go: boolean;
  readonly err: string;
  check(id: string): Check;
}

async function readiness(t: TestContext, ...args: readonly string[]): Promise<Answer> {
  const zone = args.includes('-z') ? [] : ['-z', LAB_ZONE];
  const snapshot = ['--snapshot', auditSnapshot(tempFolder(t))];
  const { code, out, err } = await runCli(['readiness', ...zone, ...snapshot, ...args, '-f', 'json']);
  const { go, checks } = JSON.parse(out || assert.fail(err)) as { go: boolean; checks: readonly Check[] };
  const check = (id: string): Check => checks.find((item) => item.id === id) ?? assert.fail(`no check ${id}`);
  return { code, go, err, check };
}

function exportFile(t: TestContext, name: string, settings: string): string {
  const file = join(tempFolder(t), name);
  const scope = `<Scope><ScopeId>10.1.0.0</ScopeId><LeaseDuration>20.00:00:00</LeaseDuration>${settings}</Scope>`;
  writeFileSync(file, `<DHCPServer><IPv4><Scopes>${scope}</Scopes></IPv4></DHCPServer>`);
  return file;
}

const WITHIN = ['--max-blocked', '100%'] as const;

test('an account that cannot sign in is a no-go, whatever the names say', async (t) => {
  const locked = await readiness(t, ...WITHIN, '--dhcp-account', 'dhcp_locked');
  assert.deepEqual([locked.code, locked.go], [2, false]);
  assert.equal(locked.check('dhcp-account').status, 'fail');
  assert.equal(locked.check('blocked-names').status, 'pass');
  const sound = await readiness(t, ...WITHIN, '--dhcp-account', 'dhcp_update');
  assert.deepEqual([sound.code, sound.go], [0, true]);
  assert.equal(sound.check('dhcp-account').status, 'unknown');
});

test('the first line says which check it was', async (t) => {
  const args = ['-z', LAB_ZONE, '--snapshot', auditSnapshot(tempFolder(t)), ...WITHIN];
  const { out } = await runCli(['readiness', ...args, '--dhcp-account', 'dhcp_locked']);
  assert.match(out, /^NO-GO .* the limit is \d+; failed: dhcp-account\n/);
});

test('a SID that no account has is a no-go', async (t) => {
  const { check, go } = await readiness(t, ...WITHIN, '--dhcp-account', 'S-1-5-21-1-2-3-4711');
  assert.equal(go, false);
  assert.match(check('dhcp-account').message, /S-1-5-21-1-2-3-4711: there is no such account/);
});

test('what a snapshot lacks is unknown, with the reason', async () => {
  const args = ['readiness', '-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-f', 'json'];
  const { checks } = JSON.parse((await runCli(args)).out) as { checks: readonly Check[] };
  const unknown = checks.filter(({ status }) => status === 'unknown');
  assert.deepEqual(
    unknown.map(({ id }) => id),
    ['zone-create', 'zone-properties', 'zone-control', 'dhcp-account'],
  );
  assert.ok(unknown.every(({ cure }) => cure !== null));
  assert.match(unknown[0]?.message ?? '', /the export left nTSecurityDescriptor out/);
});

test('--lease takes days and hours', async (t) => {
  for (const [lease, words] of [
    ['8d', '8 d'],
    ['8', '8 d'],
    ['48h', '2 d'],
    ['15d', '15 d'],
  ]) {
    const { check } = await readiness(t, '-z', 'corp.example.com', '--lease', lease ?? '');
    assert.ok(check('aging-lease').message.includes(`leases last ${words} (--lease)`), lease);
  }
  for (const lease of ['0', '8w', 'long', '1.5d']) {
    const { code, err } = await runCli(['readiness', '-z', LAB_ZONE, '--snapshot', 'x', '--lease', lease]);
    assert.equal(code, 64, lease);
    assert.match(err, /It needs a time such as 8d or 12h/, lease);
  }
});

test('--dhcp-export tells the leases and the settings, and what differs between servers', async (t) => {
  const first = exportFile(t, 'dhcp1.xml', '<DynamicUpdates>Always</DynamicUpdates>');
  const second = exportFile(t, 'dhcp2.xml', '<DynamicUpdates>Never</DynamicUpdates>');
  const { check } = await readiness(t, '-z', 'corp.example.com', '--dhcp-export', first, second);
  assert.match(check('aging-lease').message, /leases last 20 d \(.*dhcp1\.xml\), 20 d \(.*dhcp2\.xml\)/);
  assert.match(check('dhcp-export-updates').message, /dhcp2\.xml 10\.1\.0\.0 \(never\)$/);
  assert.equal(check('dhcp-export-discard').status, 'unknown');
  assert.match(check('dhcp-export-alike').message, /in 10\.1\.0\.0: dynamic updates always and never$/);
});

test('--dhcp-export refuses what is no export', async (t) => {
  const file = join(tempFolder(t), 'x.xml');
  writeFileSync(file, '<Other/>');
  for (const [path, message] of [
    [file, /as an export of a DHCP server: its root element is Other/],
    [`${file}.gone`, /Cannot read .*\.gone/],
  ] as const) {
    const args = ['readiness', '-z', LAB_ZONE, '--snapshot', SMALL_SNAPSHOT, '--dhcp-export', path];
    const { code, err } = await runCli(args);
    assert.equal(code, 64);
    assert.match(err, message);
  }
});

test('secure refuses with the check that failed', async (t) => {
  const folder = tempFolder(t);
  const to = ['--snapshot', auditSnapshot(folder), '--write-snapshot', join(folder, 'new.ldif')];
  const args = ['secure', 'corp.example.com', ...to, '--yes', ...WITHIN, '--dhcp-account', 'dhcp_locked'];
  const { code, out, err } = await runCli(args, { cwd: folder });
  assert.equal(code, 2, err);
  assert.match(out, /a check failed \(dhcp-account\); nothing was changed/);
});
