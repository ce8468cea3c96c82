/** The reading port on a real domain controller: signing in, and every question it can be asked. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { openSession, parseServer, type SessionOptions } from '../../src/directory/ldap/ldap-session.ts';
import { createLdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { createSnapshotSource } from '../../src/directory/snapshot/snapshot-source.ts';
import { DirectoryError, type DirectoryFault } from '../../src/errors.ts';
import { type Dn, dnKey, parseDn } from '../../src/formats/dn.ts';
import { encodeSid, parseSid, type Sid, sidOf } from '../../src/formats/sid.ts';
import { copyEntry } from '../../src/records/entry.ts';
import { readMembers } from '../../src/records/members.ts';
import type { DirectoryInfo, DirectorySource, RawEntry } from '../../src/records/source.ts';
import { exportDirectory } from '../support/lab/capture-example.ts';
import { recordBytes, zoneProperties } from '../support/lab/dns-bytes.ts';
import { type Estate, layEstate } from '../support/lab/estate.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { writeFile } from '../support/snapshot.ts';

const ZONE = 'live.example.com';
const RECORD = recordBytes({ type: 'A', data: '10.0.0.1', ttlSeconds: 1200, timestampHours: 0 });
/** Names that need escaping in a DN, or in a filter. */
const NAMES = ['pc1', 'pc2', 'a,b', '#hash', 'plus+', '*', ' space ', 'ü', 'back\\slash', '(paren)'];
const ODD_GROUP = 'odd (group) ü';

const ESTATE: Estate = {
  accounts: [
    { kind: 'computer', account: 'PC1$', key: 'pc1', dnsHostName: 'pc1.live.example.com' },
    { kind: 'computer', account: 'PC2$' },
    { kind: 'computer', account: 'GONE$', key: 'gone', deleted: true },
    { kind: 'user', account: 'dhcp_update' },
    { kind: 'gmsa', account: 'svc$' },
  ],
  groups: [
    { account: 'inner', scope: 'global', members: ['pc1', 'dhcp_update'] },
    { account: ODD_GROUP, scope: 'domain-local', members: ['inner', 'PC2$'] },
  ],
  dhcpServers: [{ name: 'dhcp1.corp.example.com', address: '10.0.0.2' }],
  zones: [
    {
      name: ZONE,
      partition: 'domain',
      properties: zoneProperties(1, true),
      names: NAMES.map((name) => ({ name, records: [RECORD] })),
    },
    { name: 'forest.example.com', partition: 'forest', properties: zoneProperties(1, true), names: [] },
    { name: 'legacy.example.com', partition: 'legacy', properties: zoneProperties(1, true), names: [] },
  ],
};

function keysOf(entries: readonly RawEntry[]): string[] {
  return entries.map((entry) => dnKey(parseDn(entry.dn))).sort();
}

function namesOf(entries: readonly RawEntry[]): string[] {
  return entries
    .map((entry) => Buffer.from(entry.attributes.get('samaccountname')?.[0] ?? []).toString())
    .sort();
}

