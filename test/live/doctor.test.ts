/**
 * doctor on a domain controller: what it says of an administrator and of an ordinary user, each answer held against
 * a real attempt; the delegation that it prints, carried out, and then a real grant by that user.
 */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DescriptorStore } from '../../src/apply/store.ts';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { openSession, parseServer } from '../../src/directory/ldap/ldap-session.ts';
import { createLdapStore } from '../../src/directory/ldap/ldap-store.ts';
import { DirectoryError, SafetyError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, readAll, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Outcome, run } from '../support/lab/run.ts';
import { assertApplied, assertUntouched } from '../support/plan-sides.ts';

const PASSWORD = 'Aa1+ordinary-password';
const CLOSED_ZONE = 'closed.example.com';
/** Nobody but SYSTEM and administrators may read the list. */
const CLOSED = 'O:SYG:SYD:PAI(A;;LCRPLO;;;WD)(A;;GA;;;SY)(A;;GA;;;DA)';
const OWN = 'O:{sid:plain}G:SYD:AI(A;;LCRPLORC;;;WD)(A;;GA;;;SY)(A;;GA;;;DA)';

interface DoctorDocument {
  readonly server: string;
  readonly zones: readonly string[];
  readonly checks: readonly {
    readonly zone: string | null;
    readonly id: string;
    readonly status: string;
    readonly message: string;
    readonly cure: string | null;
  }[];
  readonly delegations: readonly {
    readonly zone: string;
    readonly dn: string;
    readonly aces: readonly { readonly ace: string }[];
    readonly lines: { readonly sambaTool: readonly string[] };
  }[];
}

