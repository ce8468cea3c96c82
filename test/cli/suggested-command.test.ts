import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WhereFlags } from '../../src/cli/options.ts';
import { whereOptions, whoOptions, writeOptions } from '../../src/cli/suggested-command.ts';
import { auditSnapshot } from '../support/audit-snapshot.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';

const TYPED = { partition: 'all', timeout: 120, retries: 3, cache: true } as const satisfies WhereFlags;

test('what was typed about the place is repeated, and nothing that was not', () => {
  assert.equal(whereOptions(TYPED), '');
  const flags = { ...TYPED, server: 'dc1.corp.example.com', user: 'CORP\\anna', passwordFile: 'secret.txt' };
  assert.equal(
    whereOptions({ ...flags, partition: 'forest', tlsInsecure: true }),
    " --server dc1.corp.example.com --partition forest --user 'CORP\\anna' --tls-insecure",
  );
});

test('words that a shell would take apart are quoted', () => {
  assert.equal(whereOptions({ ...TYPED, snapshot: "it's here.ldif" }), " --snapshot 'it'\\''s here.ldif'");
  assert.equal(
    whoOptions({ dhcpAccount: ['CORP\\DHCP1$', 'dhcp_update'], leases: ['C:\\leases\\a.csv'] }),
    " --dhcp-account 'CORP\\DHCP1$' dhcp_update --leases C:\\leases\\a.csv",
  );
});

test('a command that writes goes to a new copy of the snapshot, after a run of the copy that it wrote', () => {
  assert.equal(writeOptions({ ...TYPED, server: 'dc1' }), ' --server dc1');
  assert.equal(writeOptions({ ...TYPED, snapshot: 'a.ldif' }), ' --snapshot a.ldif --write-snapshot NEWFILE');
  assert.equal(
    writeOptions({ ...TYPED, snapshot: 'a.ldif' }, 'b.ldif'),
    ' --snapshot b.ldif --write-snapshot NEWFILE',
  );
});

test('the suggested commands work as they are, from zones to undo', async (t) => {
  const folder = tempFolder(t);
  const file = (name: string): string => join(folder, name);
  const names: Readonly<Record<string, string>> = {
    NAME: 'pc1.corp.example.com',
    FILE: file('plan.json'),
    NEWFILE: file('after.ldif'),
  };
  const run = async (command: string, ...more: readonly string[]) => {
    const words = command.split(' ').map((word) => names[word] ?? word.replace(/^'(.*)'$/, '$1'));
    assert.equal(words[0], 'dnsacl');
    const ran = await runCli([...words.slice(1), ...more]);
    assert.equal(ran.code, 0, `${command}: ${ran.err}`);
    return suggestions(ran.err);
  };
  const [owners] = await run(`dnsacl zones --snapshot ${auditSnapshot(folder)}`);
  await run(String(owners));
  const audit = `dnsacl audit -z corp.example.com --snapshot ${auditSnapshot(folder)} --dhcp-account dhcp_update`;
  const [why, grant] = await run(audit);
  await run(String(why));
  const [show, apply] = await run(String(grant));
  await run(String(show));
  const [undo] = await run(String(apply), '--yes');
  assert.ok(existsSync(file('after.ldif')));
  await run(String(undo).replace('NEWFILE', file('undone.ldif')), '--yes');
});

/** The commands that a run ends with. */
function suggestions(err: string): readonly string[] {
  return [...err.matchAll(/^(?:Next|To take it back): (.*)$/gm)].flatMap(([, text]) =>
    String(text).split('; '),
  );
}
