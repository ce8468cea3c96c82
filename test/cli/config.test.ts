import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { type Config, loadConfig } from '../../src/cli/settings/config.ts';
import { UsageError } from '../../src/errors.ts';

const FULL = {
  $schema: './config.schema.json',
  server: ' dc1.corp.example.com ',
  domain: 'corp.example.com',
  dhcpAccounts: ['CORP\\dhcp_update', 'CN=dhcp2,CN=Users,DC=corp,DC=example,DC=com'],
  dhcpServers: ['kea1.corp.example.com'],
  extraUpdaters: [
    { names: ['lb-*'], principal: 'CORP\\lb_update', reason: 'load balancer' },
    { names: ['*.lab', 'x?'], principal: 'S-1-5-21-1-2-3-1104' },
  ],
  protect: ['print*'],
  thresholds: { maxBlocked: '1.5%', maxChange: '10' },
  readOnly: true,
  leases: ['leases/dhcp1.csv'],
};

const EMPTY: Config = {
  file: null,
  server: null,
  domain: null,
  dhcpAccounts: [],
  dhcpServers: [],
  extraUpdaters: [],
  protect: [],
  thresholds: { maxBlocked: null, maxChange: null },
  readOnly: false,
  leases: [],
};

let root: string;

before(() => {
  root = mkdtempSync(join(tmpdir(), 'dnsacl-config-'));
});

after(() => rmSync(root, { recursive: true }));

test('loadConfig() reads every field, leases from the folder of the file', async () => {
  const file = writeConfig('full', JSON.stringify(FULL));
  assert.deepEqual(await loadConfig({ path: file, startFolder: '/elsewhere', env: {} }), {
    file,
    server: 'dc1.corp.example.com',
    domain: 'corp.example.com',
    dhcpAccounts: FULL.dhcpAccounts,
    dhcpServers: FULL.dhcpServers,
    extraUpdaters: FULL.extraUpdaters,
    protect: ['print*'],
    thresholds: { maxBlocked: '1.5%', maxChange: '10' },
    readOnly: true,
    leases: [join(root, 'full', 'leases', 'dhcp1.csv')],
  });
});

test('loadConfig() takes the nearest file upwards, and only that', async () => {
  const outer = writeConfig('tree', '{"server":"outer","domain":"outer"}');
  const inner = writeConfig('tree/a', '{"server":"inner"}');
  mkdirSync(join(root, 'tree/a/b/c'), { recursive: true });
  mkdirSync(join(root, 'tree/d'), { recursive: true });
  const from = (folder: string): Promise<Config> => loadConfig({ startFolder: join(root, folder), env: {} });
  assert.deepEqual(await from('tree/a/b/c'), { ...EMPTY, file: inner, server: 'inner' });
  assert.deepEqual(await from('tree/d'), { ...EMPTY, file: outer, server: 'outer', domain: 'outer' });
});

test('loadConfig() does without a file', async () => {
  mkdirSync(join(root, 'bare'));
  assert.deepEqual(await loadConfig({ startFolder: join(root, 'bare'), env: {} }), EMPTY);
});

test('loadConfig() takes a path from the start folder', async () => {
  const file = writeConfig('relative', '{}');
  const found = await loadConfig({ path: 'relative/dnsacl.config.json', startFolder: root, env: {} });
  assert.deepEqual(found, { ...EMPTY, file });
});

test('loadConfig() reads UTF-8 with a mark and UTF-16', async () => {
  for (const bytes of [
    Buffer.from('\ufeff{"server":"dc1"}'),
    Buffer.from('\ufeff{"server":"dc1"}', 'utf16le'),
  ]) {
    const path = writeConfig('encoded', bytes);
    assert.equal((await loadConfig({ path, startFolder: root, env: {} })).server, 'dc1');
  }
});

test('loadConfig() puts the environment before the file, a list as a whole', async () => {
  const path = writeConfig('under', JSON.stringify(FULL));
  const env = {
    DNSACL_SERVER: 'dc2.corp.example.com',
    DNSACL_DOMAIN: 'lab.example.com',
    DNSACL_DHCP_ACCOUNTS: ' CORP\\a , b@corp.example.com,',
    DNSACL_DHCP_SERVERS: 'kea2',
    DNSACL_PROTECT: 'a*,b*',
    DNSACL_MAX_BLOCKED: '0',
    DNSACL_MAX_CHANGE: '100%',
    DNSACL_READ_ONLY: 'no',
    DNSACL_LEASES: 'x.csv,/y.xml',
    DNSACL_PASSWORD: 'hidden',
    DNSACL_LIVE: '1',
  };
  const config = await loadConfig({ path, startFolder: root, env });
  assert.deepEqual(config, {
    file: path,
    server: 'dc2.corp.example.com',
    domain: 'lab.example.com',
    dhcpAccounts: ['CORP\\a', 'b@corp.example.com'],
    dhcpServers: ['kea2'],
    extraUpdaters: FULL.extraUpdaters,
    protect: ['a*', 'b*'],
    thresholds: { maxBlocked: '0', maxChange: '100%' },
    readOnly: false,
    leases: [join(root, 'x.csv'), resolve(root, '/y.xml')],
  });
  assert.doesNotMatch(JSON.stringify(config), /hidden/);
});

test('loadConfig() takes an empty variable as not set', async () => {
  const path = writeConfig('blank', '{"server":"dc1","protect":["a"],"thresholds":{"maxChange":"5"}}');
  const env = { DNSACL_SERVER: '', DNSACL_PROTECT: ' , ', DNSACL_MAX_CHANGE: ' ' };
  const { server, protect, thresholds } = await loadConfig({ path, startFolder: root, env });
  assert.deepEqual(
    { server, protect, change: thresholds.maxChange },
    { server: 'dc1', protect: ['a'], change: '5' },
  );
});

