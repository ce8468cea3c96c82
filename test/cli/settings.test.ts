import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { auditSnapshot } from '../support/audit-snapshot.ts';
import { type Ran, runCli, tempFolder, type World } from '../support/fake-io.ts';

const CORP = 'corp.example.com';
const LEASES = 'IPAddress,HostName,AddressState\n10.0.0.11,pc1.corp.example.com,Active\n';

interface Audited {
  readonly fqdn: string;
  readonly verdict: string;
  readonly case: string;
  readonly updaters: readonly { readonly because: string; readonly principal: { readonly name: string } }[];
}

async function audit(t: TestContext, args: readonly string[], world: World = {}): Promise<Ran> {
  const snapshot = auditSnapshot(tempFolder(t));
  return runCli(['audit', '-z', CORP, '--name', 'pc1', '--snapshot', snapshot, '-f', 'json', ...args], world);
}

/** Case and expected updaters of pc1. */
function pc1Of({ code, out, err }: Ran): string {
  assert.equal(code, 0, err);
  const name = JSON.parse(out).names.find(({ verdict }: Audited) => verdict !== 'static') as Audited;
  const updaters = name.updaters.map(({ because, principal }) => `${because} ${principal.name}`);
  return `${name.case}: ${updaters.join(', ')}`;
}

const warnings = ({ err }: Ran): readonly string[] =>
  err.split('\n').filter((line) => line.startsWith('warning: CORP'));

const PLAIN = 'unsure: computer CORP\\PC1$';
const WITH_DHCP = `${PLAIN}, dhcp-account CORP\\dhcp_update`;

function writeConfig(folder: string, config: unknown): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'dnsacl.config.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  return file;
}

test('settings come from the configuration that --config names', async (t) => {
  const file = writeConfig(tempFolder(t), { dhcpAccounts: ['dhcp_update'] });
  assert.equal(pc1Of(await audit(t, [])), PLAIN);
  assert.equal(pc1Of(await audit(t, ['--config', file])), WITH_DHCP);
});

test('settings come from the nearest dnsacl.config.json upwards', async (t) => {
  const folder = tempFolder(t);
  writeConfig(folder, { dhcpAccounts: ['dhcp_update'] });
  const deep = join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  assert.equal(pc1Of(await audit(t, [], { cwd: deep })), WITH_DHCP);
  writeConfig(join(folder, 'a'), {});
  assert.equal(pc1Of(await audit(t, [], { cwd: deep })), PLAIN);
});

test('flags win over the environment, and that over the file', async (t) => {
  const file = writeConfig(tempFolder(t), { dhcpAccounts: ['dhcp_off'] });
  const env = { DNSACL_DHCP_ACCOUNTS: 'dhcp_locked' };
  assert.match(pc1Of(await audit(t, ['--config', file])), /dhcp_off$/);
  assert.match(pc1Of(await audit(t, ['--config', file], { env })), /dhcp_locked$/);
  assert.equal(
    pc1Of(await audit(t, ['--config', file, '--dhcp-account', 'dhcp_update'], { env })),
    WITH_DHCP,
  );
});

test('a server of the configuration does not come in the way of a snapshot', async (t) => {
  const file = writeConfig(tempFolder(t), { server: 'dc9.corp.example.com' });
  assert.equal(pc1Of(await audit(t, ['--config', file])), PLAIN);
});

test('a domain is taken from the configuration unless a server is named anywhere, and neither beside a typed one', async (t) => {
  const whereOf = async (config: object, ...args: readonly string[]): Promise<string> => {
    const file = writeConfig(tempFolder(t), config);
    // Nothing answers at either place: what is said tells where it was tried.
    const { err } = await runCli(['zones', '--config', file, ...args]);
    return /Cannot look up _ldap\._tcp\.dc\._msdcs\.(\S+)|As whom/.exec(err)?.[1] ?? 'a server';
  };
  const domain = 'corp.example.com';
  assert.equal(await whereOf({ domain }), domain);
  assert.equal(await whereOf({ domain, server: 'dc9' }), 'a server');
  assert.equal(
    await whereOf({ domain, server: 'dc9' }, '--domain', 'typed.example.com'),
    'typed.example.com',
  );
  assert.equal(await whereOf({ domain }, '--server', 'dc9'), 'a server');
});

test('extra updaters of the configuration are expected on the names that they list', async (t) => {
  const extraUpdaters = [{ names: ['pc?'], principal: 'CORP\\helpdesk', reason: 'imaging' }];
  const file = writeConfig(tempFolder(t), { extraUpdaters });
  assert.equal(pc1Of(await audit(t, ['--config', file])), `${PLAIN}, config CORP\\helpdesk`);
});

test('DHCP servers of the configuration own what they registered', async (t) => {
  const ownerOf = async (...args: readonly string[]) => {
    const { out } = await audit(t, ['--name', 'pc4', ...args]);
    return JSON.parse(out).names.find((name: { name: string }) => name.name === 'pc4').owner.class;
  };
  const file = writeConfig(tempFolder(t), { dhcpServers: ['pc2.corp.example.com'] });
  assert.equal(await ownerOf(), 'computer');
  assert.equal(await ownerOf('--config', file), 'dhcp-server');
  assert.equal(await ownerOf('--dhcp-server', 'PC2$'), 'dhcp-server');
});

