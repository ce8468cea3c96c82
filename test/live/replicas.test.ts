/**
 * Two domain controllers: what is planned and applied on one is looked for on the other, before and after it has
 * replicated, and while the other is down; and the one that is read from dies in the middle.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSession, parseServer } from '../../src/directory/ldap/ldap-session.ts';
import { createLdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { parseDn } from '../../src/formats/dn.ts';
import { layEstate } from '../support/lab/estate.ts';
import {
  dnsacl,
  type Fleet,
  fleetNames,
  startDnsacl,
  startFleet,
  where,
  ZONE,
} from '../support/lab/fleet.ts';
import type { FurtherDc } from '../support/lab/further-dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { startRelay } from '../support/lab/relay.ts';
import type { Outcome } from '../support/lab/run.ts';

const NAMES = 30;
const BIG_ZONE = 'big.example.com';
const BIG_NAMES = 2000;
/** About what it takes to read them. */
const BIG_BYTES = 500 * BIG_NAMES;
const DC2 = 'dc2.corp.example.com';

describe('several domain controllers', liveOrSkip(), () => {
  let fleet: Fleet;
  let dc2: FurtherDc;
  let plan: string;
  let runs = 0;

  before(async () => {
    fleet = await startFleet(NAMES);
    const names = fleetNames('big', BIG_NAMES);
    await layEstate(fleet.lab, { zones: [{ name: BIG_ZONE, partition: 'domain', names }] });
    dc2 = await fleet.lab.join('dc2');
    plan = join(fleet.folder, 'plan.json');
    const { code, stderr } = await ask('grant', '-z', ZONE, '--name', 'pc*', ...DHCP, '--plan', plan);
    assert.equal(code, 0, stderr);
  });
  after(() => fleet?.stop());

  const DHCP = ['--dhcp-account', 'dhcp_update'] as const;
  const READINESS = ['readiness', '-z', ZONE, ...DHCP, '--max-blocked', '100%', '-f', 'json'] as const;

  const ask = (...args: readonly string[]): Promise<Outcome> =>
    dnsacl([...args, ...where(fleet.lab)], { env: fleet.lab.env });
  /** Applies the plan, which writes only the first time. */
  const apply = (...more: readonly string[]): Promise<Outcome> => {
    const journal = join(fleet.folder, `journal${++runs}.ndjson`);
    return ask('apply', plan, '--yes', '--journal', journal, ...more);
  };
  const replicate = (): Promise<void> =>
    fleet.lab.replicate('dc1', 'dc2', `DC=DomainDnsZones,${fleet.lab.domainDn}`);
  const replicaCheck = async (): Promise<{ status: string; message: string; cure: string | null }> => {
    const { stdout, stderr } = await ask(...READINESS);
    const { checks } = JSON.parse(stdout || assert.fail(stderr));
    return checks.find((check: { id: string }) => check.id === 'replicas');
  };

  it('finds who hosts an application partition, and a domain', async () => {
    const { lab } = fleet;
    const connection = await openSession({
      ...parseServer(lab.address, null),
      ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 60_000 },
      credentials: { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword },
    });
    const source = createLdapSource(connection, null);
    for (const context of [lab.domainDn, `DC=DomainDnsZones,${lab.domainDn}`]) {
      const replicas = (await source.replicasOf(parseDn(context))) ?? [];
      const found = replicas.map(({ hostName, writable, pinned }) => [
        hostName?.toLowerCase(),
        writable,
        pinned,
      ]);
      assert.deepEqual(found, [
        ['dc1.corp.example.com', true, true],
        [DC2, true, false],
      ]);
    }
    await source.close();
  });

  it('readiness passes as long as both hold the same', async () => {
    const { status, message } = await replicaCheck();
    assert.equal(status, 'pass');
    assert.match(message, /^\d\d descriptors are the same on 1 other domain controller$/);
  });

  it('apply says that the other does not hold yet what the run wrote, all of it, and ends with 2', async () => {
    const journal = join(fleet.folder, 'pilot.ndjson');
    const pilot = await ask('apply', plan, '--yes', '--journal', journal, '--limit', '10');
    assert.equal(pilot.code, 0, pilot.stderr);
    const { code, stdout, stderr } = await ask(
      ...['apply', '--resume', journal, '--verify-replicas', '--replica-wait', '0'],
    );
    assert.equal(code, 2, stderr);
    assert.match(stdout, /20 planned: 20 applied/);
    assert.match(stdout, /30 names compared on 1 other domain controller: 0 converged, 1 behind/);
  });

  it('readiness warns of it', async () => {
    const { status, message, cure } = await replicaCheck();
    assert.equal(status, 'warn');
    assert.match(message, /^dc2\.corp\.example\.com holds \d+ of \d\d descriptors as they are here$/i);
    assert.match(cure ?? '', /wait for replication/);
  });

  it('apply waits until it has replicated', async () => {
    const args = [
      ...['apply', plan, '--yes', '--journal', join(fleet.folder, 'waiting.ndjson'), '-f', 'json'],
      ...['--verify-replicas', '--replica-wait', '60', ...where(fleet.lab)],
    ];
    const waiting = startDnsacl(args, fleet.lab.env);
    await waiting.saying(/Waiting up to 60 s for dc2/i);
    await replicate();
    assert.equal(await waiting.ended, 0);
    const { replicas, summary } = JSON.parse(waiting.answered());
    assert.equal(summary.counts.unchanged, NAMES);
    assert.deepEqual([replicas.names, replicas.of, replicas.failure], [NAMES, NAMES, null]);
    const [server, ...others] = replicas.servers;
    assert.deepEqual(others, []);
    assert.equal(server.server.toLowerCase(), DC2);
    assert.deepEqual([server.status, server.names, server.converged], ['converged', NAMES, NAMES]);
  });

  it('a sample is enough when one is asked for', async () => {
    const { code, stdout } = await apply('--verify-replicas=7');
    assert.equal(code, 0);
    assert.match(stdout, /7 of 30 names compared on 1 other domain controller: 1 converged/);
  });

  it('sees a single name that was changed there, and not here', async () => {
    const dn = `DC=pc007,DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;
    await dc2.samba(['dsacl', 'set', `--objectdn=${dn}`, '--sddl=(A;;RP;;;BO)']);
    const { code, stdout } = await apply('--verify-replicas', '--replica-wait', '0', '-f', 'json');
    assert.equal(code, 2);
    const [{ status, converged }] = JSON.parse(stdout).replicas.servers;
    assert.deepEqual([status, converged], ['behind', NAMES - 1]);
  });

  it('says when the other cannot be reached, and why', async () => {
    await dc2.stop();
    const { code, stdout } = await apply('--verify-replicas');
    assert.equal(code, 2);
    assert.match(stdout, /0 converged, 0 behind, 1 could not be asked/);
    assert.match(stdout, /dc2\.corp\.example\.com +│? *unreachable[^\n]*Cannot connect to/i);
    const { status, message } = await replicaCheck();
    assert.equal(status, 'unknown');
    assert.match(message, /^dc2\.corp\.example\.com cannot be asked: Cannot connect to/i);
    await dc2.start();
  });

  for (const format of ['table', 'csv', 'json', 'ndjson']) {
    it(`an audit fails with the reason when its domain controller dies in the middle (${format})`, async (t) => {
      const { lab } = fleet;
      const group = -Number(await readFile(join(lab.folder, 'dc.pid'), 'utf8'));
      let killed = false;
      const relay = await startRelay(lab.address, BIG_BYTES / 2, () => {
        killed = process.kill(group, 'SIGKILL');
      });
      const audit = ['audit', '-z', BIG_ZONE, ...DHCP, '-f', format, '--page-size', '100'];
      const { code, stdout, stderr } = await dnsacl([...audit, ...where(lab, relay.server)]);
      await relay.close();
      await lab.restartDc();
      assert.ok(killed);
      assert.equal(code, 7, stderr);
      assert.match(stderr, /^dnsacl: Cannot [^\n]*: the server closed the connection[^\n]*\n$/);
      const names = new Set(stdout.match(/\bbig\d+\b/g)).size;
      t.diagnostic(`${names} of ${BIG_NAMES} names had been written`);
      assert.ok(names < BIG_NAMES);
      assert.doesNotMatch(stdout, /summary|VERDICT/);
      if (format === 'json') assert.throws(() => JSON.parse(stdout), SyntaxError);
    });
  }
});
