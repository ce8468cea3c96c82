import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCli, tempFolder } from '../support/fake-io.ts';

function folderWith(t: TestContext, content: string): string {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'dnsacl.config.json'), content);
  return folder;
}

test('config check tells each setting and where it comes from', async (t) => {
  const cwd = folderWith(
    t,
    '{"server":"dc1","dhcpAccounts":["a"],"thresholds":{"maxBlocked":"1%"},"readOnly":true}',
  );
  const env = { DNSACL_SERVER: 'dc2', DNSACL_LEASES: 'x.csv', DNSACL_PASSWORD: 'secret' };
  const { code, out, err } = await runCli(['config', 'check', '-f', 'ndjson'], { cwd, env });
  assert.equal(code, 0, err);
  const file = join(cwd, 'dnsacl.config.json');
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { setting: 'server', value: 'dc2', from: 'DNSACL_SERVER' },
      { setting: 'domain', value: null, from: null },
      { setting: 'dhcpAccounts', value: ['a'], from: file },
      { setting: 'dhcpServers', value: [], from: null },
      { setting: 'extraUpdaters', value: [], from: null },
      { setting: 'protect', value: [], from: null },
      { setting: 'thresholds.maxBlocked', value: '1%', from: file },
      { setting: 'thresholds.maxChange', value: null, from: null },
      { setting: 'readOnly', value: true, from: file },
      { setting: 'leases', value: [join(cwd, 'x.csv')], from: 'DNSACL_LEASES' },
    ],
  );
  assert.doesNotMatch(out + err, /secret/);
});

test('config check reads the file that is named, in every format, and tells its name', async (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'other.json');
  writeFileSync(file, '{"extraUpdaters":[{"names":["app*"],"principal":"CORP\\\\svc"}]}');
  const table = await runCli(['config', 'check', file]);
  assert.match(table.err, /Read .*other\.json/);
  assert.match(
    table.out,
    /^extraUpdaters +\{"names":\["app\*"\],"principal":"CORP\\\\svc"\} +\S*other\.json$/m,
  );
  const json = JSON.parse((await runCli(['config', 'check', file, '-f', 'json'])).out);
  assert.deepEqual([json.schemaVersion, json.command, json.file], [1, 'config', file]);
  assert.match((await runCli(['config', 'check', file, '-f', 'csv'])).out, /^setting,value,from\r\n/);
});

test('config check says what is wrong: fields, variables, and variables that mean nothing', async (t) => {
  const cwd = folderWith(t, '{"servr":"dc1","protect":"x"}');
  const wrong = await runCli(['config', 'check'], { cwd });
  assert.equal(wrong.code, 64);
  assert.match(wrong.err, /protect: found "x", needs a list of texts/);
  assert.match(wrong.err, /servr: there is no such setting; did you mean server\?/);
  const variable = await runCli(['config', 'check'], { env: { DNSACL_READ_ONLY: 'perhaps' } });
  assert.equal(variable.code, 64);
  assert.match(variable.err, /Cannot use DNSACL_READ_ONLY: found "perhaps", needs 1 or 0/);
  const unknown = await runCli(['config', 'check'], { env: { DNSACL_SERVR: 'x' } });
  assert.equal(unknown.code, 0);
  assert.match(
    unknown.err,
    /warning: DNSACL_SERVR: there is no such setting and it is ignored, did you mean DNSACL_SERVER\?/,
  );
});

test('config schema is the published file', async () => {
  const published = readFileSync(new URL('../../schemas/config.schema.json', import.meta.url), 'utf8');
  const { code, out, err } = await runCli(['config', 'schema']);
  assert.deepEqual([code, out, err], [0, published, '']);
});
