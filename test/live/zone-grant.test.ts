/** `grant --at-zone` on a domain controller: one entry on the zone lets the DHCP account update every name. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parsePlan } from '../../src/plan/plan-file.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';

const NAMES = 60;
const PROTECTED = 'O:SYG:SYD:PAI(A;;LCRPLORC;;;WD)(A;;GA;;;SY)';

interface AuditedUpdater {
  readonly principal: { readonly name: string };
  readonly access: string;
  readonly decidedBy: string | null;
}

describe('grant --at-zone', liveOrSkip(), () => {
  let fleet: Fleet;
  let file: string;
  let journal: string;

  before(async () => {
    fleet = await startFleet(NAMES);
    await layEstate(fleet.lab, {
      accounts: [{ kind: 'user', account: 'other_update' }],
      zones: [{ name: ZONE, partition: 'domain', names: fleetNames('sealed', 1, PROTECTED) }],
    });
    file = join(fleet.folder, 'plan.json');
    journal = `${file}.journal`;
    await fleet.lab.setDnsMode('secure only');
    await fleet.admin.recover();
  });
  after(() => fleet?.stop());

  it('before it the DHCP account is refused', async () => {
    assert.deepEqual(await updateAs('dhcp_update', 'pc000', '10.9.0.1'), ['10.1.0.0']);
  });

  it('plans one entry, and says its price', async () => {
    const { code, stderr } = await dnsacl([
      'grant',
      '-z',
      ZONE,
      '--at-zone',
      '--dhcp-account',
      'dhcp_update',
      '--plan',
      file,
      ...where(fleet.lab),
    ]);
    assert.equal(code, 0, stderr);
    const { changes, zones } = parsePlan(await readFile(file, 'utf8'), file);
    assert.equal(changes.length, 1);
    assert.match(
      changes[0]?.add[0]?.ace ?? '',
      /^\(OA;CIIO;[A-Z]+;;e0fa1e8c-9b45-11d0-afdd-00c04fd930c9;S-1-5-21-/,
    );
    assert.match(
      changes[0]?.notes.join('\n') ?? '',
      /every name in the zone, present and future, those of domain controllers/,
    );
    assert.match(changes[0]?.notes.join('\n') ?? '', /protected from inheritance are not reached/);
    assert.ok((zones[0]?.names ?? 0) > NAMES);
  });

  it('applied, the audit sees it by the inherited entry, on names that come later too', async () => {
    const args = ['apply', file, '--yes', '--journal', journal, ...where(fleet.lab)];
    const refused = await dnsacl(args);
    assert.equal(refused.code, 5);
    const [, checksum = ''] = /reaches all \d+ names .* --approve (sha256:\w+)/.exec(refused.stderr) ?? [];
    const { code, stdout, stderr } = await dnsacl([...args, '--approve', checksum]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /1 planned: 1 applied/);
    await layEstate(fleet.lab, {
      zones: [{ name: ZONE, partition: 'domain', names: fleetNames('later', 2) }],
    });
    for (const glob of ['pc*', 'later*']) {
      const updaters = await dhcpOn(glob);
      assert.ok(updaters.length >= 2);
      for (const { access, decidedBy } of updaters) {
        assert.equal(access, 'yes', glob);
        assert.match(decidedBy ?? '', /^\(O?A;[A-Z]*ID[A-Z]*;/);
      }
    }
    assert.deepEqual(
      (await dhcpOn('sealed*')).map(({ access }) => access),
      ['no'],
      'a protected list is not reached',
    );
  });

  it('applied, the DHCP account can really update, and nobody else besides', async () => {
    assert.deepEqual(await updateAs('other_update', 'pc000', '10.9.0.2'), ['10.1.0.0']);
    assert.deepEqual(await updateAs('dhcp_update', 'pc000', '10.9.0.1'), ['10.9.0.1']);
    assert.deepEqual(await updateAs('dhcp_update', 'later000', '10.9.0.3'), ['10.9.0.3']);
  });

  it('a second plan has nothing to add', async () => {
    const { stdout } = await dnsacl([
      'grant',
      '-z',
      ZONE,
      '--at-zone',
      '--dhcp-account',
      'dhcp_update',
      ...where(fleet.lab),
    ]);
    assert.match(stdout, /1 name looked at: 0 to change/);
  });

  it('undone, the DHCP account is refused again', async () => {
    const { code, stderr } = await dnsacl(['undo', journal, '--yes', ...where(fleet.lab)]);
    assert.equal(code, 0, stderr);
    assert.ok((await dhcpOn('pc*')).every(({ access }) => access === 'no'));
    assert.deepEqual(await updateAs('dhcp_update', 'pc001', '10.9.0.4'), ['10.1.0.1']);
  });

  async function dhcpOn(glob: string): Promise<readonly AuditedUpdater[]> {
    const args = ['audit', '-z', ZONE, '--name', glob, '--dhcp-account', 'dhcp_update', '-f', 'json'];
    const { stdout } = await dnsacl([...args, ...where(fleet.lab)]);
    const names: readonly { updaters: readonly AuditedUpdater[] }[] = JSON.parse(stdout).names;
    return names
      .flatMap(({ updaters }) => updaters)
      .filter(({ principal }) => /dhcp_update/.test(principal.name));
  }

  async function updateAs(account: string, name: string, address: string): Promise<string[]> {
    const host = `${name}.${ZONE}`;
    const commands = [`update delete ${host} A`, `update add ${host} 1200 A ${address}`];
    await fleet.lab.nsupdate({ as: account, zone: ZONE, commands });
    return fleet.lab.lookup(host, 'A');
  }
});
