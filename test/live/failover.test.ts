/**
 * The first of two domain controllers is killed during an audit that was only told the domain: the run completes on
 * the other, or fails with the reason. What it had read until then is never called the whole answer.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Ran, runCli } from '../support/fake-io.ts';
import { findFreeAddress } from '../support/lab/dc.ts';
import { layEstate } from '../support/lab/estate.ts';
import { type Fleet, fleetNames, startFleet } from '../support/lab/fleet.ts';
import type { FurtherDc } from '../support/lab/further-dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { startRelay } from '../support/lab/relay.ts';

const DOMAIN = 'corp.example.com';
const ALL = `_ldap._tcp.dc._msdcs.${DOMAIN}`;
const ZONE = 'big.example.com';
const NAMES = 1500;
/** About what it takes to read them. */
const BYTES = 500 * NAMES;

describe('a domain controller that is killed while another is there', liveOrSkip(), () => {
  let fleet: Fleet;
  let dc2: FurtherDc;
  let front: string;

  before(async () => {
    fleet = await startFleet(5);
    const names = fleetNames('big', NAMES);
    await layEstate(fleet.lab, { zones: [{ name: ZONE, partition: 'domain', names }] });
    dc2 = await fleet.lab.join('dc2');
    front = await findFreeAddress();
    // dc1 is the one to begin with, and is reached through a relay that sees what it has answered.
    for (const server of [fleet.lab.address, dc2.address]) {
      await update(server, `_msdcs.${DOMAIN}`, [
        `update add ${ALL} 600 SRV 10 100 389 ${dc2.hostName}`,
        `update delete ${ALL} SRV 0 100 389 ${dc2.hostName}`,
      ]);
      await update(server, DOMAIN, [
        `update add ${fleet.lab.hostName} 600 A ${front}`,
        `update delete ${fleet.lab.hostName} A ${fleet.lab.address}`,
      ]);
    }
  });
  after(() => fleet?.stop());

  async function update(server: string, zone: string, commands: readonly string[]): Promise<void> {
    const { code, stderr } = await fleet.lab.nsupdate({ server, zone, commands });
    assert.equal(code, 0, stderr);
  }

  function audit(format: string, ...where: readonly string[]): Promise<Ran> {
    const { adminUpn, passwordFile, caFile, address } = fleet.lab;
    const who = ['--user', adminUpn, '--password-file', passwordFile, '--ca', caFile];
    const what = ['audit', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--page-size', '100', '-f', format];
    return runCli([...what, ...where, ...who], { dnsServers: [address, dc2.address] });
  }

  /** Audits the domain while dc1 is killed after it has answered so many bytes. */
  async function auditDuringKill(format: string, bytes: number): Promise<Ran> {
    const { lab } = fleet;
    const group = -Number(await readFile(join(lab.folder, 'dc.pid'), 'utf8'));
    let killed = false;
    const kill = (): void => {
      killed = process.kill(group, 'SIGKILL');
    };
    const relay = await startRelay(lab.address, bytes, kill, { address: front, port: 636 });
    const ran = await audit(format, '--domain', DOMAIN);
    await relay.close();
    await lab.restartDc();
    assert.ok(killed, 'it was never killed');
    assert.match(ran.err, /^Using dc1\.corp\.example\.com, /);
    return ran;
  }

  for (const format of ['table', 'csv', 'json', 'ndjson']) {
    it(`completes on the other one when nothing had been answered (${format})`, async () => {
      const named = await audit(format, '--server', dc2.address);
      assert.equal(named.code, 0, named.err);
      assert.equal(new Set(named.out.match(/\bbig\d+\b/g)).size, NAMES);
      const { code, out, err } = await auditDuringKill(format, 12_000);
      assert.equal(code, 0, err);
      assert.match(err, /beginning again at another domain controller\nUsing dc2\.corp\.example\.com, /);
      assert.equal(out, named.out);
    });

    it(`completes on the other one or fails with the reason in the middle of the names (${format})`, async (t) => {
      const { code, out, err } = await auditDuringKill(format, BYTES / 2);
      const names = new Set(out.match(/\bbig\d+\b/g)).size;
      t.diagnostic(`exit code ${code}, ${names} of ${NAMES} names written`);
      if (code === 0) {
        assert.match(err, /beginning again at another domain controller\nUsing dc2\.corp\.example\.com, /);
        assert.equal(out, (await audit(format, '--server', dc2.address)).out);
        return;
      }
      assert.equal(code, 7, err);
      assert.match(err, /^dnsacl: Cannot [^\n]*: the server closed the connection[^\n]*$/m);
      assert.ok(names < NAMES);
      assert.doesNotMatch(out, /summary|VERDICT/);
      if (format === 'json') assert.throws(() => JSON.parse(out), SyntaxError);
    });
  }
});
