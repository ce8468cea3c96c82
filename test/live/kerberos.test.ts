/** Signing in as you are: a real ticket, a real domain controller, and what passes between them. */

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGssapiContext } from '../../src/directory/kerberos/gssapi.ts';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { openSession, type SessionOptions } from '../../src/directory/ldap/ldap-session.ts';
import { DirectoryError } from '../../src/errors.ts';
import { acceptToken, BAD_BINDINGS, CHANNEL_BOUND } from '../support/gss-acceptor.ts';
import { dnsacl, dnsaclAtWrongTime, type Fleet, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Outcome, run } from '../support/lab/run.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';

const NAMES = 400;
/** Variables that lead Kerberos to a lab; set here too, for sessions that are opened in this process. */
const KERBEROS_VARIABLES = ['KRB5_CONFIG', 'KRB5RCACHENAME'] as const;

describe('signing in with Kerberos', liveOrSkip(), () => {
  let fleet: Fleet;
  let ticket: string;

  before(async () => {
    fleet = await startFleet(NAMES);
    const { lab } = fleet;
    // Domain controllers register this name when they start; the lab leaves out the service that does it.
    await lab.samba(['spn', 'add', `ldap/${lab.hostName}`, 'DC1$']);
    ticket = await lab.ticketOf('administrator');
    for (const name of KERBEROS_VARIABLES) process.env[name] = lab.env[name];
    process.env.KRB5CCNAME = ticket;
  });
  after(async () => {
    for (const name of [...KERBEROS_VARIABLES, 'KRB5CCNAME', 'KRB5_KTNAME']) delete process.env[name];
    await fleet?.stop();
  });

  /** Runs the program with the administrator's ticket, or another environment. */
  function asMyself(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const { lab } = fleet;
    return dnsacl(args, { env: { ...lab.env, KRB5CCNAME: ticket, ...env } });
  }

  function open(change: Partial<SessionOptions> = {}): Promise<LdapConnection> {
    const { hostName, address } = fleet.lab;
    return openSession({
      ...{ host: hostName, address, port: 389, tls: 'off', caFile: null, insecure: false },
      ...{ connectTimeoutMs: 5000, timeoutMs: 20_000, credentials: { kind: 'kerberos' } },
      ...change,
    });
  }

  async function readNames(connection: LdapConnection, pageSize?: number): Promise<number> {
    const base = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;
    let count = 0;
    for await (const page of connection.search({
      ...{ base, scope: 'one', filter: '(objectClass=dnsNode)', attributes: ['dnsRecord', 'dc'] },
      ...(pageSize === undefined ? {} : { pageSize }),
    })) {
      count += page.length;
    }
    return count;
  }

  /** A ticket for the DC's LDAP service alone, which lasts only so long. */
  async function shortTicket(seconds: number): Promise<string> {
    const { lab } = fleet;
    const cache = `FILE:${join(fleet.folder, `short${seconds}`)}`;
    const who = `administrator@${lab.realm}`;
    const args = ['-c', cache, '-l', `${seconds}s`, '-S', `ldap/${lab.hostName}`, who];
    const { code, stderr } = await run('kinit', args, { env: lab.env, stdin: `${lab.adminPassword}\n` });
    assert.equal(code, 0, stderr);
    return cache;
  }

  it('answers the same, sealed on 389 by ticket and over LDAPS by password', async () => {
    const args = ['owners', '-z', ZONE, '-f', 'json'];
    const { lab } = fleet;
    const sealed = await asMyself([...args, '--server', lab.hostName]);
    const secured = await dnsacl([...args, ...where(lab)]);
    assert.equal(sealed.code, 0, sealed.stderr);
    const withoutTime = (text: string): string => text.replace(/"generatedAt":\s*"[^"]*"/, '');
    assert.ok(sealed.stdout.length > NAMES * 100);
    assert.equal(withoutTime(sealed.stdout), withoutTime(secured.stdout));
  });

  it('shows no name and no attribute to whoever listens', async (t) => {
    const proxy = await startRecordingProxy({ host: fleet.lab.address, port: 389 });
    t.after(() => proxy.close());
    const connection = await open({ address: '127.0.0.1', port: proxy.port });
    const bound = proxy.recorded().length;
    assert.ok(proxy.recorded().includes('GSSAPI'));
    assert.ok((await readNames(connection)) >= NAMES);
    const seen = proxy.recorded(bound).toString('latin1').toLowerCase();
    await connection.close();
    assert.ok(seen.length > NAMES * 50);
    for (const word of ['dnsrecord', 'dnsnode', 'objectclass', 'microsoftdns', 'corp', 'pc00']) {
      assert.ok(!seen.includes(word), word);
    }
    t.diagnostic(`${seen.length} bytes were recorded after the bind`);
  });

  it('signs in again over further connections in the same way', async () => {
    const connections = await Promise.all([open(), open(), open()]);
    for (const connection of connections) {
      assert.equal(connection.protection.layer, 'gssapi');
      assert.ok((await readNames(connection, 50)) >= NAMES);
      await connection.close();
    }
  });

  it('sends what is longer than the server takes at once in pieces', async () => {
    const connection = await open();
    const filter = `(|${'(dc=pc001)'.repeat(8000)})`;
    const found: number[] = [];
    const base = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;
    for await (const page of connection.search({ base, scope: 'one', filter, attributes: ['dc'] })) {
      found.push(page.length);
    }
    assert.deepEqual(found, [1]);
    await connection.close();
  });

  it('says what to do without a ticket, for an unknown service and without a KDC', async () => {
    const { lab, folder } = fleet;
    const config = join(folder, 'krb5-nowhere.conf');
    const text = await readFile(lab.env.KRB5_CONFIG as string, 'utf8');
    await writeFile(config, text.replace(`kdc = ${lab.address}`, 'kdc = 127.0.0.1:9'));
    const hosts = join(folder, 'hosts');
    const known = await readFile(lab.env.NSS_WRAPPER_HOSTS as string, 'utf8');
    await writeFile(hosts, `${known}${lab.address} www.corp.example.com\n`);
    for (const [env, host, code, words] of [
      [
        { KRB5CCNAME: `FILE:${folder}/none` },
        lab.hostName,
        4,
        /no Kerberos ticket; get one with kinit.*--user/,
      ],
      [{ NSS_WRAPPER_HOSTS: hosts }, 'www.corp.example.com', 4, /does not know a service.*with --server/],
      [{ KRB5_CONFIG: config, KRB5CCNAME: ticket }, lab.hostName, 0, /Read from/],
    ] as const) {
      const { code: found, stderr } = await asMyself(['zones', '--server', host], env);
      assert.match(stderr, words);
      assert.equal(found, code, stderr);
    }
    await lab.forgetTickets();
    ticket = await lab.ticketOf('administrator');
    const { code, stderr } = await asMyself(['zones', '--server', lab.hostName], { KRB5_CONFIG: config });
    assert.match(stderr, /no Kerberos server \(KDC\) of the domain answers; check the network/);
    assert.equal(code, 7, stderr);
  });

  it('says when the clocks differ, and when only the ticket is too old', async () => {
    const { lab } = fleet;
    const env = { ...lab.env, KRB5CCNAME: ticket };
    for (const [offset, words] of [
      ['+20m', /the clocks of this machine and the server differ by more than 5 minutes; set the clock/],
      ['-20m', /the clocks of this machine and the server differ by more than 5 minutes; set the clock/],
      ['+12h', /the Kerberos ticket has expired; get a new one with kinit/],
    ] as const) {
      const { code, stderr } = await dnsaclAtWrongTime(offset, ['zones', '--server', lab.hostName], { env });
      assert.match(stderr, words, offset);
      assert.equal(code, 4, stderr);
    }
  });

  it('takes a keytab from the usual variable', async () => {
    const { lab, folder } = fleet;
    const keytab = join(folder, 'admin.keytab');
    await lab.samba(['domain', 'exportkeytab', keytab, '--principal=administrator']);
    const { code, stderr } = await asMyself(['zones', '--server', lab.hostName], {
      KRB5CCNAME: `FILE:${folder}/from-keytab`,
      KRB5_CLIENT_KTNAME: keytab,
    });
    assert.equal(code, 0, stderr);
    await rm(keytab);
  });

  it('signs in inside TLS where the server lets it, else says how to do without TLS', async () => {
    const { lab } = fleet;
    const args = ['doctor', '-z', ZONE, '--server', `ldaps://${lab.hostName}`, '--ca', lab.caFile];
    const refused = await asMyself(args);
    assert.equal(refused.code, 4, refused.stderr);
    assert.match(refused.stderr, /leave out --tls and ldaps:\/\/, so that Kerberos seals port 389/);
    const before = await readFile(lab.smbConf, 'utf8');
    const option = 'ldap server require strong auth = allow_sasl_over_tls';
    await writeFile(lab.smbConf, before.replace('[global]', `[global]\n${option}`));
    await lab.restartDc();
    const { code, stdout, stderr } = await asMyself(args);
    await writeFile(lab.smbConf, before);
    await lab.restartDc();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /by Kerberos/);
    assert.match(stdout, /protection: tls, TLSv1/);
  });

  it('ties the ticket to the channel binding, which another connection does not fit', async () => {
    const { lab, folder } = fleet;
    const keytab = join(folder, 'ldap.keytab');
    await lab.samba(['domain', 'exportkeytab', keytab, `--principal=ldap/${lab.hostName}`]);
    process.env.KRB5_KTNAME = keytab;
    process.env.KRB5CCNAME = ticket;
    const binding = Buffer.from('tls-server-end-point:this one');
    const firstToken = async (channelBinding: Uint8Array | null): Promise<Uint8Array> => {
      const context = await createGssapiContext({ host: lab.hostName, sealing: false, channelBinding });
      const { token } = context.step(null);
      context.release();
      return token as Uint8Array;
    };
    const fitting = acceptToken(await firstToken(binding), binding);
    assert.ok((fitting.major & 0xffff0000) === 0 && (fitting.flags & CHANNEL_BOUND) !== 0);
    const other = acceptToken(await firstToken(binding), Buffer.from('tls-server-end-point:another'));
    assert.equal(other.major, BAD_BINDINGS);
    const none = acceptToken(await firstToken(null), binding);
    assert.equal(none.flags & CHANNEL_BOUND, 0);
  });

  it('says when the ticket ran out in the middle of an answer', async () => {
    process.env.KRB5CCNAME = await shortTicket(4);
    const connection = await open();
    const base = `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;
    const filter = '(objectClass=dnsNode)';
    let pages = 0;
    await assert.rejects(
      async () => {
        for await (const _ of connection.search({
          ...{ base, scope: 'one', filter, attributes: ['dc'], pageSize: 20 },
        })) {
          pages += 1;
          if (pages === 1) await sleep(6000);
        }
      },
      (error: unknown) =>
        error instanceof DirectoryError &&
        /^Lost the connection to dc1.*: the Kerberos ticket has expired; get a new one with kinit/.test(
          error.message,
        ),
    );
    assert.ok(pages >= 1 && pages * 20 < NAMES);
    process.env.KRB5CCNAME = ticket;
  });

  it('applies over a sealed connection; a run whose ticket runs out stops, and can be gone on with', async () => {
    const { lab, folder } = fleet;
    const plan = join(folder, 'plan.json');
    const journal = join(folder, 'plan.journal');
    const server = ['--server', lab.hostName];
    const who = ['--dhcp-account', 'dhcp_update', '--name', 'pc0*'];
    const made = await asMyself(['grant', '-z', ZONE, ...who, '--plan', plan, ...server]);
    assert.equal(made.code, 0, made.stderr);
    const change = ['--yes', '--max-change', '100%', '--rate', '5', '--concurrency', '1', ...server];
    const stopped = await asMyself(['apply', plan, '--journal', journal, ...change], {
      KRB5CCNAME: await shortTicket(5),
    });
    assert.notEqual(stopped.code, 0, stopped.stdout);
    assert.match(stopped.stderr, /Kerberos ticket.*kinit/);
    assert.match(stopped.stderr, /go on with: dnsacl apply --resume/);
    const resumed = await asMyself(['apply', '--resume', journal, '--yes', ...server]);
    assert.equal(resumed.code, 0, resumed.stderr);
    const again = await asMyself(['apply', plan, '--yes', '--max-change', '100%', ...server]);
    assert.match(again.stdout, /0 applied/);
  });

  it('is told by Samba that it knows no client certificates', async () => {
    const { lab, folder } = fleet;
    const both = join(folder, 'me.pem');
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', both, '-out', `${both}.crt`];
    await run('openssl', [...args, '-subj', '/CN=me']);
    const { code, stderr } = await asMyself([
      ...['zones', '--server', lab.hostName, '--ca', lab.caFile],
      ...['--client-cert', `${both}.crt`, '--client-key', both],
    ]);
    assert.notEqual(code, 0);
    assert.match(stderr, /Cannot sign in on dc1\.corp\.example\.com: .*\(the server said: SASL/);
  });
});