describe('doctor on a live directory', liveOrSkip(), () => {
  let fleet: Fleet;
  let asPlain: readonly string[];

  before(async () => {
    fleet = await startFleet(30);
    const { lab, folder } = fleet;
    await layEstate(lab, {
      accounts: [{ kind: 'user', account: 'plain', password: PASSWORD }],
      zones: [
        { name: ZONE, partition: 'domain', names: fleetNames('own', 1, OWN) },
        { name: 'old.example.com', partition: 'legacy', names: fleetNames('pc', 2) },
        { name: CLOSED_ZONE, partition: 'domain', names: fleetNames('shut', 3, CLOSED) },
      ],
    });
    await fleet.admin.recover();
    await writeFile(join(folder, 'plain'), PASSWORD, { mode: 0o600 });
    asPlain = [
      ...['--server', lab.address, '--user', `plain@${ZONE}`],
      ...['--password-file', join(folder, 'plain'), '--ca', lab.caFile],
    ];
  });
  after(() => fleet?.stop());

  async function doctor(args: readonly string[]): Promise<Outcome & { readonly document: DoctorDocument }> {
    const outcome = await dnsacl(['doctor', '--dhcp-account', 'dhcp_update', '-f', 'json', ...args]);
    assert.notEqual(outcome.stdout, '', outcome.stderr);
    return { ...outcome, document: JSON.parse(outcome.stdout) };
  }

  function openAs(user: string, password: string, readOnly: boolean): Promise<LdapConnection> {
    return openSession({
      ...parseServer(fleet.lab.address, null),
      ...{ caFile: fleet.lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 60_000, readOnly },
      credentials: { kind: 'simple', user, password },
    });
  }

  async function withStore(
    readOnly: boolean,
    user: string,
    password: string,
    work: (store: DescriptorStore) => Promise<void>,
  ): Promise<void> {
    const connection = await openAs(user, password, readOnly);
    const noReconnect = () => Promise.reject(new Error('nothing here reconnects'));
    try {
      await work(createLdapStore(connection, noReconnect, async () => {}));
    } finally {
      await connection.close();
    }
  }

  /** Plans for some names as the administrator. */
  async function makePlan(name: string, globs: readonly string[]): Promise<{ plan: Plan; file: string }> {
    const file = join(fleet.folder, `${name}.json`);
    const { code, stderr } = await dnsacl([
      ...['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--name', ...globs],
      ...['--plan', file, ...where(fleet.lab)],
    ]);
    assert.equal(code, 0, stderr);
    return { plan: parsePlan(await readFile(file, 'utf8'), file), file };
  }

  function apply(file: string, plan: Plan, args: readonly string[]): Promise<Outcome> {
    const writing = ['--yes', '--approve', plan.checksum, '--journal', `${file}.journal`];
    return dnsacl(['apply', file, ...writing, ...args]);
  }

  /** Writes the properties of the zone as they are: what the switch needs, and nothing changes. */
  async function writeProperties(): Promise<Outcome> {
    const { lab, folder } = fleet;
    const dn = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`;
    const entry = await lab.ldapsearch(['-b', dn, '-s', 'base', '(objectClass=*)', 'dNSProperty']);
    const values = entry.split('\n').filter((line) => line.startsWith('dNSProperty::'));
    assert.ok(values.length > 0);
    const ldif = `dn: ${dn}\nchangetype: modify\nreplace: dNSProperty\n${values.join('\n')}\n-\n`;
    const who = ['-H', lab.ldapUri, '-x', '-D', `plain@${ZONE}`, '-y', join(folder, 'plain')];
    return run('ldapmodify', who, { env: lab.env, stdin: ldif });
  }

  const statusesOf = ({ checks }: DoctorDocument, zone: string): Readonly<Record<string, string>> =>
    Object.fromEntries(checks.filter((check) => check.zone === zone).map(({ id, status }) => [id, status]));

  it('passes everything for an administrator, in every zone', async (t) => {
    const { code, document, stderr } = await doctor([...where(fleet.lab), '--exit-code']);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      document.checks.filter(({ status }) => status !== 'pass').map(({ id, message }) => `${id}: ${message}`),
      [],
    );
    assert.deepEqual(document.delegations, []);
    assert.ok(document.zones.includes(ZONE) && document.zones.includes(CLOSED_ZONE));
    const told = new Map(document.checks.map(({ id, message }) => [id, message]));
    assert.match(told.get('sign-in') ?? '', /^CORP\\Administrator \(S-1-5-21-[\d-]+-500\) by simple bind/);
    assert.match(told.get('protection') ?? '', /^tls, TLSv1\.3 .*: signed, sealed$/);
    assert.match(told.get('clock') ?? '', /clock is [0-2] s /);
    assert.match(told.get('server') ?? '', /^Samba Team .*functional levels: forest Windows Server 2008 R2/);
    const hosts = document.checks.filter(({ id }) => id === 'hosts');
    assert.ok(hosts.some(({ zone }) => zone === 'old.example.com'));
    assert.deepEqual([...new Set(hosts.map(({ message }) => message))], [`held by ${fleet.lab.hostName}`]);
    for (const message of told.values()) t.diagnostic(message);
  });

  it('tells an ordinary user what it may read and not change, as real attempts have it', async () => {
    const { code, document } = await doctor([...asPlain, '-z', ZONE, CLOSED_ZONE, '--exit-code']);
    assert.equal(code, 2);
    assert.match(document.checks[0]?.message ?? '', /^CORP\\plain \(S-1-5-21-/);
    assert.deepEqual(statusesOf(document, ZONE), {
      hosts: 'pass',
      read: 'pass',
      // One name of the sample is its own.
      change: 'warn',
      switch: 'fail',
    });
    assert.deepEqual(statusesOf(document, CLOSED_ZONE), {
      hosts: 'pass',
      read: 'fail',
      change: 'fail',
      switch: 'fail',
    });

    const read = await dnsacl(['owners', '-z', ZONE, '-f', 'json', ...asPlain]);
    assert.equal(read.code, 0, read.stderr);
    assert.equal((await dnsacl(['owners', '-z', CLOSED_ZONE, ...asPlain])).code, 4);

    const { plan, file } = await makePlan('refused', ['pc00*']);
    assert.equal((await apply(file, plan, asPlain)).code, 4);
    assertUntouched(plan, await readAll(fleet, plan));
    const own = (await makePlan('own', ['own*'])).plan.changes[0] ?? assert.fail('no plan for its own name');
    const other = plan.changes[0] ?? assert.fail('an empty plan');
    await withStore(false, `plain@${ZONE}`, PASSWORD, async (store) => {
      const held = (target: typeof own) => Buffer.from(target.before.base64, 'base64');
      await store.writeDacl(own, held(own));
      await assert.rejects(
        store.writeDacl(other, held(other)),
        (error) => error instanceof DirectoryError && error.fault === 'rights',
      );
    });
    assert.match((await writeProperties()).stderr, /Insufficient access/);
  });

  it('prints the delegation with which the user can do it, and nothing more', async (t) => {
    const { document } = await doctor([...asPlain, '-z', ZONE]);
    const [delegation] = document.delegations;
    assert.deepEqual(
      delegation?.aces.map(({ ace }) => ace.replace(/S-1-5-21-[\d-]+/, 'SID')),
      [
        '(OA;CIIO;RCWD;;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;SID)',
        '(OA;;WP;675a15fe-3b70-11d2-90cc-00c04fd91ab1;;SID)',
      ],
    );
    for (const line of delegation?.lines.sambaTool ?? []) {
      t.diagnostic(line);
      const { code, stderr } = await run('bash', ['-c', `${line} --configfile='${fleet.lab.smbConf}'`], {
        env: fleet.lab.env,
      });
      assert.equal(code, 0, stderr);
    }

    const after = await doctor([...asPlain, '-z', ZONE, '--exit-code']);
    assert.equal(after.code, 0, after.stdout);
    assert.deepEqual(Object.values(statusesOf(after.document, ZONE)), ['pass', 'pass', 'pass', 'pass']);
    assert.deepEqual(after.document.delegations, []);

    const file = join(fleet.folder, 'delegated.json');
    const granted = await dnsacl([
      ...['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--name', 'pc*', 'own*', '--plan', file],
      ...asPlain,
    ]);
    assert.equal(granted.code, 0, granted.stderr);
    const plan = parsePlan(await readFile(file, 'utf8'), file);
    assert.equal(plan.changes.length, 31);
    const applied = await apply(file, plan, asPlain);
    assert.equal(applied.code, 0, applied.stderr);
    assertApplied(plan, await readAll(fleet, plan));
    const undone = await dnsacl(['undo', `${file}.journal`, '--yes', ...asPlain]);
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal((await writeProperties()).code, 0);

    const records = await run(
      'ldapsearch',
      [
        ...['-LLL', '-H', fleet.lab.ldapUri, '-x', '-D', `plain@${ZONE}`, '-y', join(fleet.folder, 'plain')],
        ...['-b', plan.changes[0]?.dn ?? '', '-s', 'base', '(objectClass=*)', 'allowedAttributesEffective'],
      ],
      { env: fleet.lab.env },
    );
    assert.equal(records.code, 0, records.stderr);
    assert.doesNotMatch(records.stdout, /dnsRecord|dNSTombstoned/);
  });

  it('opens the names that cannot even be read, where they inherit', async () => {
    const zone = 'inherits.example.com';
    await layEstate(fleet.lab, {
      zones: [{ name: zone, partition: 'domain', names: fleetNames('shut', 3, CLOSED.replace('PAI', 'AI')) }],
    });
    await fleet.admin.recover();
    const { document } = await doctor([...asPlain, '-z', zone]);
    assert.equal(statusesOf(document, zone).read, 'fail');
    for (const line of document.delegations[0]?.lines.sambaTool ?? []) {
      await run('bash', ['-c', `${line} --configfile='${fleet.lab.smbConf}'`], { env: fleet.lab.env });
    }
    const after = await doctor([...asPlain, '-z', zone]);
    assert.deepEqual(Object.values(statusesOf(after.document, zone)), ['pass', 'pass', 'pass', 'pass']);
    assert.equal((await dnsacl(['owners', '-z', zone, ...asPlain])).code, 0);
  });

  it('--read-only: apply changes nothing, and neither does a write pushed through an open connection', async () => {
    const { plan, file } = await makePlan('read-only', ['pc01*']);
    const refused = await apply(file, plan, [...where(fleet.lab), '--read-only']);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /Refused: apply changes the directory, and --read-only/);
    const [change = assert.fail('an empty plan')] = plan.changes;
    await withStore(true, fleet.lab.adminUpn, fleet.lab.adminPassword, async (store) => {
      assert.ok((await store.read(change)) !== null);
      await assert.rejects(store.writeDacl(change, Buffer.from(change.after.base64, 'base64')), SafetyError);
    });
    assertUntouched(plan, await readAll(fleet, plan));
    const { document } = await doctor([...where(fleet.lab), '-z', ZONE, '--read-only']);
    assert.deepEqual(Object.values(statusesOf(document, ZONE)), ['pass', 'pass', 'pass', 'pass']);
  });

  it('wrong password: exit 4, nothing said of rights', async () => {
    await writeFile(join(fleet.folder, 'wrong'), 'wrong', { mode: 0o600 });
    const args = asPlain.map((word) =>
      word === join(fleet.folder, 'plain') ? join(fleet.folder, 'wrong') : word,
    );
    const { code, stdout } = await dnsacl(['doctor', ...args]);
    assert.deepEqual([code, stdout], [4, '']);
  });
});