async function allOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<RawEntry[]> {
  const found: RawEntry[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

describe('a live directory', liveOrSkip(), () => {
  let lab: Lab;
  let connection: LdapConnection;
  let source: DirectorySource;
  let info: DirectoryInfo;
  let sids: Readonly<Record<string, string>>;
  let zoneDn: Dn;

  before(async () => {
    lab = await startLab();
    sids = await layEstate(lab, ESTATE);
    connection = await openSession(options({}));
    source = createLdapSource(connection, 1000);
    info = await source.describe();
    zoneDn = parseDn(`DC=${ZONE},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`);
  });
  after(async () => {
    await connection?.close();
    await lab?.stop();
  });

  function options(change: Partial<SessionOptions>): SessionOptions {
    return {
      ...parseServer(lab.address, null),
      caFile: lab.caFile,
      insecure: false,
      connectTimeoutMs: 5000,
      timeoutMs: 20_000,
      credentials: { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword },
      ...change,
    };
  }

  async function refusal(change: Partial<SessionOptions>, fault: DirectoryFault): Promise<DirectoryError> {
    const error = await openSession(options(change)).then(
      () => assert.fail('it succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DirectoryError, String(error));
    assert.equal(error.fault, fault, error.message);
    assert.ok(!error.message.includes(lab.adminPassword));
    return error;
  }

  it('takes a sign-in over LDAPS and over StartTLS, by UPN, by domain and name, and by DN', async () => {
    for (const tls of ['ldaps', 'starttls'] as const) {
      for (const user of [lab.adminUpn, 'CORP\\administrator', lab.adminDn]) {
        const credentials = { kind: 'simple', user, password: lab.adminPassword } as const;
        const session = await openSession(options({ ...parseServer(lab.address, tls), credentials }));
        const { domain } = await createLdapSource(session, 10).describe();
        assert.equal(domain?.dn, lab.domainDn);
        await session.close();
      }
    }
  });

  it('refuses a wrong password and an unknown account', async () => {
    const wrong = { kind: 'simple', user: lab.adminUpn, password: 'not this one' } as const;
    const unknown = { kind: 'simple', user: 'nobody@corp.example.com', password: 'x' } as const;
    assert.equal((await refusal({ credentials: wrong }, 'credentials')).resultCode, 49);
    assert.equal((await refusal({ credentials: unknown }, 'credentials')).resultCode, 49);
  });

  it('refuses a server whose CA is not known', async () => {
    for (const tls of ['ldaps', 'starttls'] as const) {
      const error = await refusal({ ...parseServer(lab.address, tls), caFile: null }, 'tls');
      assert.match(error.message, /give the CA that signed it with --ca FILE$/);
    }
  });

  it('describes itself', () => {
    const sid = sids.pc1?.replace(/-\d+$/, '');
    const domain = {
      dn: lab.domainDn,
      dnsName: 'corp.example.com',
      netbiosName: 'CORP',
      sid,
      inForest: true,
      answered: true,
    };
    assert.deepEqual(
      { ...info, partitions: info.partitions.map(({ kind, server }) => `${kind} on ${server}`).sort() },
      {
        server: lab.hostName,
        live: true,
        takenAt: null,
        namesOf: null,
        domains: [domain],
        domain,
        rootDomain: domain,
        configurationDn: `CN=Configuration,${lab.domainDn}`,
        partitions: ['domain', 'forest', 'legacy'].map((kind) => `${kind} on ${lab.hostName}`),
        problems: [],
      },
    );
  });

  it('finds the zones of every partition, and none where there is no DNS', async () => {
    const expected = { domain: ZONE, forest: 'forest.example.com', legacy: 'legacy.example.com' } as const;
    for (const partition of info.partitions) {
      const zones = await allOf(source.zones(partition));
      const name = expected[partition.kind as keyof typeof expected];
      const zone = zones.find(({ dn }) => dn.toLowerCase().startsWith(`dc=${name},`));
      assert.ok(zone?.attributes.has('dnsproperty') && zone.attributes.has('ntsecuritydescriptor'));
    }
    const container = parseDn(`CN=MicrosoftDNS,DC=Nowhere,${lab.domainDn}`);
    const nowhere = {
      kind: 'custom',
      namingContext: parseDn(lab.domainDn),
      container,
      server: null,
    } as const;
    assert.deepEqual(await allOf(source.zones(nowhere)), []);
  });

  it('gives the same names in pages of 3 and of 1000, and as much of each as asked for', async () => {
    const whole = await allOf(source.nodes(zoneDn, 'metadata', copyEntry));
    const small = await allOf(createLdapSource(connection, 3).nodes(zoneDn, 'metadata', copyEntry));
    assert.deepEqual(small, whole);
    assert.equal(whole.length, NAMES.length);
    assert.ok(whole.every(({ attributes }) => attributes.has('replpropertymetadata')));
    const census = await allOf(source.nodes(zoneDn, 'census', copyEntry));
    assert.deepEqual(keysOf(census), keysOf(whole));
    assert.deepEqual([...(census[0]?.attributes.keys() ?? [])], ['dnsrecord']);
    const described = await allOf(source.nodes(zoneDn, 'descriptor', copyEntry));
    assert.deepEqual([...(described[0]?.attributes.keys() ?? [])].sort(), [
      'dnsrecord',
      'ntsecuritydescriptor',
      'objectguid',
    ]);
  });

  it('says so when a zone is not there', async () => {
    const missing = parseDn(`DC=missing,${zoneDn}`);
    await assert.rejects(
      allOf(source.nodes(missing, 'census', copyEntry)),
      (error: unknown) =>
        error instanceof DirectoryError && error.fault === 'not-found' && error.dn === missing,
    );
  });

  it('finds accounts by 450 SIDs at once, deleted ones too', async () => {
    const domainSid = info.domain?.sid as Sid;
    const asked = Array.from({ length: 450 }, (_, index) => sidOf(domainSid, 100_000 + index));
    asked[0] = parseSid(sids.pc1 ?? '');
    asked[225] = sidOf(domainSid, 512);
    asked[300] = parseSid(sids.gone ?? '');
    asked[449] = parseSid(sids.dhcp_update ?? '');
    const found = await source.bySid(asked);
    assert.equal(found.length, 4);
    const wanted = [0, 225, 300, 449].map((at) => Buffer.from(encodeSid(asked[at] as Sid)).toString('hex'));
    const got = found.map(({ attributes }) =>
      Buffer.from(attributes.get('objectsid')?.[0] ?? []).toString('hex'),
    );
    assert.deepEqual(got.sort(), wanted.sort());
    assert.deepEqual(await source.bySid([]), []);
  });

  it('finds accounts by name, and none by a name that is a filter', async () => {
    for (const [reference, expected] of [
      ['PC1', ['PC1$']],
      ['pc1$', ['PC1$']],
      ['pc1.live.example.com', ['PC1$']],
      ['administrator@corp.example.com', []],
      [lab.adminDn, ['Administrator']],
      [ODD_GROUP, [ODD_GROUP]],
      ['*', []],
      ['GONE$', []],
      [')(objectClass=*', []],
    ] as const) {
      assert.deepEqual(namesOf(await source.byName(reference)), expected, reference);
    }
  });

  it('follows groups in groups', async () => {
    const [group] = await source.byName(ODD_GROUP);
    assert.ok(group !== undefined);
    const { all } = await readMembers(source, [group.dn]);
    const members = await source.bySid([...all]);
    assert.deepEqual(namesOf(members), ['PC1$', 'PC2$', 'dhcp_update', 'inner']);
  });

  it('lists computers and DHCP servers', async () => {
    assert.deepEqual(namesOf(await allOf(source.computers(copyEntry))), ['DC1$', 'PC1$', 'PC2$']);
    const servers = await source.dhcpServers();
    assert.ok(servers.some(({ dn }) => dn.startsWith('CN=dhcp1.corp.example.com,')));
  });

  it('agrees with a snapshot of itself', async (t) => {
    const offline = createSnapshotSource(writeFile(t, 'lab.ldif', await exportDirectory(lab)));
    const { takenAt, ...told } = await offline.describe();
    const { takenAt: _, ...live } = info;
    const server = 'lab.ldif';
    const partitions = info.partitions.map((partition) => ({ ...partition, server }));
    assert.deepEqual(told, { ...live, server, live: false, partitions });
    assert.ok(
      Math.abs((takenAt?.getTime() ?? 0) - Date.now()) < 60_000,
      `the clock of the rootDSE: ${takenAt}`,
    );
    for (const partition of info.partitions) {
      const zones = await allOf(source.zones(partition));
      assert.deepEqual(keysOf(await allOf(offline.zones(partition))), keysOf(zones));
      for (const { dn } of zones) {
        const names = await allOf(source.nodes(dn, 'census', copyEntry));
        assert.deepEqual(keysOf(await allOf(offline.nodes(dn, 'census', copyEntry))), keysOf(names));
      }
    }
    assert.deepEqual(
      keysOf(await allOf(offline.computers(copyEntry))),
      keysOf(await allOf(source.computers(copyEntry))),
    );
    assert.deepEqual(keysOf(await offline.dhcpServers()), keysOf(await source.dhcpServers()));
    for (const reference of ['PC1', ODD_GROUP, 'Domain Admins', 'Administrators', 'DnsAdmins']) {
      const [account] = await source.byName(reference);
      assert.deepEqual(
        keysOf(await offline.byName(reference)),
        keysOf(account === undefined ? [] : [account]),
      );
      if (account === undefined) continue;
      const sidsOf = async (from: DirectorySource): Promise<string[]> =>
        [...(await readMembers(from, [account.dn])).all].sort();
      assert.deepEqual(await sidsOf(offline), await sidsOf(source), reference);
    }
  });

  it('counted what it was asked', () => {
    const { requests, pages, entries, bytes } = source.counters;
    assert.ok(requests > 30 && pages > 30 && entries > 100 && bytes > 100_000);
  });
});
