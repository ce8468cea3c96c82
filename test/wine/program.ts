/**
 * What can be proved about Windows without Windows: the program on Node for Windows under Wine answers as it does here,
 * and signs in through SSPI to a domain controller of the lab. Not one of the tests that `npm test` runs: it needs Wine
 * 8 (Debian: `apt-get install wine64 wine`) and fetches 70 MB from the registry.
 *
 *     node --test test/wine/program.ts
 */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { layExample } from '../support/lab/example-estate.ts';
import { dnsacl, where, ZONE } from '../support/lab/fleet.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import type { Outcome } from '../support/lab/run.ts';
import { Wine, type WineRun } from './wine.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/corp.example.com.ldif.gz');
const SPREAD = ['--max-change', '100%', '--yes'];

describe('the program on Windows, as far as Wine shows it', () => {
  const wine = new Wine();
  const folder = mkdtempSync(join(tmpdir(), 'dnsacl-windows-'));
  let lab: Lab;
  let signedIn: NodeJS.ProcessEnv;

  before(async () => {
    await wine.prepare();
    lab = await startLab();
    await layExample(lab, new Date(), lab.adminPassword);
    await lab.samba(['spn', 'add', `ldap/${lab.hostName}`, 'DC1$']);
    signedIn = { ...lab.env, KRB5CCNAME: await lab.ticketOf('administrator') };
  });
  after(async () => {
    await lab?.stop();
    await wine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function answersAsHere(args: readonly string[], options: WineRun = {}): Promise<Outcome> {
    const here = await dnsacl(args, options.env === undefined ? {} : { env: options.env });
    const there = await wine.dnsacl(args, options);
    assert.equal(there.code, here.code, there.stderr);
    assert.ok(here.stdout.length > 0, here.stderr);
    assert.equal(there.stdout, here.stdout);
    return there;
  }

  it('answers offline as here', async () => {
    for (const args of [
      ['--version'],
      ['explain'],
      ...['audit', 'owners'].map((name) => [name, '-z', ZONE, '--snapshot', EXAMPLE, '-f', 'ndjson']),
    ]) {
      await answersAsHere(args);
    }
  });

  it('plans, applies and takes back on copies as here', async () => {
    const place = join(folder, 'walk');
    const here = await walk(place, (args) => dnsacl(args));
    const there = await walk(place, (args) => wine.dnsacl(args));
    assert.deepEqual(there, here);
  });

  it('runs as one executable', async () => {
    const args = ['audit', '-z', ZONE, '--snapshot', EXAMPLE, '-f', 'ndjson'];
    const { code, stdout, stderr } = await wine.executable(args);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, (await dnsacl(args)).stdout);
  });

  it('reads over LDAPS with a password', async () => {
    await answersAsHere(['audit', '-z', ZONE, '-f', 'ndjson', ...where(lab)]);
  });

  it('completes the handshake of Kerberos, and stops at what Wine cannot unwrap', async () => {
    const args = ['zones', '--server', lab.hostName];
    const { code, stderr } = await wine.dnsacl(args, { env: signedIn, repaired: false });
    assert.match(stderr, /Kerberos said: SECURITY_STATUS 0x80090308/);
    assert.equal(code, 4);
  });

  it('reads sealed by Kerberos on 389, once Wine wraps and unwraps as documented', async () => {
    await answersAsHere(['audit', '-z', ZONE, '-f', 'ndjson', '--server', lab.hostName], { env: signedIn });
    const args = ['doctor', '-z', ZONE, '--server', lab.hostName];
    const { stdout } = await wine.dnsacl(args, { env: signedIn });
    assert.match(stdout, /protection: sspi, Kerberos: signed, sealed/);
  });

  it('writes sealed by Kerberos, and takes it back', async () => {
    const args = ['audit', '-z', ZONE, '-f', 'ndjson', '--dhcp-account', 'dhcp_update', ...where(lab)];
    const audit = async (): Promise<string> => (await dnsacl(args)).stdout;
    const [plan, journal] = [join(folder, 'plan.json'), join(folder, 'journal')];
    const at = ['--server', lab.hostName];
    const untouched = await audit();
    for (const [step, changes] of [
      [['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--plan', plan], false],
      [['apply', plan, '--journal', journal, ...SPREAD], true],
      [['undo', journal, ...SPREAD], false],
    ] as const) {
      const { code, stderr } = await wine.dnsacl([...step, ...at], { env: signedIn });
      assert.equal(code, 0, stderr);
      assert.equal((await audit()) !== untouched, changes, step[0]);
    }
  });

  it('says what to do without a ticket', async () => {
    const env = { ...signedIn, KRB5CCNAME: `FILE:${folder}/none` };
    const { code, stderr } = await wine.dnsacl(['zones', '--server', lab.hostName], { env });
    assert.match(stderr, /there is no Kerberos ticket; .*0x8009030e/);
    assert.equal(code, 4);
  });

  it('signs in inside TLS where the server lets it', async () => {
    const settings = await readFile(lab.smbConf, 'utf8');
    const option = 'ldap server require strong auth = allow_sasl_over_tls';
    await writeFile(lab.smbConf, settings.replace('[global]', `[global]\n${option}`));
    await lab.restartDc();
    const at = ['--server', `ldaps://${lab.hostName}`, '--ca', lab.caFile];
    await answersAsHere(['audit', '-z', ZONE, '-f', 'ndjson', ...at], { env: signedIn });
  });
});

/** Grants on a copy of the example and takes it back. @returns what it wrote, without times and checksums */
async function walk(
  folder: string,
  program: (args: readonly string[]) => Promise<Outcome>,
): Promise<readonly string[]> {
  mkdirSync(folder);
  const [plan, journal] = [join(folder, 'plan.json'), join(folder, 'journal')];
  const [after, back] = [join(folder, 'after.ldif'), join(folder, 'back.ldif')];
  for (const args of [
    ['grant', '-z', ZONE, '--dhcp-account', 'dhcp_update', '--snapshot', EXAMPLE, '--plan', plan],
    ['apply', plan, '--snapshot', EXAMPLE, '--write-snapshot', after, '--journal', journal, ...SPREAD],
    ['undo', journal, '--snapshot', after, '--write-snapshot', back, ...SPREAD],
  ]) {
    const { code, stderr } = await program(args);
    assert.equal(code, 0, stderr);
  }
  const written = [plan, journal, after, back].map((file) =>
    readFileSync(file, 'utf8')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replace(/\b[0-9a-f]{64}\b/g, 'CHECKSUM'),
  );
  rmSync(folder, { recursive: true });
  return written;
}
