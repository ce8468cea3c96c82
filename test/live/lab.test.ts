/** Tests of the lab itself: what the other live tests rely on, and that nothing of it is left behind. */

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from '../support/lab/dc.ts';
import { recordBytes, tombstoneBytes, zoneProperties } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { exampleAccounts } from '../support/lab/example-accounts.ts';
import { exampleNames } from '../support/lab/example-names.ts';
import type { FurtherDc } from '../support/lab/further-dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { type Outcome, run } from '../support/lab/run.ts';

const ZONE = 'corp.example.com';

describe('liveOrSkip()', () => {
  it('runs the tests when nothing is in the way', () => {
    assert.deepEqual(liveOrSkip({}, null), { skip: false });
    assert.deepEqual(liveOrSkip({ DNSACL_LIVE: 'required' }, null), { skip: false });
  });

  it('skips with the reason, or because it was told to', () => {
    assert.deepEqual(liveOrSkip({}, 'no root'), { skip: 'live tests skipped: no root' });
    assert.deepEqual(liveOrSkip({ DNSACL_LIVE: 'off' }, null), {
      skip: 'live tests are switched off by DNSACL_LIVE=off',
    });
  });

  it('turns an obstacle into a failure when the tests are required', () => {
    assert.throws(() => liveOrSkip({ DNSACL_LIVE: 'required' }, 'no root'), /required asks for: no root$/);
  });

  it('refuses a value it does not know', () => {
    assert.throws(() => liveOrSkip({ DNSACL_LIVE: 'yes' }, null), /needed required, off or nothing$/);
  });
});

describe('exampleNames()', () => {
  const names = exampleNames(3_709_714);

  it('describes the same few hundred names in every run', () => {
    assert.deepEqual(exampleNames(3_709_714), names);
    assert.ok(names.length > 300 && names.length < 450, String(names.length));
  });

  it('describes no name twice', () => {
    assert.equal(new Set(names.map(({ zone, name }) => `${name}.${zone}`)).size, names.length);
  });

  it('names only accounts that are described or come with a domain', () => {
    const { accounts = [], groups = [] } = exampleAccounts(new Set(), '');
    const known = new Set([
      ...accounts.map(({ key, account }) => key ?? account),
      ...groups.map((g) => g.account),
    ]);
    const sddl = names.map(({ origin }) => (origin.kind === 'laid' ? origin.sddl : '')).join('');
    const used = [...sddl.matchAll(/\{sid:([^}]+)\}/g)].map(([, key = '']) => key);
    assert.deepEqual(
      [...new Set(used)].filter((key) => !known.has(key)),
      ['DC1$'],
    );
  });
});

