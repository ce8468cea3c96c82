/**
 * A forest of several domain controllers: one holds a partition that the pinned one does not, another one a domain
 * of its own. The child domain is imitated, as lab.addDomain() says; the servers that answer are real.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createGlobalCatalog } from '../../src/directory/forest/global-catalog.ts';
import { catalogPort, openSession } from '../../src/directory/ldap/ldap-session.ts';
import { parseDn } from '../../src/formats/dn.ts';
import { type Sid, sidDomain, sidOf } from '../../src/formats/sid.ts';
import { type EstateName, layEstate } from '../support/lab/estate.ts';
import { dnsacl, type Fleet, fleetNames, startFleet, where, ZONE } from '../support/lab/fleet.ts';
import type { FurtherDc } from '../support/lab/further-dc.ts';
import { liveOrSkip } from '../support/lab/gate.ts';

const NAMES = 4;
const CHILD_ZONE = 'child.corp.example.com';
const FOREST_ZONE = 'forest.example.com';
const DC1 = 'dc1.corp.example.com';
const DC2 = 'dc2.corp.example.com';
const CHILD_DC = 'child-dc1.child.corp.example.com';

const PARTNER_SID = 'S-1-5-21-7-8-9';

interface Answer {
  readonly code: number | null;
  readonly stderr: string;
  readonly json: {
    readonly zones: readonly { readonly name: string; readonly server: string }[];
    readonly names: readonly {
      readonly fqdn: string;
      readonly owner: { readonly sid: string; readonly name: string | null; readonly class: string };
    }[];
    readonly changes: readonly unknown[];
    readonly problems: readonly { readonly code: string; readonly where: string; readonly message: string }[];
  };
}

describe('a forest', liveOrSkip(), () => {
  let fleet: Fleet;
  let dc2: FurtherDc;
  let child: FurtherDc;
  let childSids: Readonly<Record<string, string>>;
  let domainSid: Sid;

  before(async () => {
    fleet = await startFleet(NAMES);
    const { lab } = fleet;
    const forestNames = fleetNames('f', NAMES);
    await layEstate(lab, { zones: [{ name: FOREST_ZONE, partition: 'forest', names: forestNames }] });
    dc2 = await lab.join('dc2');
    await lab.dropPartition(`DC=ForestDnsZones,${lab.domainDn}`);
    child = await lab.addDomain('child');
    childSids = await layEstate(hostOf(child), {
      accounts: [
        { kind: 'computer', account: 'KID1$', dnsHostName: `kid000.${CHILD_ZONE}` },
        { kind: 'computer', account: 'GONE$', deleted: true },
        { kind: 'user', account: 'kid_admin' },
      ],
      groups: [{ account: 'Domain Admins', scope: 'global', members: ['kid_admin'] }],
      zones: [
        {
          name: CHILD_ZONE,
          partition: 'domain',
          names: [...owned('kid', '{sid:KID1$}'), ...owned('adm', '{sid:kid_admin}')],
        },
      ],
    });
    const sids = await layEstate(lab, {
      groups: [{ account: 'Domain Admins', scope: 'global', members: [] }],
    });
    domainSid = sidDomain(sids['Domain Admins'] as Sid) as Sid;
    // Names in the zone of the first domain that belong to accounts of the other.
    const names = [...owned('visitor', childSids.KID1$ ?? ''), ...owned('left', childSids.GONE$ ?? '')];
    await layEstate(lab, { zones: [{ name: ZONE, partition: 'domain', names }] });
  });
  after(() => fleet?.stop());

  async function ask(...args: readonly string[]): Promise<Answer> {
    const outcome = await dnsacl([...args, '-f', 'json', ...where(fleet.lab)], { env: fleet.lab.env });
    assert.notEqual(outcome.stdout, '', outcome.stderr);
    return { ...outcome, json: JSON.parse(outcome.stdout) };
  }
  const owners = (answer: Answer): Record<string, string> =>
    Object.fromEntries(
      answer.json.names
        .filter(({ fqdn }) => /^(?:kid|adm|visitor|left)000\./.test(fqdn))
        .map(({ fqdn, owner }) => [fqdn, `${owner.class} ${owner.name}`]),
    );
  const codes = (answer: Answer): readonly string[] => answer.json.problems.map(({ code }) => code).sort();

  it('reads a partition that the pinned server does not hold through one that does, and says so', async () => {
    const answer = await ask('zones');
    assert.equal(answer.code, 0, answer.stderr);
    const servers = new Map(answer.json.zones.map(({ name, server }) => [name, server.toLowerCase()]));
    assert.deepEqual([servers.get(FOREST_ZONE), servers.get(ZONE)], [DC2, DC1]);
    assert.equal(servers.has(CHILD_ZONE), false);
    assert.deepEqual(codes(answer), ['other-domains', 'read-elsewhere']);
    assert.match(
      answer.stderr,
      /dc2\.corp\.example\.com: was read from, because dc1\.corp\.example\.com does not hold DC=ForestDnsZones/i,
    );
  });

  it('gives the same names through the other server as that server itself', async () => {
    const through = await ask('owners', '-z', FOREST_ZONE);
    const direct = await dnsacl(
      ['owners', '-z', FOREST_ZONE, '-f', 'json', ...where(fleet.lab, dc2.address)],
      { env: fleet.lab.env },
    );
    assert.deepEqual(through.json.names, JSON.parse(direct.stdout).names);
    assert.equal(through.json.names.filter(({ fqdn }) => fqdn.startsWith('f0')).length, NAMES);
  });

  it('changes names, and takes it back, on the server that holds them', async () => {
    const plan = join(fleet.folder, 'forest-plan.json');
    const journal = join(fleet.folder, 'forest.ndjson');
    const more = ['--dhcp-account', 'dhcp_update'];
    const zones = ['-z', FOREST_ZONE, '-z', ZONE];
    const planned = await ask('grant', ...zones, '--name', 'f0*', 'pc*', ...more, '--plan', plan);
    assert.equal(planned.code, 0, planned.stderr);
    const applied = await dnsacl(
      ['apply', plan, '--yes', '--max-change', '100%', '--journal', journal, ...where(fleet.lab)],
      { env: fleet.lab.env },
    );
    assert.equal(applied.code, 0, applied.stderr);
    assert.match(applied.stdout, /8 planned: 8 applied/);
    const undone = await dnsacl(['undo', journal, '--yes', ...where(fleet.lab)], { env: fleet.lab.env });
    assert.equal(undone.code, 0, undone.stderr);
    assert.match(undone.stdout, /8 planned: 8 applied/);
  });

  it('without --forest leaves other domains out, whose SIDs stay unresolved', async () => {
    const answer = await ask('owners', '--all-zones');
    assert.deepEqual(owners(answer), {
      [`visitor000.${ZONE}`]: 'unresolved null',
      [`left000.${ZONE}`]: 'unresolved null',
    });
  });

  it('with --forest reads the other domain: its zones, its accounts, who is gone', async () => {
    const answer = await ask('owners', '--forest', '--all-zones');
    assert.equal(answer.code, 0, answer.stderr);
    assert.deepEqual(owners(answer), {
      [`kid000.${CHILD_ZONE}`]: 'self CHILD\\KID1$',
      [`adm000.${CHILD_ZONE}`]: 'admin CHILD\\kid_admin',
      [`visitor000.${ZONE}`]: 'computer CHILD\\KID1$',
      [`left000.${ZONE}`]: 'orphan CHILD\\GONE$',
    });
    const zones = await ask('zones', '--forest');
    const servers = new Map(zones.json.zones.map(({ name, server }) => [name, server.toLowerCase()]));
    assert.equal(servers.get(CHILD_ZONE), CHILD_DC);
  });

  it('changes names of the other domain on its own server, without being told of the forest again', async () => {
    const plan = join(fleet.folder, 'child-plan.json');
    const to = where(fleet.lab);
    const { env } = fleet.lab;
    const who = ['--dhcp-account', 'dhcp_update'];
    const planned = await ask(
      'grant',
      '--forest',
      '-z',
      CHILD_ZONE,
      '--name',
      'kid*',
      ...who,
      '--plan',
      plan,
    );
    assert.equal(planned.code, 0, planned.stderr);
    const apply = ['apply', plan, '--yes', '--max-change', '100%'];
    await child.stop();
    const down = await dnsacl([...apply, '--journal', join(fleet.folder, 'down.ndjson'), ...to], { env });
    await child.start();
    assert.equal(down.code, 7, down.stderr);
    assert.match(down.stderr, /Cannot connect to child\.corp\.example\.com/);
    const applied = await dnsacl([...apply, '--journal', join(fleet.folder, 'child.ndjson'), ...to], { env });
    assert.equal(applied.code, 0, applied.stderr);
    assert.match(applied.stdout, /1 planned: 1 applied/);
    const again = await ask('grant', '--forest', '-z', CHILD_ZONE, '--name', 'kid*', ...who);
    assert.deepEqual(again.json.changes, []);
  });

  it('says and counts a domain that does not answer, calls none of its SIDs an orphan, and reads the rest', async () => {
    await child.stop();
    try {
      const answer = await ask('owners', '--forest', '--all-zones');
      assert.deepEqual(owners(answer), {
        [`visitor000.${ZONE}`]: 'unresolved null',
        [`left000.${ZONE}`]: 'unresolved null',
      });
      assert.equal(answer.json.names.filter(({ fqdn }) => /^(?:pc|f)\d+\./.test(fqdn)).length, 2 * NAMES);
      assert.deepEqual(codes(answer), ['incomplete-forest', 'read-elsewhere', 'unanswered-domain']);
      assert.match(answer.stderr, /child\.corp\.example\.com: the domain did not answer/);
      assert.match(answer.stderr, /1 of 2 domains did not answer and 2 of 5 partitions could not be read/);
    } finally {
      await child.start();
    }
  });

  it('finds accounts and members in the global catalog, from the port that serves it', async () => {
    const { lab } = fleet;
    const catalog = createGlobalCatalog(() =>
      openSession({
        ...{ host: lab.address, port: catalogPort('ldaps'), tls: 'ldaps' },
        ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 20_000 },
        credentials: { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword },
      }),
    );
    const [administrator, ...others] = await catalog.bySid([sidOf(domainSid, 500), sidOf(domainSid, 99_999)]);
    assert.equal(administrator?.dn, lab.adminDn);
    assert.deepEqual(others, []);
    const members = await catalog.membersOf([parseDn(`CN=Domain Admins,CN=Users,${lab.domainDn}`)]);
    assert.deepEqual(
      members.map(({ dn }) => dn),
      [lab.adminDn],
    );
    assert.ok(catalog.counters.requests > 2);
    await catalog.close();
  });

  it('says and counts a trusted domain that does not answer', async () => {
    await fleet.lab.python('-c', [ADD_TRUST]);
    const names = owned('friend', `${PARTNER_SID}-1234`);
    await layEstate(fleet.lab, { zones: [{ name: ZONE, partition: 'domain', names }] });
    const answer = await ask('owners', '--forest', '-z', ZONE, '--name', 'friend*');
    assert.deepEqual(
      answer.json.names.map(({ owner }) => owner.class),
      ['unresolved'],
    );
    assert.match(
      answer.stderr,
      /partner\.example: the trusted domain did not answer, so SIDs of it stay unresolved/,
    );
    assert.match(answer.stderr, /1 of 3 domains did not answer and 0 of 5 partitions could not be read/);
  });

  it('says and counts a partition of which no holder answers', async () => {
    await dc2.stop();
    try {
      const answer = await ask('zones');
      assert.ok(answer.json.zones.some(({ name }) => name === ZONE));
      assert.ok(!answer.json.zones.some(({ name }) => name === FOREST_ZONE));
      assert.deepEqual(codes(answer), ['incomplete-forest', 'other-domains', 'unread-partition']);
    } finally {
      await dc2.start();
    }
  });
});

/** Trusted in both directions, transitive as another forest is; there is no such server. */
const ADD_TRUST = `from labdb import connect
from samba.dcerpc import security
from samba.ndr import ndr_pack
samdb = connect()
samdb.add({"dn": "CN=partner.example,CN=System,%s" % samdb.domain_dn(), "objectClass": "trustedDomain",
    "trustPartner": "partner.example", "flatName": "PARTNER", "trustDirection": "3", "trustType": "2",
    "trustAttributes": "8", "securityIdentifier": ndr_pack(security.dom_sid("${PARTNER_SID}"))}, ["relax:0"])`;

/** One name with this owner. */
function owned(prefix: string, owner: string): readonly EstateName[] {
  return fleetNames(prefix, 1, `O:${owner}G:DUD:`);
}

function hostOf(dc: FurtherDc): Parameters<typeof layEstate>[0] {
  return {
    python: (script, args, stdin) => dc.python(script, args, stdin),
    rememberPassword: () => {},
    restartDc: async () => {
      await dc.stop();
      await dc.start();
    },
  };
}