test('loadConfig() refuses a limit from the environment that is none', async () => {
  for (const value of ['ten', '-1', '101%', '1.5', '%', '1,5%']) {
    await assert.rejects(
      loadConfig({ startFolder: root, path: writeConfig('limit', '{}'), env: { DNSACL_MAX_BLOCKED: value } }),
      (error) =>
        error instanceof UsageError &&
        error.flag === 'DNSACL_MAX_BLOCKED' &&
        error.message ===
          `Cannot use DNSACL_MAX_BLOCKED: found "${value}", needs a count such as "10" or a share such as "1.5%"`,
    );
  }
});

test('loadConfig() takes yes and no from the environment, and refuses what is neither', async () => {
  const path = writeConfig('yes-or-no', '{}');
  const read = (value: string) => loadConfig({ startFolder: root, path, env: { DNSACL_READ_ONLY: value } });
  for (const value of ['1', 'TRUE', 'yes', ' on ']) assert.equal((await read(value)).readOnly, true, value);
  for (const value of ['0', 'false', 'NO', 'off']) assert.equal((await read(value)).readOnly, false, value);
  await assert.rejects(read('maybe'), /Cannot use DNSACL_READ_ONLY: found "maybe", needs 1 or 0/);
});

/** Each row: the content of a file, and a line of the message it is refused with. */
const REFUSED: readonly (readonly [content: string, line: string])[] = [
  ['[]', 'the file: found an empty list, needs an object'],
  ['null', 'the file: found null, needs an object'],
  ['{"server":5}', 'server: found 5, needs a text'],
  ['{"server":" "}', 'server: found " ", needs a text that is not empty'],
  ['{"dhcpAccounts":"CORP\\\\a"}', 'dhcpAccounts: found "CORP\\\\a", needs a list of texts'],
  ['{"leases":["a",[1]]}', 'leases[1]: found a list, needs a text'],
  ['{"extraUpdaters":[{"principal":"x"}]}', 'extraUpdaters[0].names: found nothing, needs a list of texts'],
  [
    '{"extraUpdaters":[{"names":[],"principal":"x"}]}',
    'extraUpdaters[0].names: found an empty list, needs at least one glob',
  ],
  [
    '{"extraUpdaters":["x"]}',
    'extraUpdaters[0]: found "x", needs an object with names, principal and perhaps reason',
  ],
  [
    '{"thresholds":{"maxBlocked":10}}',
    'thresholds.maxBlocked: found 10, needs a count such as "10" or a share such as "1.5%"',
  ],
  [
    '{"thresholds":{"maxChange":"120%"}}',
    'thresholds.maxChange: found "120%", needs a count such as "10" or a share such as "1.5%"',
  ],
  ['{"thresholds":{"maxBlockd":"1"}}', 'thresholds.maxBlockd: there is no such setting'],
  ['{"readOnly":"yes"}', 'readOnly: found "yes", needs true or false'],
  [
    '{"servers":"dc1"}',
    'servers: there is no such setting; did you mean server? (there are $schema, server, domain, ',
  ],
  ['{"__proto__":{"server":"dc1"}}', '__proto__: there is no such setting'],
  [
    '{"password":"hunter2"}',
    'password: secrets are not read from this file; use --password-file, --password-stdin, DNSACL_PASSWORD or the prompt',
  ],
  ['{"thresholds":{"bindPwd":"hunter2"}}', 'thresholds.bindPwd: secrets are not read from this file'],
  ['{"user":"x","clientSecret":{"a":"hunter2"}}', 'clientSecret: secrets are not read from this file'],
];

for (const [content, line] of REFUSED) {
  test(`loadConfig() refuses ${content}`, async () => {
    const path = writeConfig('refused', content);
    await assert.rejects(loadConfig({ path, startFolder: root, env: {} }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.flag, '--config');
      assert.ok(error.message.startsWith(`Cannot use the configuration ${path}:\n  `), error.message);
      assert.ok(error.message.includes(`\n  ${line}`), error.message);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}

test('loadConfig() says everything that is wrong at once', async () => {
  const path = writeConfig('many', '{"server":1,"x":2,"protect":{}}');
  await assert.rejects(
    loadConfig({ path, startFolder: root, env: {} }),
    (error) => error instanceof UsageError && error.message.split('\n  ').length === 4,
  );
});

test('loadConfig() refuses what is not JSON, without showing it', async () => {
  for (const [content, found] of [
    ['', 'it is not JSON'],
    ['{"password":"hunter2"', 'it is not JSON'],
    ['{\n  "password": "hunter2" x\n}', 'it is not JSON at line 2 column '],
  ] as const) {
    const path = writeConfig('broken', content);
    await assert.rejects(
      loadConfig({ path, startFolder: root, env: {} }),
      (error) =>
        error instanceof UsageError &&
        error.message.startsWith(`Cannot read the configuration ${path}: ${found}`) &&
        !error.message.includes('hunter2'),
    );
  }
});

test('loadConfig() refuses a file that is not there, or is no file', async () => {
  mkdirSync(join(root, 'folder'));
  for (const [path, found] of [
    ['missing.json', 'there is no such file'],
    ['folder', 'EISDIR'],
  ] as const) {
    await assert.rejects(
      loadConfig({ path, startFolder: root, env: {} }),
      (error) =>
        error instanceof UsageError &&
        error.flag === '--config' &&
        error.message.startsWith(`Cannot read the configuration ${join(root, path)}: ${found}`),
    );
  }
});

function writeConfig(folder: string, content: string | Uint8Array): string {
  mkdirSync(join(root, folder), { recursive: true });
  const file = join(root, folder, 'dnsacl.config.json');
  writeFileSync(file, content);
  return file;
}