describe('a lab', liveOrSkip(), () => {
  const hostsFile = readHosts();
  let lab: Lab;

  before(async () => {
    lab = await startLab();
  });
  after(async () => {
    await lab.stop();
    assert.equal(existsSync(lab.folder), false);
    assert.equal(await accepts(lab.address, 389), false);
    assert.equal(readHosts(), hostsFile);
  });

  const nodeDn = (name: string): string =>
    `DC=${name},DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`;
  const sddlOf = (name: string): Promise<string> => lab.samba(['dsacl', 'get', `--objectdn=${nodeDn(name)}`]);
  const add = (name: string, address: string): string[] => [`update add ${name}.${ZONE} 1200 A ${address}`];

  it('answers over LDAPS by address and by name, with a certificate of its CA', async () => {
    assert.match(await lab.ldapsearch(['-b', '', '-s', 'base', 'dnsHostName']), /dnsHostName: dc1\.corp/);
    const byName = ['-x', '-D', lab.adminUpn, '-y', lab.passwordFile, '-b', '', '-s', 'base'];
    assert.equal(
      (await run('ldapsearch', ['-H', `ldaps://${lab.hostName}`, ...byName], { env: lab.env })).code,
      0,
    );
    const unknownCa = { ...lab.env, LDAPTLS_CACERT: '/dev/null' };
    assert.notEqual((await run('ldapsearch', ['-H', lab.ldapUri, ...byName], { env: unknownCa })).code, 0);
  });

  it('keeps the password in a file that only its owner can read', async () => {
    assert.equal((await stat(lab.passwordFile)).mode & 0o777, 0o600);
    assert.equal(await readFile(lab.passwordFile, 'utf8'), lab.adminPassword);
  });

  it('refuses a simple bind on a clear connection', async () => {
    const bind = ['-H', `ldap://${lab.address}`, '-x', '-D', lab.adminUpn, '-y', lab.passwordFile, '-b', ''];
    const outcome = await run('ldapsearch', bind, { env: lab.env });
    assert.equal(outcome.code, 8, outcome.stderr);
  });

  it('listens on its own address only', async () => {
    const pid = Number(await readFile(join(lab.folder, 'dc.pid'), 'utf8'));
    const sockets = await run('sh', ['-c', `ls -l /proc/${pid}/fd | grep -o 'socket:\\[[0-9]*\\]'`]);
    const inodes = new Set(sockets.stdout.match(/\d+/g));
    const tables = (await readFile('/proc/net/tcp', 'utf8')) + (await readFile('/proc/net/tcp6', 'utf8'));
    const own = tables
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ''));
    const listening = own.filter((fields) => fields[3] === '0A').map((fields) => fields[1]?.split(':')[0]);
    const address = lab.address
      .split('.')
      .reverse()
      .map((octet) => Number(octet).toString(16).padStart(2, '0'));
    assert.ok(listening.length >= 4);
    assert.deepEqual([...new Set(listening)], [address.join('').toUpperCase()]);
  });

  it('gives a name registered by a nonsecure update to SYSTEM', async () => {
    assert.equal((await lab.nsupdate({ zone: ZONE, commands: add('host1', '10.0.0.1') })).code, 0);
    assert.deepEqual(await lab.lookup(`host1.${ZONE}`, 'A'), ['10.0.0.1']);
    assert.match(await sddlOf('host1'), /O:SYG:SY/);
  });

  it('checks a signed update against the ACL when only secure ones are allowed', async () => {
    const sids = await layEstate(lab, { accounts: [{ kind: 'computer', account: 'HOST1$' }] });
    await lab.nsupdate({ zone: ZONE, commands: add('host1', '10.0.0.1') });
    await lab.setDnsMode('secure only');
    await lab.nsupdate({ as: 'HOST1$', zone: ZONE, commands: add('host1', '10.0.0.99') });
    assert.deepEqual(await lab.lookup(`host1.${ZONE}`, 'A'), ['10.0.0.1']);

    await lab.nsupdate({ as: 'HOST1$', zone: ZONE, commands: add('host2', '10.0.0.2') });
    assert.deepEqual(await lab.lookup(`host2.${ZONE}`, 'A'), ['10.0.0.2']);
    assert.match(await sddlOf('host2'), new RegExp(`O:${sids.HOST1$}G:DC`));

    assert.match((await lab.nsupdate({ zone: ZONE, commands: add('host3', '10.0.0.3') })).stderr, /REFUSED/);
    await lab.setDnsMode('nonsecure');
  });

  it('lays down an estate: accounts, orphans, groups, zones, names and descriptors', async () => {
    const address = (data: string): string =>
      recordBytes({ type: 'A', data, ttlSeconds: 1200, timestampHours: 3_709_714 });
    const sids = await layEstate(lab, {
      accounts: [
        { kind: 'computer', account: 'PC1$', key: 'first', deleted: true },
        { kind: 'computer', account: 'PC1$', dnsHostName: `pc1.${ZONE}` },
      ],
      groups: [{ account: 'Updaters', scope: 'domain-local', members: ['PC1$', 'S-1-5-11'] }],
      zones: [
        {
          name: ZONE,
          partition: 'domain',
          names: [
            {
              name: 'pc1',
              records: [address('10.0.0.5')],
              sddl: 'O:{sid:PC1$}G:DCD:AI(A;;RPWP;;;{sid:first})',
            },
            { name: 'printer1.floor2', records: [tombstoneBytes(3_709_714)], tombstoned: true },
            { name: 'pc1\nCNF:11111111-2222-3333-4444-555555555555', records: [] },
          ],
        },
        { name: 'old.example.com', partition: 'legacy', properties: zoneProperties(2, true), names: [] },
      ],
    });
    assert.notEqual(sids.first, sids.PC1$);
    assert.deepEqual(await lab.lookup(`pc1.${ZONE}`, 'A'), ['10.0.0.5']);
    const sddl = await sddlOf('pc1');
    assert.ok(sddl.includes(`O:${sids.PC1$}`) && sddl.includes(`;;;${sids.first})`), sddl);
    assert.match(sddl, /\(A;CIID;[A-Z]+;;;ED\)/, "the inherited part is the DC's own");
    assert.match(await lab.ldapsearch(['-b', nodeDn('printer1.floor2')]), /dNSTombstoned: TRUE/);
    assert.match(
      await lab.ldapsearch(['-b', nodeDn('pc1\\0ACNF:11111111-2222-3333-4444-555555555555')]),
      /^dn: /,
    );
    const members = await lab.ldapsearch(['-b', lab.domainDn, '(sAMAccountName=Updaters)', 'member']);
    assert.match(members, /CN=PC1,.*\n.*CN=S-1-5-11,|CN=S-1-5-11,.*\n.*CN=PC1,/);
  });
});