test('leases of the configuration lie beside it, and --leases takes their place', async (t) => {
  const folder = tempFolder(t);
  const file = writeConfig(folder, { dhcpAccounts: ['dhcp_update'], leases: ['leases.csv'] });
  writeFileSync(join(folder, 'leases.csv'), LEASES);
  writeFileSync(join(folder, 'none.csv'), 'IPAddress,HostName,AddressState\n10.9.9.9,other,Active\n');
  assert.equal(pc1Of(await audit(t, ['--config', file])), 'dhcp: dhcp-account CORP\\dhcp_update');
  assert.equal(
    pc1Of(await audit(t, ['--config', file, '--leases', join(folder, 'none.csv')])),
    'computer: computer CORP\\PC1$',
  );
});

test('several lease lists count as one', async (t) => {
  const folder = tempFolder(t);
  const files = ['a.csv', 'b.csv'].map((name) => join(folder, name));
  writeFileSync(files[0] as string, 'IPAddress,HostName,AddressState\n10.9.9.9,other,Active\n');
  writeFileSync(files[1] as string, LEASES);
  assert.match(pc1Of(await audit(t, ['--dhcp-account', 'dhcp_update', '--leases', ...files])), /^dhcp:/);
});

test('a lease list that breaks off proves nothing, and that is said', async (t) => {
  const file = join(tempFolder(t), 'leases.xml');
  writeFileSync(file, '<DHCPServer><IPv4><Scopes><Scope><Leases>');
  const ran = await audit(t, ['--leases', file]);
  assert.equal(pc1Of({ ...ran, code: 0 }), PLAIN);
  assert.match(ran.err, /leases\.xml/);
});

test('a lease in a list that cannot be read is told, and the others count', async (t) => {
  const file = join(tempFolder(t), 'leases.csv');
  writeFileSync(file, `${LEASES}not-an-address,x,Active\n`);
  const ran = await audit(t, ['--dhcp-account', 'dhcp_update', '--leases', file]);
  assert.match(ran.err, /leases\.csv:3.*not-an-address/);
  assert.match(pc1Of({ ...ran, code: 0 }), /^dhcp:/);
});

const BAD_CONFIGS: readonly (readonly [what: string, config: unknown, message: RegExp])[] = [
  ['no JSON', '{', /is not JSON/],
  ['an unknown setting', { dhcpAccount: ['x'] }, /dhcpAccount: there is no such setting/],
  ['a secret', { password: 'x' }, /password: secrets are not read from this file/],
  ['a wrong limit', { thresholds: { maxBlocked: 'many' } }, /thresholds\.maxBlocked: found "many"/],
];

test('a configuration that cannot be used is refused before anything is read', async (t) => {
  for (const [what, config, message] of BAD_CONFIGS) {
    const { code, out, err } = await audit(t, ['--config', writeConfig(tempFolder(t), config)]);
    assert.deepEqual([code, out], [64, ''], what);
    assert.match(err, message, what);
  }
  const missing = await audit(t, ['--config', join(tempFolder(t), 'none.json')]);
  assert.equal(missing.code, 64);
  assert.match(missing.err, /there is no such file/);
});

test('files that --leases names and that are not there, or no lists, are refused', async (t) => {
  const folder = tempFolder(t);
  const missing = await audit(t, ['--leases', join(folder, 'none.csv')]);
  assert.equal(missing.code, 64);
  assert.match(missing.err, /Cannot read .*none\.csv/);
  writeFileSync(join(folder, 'other.csv'), 'a,b\n1,2\n');
  assert.equal((await audit(t, ['--leases', join(folder, 'other.csv')])).code, 64);
});

const UNFIT: readonly (readonly [account: string, warning: RegExp])[] = [
  ['dhcp_off', /^warning: CORP\\dhcp_off: it is disabled/],
  ['dhcp_locked', /^warning: CORP\\dhcp_locked: it is locked out/],
  ['dhcp_late', /^warning: CORP\\dhcp_late: it expired on 2026-10-01/],
  ['PC2$', /^warning: CORP\\PC2\$: it is a computer account/],
];

for (const [account, warning] of UNFIT) {
  test(`a DHCP account that cannot do its work is warned of: ${account}`, async (t) => {
    const ran = await audit(t, ['--dhcp-account', account]);
    assert.equal(warnings(ran).length, 1, ran.err);
    assert.match(warnings(ran)[0] ?? '', warning);
    assert.match(
      pc1Of(ran),
      new RegExp(`dhcp-account CORP\\\\${account.replace('$', '\\$')}$`),
      'still expected',
    );
  });
}

test('a DHCP account in DnsUpdateProxy is warned of, a sound one is not', async (t) => {
  const proxy = warnings(await audit(t, ['--dhcp-account', 'DHCPOLD$']));
  assert.match(proxy.join('\n'), /CORP\\DHCPOLD\$: it is a member of DnsUpdateProxy/);
  assert.deepEqual(warnings(await audit(t, ['--dhcp-account', 'dhcp_update'])), []);
});

test('an unknown --dhcp-account or --dhcp-server is refused, with near names', async (t) => {
  const account = await audit(t, ['--dhcp-account', 'dhcp_updat']);
  assert.equal(account.code, 64);
  assert.match(
    account.err,
    /Cannot find "dhcp_updat" in corp\.example\.com: searched by .*did you mean CORP\\dhcp_update\?/,
  );
  const server = await audit(t, ['--dhcp-server', 'dhpc1']);
  assert.equal(server.code, 64);
  assert.match(server.err, /Cannot find "dhpc1"/);
});
