/**
 * The whole point, against a real domain controller: a name registered by a nonsecure update cannot be updated by its
 * own host in a secure-only zone; after `grant` and `apply` it can, by the host and by the DHCP account, and nothing
 * but the ACEs has changed.
 */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ace, aceKey, isInherited } from '../../src/formats/ace.ts';
import { decodeSecurityDescriptor, type SecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { type Outcome, run } from '../support/lab/run.ts';

const ZONE = 'corp.example.com';
const HOST = 'server1.corp.example.com';
const PROGRAM = join(import.meta.dirname, '../../bin/dnsacl-dev.ts');

describe('grant and apply on a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let folder: string;
  let before_: SecurityDescriptor;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dnsacl-grant-'));
    lab = await startLab();
    await lab.samba(['computer', 'create', 'SERVER1']);
    await setHostName('SERVER1', HOST);
    await lab.samba(['computer', 'create', 'SERVER2']);
    await lab.samba(['user', 'create', 'dhcp_update', '--random-password']);
    await lab.nsupdate({ zone: ZONE, commands: [`update add ${HOST} 1200 A 10.0.0.1`] });
    await lab.setDnsMode('secure only');
  });

  after(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('finds the name owned by SYSTEM, and its host refused', async () => {
    assert.deepEqual(await lab.lookup(HOST, 'A'), ['10.0.0.1']);
    const { stdout } = await dnsacl('owners', '-z', ZONE, '--name', 'server1', '-f', 'json');
    const [name] = JSON.parse(stdout).names;
    assert.equal(name.owner.class, 'system');
    assert.equal(name.owner.sid, 'S-1-5-18');

    assert.deepEqual(await updateAs('SERVER1$', '10.0.0.2'), ['10.0.0.1'], 'the host was not refused');
    assert.deepEqual(await updateAs('dhcp_update', '10.0.0.3'), ['10.0.0.1'], 'dhcp_update was not refused');
  });

  it('plans an ACE for the computer and one for the DHCP account, and changes nothing yet', async () => {
    before_ = await descriptor();
    const plan = join(folder, 'plan.json');
    const { stdout, code } = await dnsacl(
      ...['grant', '-z', ZONE, '--name', 'server1', '--dhcp-account', 'dhcp_update', '--plan', plan],
    );
    assert.equal(code, 0);
    assert.match(stdout, /server1\.corp\.example\.com +add +CORP\\SERVER1\$ +full control +computer account/);
    assert.match(
      stdout,
      /server1\.corp\.example\.com +add +CORP\\dhcp_update +full control +the account that DHCP/,
    );
    assert.match(stdout, /1 name looked at: 1 to change \(2 ACEs added\), 0 skipped/);
    assert.deepEqual(await descriptor(), before_);
    assert.deepEqual(await updateAs('SERVER1$', '10.0.0.2'), ['10.0.0.1']);
  });

  it('applies the plan: both can update now, another computer still cannot', async () => {
    const { stdout, code } = await dnsacl(
      'apply',
      join(folder, 'plan.json'),
      '--yes',
      '--journal',
      join(folder, 'journal'),
    );
    assert.equal(code, 0);
    assert.match(stdout, /1 planned: 1 applied, 0 unchanged, 0 stale, 0 refused, 0 failed/);

    assert.deepEqual(await updateAs('SERVER2$', '10.0.0.9'), ['10.0.0.1'], 'another computer was accepted');
    assert.deepEqual(await updateAs('SERVER1$', '10.0.0.2'), ['10.0.0.2'], 'the host was refused');
    assert.deepEqual(await updateAs('dhcp_update', '10.0.0.3'), ['10.0.0.3'], 'dhcp_update was refused');
  });

  it('left the owner, the group and every other ACE as they were', async () => {
    const now = await descriptor();
    assert.equal(now.owner, before_.owner);
    assert.equal(now.group, before_.group);
    assert.equal(now.control, before_.control);
    const [host, dhcp] = [await sidOf('SERVER1$'), await sidOf('dhcp_update')];
    const isNew = (ace: Ace): boolean => ace.kind === 'basic' && (ace.sid === host || ace.sid === dhcp);
    const kept = acesOf(now).filter((ace) => !isNew(ace));
    assert.deepEqual(kept.map(aceKey), acesOf(before_).map(aceKey));
    assert.equal(acesOf(now).length, acesOf(before_).length + 2);
    assert.ok(
      acesOf(now)
        .filter(isNew)
        .every((ace) => !isInherited(ace)),
    );
  });

  it('had the old descriptor on the disk before it wrote', async () => {
    const lines = (await readFile(join(folder, 'journal'), 'utf8')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event }) => event),
      ['run-start', 'planned', 'intent', 'outcome', 'run-end'],
    );
    const old = decodeSecurityDescriptor(Buffer.from(events[2].base64, 'base64'));
    assert.deepEqual(acesOf(old).map(aceKey), acesOf(before_).map(aceKey));
    assert.equal(events[3].version, events[2].version + 1);
  });

  it('writes nothing the second time', async () => {
    const { stdout } = await dnsacl(
      'apply',
      join(folder, 'plan.json'),
      '--yes',
      '--journal',
      join(folder, 'second'),
    );
    assert.match(stdout, /1 planned: 0 applied, 1 unchanged/);
    const again = await dnsacl(
      'grant',
      '-z',
      ZONE,
      '--name',
      'server1',
      '--dhcp-account',
      'dhcp_update',
      '--exit-code',
    );
    assert.match(again.stdout, /already/);
    assert.equal(again.code, 0);
  });

  it('leaves a name alone that somebody changed after the plan was made', async () => {
    const other = 'server2.corp.example.com';
    await lab.setDnsMode('nonsecure');
    await lab.nsupdate({ zone: ZONE, commands: [`update add ${other} 1200 A 10.0.0.8`] });
    await setHostName('SERVER2', other);
    const plan = join(folder, 'stale.json');
    await dnsacl('grant', '-z', ZONE, '--name', 'server2', '--plan', plan);
    const { objectDn } = await nodeOf('server2');
    const user = await sidOf('dhcp_update');
    await lab.samba(['dsacl', 'set', `--objectdn=${objectDn}`, `--sddl=(A;;RP;;;${user})`, `-H`, lab.samLdb]);
    const { stdout, code } = await dnsacl('apply', plan, '--yes', '--journal', join(folder, 'stale'));
    assert.match(stdout, /stale +since the plan was made, its DACL was changed/);
    assert.equal(code, 6);
  });

  it('does the same for the names that a CSV file lists, over StartTLS', async () => {
    const csv = join(folder, 'names.csv');
    await writeFile(csv, 'Name;Principal\r\nserver1;SERVER2$\r\n');
    const where = [
      '--server',
      `ldap://${lab.address}`,
      '--user',
      lab.adminUpn,
      '--password-file',
      lab.passwordFile,
    ];
    const plan = join(folder, 'csv.json');
    const planned = await program([
      'grant',
      '-z',
      ZONE,
      '--csv',
      csv,
      '--plan',
      plan,
      ...where,
      '--ca',
      lab.caFile,
    ]);
    assert.match(
      planned.stdout,
      /server1\.corp\.example\.com +add +CORP\\SERVER2\$ +full control +named in line 2/,
    );
    const applied = await program(['apply', plan, '--yes', ...where, '--ca', lab.caFile]);
    assert.match(applied.stdout, /1 applied/);
    await lab.setDnsMode('secure only');
    assert.deepEqual(await updateAs('SERVER2$', '10.0.0.4'), ['10.0.0.4']);
  });

  function dnsacl(...args: string[]): Promise<Outcome> {
    const where = ['--server', lab.address, '--user', lab.adminUpn, '--password-file', lab.passwordFile];
    return program([...args, ...where, '--ca', lab.caFile]);
  }

  async function updateAs(account: string, address: string): Promise<string[]> {
    await lab.nsupdate({
      as: account,
      zone: ZONE,
      commands: [`update delete ${HOST} A`, `update add ${HOST} 1200 A ${address}`],
    });
    return lab.lookup(HOST, 'A');
  }

  async function setHostName(account: string, host: string): Promise<void> {
    const code = [
      'import sys, ldb; from labdb import connect; db = connect()',
      'dn = str(db.search(expression="(sAMAccountName=%s$)" % sys.argv[1])[0].dn)',
      'm = ldb.Message(ldb.Dn(db, dn))',
      'm["h"] = ldb.MessageElement(sys.argv[2], ldb.FLAG_MOD_REPLACE, "dNSHostName")',
      'db.modify(m)',
    ].join('\n');
    await lab.python('-c', [code, account, host]);
  }

  async function nodeOf(name: string): Promise<{ objectDn: string; base64: string }> {
    const base = `DC=${name},DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`;
    const flags = ['-E', '!1.2.840.113556.1.4.801=::MAMCAQc='];
    const text = await lab.ldapsearch([
      ...flags,
      '-s',
      'base',
      '-b',
      base,
      '(objectClass=*)',
      'nTSecurityDescriptor',
    ]);
    const base64 = /^nTSecurityDescriptor:: (.+)$/m.exec(text)?.[1];
    assert.ok(base64 !== undefined, text);
    return { objectDn: base, base64 };
  }

  async function descriptor(): Promise<SecurityDescriptor> {
    return decodeSecurityDescriptor(Buffer.from((await nodeOf('server1')).base64, 'base64'));
  }

  async function sidOf(account: string): Promise<string> {
    const code = [
      'import sys; from labdb import connect; from samba.ndr import ndr_unpack; from samba.dcerpc import security',
      'entry = connect().search(expression="(sAMAccountName=%s)" % sys.argv[1], attrs=["objectSid"])[0]',
      'print(ndr_unpack(security.dom_sid, entry["objectSid"][0]))',
    ].join('\n');
    return (await lab.python('-c', [code, account])).trim();
  }
});

function program(args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [PROGRAM, ...args]);
}

function acesOf(descriptor: SecurityDescriptor): readonly Ace[] {
  assert.equal(descriptor.dacl.kind, 'present');
  return descriptor.dacl.kind === 'present' ? descriptor.dacl.acl.aces : [];
}
