/** The switch of a zone on a domain controller: before, after and taken back, and everything that can come between. */

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { readSwitchRecord } from '../../src/apply/switch-record.ts';
import { makeAuthority, type TestAuthority } from '../support/certificates.ts';
import { type CutProxy, type Deed, startCutProxy } from '../support/cut-proxy.ts';
import { type Ran, runCli } from '../support/fake-io.ts';
import { zoneProperties } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import type { FurtherDc } from '../support/lab/further-dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { mustRun, type Outcome } from '../support/lab/run.ts';

const NAMES = 12;
const SECOND_ZONE = 'second.example.com';
const ANYWAY = ['--yes', '--max-blocked', '100%', '--cool-down', '0'] as const;
const ALLOW_UPDATE_ID = 2;

/** What zoneinfo calls the modes. */
const UNSECURE = 'DNS_ZONE_UPDATE_UNSECURE';
const SECURE = 'DNS_ZONE_UPDATE_SECURE';
const OFF = 'DNS_ZONE_UPDATE_OFF';

describe('the switch of a zone', liveOrSkip(), () => {
  let fleet: Fleet;
  let authority: TestAuthority;
  let folder: string;
  let rounds = 0;
  let settings = 0;

  before(async () => {
    authority = makeAuthority();
    fleet = await startFleet(NAMES);
    await layEstate(fleet.lab, {
      zones: [
        {
          name: SECOND_ZONE,
          partition: 'domain',
          properties: zoneProperties(1, false),
          names: fleetNames('other', 3),
        },
      ],
    });
  });
  after(async () => {
    await fleet?.stop();
    authority?.remove();
  });

  beforeEach(async () => {
    rounds += 1;
    folder = join(fleet.folder, `round${rounds}`);
    await mkdir(folder);
    await setMode('nonsecure-and-secure');
  });

  const secure = (args: readonly string[], proxy: CutProxy | null = null): Promise<Outcome> => {
    const files = [
      '--baseline',
      join(folder, 'baseline.ldif.gz'),
      '--journal',
      join(folder, 'z.switch.ndjson'),
    ];
    const to =
      proxy === null ? where(fleet.lab) : [...where(fleet.lab, proxy.address), '--ca', authority.caFile];
    return dnsacl(['secure', ...args, ...files, ...to], { env: fleet.lab.env });
  };
  /** The same in this process, with somebody who types. */
  const typing = (answer: string): Promise<Ran> =>
    runCli(['secure', ZONE, '--max-blocked', '100%', ...where(fleet.lab)], {
      cwd: folder,
      answers: [answer],
    });

  async function setMode(mode: string, zone = ZONE): Promise<void> {
    settings += 1;
    const stem = join(folder, `setting${settings}`);
    const files = ['--baseline', `${stem}.ldif`, '--journal', `${stem}.ndjson`];
    const args = ['secure', zone, '--mode', mode, ...ANYWAY, ...files, ...where(fleet.lab)];
    const { code, stderr } = await dnsacl(args);
    assert.equal(code, 0, stderr);
  }

  /** What Samba's own tool says. */
  async function allowUpdate(zone = ZONE): Promise<string> {
    const { lab } = fleet;
    const env = { ...lab.env, KRB5CCNAME: await lab.ticketOf('administrator') };
    const args = ['dns', 'zoneinfo', lab.hostName, zone, '--use-kerberos=required'];
    const said = await mustRun('samba-tool', [...args, `--configfile=${lab.smbConf}`], { env });
    return /fAllowUpdate\s*: (\w+)/.exec(said)?.[1] ?? assert.fail(said);
  }

  /** The values of dNSProperty in hex, AllowUpdate apart. */
  async function properties(zone = ZONE): Promise<{ mode: readonly string[]; others: readonly string[] }> {
    const dn = `DC=${zone},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;
    const ldif = await fleet.lab.ldapsearch(['-b', dn, '-s', 'base', '(objectClass=*)', 'dNSProperty']);
    const values = [...ldif.matchAll(/^dNSProperty:: (\S+)$/gm)].map(([, text = '']) =>
      Buffer.from(text, 'base64'),
    );
    const isMode = (value: Buffer): boolean => value.readUInt32LE(16) === ALLOW_UPDATE_ID;
    const hex = (some: readonly Buffer[]): readonly string[] =>
      some.map((value) => value.toString('hex')).sort();
    return { mode: hex(values.filter(isMode)), others: hex(values.filter((value) => !isMode(value))) };
  }

  it('is seen by samba-tool, changes no other property, and is taken back to the same octets', async () => {
    const atFirst = await properties();
    assert.equal(await allowUpdate(), UNSECURE);
    assert.ok(atFirst.others.length >= 5);

    const { code, stdout, stderr } = await secure([ZONE, ...ANYWAY]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /corp\.example\.com: nonsecure-and-secure -> secure-only: applied\n/);
    assert.match(stderr, /hosted by {2}1 domain controller: dc1\.corp\.example\.com/);
    assert.equal(await allowUpdate(), SECURE);
    const switched = await properties();
    assert.deepEqual(switched.others, atFirst.others);
    assert.equal(switched.mode.length, 1);
    assert.notDeepEqual(switched.mode, atFirst.mode);

    const { intent, outcome } = await readSwitchRecord(join(folder, 'z.switch.ndjson'));
    assert.deepEqual([Buffer.from(intent.before, 'base64').toString('hex')], atFirst.mode);
    assert.equal(outcome?.outcome, 'applied');
    assert.ok((outcome?.version ?? 0) > (intent.version ?? 0));

    const again = await secure([ZONE, ...ANYWAY]);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /secure-only: unchanged \(it is that already\)/);

    const back = await dnsacl([
      'secure',
      ZONE,
      '--revert',
      join(folder, 'z.switch.ndjson'),
      '--yes',
      '--journal',
      join(folder, 'back.ndjson'),
      ...where(fleet.lab),
    ]);
    assert.equal(back.code, 0, back.stderr);
    assert.equal(await allowUpdate(), UNSECURE);
    assert.deepEqual(await properties(), atFirst);
  });

  it('the baseline is a snapshot of how the zone was', async () => {
    const { code, stderr } = await secure([ZONE, ...ANYWAY]);
    assert.equal(code, 0, stderr);
    const baseline = ['--snapshot', join(folder, 'baseline.ldif.gz')];
    const { stdout } = await dnsacl(['zones', '-f', 'json', ...baseline]);
    const zones: readonly { name: string; dynamicUpdate: string }[] = JSON.parse(stdout).zones;
    assert.equal(zones.find(({ name }) => name === ZONE)?.dynamicUpdate, 'nonsecure-and-secure');
    const names = async (from: readonly string[]): Promise<unknown> =>
      JSON.parse((await dnsacl(['owners', '-z', ZONE, '-f', 'json', ...from])).stdout).summary;
    assert.deepEqual(await names(baseline), await names(where(fleet.lab)));
  });

  it('to none, and back again', async () => {
    await setMode('none');
    assert.equal(await allowUpdate(), OFF);
    const refused = await secure([ZONE, '--mode', 'none', '--yes', '--max-blocked', '0']);
    assert.equal(refused.code, 0, 'it is none already');
    await setMode('nonsecure-and-secure');
    const { code, stdout } = await secure([ZONE, '--mode', 'none', '--yes', '--max-blocked', '0']);
    assert.equal(code, 2);
    assert.match(stdout, /NO-GO {2}corp\.example\.com: 1[2-9] of 1[2-9] dynamic names/);
    assert.equal(await allowUpdate(), UNSECURE);
  });

  it('a zone that is not ready is not switched', async () => {
    const held = await properties();
    const { code, stdout } = await secure([
      ZONE,
      '--dhcp-account',
      'dhcp_update',
      '--yes',
      '--max-blocked',
      '0',
    ]);
    assert.equal(code, 2);
    assert.match(stdout, /^NO-GO {2}corp\.example\.com: 12 of/);
    assert.match(
      stdout,
      /no-go \(12 of \d+ dynamic names are blocked, the limit is 0; nothing was changed\)\n$/,
    );
    assert.deepEqual(await properties(), held);
    assert.deepEqual(
      (await readdir(folder)).filter((file) => /baseline|switch/.test(file)),
      [],
    );
  });

  it('the name typed wrong: nothing is done; typed right: it is', async () => {
    const held = await properties();
    for (const answer of ['', 'y', 'corp.example.co', SECOND_ZONE]) {
      const { code, out } = await typing(answer);
      assert.equal(code, 5);
      assert.match(out, /declined \(another name was typed; nothing was changed\)/);
    }
    assert.deepEqual(await properties(), held);
    assert.deepEqual(
      (await readdir(folder)).filter((file) => file.startsWith(ZONE)),
      [],
    );
    const { code, err, asked } = await typing(`${ZONE} `);
    assert.equal(code, 0, err);
    assert.deepEqual(asked, ['Type the name of the zone to go on: ']);
    assert.equal(await allowUpdate(), SECURE);
    assert.deepEqual((await readdir(folder)).filter((file) => file.startsWith(ZONE)).sort(), [
      `${ZONE}.2026-11-20T21-00-00-000.baseline.ldif.gz`,
      `${ZONE}.2026-11-20T21-00-00-000.switch.ndjson`,
    ]);
    const back = await runCli(
      ['secure', ZONE, '--revert', '--journal', join(folder, 'back'), ...where(fleet.lab)],
      {
        cwd: folder,
        answers: [ZONE],
      },
    );
    assert.equal(back.code, 0, back.err);
    assert.deepEqual(await properties(), held);
  });

  it('two administrators at once: the directory refuses the second, who is told', async () => {
    const proxy = await startProxy(async (): Promise<Deed> => {
      await setMode('none');
      return 'pass';
    });
    const { code, stdout } = await secure([ZONE, ...ANYWAY], proxy);
    await proxy.close();
    assert.equal(code, 6);
    assert.match(
      stdout,
      /stale \(somebody else changed it at the same moment, and nothing was written: it is none now\)/,
    );
    assert.equal(await allowUpdate(), OFF);
    const { outcome } = await readSwitchRecord(join(folder, 'z.switch.ndjson'));
    assert.equal(outcome?.outcome, 'stale');
  });

  it('taken back after somebody else changed it: refused, and told', async () => {
    assert.equal((await secure([ZONE, ...ANYWAY])).code, 0);
    await setMode('none');
    const { code, stderr } = await dnsacl([
      'secure',
      ZONE,
      '--revert',
      join(folder, 'z.switch.ndjson'),
      '--yes',
      ...where(fleet.lab),
    ]);
    assert.equal(code, 6);
    assert.match(stderr, /Somebody else changed corp\.example\.com after the switch in .*: it is none now/);
    assert.equal(await allowUpdate(), OFF);
  });

  it('the answer is lost: what happened is found by reading', async () => {
    const proxy = await startProxy(() => 'cut-after');
    const { code, stdout, stderr } = await secure([ZONE, ...ANYWAY], proxy);
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /applied/);
    assert.deepEqual(proxy.seen, { modifies: 1, cuts: 1 });
    assert.equal(await allowUpdate(), SECURE);
  });

  it('the request is lost: it is sent again, once', async () => {
    const proxy = await startProxy((modify) => (modify === 1 ? 'cut-before' : 'pass'));
    const { code, stderr } = await secure([ZONE, ...ANYWAY], proxy);
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.deepEqual(proxy.seen, { modifies: 2, cuts: 1 });
    assert.equal(await allowUpdate(), SECURE);
  });

  it('the domain controller dies between write and read-back, and comes back: found by reading', async () => {
    let restarted: Promise<void> | null = null;
    const proxy = await startProxy(
      () => 'cut-after',
      () => {
        restarted = fleet.lab.restartDc();
      },
    );
    const { code, stdout, stderr } = await secure([ZONE, ...ANYWAY], proxy);
    await restarted;
    await proxy.close();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /applied/);
    assert.equal(await allowUpdate(), SECURE);
  });

  it('it does not come back: nobody claims to know, and the record is enough for the way back', async () => {
    const held = await properties();
    const proxy = await startProxy(
      () => 'cut-after',
      () => void proxy.close(),
    );
    const { code, stdout, stderr } = await secure([ZONE, ...ANYWAY], proxy);
    assert.equal(code, 7);
    assert.doesNotMatch(stdout, /applied/);
    assert.match(stderr, /Whether corp\.example\.com was switched is not known/);
    const record = join(folder, 'z.switch.ndjson');
    assert.equal((await readSwitchRecord(record)).outcome, null);
    assert.equal((await readFile(record, 'utf8')).trim().split('\n').length, 1);
    const args = ['--revert', record, '--yes', '--journal', join(folder, 'back.ndjson')];
    const back = await dnsacl(['secure', ZONE, ...args, ...where(fleet.lab)]);
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(await properties(), held);
  });

  it('one zone at a time', async () => {
    await setMode('secure');
    const { code, stderr } = await secure([SECOND_ZONE, '--yes', '--max-blocked', '100%']);
    assert.equal(code, 5);
    assert.match(
      stderr,
      /Refused: the properties of corp\.example\.com, which is secure-only, were written at/,
    );
    assert.equal(await allowUpdate(SECOND_ZONE), UNSECURE);
    assert.equal((await secure([SECOND_ZONE, ...ANYWAY])).code, 0);
    assert.equal(await allowUpdate(SECOND_ZONE), SECURE);
    await setMode('nonsecure-and-secure', SECOND_ZONE);
  });

  it('says which other domain controllers do not hold it yet', async () => {
    const dc2: FurtherDc = await fleet.lab.join('dc2');
    const context = `DC=DomainDnsZones,${fleet.lab.domainDn}`;
    const behind = await secure([ZONE, ...ANYWAY, '--replica-wait', '0']);
    assert.equal(behind.code, 2, behind.stderr);
    assert.match(
      behind.stderr,
      /hosted by {2}2 domain controllers: dc1\.corp\.example\.com, dc2\.corp\.example\.com/,
    );
    assert.match(behind.stdout, /dc2\.corp\.example\.com +behind +it holds nonsecure-and-secure/);
    await fleet.lab.replicate('dc1', 'dc2', context);
    const there = await secure([ZONE, ...ANYWAY, '--replica-wait', '0']);
    assert.equal(there.code, 0, there.stderr);
    assert.match(there.stdout, /unchanged .*\n1 other domain controller: 1 converged, 0 behind\n/);
    await dc2.stop();
    const down = await secure([ZONE, ...ANYWAY, '--replica-wait', '0']);
    assert.equal(down.code, 2);
    assert.match(down.stdout, /dc2\.corp\.example\.com +unreachable/);
  });

  /** @param onCut called when the connection has been cut */
  function startProxy(
    decide: (modify: number) => Deed | Promise<Deed>,
    onCut?: () => void,
  ): Promise<CutProxy> {
    return startCutProxy({ host: fleet.lab.address, port: 636 }, authority, decide, onCut);
  }
});
