/**
 * A real domain controller behind a bad network, over TLS and sealed by Kerberos: what is read is all there is, or an
 * error.
 */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Credentials, openSession } from '../../src/directory/ldap/ldap-session.ts';
import { layEstate } from '../support/lab/estate.ts';
import { fleetNames } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { braveStorm, type StormTarget } from '../support/storm-sessions.ts';

const ZONE = 'storm.example.com';
const NAMES = 150;
const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1);
const STARTTLS_SEEDS = Array.from({ length: 25 }, (_, at) => at + 201);
const SEALED_SEEDS = Array.from({ length: 25 }, (_, at) => at + 301);
/** A server that has fallen silent is given up after so long. */
const TIMEOUT_MS = 1500;

describe('a domain controller behind a bad network', liveOrSkip(), () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab();
    await layEstate(lab, { zones: [{ name: ZONE, partition: 'domain', names: fleetNames('pc', NAMES) }] });
  });
  after(() => lab?.stop());

  /** Through a proxy it is still the DC's own name that the certificate or the ticket is for. */
  function targetOf(tls: 'ldaps' | 'starttls' | 'off', credentials: Credentials = password()): StormTarget {
    const server = { host: lab.address, port: tls === 'ldaps' ? 636 : 389 };
    return {
      server,
      open: (port) =>
        openSession({
          ...{ host: lab.hostName, address: port === server.port ? server.host : '127.0.0.1', port, tls },
          ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS },
          credentials,
        }),
    };
  }

  /** What a DC's own service would have done. */
  async function nameService(name: string): Promise<void> {
    const known = await lab.samba(['spn', 'list', 'DC1$']);
    if (!known.includes(name)) await lab.samba(['spn', 'add', name, 'DC1$']);
  }

  function password(): Credentials {
    return { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword };
  }

  it(`gives ${2 * SEEDS.length} sessions over LDAPS all there is, or an error`, async (t) => {
    const { without, withRetries, deeds } = await braveStorm(targetOf('ldaps'), SEEDS);
    t.diagnostic(`without retries ${JSON.stringify(without)}, with retries ${JSON.stringify(withRetries)}`);
    t.diagnostic(JSON.stringify(deeds));
    assert.equal(without.complete + without.failed, SEEDS.length);
    assert.equal(withRetries.complete + withRetries.failed, SEEDS.length);
    assert.ok(without.complete > SEEDS.length / 5, `${without.complete} complete`);
    assert.ok(without.failed > SEEDS.length / 5, `${without.failed} failed`);
    assert.ok(withRetries.complete > without.complete, 'trying again did not help');
  });

  it('gives sessions over StartTLS all there is, or an error', async (t) => {
    const { without, withRetries } = await braveStorm(targetOf('starttls'), STARTTLS_SEEDS);
    t.diagnostic(`without retries ${JSON.stringify(without)}, with retries ${JSON.stringify(withRetries)}`);
    assert.ok(withRetries.complete > 0 && without.failed > 0);
  });

  it('gives sessions that Kerberos seals all there is, or an error', async (t) => {
    await nameService(`ldap/${lab.hostName}`);
    const { KRB5_CONFIG, KRB5CCNAME } = process.env;
    const kerberos = { KRB5_CONFIG: lab.env.KRB5_CONFIG, KRB5CCNAME: await lab.ticketOf('administrator') };
    t.after(() => setEnvironment({ KRB5_CONFIG, KRB5CCNAME }));
    setEnvironment(kerberos);
    const { without, withRetries } = await braveStorm(targetOf('off', { kind: 'kerberos' }), SEALED_SEEDS);
    t.diagnostic(`without retries ${JSON.stringify(without)}, with retries ${JSON.stringify(withRetries)}`);
    assert.ok(without.complete > 0 && without.failed > 0);
    assert.ok(withRetries.complete > without.complete, 'trying again did not help');
  });
});

/** Of this process, where the Kerberos library looks. */
function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
