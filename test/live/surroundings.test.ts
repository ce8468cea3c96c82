/**
 * The surroundings of a zone on a domain controller: DHCP servers, the members of DnsUpdateProxy, the credential
 * account, reverse zones, the access list of the zone and a tombstoned name; live, and from a snapshot of the same.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Check } from '../../src/assess/check.ts';
import { recordBytes, zoneProperties } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, startFleet, where } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';

const ZONE = 'branch.example.com';
const REVERSE = '1.10.in-addr.arpa';
/** 2026-11-20 20:00 UTC. */
const LAST_HOUR = 3_733_244;
const WITHIN = ['--max-blocked', '100%'] as const;
const GONE = { type: 'A', data: '10.1.0.99', ttlSeconds: 900, timestampHours: LAST_HOUR } as const;

describe('the surroundings of a zone', liveOrSkip(), () => {
  let fleet: Fleet;

  before(async () => {
    fleet = await startFleet(1);
    await layEstate(fleet.lab, {
      accounts: [
        { kind: 'computer', account: 'DHCP1$', dnsHostName: 'dhcp1.corp.example.com' },
        { kind: 'computer', account: 'DHCP2$', dnsHostName: 'dhcp2.corp.example.com' },
        { kind: 'computer', account: 'OLD$', dnsHostName: 'old.branch.example.com' },
        { kind: 'computer', account: 'PC000$', dnsHostName: 'pc000.branch.example.com' },
        { kind: 'user', account: 'dhcp_good', password: 'Passw0rd!y' },
        { kind: 'user', account: 'dhcp_off', disabled: true },
        { kind: 'user', account: 'helpdesk' },
      ],
      groups: [{ account: 'DnsUpdateProxy', scope: 'global', members: ['DHCP1$', 'helpdesk'] }],
      dhcpServers: ['dhcp1', 'dhcp2', 'dhcp9'].map((name, at) => ({
        name: `${name}.corp.example.com`,
        address: `127.0.1.${at}`,
      })),
      zones: [
        {
          name: ZONE,
          partition: 'domain',
          properties: zoneProperties(1, true),
          sddl: 'O:DAG:DAD:(A;;CC;;;AU)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;DA)(A;;RPWPLCRC;;;{sid:helpdesk})',
          names: [
            ...fleetNames('pc', 3),
            owned('one', 'DHCP1$'),
            owned('two', 'DHCP2$'),
            { name: 'old', records: [recordBytes(GONE)], tombstoned: true },
          ],
        },
        { name: REVERSE, partition: 'domain', properties: zoneProperties(2, false), names: [] },
        { name: ZONE, partition: 'forest', properties: zoneProperties(1, false), names: [] },
      ],
    });
  });
  after(() => fleet?.stop());

  const owned = (name: string, owner: string) => ({
    name,
    records: [recordBytes({ ...GONE, data: '10.1.0.50' })],
    sddl: `O:{sid:${owner}}G:DUD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;{sid:${owner}})`,
  });
  const zoneDn = (): string => `DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${fleet.lab.domainDn}`;

  async function readiness(
    place: readonly string[],
    ...args: readonly string[]
  ): Promise<{ code: number | null; go: boolean; checks: ReadonlyMap<string, Check> }> {
    const command = ['readiness', '-z', zoneDn(), ...WITHIN, ...args, '-f', 'json', ...place];
    const { code, stdout, stderr } = await dnsacl(command, { env: fleet.lab.env });
    const { go, checks } = JSON.parse(stdout || assert.fail(stderr)) as {
      go: boolean;
      checks: readonly Check[];
    };
    return { code, go, checks: new Map(checks.map((check) => [check.id, check])) };
  }

  /** What has to come out, whoever is asked. */
  function assertSurroundings(checks: ReadonlyMap<string, Check>): void {
    const expected: readonly (readonly [id: string, status: string, message: RegExp])[] = [
      ['update-mode', 'pass', /takes nonsecure updates/],
      ['reverse-zones', 'warn', /1\.10\.in-addr\.arpa is secure-only \(addresses: 5\)/],
      ['zone-copies', 'warn', /DC=ForestDnsZones.* stands in another partition/],
      ['zone-create', 'pass', /Authenticated Users/],
      ['zone-properties', 'warn', /CORP\\helpdesk can write dNSProperty/],
      ['zone-control', 'pass', /only administrators/],
      ['dhcp-servers', 'warn', /dhcp9\.corp\.example\.com \(computer accounts: 0\)/],
      ['dns-update-proxy', 'warn', /DHCP servers: dhcp1\..*others: CORP\\helpdesk; not in it: dhcp2\./],
      ['dhcp-owners', 'warn', /CORP\\DHCP1\$ owns 1, CORP\\DHCP2\$ owns 1, and none can change/],
      ['aging', 'warn', /scavenging may take/],
      ['dormant-names', 'warn', /^1 tombstoned name keeps its access list; on 1 of them nobody/],
    ];
    for (const [id, status, message] of expected) {
      assert.equal(checks.get(id)?.status, status, `${id}: ${checks.get(id)?.message}`);
      assert.match(checks.get(id)?.message ?? '', message);
    }
  }

  it('is told by the directory', async () => {
    const { checks } = await readiness(where(fleet.lab));
    assertSurroundings(checks);
    assert.equal(checks.get('dhcp-account')?.status, 'unknown');
  });

  it('is told by a snapshot alike', async () => {
    const file = join(fleet.folder, 'surroundings.ldif.gz');
    const saved = await dnsacl(['snapshot', '-z', zoneDn(), '-o', file, ...where(fleet.lab)]);
    assert.equal(saved.code, 0, saved.stderr);
    const live = await readiness(where(fleet.lab), '--dhcp-account', 'dhcp_good');
    const offline = await readiness(['--snapshot', file], '--dhcp-account', 'dhcp_good');
    const surroundings = (checks: ReadonlyMap<string, Check>) =>
      [...checks.values()].filter(({ id }) => id !== 'replicas');
    assert.deepEqual(surroundings(offline.checks), surroundings(live.checks));
  });

  it('knows when the password of the DHCP account expires, or that it does not', async () => {
    const { go, checks } = await readiness(where(fleet.lab), '--dhcp-account', 'dhcp_good');
    assert.equal(go, true);
    assert.match(checks.get('dhcp-account')?.message ?? '', /password (?:never )?expires/);
  });

  it('is a no-go with a DHCP account that is disabled, and warns of several', async () => {
    const off = await readiness(where(fleet.lab), '--dhcp-account', 'dhcp_off');
    assert.deepEqual([off.code, off.go, off.checks.get('dhcp-account')?.status], [2, false, 'fail']);
    const { checks } = await readiness(
      where(fleet.lab),
      ...['--dhcp-account', 'dhcp_good', '--dhcp-account', 'DHCP1$'],
    );
    assert.match(checks.get('dhcp-account')?.message ?? '', /^several accounts were named/);
    assert.match(checks.get('dhcp-account')?.message ?? '', /DHCP1\$: it is a member of DnsUpdateProxy/);
  });

  it('is a no-go with a DHCP account that must change its password first', async () => {
    const { go, checks } = await readiness(where(fleet.lab), '--dhcp-account', 'dhcp_update');
    assert.equal(go, false);
    assert.match(checks.get('dhcp-account')?.message ?? '', /its password has expired/);
  });
});