describe('a test process that ends without stopping its lab', { ...liveOrSkip(), concurrency: 2 }, () => {
  for (const [how, end] of [
    ['SIGKILL', 'process.kill(process.pid, "SIGKILL")'],
    ['SIGTERM', 'process.kill(process.pid, "SIGTERM")'],
    ['an uncaught error', 'throw new Error("on purpose")'],
  ] as const) {
    it(`leaves nothing behind: ${how}`, async () => {
      const child = await startChild(`process.stdout.write((await startLab()).address); ${end};`);
      const address = await text(child.process.stdout);
      assert.match(address, /^127\./);
      await child.leavesNothing();
      assert.equal(await accepts(address, 389), false);
    });
  }

  it('leaves nothing behind: SIGKILL while the domain is being made', async () => {
    const child = await startChild('await startLab();');
    await until(
      'the domain is being made',
      () => globSync(join(child.folder, '*', 'dc', 'private')).length > 0,
    );
    child.process.kill('SIGKILL');
    await child.leavesNothing();
  });
});

describe('a lab with two domain controllers', liveOrSkip(), () => {
  const container = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com`;
  const dnsZones = container.slice(container.indexOf('DC=DomainDnsZones'));
  let lab: Lab;
  let dc2: FurtherDc;

  before(async () => {
    lab = await startLab();
    dc2 = await lab.join('dc2');
  });
  after(async () => {
    await lab.stop();
    for (const { folder, address } of [lab, dc2]) {
      assert.equal(existsSync(folder), false);
      assert.equal(await accepts(address, 389), false);
    }
  });

  const search = (args: readonly string[]): Promise<Outcome> => {
    const who = ['-LLL', '-x', '-D', lab.adminUpn, '-y', lab.passwordFile];
    return run('ldapsearch', [...who, '-H', `ldaps://${dc2.hostName}`, ...args], { env: lab.env });
  };
  const add = (name: string, server: string): Promise<Outcome> =>
    lab.nsupdate({ server, zone: ZONE, commands: [`update add ${name}.${ZONE} 1200 A 10.0.0.1`] });
  const isOnDc2 = async (name: string): Promise<boolean> =>
    (await search(['-s', 'base', '-b', `DC=${name},${container}`, 'dn'])).code === 0;

  it('answers by its name, with a certificate of the same CA', async () => {
    const { code, stdout } = await search(['-b', '', '-s', 'base', 'dnsHostName']);
    assert.equal(code, 0);
    assert.match(stdout, /dnsHostName: dc2\.corp/i);
  });

  it('is found in DNS, at both servers', async () => {
    for (const { address } of [lab, dc2]) {
      const dig = [`@${address}`, '+short', `_ldap._tcp.dc._msdcs.${ZONE}`, 'SRV'];
      const { stdout } = await run('dig', dig);
      assert.deepEqual(stdout.trim().split('\n').sort(), [
        `0 100 389 dc1.${ZONE}.`,
        `0 100 389 dc2.${ZONE}.`,
      ]);
    }
  });

  it('replicates when it is told to, in both directions', async () => {
    await add('there', lab.address);
    assert.equal(await isOnDc2('there'), false);
    await lab.replicate('dc1', 'dc2', dnsZones);
    assert.equal(await isOnDc2('there'), true);
    await add('back', dc2.address);
    await lab.replicate('dc2', 'dc1', dnsZones);
    assert.deepEqual(await lab.lookup(`back.${ZONE}`, 'A'), ['10.0.0.1']);
  });

  it('stops and starts one without the other', async () => {
    await dc2.stop();
    assert.equal(await accepts(dc2.address, 389), false);
    assert.equal(await accepts(lab.address, 389), true);
    await dc2.start();
    assert.equal(await isOnDc2('there'), true);
  });

  it('signs people in while the first is stopped', async () => {
    await lab.stopDc();
    await lab.forgetTickets();
    const ticket = await lab.ticketOf('administrator');
    assert.equal((await run('klist', ['-s', '-c', ticket], { env: lab.env })).code, 0);
    await lab.startDc();
  });
});

/** A test process of its own, whose labs lie in a temporary folder of its own. */
async function startChild(code: string): Promise<{
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly folder: string;
  leavesNothing(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'dnsacl-test-'));
  const lab = join(import.meta.dirname, '..', 'support', 'lab', 'lab.ts');
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `import { startLab } from ${JSON.stringify(lab)}; ${code}`],
    { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const exit = once(child, 'exit');
  return {
    process: child,
    folder,
    async leavesNothing() {
      await exit;
      await until(
        'the lab is gone',
        () => readdirSync(folder).length === 0 && commandsNaming(folder).length === 0,
      );
      await rmdir(folder);
    },
  };
}

/** The command lines of running processes that hold `word`. */
function commandsNaming(word: string): string[] {
  return globSync('/proc/[0-9]*/cmdline')
    .map((file) => {
      try {
        return readFileSync(file, 'latin1');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(word));
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`Waited 30 s until ${what}, in vain`);
    await sleep(50);
  }
}

function readHosts(): string {
  return readFileSync('/etc/hosts', 'utf8');
}
