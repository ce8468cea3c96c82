/** A domain controller that nobody named: found through the lab's own DNS, pinned, and left when it is lost. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import tls from 'node:tls';
import { DnsClient } from '../../src/directory/locate/dns-client.ts';
import { pingServer } from '../../src/directory/locate/ldap-ping.ts';
import { makeAuthority, type TestAuthority } from '../support/certificates.ts';
import { type Ran, runCli, tempFolder } from '../support/fake-io.ts';
import { findFreeAddress } from '../support/lab/dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';

const DOMAIN = 'corp.example.com';
const ALL = `_ldap._tcp.dc._msdcs.${DOMAIN}`;
const SITE = 'Default-First-Site-Name';

describe('finding a domain controller', liveOrSkip(), () => {
  let lab: Lab;
  let authority: TestAuthority;
  before(async () => {
    lab = await startLab();
    authority = makeAuthority();
  });
  after(async () => {
    authority?.remove();
    await lab?.stop();
  });

  /** Gives the domain one more server for the time of a test. */
  async function announce(t: TestContext, name: string, address: string): Promise<void> {
    const change = async (action: 'add' | 'delete'): Promise<void> => {
      const [verb, ttl] = action === 'add' ? ['update add', ' 600'] : ['update delete', ''];
      const places = [
        { zone: `_msdcs.${DOMAIN}`, commands: [`${verb} ${ALL}${ttl} SRV 0 100 389 ${name}.${DOMAIN}`] },
        { zone: DOMAIN, commands: [`${verb} ${name}.${DOMAIN}${ttl} A ${address}`] },
      ];
      for (const place of places) assert.equal((await lab.nsupdate(place)).code, 0);
    };
    await change('add');
    t.after(() => change('delete'));
  }

  /** Puts dc1 behind every other server for the time of a test. */
  async function demoteDc1(t: TestContext): Promise<void> {
    const move = async (from: number, to: number): Promise<void> => {
      const commands = [
        `update add ${ALL} 600 SRV ${to} 100 389 ${lab.hostName}`,
        `update delete ${ALL} SRV ${from} 100 389 ${lab.hostName}`,
      ];
      assert.equal((await lab.nsupdate({ zone: `_msdcs.${DOMAIN}`, commands })).code, 0);
    };
    await move(0, 10);
    t.after(() => move(10, 0));
  }

  /** As a machine would that asks the lab's DNS server. */
  function dnsacl(args: readonly string[], caFile = lab.caFile): Promise<Ran> {
    const who = ['--user', lab.adminUpn, '--password-file', lab.passwordFile, '--ca', caFile];
    return runCli([...args, ...who], { dnsServers: [lab.address] });
  }

  it('asks the DNS server for SRV records and addresses', async () => {
    const dns = new DnsClient([lab.address], Math.random);
    const { records } = await dns.srv(ALL);
    assert.deepEqual(records, [{ priority: 0, weight: 100, target: lab.hostName }]);
    assert.deepEqual((await dns.srv(`_ldap._tcp.${SITE}._sites.dc._msdcs.${DOMAIN}`)).records, records);
    assert.deepEqual(await dns.addresses(lab.hostName), [lab.address]);
    assert.deepEqual((await dns.srv('_ldap._tcp.dc._msdcs.other.example.com')).records, []);
  });

  it('pings', async () => {
    const transport = { port: 636, tls: 'ldaps', caFile: lab.caFile, insecure: false } as const;
    const target = { domain: DOMAIN, host: lab.hostName, address: lab.address };
    const { signal } = new AbortController();
    const answer = await pingServer(target, { transport }, signal);
    assert.deepEqual(
      [answer?.domain, answer?.host, answer?.site, answer?.clientSite],
      [DOMAIN, lab.hostName, SITE, SITE],
    );
    // The DNS port takes the datagram and gives no LDAP back, so that the rootDSE has to be read.
    assert.equal(await pingServer(target, { transport, udpPort: 53 }, signal), null);
    const other = pingServer({ ...target, domain: 'other.example.com' }, { transport }, signal);
    await assert.rejects(other, /it is no domain controller of other\.example\.com/);
  });

  it('finds the server of a domain, says which, and reads what the named one gives', async () => {
    const found = await dnsacl(['zones', '--domain', `${DOMAIN}.`, '-f', 'json']);
    assert.equal(found.code, 0, found.err);
    assert.equal(found.err, `Using ${lab.hostName}, found for the domain ${DOMAIN}, site ${SITE}\n`);
    const named = await dnsacl(['zones', '--server', lab.address, '-f', 'json']);
    assert.deepEqual([named.code, named.err, named.out], [0, '', found.out]);
    const quiet = await dnsacl(['zones', '--domain', DOMAIN, '-q']);
    assert.deepEqual([quiet.code, quiet.err], [0, '']);
  });

  it('takes the domain of the machine and StartTLS as well', async () => {
    const who = ['--user', lab.adminUpn, '--password-file', lab.passwordFile, '--ca', lab.caFile];
    const world = { dnsServers: [lab.address], machineDomain: DOMAIN };
    const { code, err } = await runCli(['zones', '--tls', 'starttls', ...who], world);
    assert.equal(code, 0, err);
    assert.match(err, /^Using dc1\.corp\.example\.com, /);
  });

  it('skips a server that is not there', async (t) => {
    await announce(t, 'dead', await findFreeAddress());
    await demoteDc1(t);
    const { code, err } = await dnsacl(['zones', '--domain', DOMAIN, '-v']);
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^Skipped dead\.corp\.example\.com: Cannot connect to dead\.corp\.example\.com:636: nothing listens there/m,
    );
    assert.match(err, /^Using dc1\.corp\.example\.com, /m);
  });

  it('checks the certificate for the name that DNS gave', async (t) => {
    await announce(t, 'alias', lab.address);
    await demoteDc1(t);
    const { code, err } = await dnsacl(['zones', '--domain', DOMAIN, '-v']);
    assert.equal(code, 0, err);
    assert.match(err, /^Skipped alias\.corp\.example\.com: .*does not match certificate/m);
    assert.match(err, /^Using dc1\.corp\.example\.com, /m);
  });

  it('does not try a refused password at every server', async () => {
    const args = ['zones', '--domain', DOMAIN, '--user', lab.adminUpn, '--ca', lab.caFile];
    const world = { dnsServers: [lab.address], env: { DNSACL_PASSWORD: 'not this one' } };
    const { code, err } = await runCli(args, world);
    assert.equal(code, 4, err);
    assert.match(err, /sign-in refused/);
  });

  it('says what became of each server when none is left', async (t) => {
    const cure = tempFolder(t);
    const caFile = join(cure, 'other.pem');
    writeFileSync(caFile, await readFile(authority.caFile));
    const { code, err } = await dnsacl(['zones', '--domain', DOMAIN], caFile);
    assert.equal(code, 7);
    assert.match(
      err,
      /Cannot use any domain controller of corp\.example\.com; name one with --server HOST\n {2}Cannot connect to dc1\.corp\.example\.com:636: its certificate is not trusted/,
    );
  });

  describe('keeping to it', () => {
    /** A server in front of dc1, with a name and a certificate of its own, that goes away after so many bytes. */
    async function startFront(
      t: TestContext,
      address: string,
      mostBytes: number,
    ): Promise<{ readonly connections: number; readonly cuts: number }> {
      const seen = { connections: 0, cuts: 0 };
      const server = tls.createServer(authority.elsewhere, (client) => {
        seen.connections += 1;
        const upstream = tls.connect({ host: lab.address, port: 636, rejectUnauthorized: false });
        let passed = 0;
        const end = (): void => {
          client.destroy();
          upstream.destroy();
        };
        for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
        client.pipe(upstream);
        upstream.on('data', (chunk: Buffer) => {
          passed += chunk.length;
          if (passed <= mostBytes) return void client.write(chunk);
          seen.cuts += 1;
          server.close();
          end();
        });
      });
      server.listen(636, address);
      await once(server, 'listening');
      assert.equal((server.address() as AddressInfo).port, 636);
      t.after(() => server.close());
      return seen;
    }

    async function bothCas(t: TestContext): Promise<string> {
      const file = join(tempFolder(t), 'both.pem');
      writeFileSync(file, (await readFile(lab.caFile, 'utf8')) + (await readFile(authority.caFile, 'utf8')));
      return file;
    }

    it('has every connection of a run go there, and writes there', async (t) => {
      await lab.nsupdate({ zone: DOMAIN, commands: [`update add pc77.${DOMAIN} 1200 A 10.0.0.77`] });
      await lab.samba(['computer', 'create', 'PC77']);
      const address = await findFreeAddress();
      const front = await startFront(t, address, Number.POSITIVE_INFINITY);
      await announce(t, 'dc9', address);
      await demoteDc1(t);
      const journal = join(tempFolder(t), 'run.journal.ndjson');
      const args = ['grant', '-z', DOMAIN, '--name', 'pc77', '--domain', DOMAIN];
      const run = await dnsacl([...args, '--apply', '--yes', '--journal', journal], await bothCas(t));
      assert.equal(run.code, 0, run.err);
      assert.match(run.err, /^Using dc9\.corp\.example\.com, /);
      assert.match(run.out, /1 applied/);
      // One to see whether it is there, because nobody answers pings for it, one to sign in, and those for names.
      assert.ok(front.connections >= 3, `${front.connections}`);
      assert.match(await readFile(journal, 'utf8'), /"dc9\.corp\.example\.com"/);
    });

    it('begins again at the next one while nothing has been answered', async (t) => {
      const address = await findFreeAddress();
      const front = await startFront(t, address, 9000);
      await announce(t, 'dc9', address);
      await demoteDc1(t);
      const { code, out, err } = await dnsacl(['zones', '--domain', DOMAIN, '-f', 'json'], await bothCas(t));
      assert.equal(code, 0, err);
      assert.equal(front.cuts, 1);
      assert.match(
        err,
        /^Using dc9\.corp\.example\.com, [\s\S]*beginning again at another domain controller\nUsing dc1\.corp\.example\.com, /,
      );
      assert.equal(out, (await dnsacl(['zones', '--server', lab.address, '-f', 'json'])).out);
    });

    it('fails with the reason when part of the answer is out', async (t) => {
      const names = Array.from(
        { length: 1500 },
        (_, n) => `update add n${n}.${DOMAIN} 1200 A 10.1.${n >> 8}.${n & 255}`,
      );
      for (let at = 0; at < names.length; at += 300) {
        assert.equal((await lab.nsupdate({ zone: DOMAIN, commands: names.slice(at, at + 300) })).code, 0);
      }
      const address = await findFreeAddress();
      const front = await startFront(t, address, 1_200_000);
      await announce(t, 'dc9', address);
      await demoteDc1(t);
      const args = ['owners', '-z', DOMAIN, '--domain', DOMAIN, '-f', 'ndjson', '--page-size', '200'];
      const { code, out, err } = await dnsacl(args, await bothCas(t));
      assert.deepEqual([code, front.cuts > 0], [7, true], err);
      assert.ok(out.length > 0);
      assert.match(err, /the server closed the connection|nothing listens there/);
      assert.doesNotMatch(err, /beginning again|Using dc1/);
    });
  });
});
