/** What a snapshot tells about the domain it was taken from. */

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createSnapshotSource } from '../../../src/directory/snapshot/snapshot-source.ts';
import { encodeSid } from '../../../src/formats/sid.ts';
import { copyEntry } from '../../../src/records/entry.ts';
import type { DirectoryInfo, RawEntry } from '../../../src/records/source.ts';
import { accountEntry, DOMAIN, DOMAIN_SID, domainSid, entryOf, PARTITION } from '../../support/corp.ts';
import {
  COMPLETE,
  CROSS_REFS,
  domainEntry,
  ldifOf,
  nameEntry,
  ROOT,
  withoutClass,
  writeFile,
  zoneEntry,
} from '../../support/snapshot.ts';

const HEAD = domainEntry(encodeSid(DOMAIN_SID));
const FULL = [ROOT, ...CROSS_REFS, HEAD];
/** Partitions are read from the file itself. */
const server = 'test.ldif';
const IN_FILE = { ...PARTITION, server };
const BROKEN = 'dn: CN=a,DC=x\nobjectSid:: ???\n\n';

function describe(t: TestContext, entries: readonly RawEntry[], more = ''): Promise<DirectoryInfo> {
  return createSnapshotSource(writeFile(t, 'test.ldif', more + ldifOf(entries))).describe();
}

test('a snapshot tells when it was taken, by the clock of the server', async (t) => {
  const taken = async (currentTime: string) => (await describe(t, [entryOf('', { currentTime })])).takenAt;
  assert.deepEqual(await taken('20261120210000.0Z'), new Date('2026-11-20T21:00:00Z'));
  assert.equal(await taken('yesterday'), null);
});

test('a full snapshot tells domains, partitions and configuration', async (t) => {
  const child = {
    dn: `DC=child,${DOMAIN.dn}`,
    dnsName: 'child.corp.example.com',
    netbiosName: 'CHILD',
    sid: null,
    inForest: true,
    answered: false,
  };
  const info = await describe(t, FULL, COMPLETE);
  assert.deepEqual(info, {
    server,
    live: false,
    takenAt: null,
    namesOf: null,
    domains: [DOMAIN, child],
    domain: DOMAIN,
    rootDomain: DOMAIN,
    configurationDn: `CN=Configuration,${DOMAIN.dn}`,
    partitions: [
      IN_FILE,
      {
        kind: 'forest',
        namingContext: `DC=ForestDnsZones,${DOMAIN.dn}`,
        container: `CN=MicrosoftDNS,DC=ForestDnsZones,${DOMAIN.dn}`,
        server,
      },
      ...[DOMAIN.dn, child.dn].map((dn) => ({
        kind: 'legacy',
        namingContext: dn,
        container: `CN=MicrosoftDNS,CN=System,${dn}`,
        server,
      })),
    ],
    problems: [],
  });
  assert.deepEqual(await describe(t, FULL.map(withoutClass), COMPLETE), info);
  assert.deepEqual(await describe(t, [...FULL].reverse(), COMPLETE), {
    ...info,
    partitions: [...info.partitions.slice(0, 2).reverse(), ...info.partitions.slice(2)],
  });
});

test('only the mark for this very domain vouches for its accounts', async (t) => {
  const marks = [
    ['', false],
    [COMPLETE, true],
    [`#dnsacl-complete-domain:${DOMAIN_SID}\n`, true],
    [`# filter: (objectClass=user)\n${COMPLETE}\n`, true],
    [`# dnsacl-complete-domain: ${domainSid(1)}\n`, false],
    ['# dnsacl-complete-domain: S-1-5-21-1-2-3\n', false],
    ['# dnsacl-complete-domain: corp\n', false],
    ['# dnsacl-complete-domain:\n', false],
    [`# not ${COMPLETE.slice(2)}`, false],
  ] as const;
  for (const [mark, answered] of marks) {
    const { domain, domains } = await describe(t, FULL, mark);
    assert.equal(domain?.answered, answered, mark);
    assert.deepEqual(
      domains.map((item) => item.answered),
      [answered, false],
    );
  }
});

test('the mark counts wherever it stands', async (t) => {
  const file = writeFile(t, 'test.ldif', `${ldifOf(FULL)}${COMPLETE}`);
  assert.equal((await createSnapshotSource(file).describe()).domain?.answered, true);
});

test('an entry that cannot be read is a problem, and the file no longer vouches for all accounts', async (t) => {
  const { domain, problems } = await describe(t, FULL, COMPLETE + BROKEN);
  assert.equal(domain?.answered, false);
  assert.equal(problems.length, 1);
  assert.deepEqual(
    { ...problems[0], message: '' },
    { severity: 'error', code: 'bad-ldif', where: 'test.ldif:3', message: '' },
  );
});

test('an account whose SID is damaged is a problem, too', async (t) => {
  const { dn, attributes } = accountEntry({ rid: 1, sam: 'PC1$' });
  const damaged = { dn, attributes: new Map([...attributes, ['objectsid', [Buffer.from('xx')]] as const]) };
  const { domain, problems } = await describe(t, [...FULL, damaged], COMPLETE);
  assert.equal(domain?.answered, false);
  assert.deepEqual(
    problems.map(({ code, where }) => [code, where]),
    [['bad-account', dn]],
  );
});

test('a domain whose SID is damaged is known by name only', async (t) => {
  const { domain, problems } = await describe(
    t,
    [ROOT, ...CROSS_REFS, domainEntry(Buffer.from('xx'))],
    COMPLETE,
  );
  assert.deepEqual(domain, { ...DOMAIN, sid: null, answered: false });
  assert.deepEqual(
    problems.map(({ code, where }) => [code, where]),
    [['bad-account', DOMAIN.dn]],
  );
});

test('without a rootDSE the entry of the domain tells', async (t) => {
  const { domain, rootDomain, configurationDn } = await describe(t, [HEAD, ...CROSS_REFS], COMPLETE);
  assert.deepEqual(domain, DOMAIN);
  assert.deepEqual(rootDomain, DOMAIN);
  assert.equal(configurationDn, null);
});

test('without crossRefs the domain has no NetBIOS name', async (t) => {
  const { domains, partitions } = await describe(t, [ROOT, HEAD]);
  assert.deepEqual(domains, [{ ...DOMAIN, netbiosName: null, answered: false }]);
  assert.deepEqual(
    partitions.map(({ kind }) => kind),
    ['legacy'],
  );
});

test('the root of the forest is found among the domains, or is unknown', async (t) => {
  const root = (dn: string): RawEntry =>
    entryOf('', { defaultNamingContext: DOMAIN.dn, rootDomainNamingContext: dn });
  const child = await describe(t, [root(`DC=child,${DOMAIN.dn}`), ...CROSS_REFS]);
  assert.equal(child.rootDomain?.dnsName, 'child.corp.example.com');
  assert.equal((await describe(t, [root('DC=elsewhere'), ...CROSS_REFS])).rootDomain, null);
});

test('names alone tell their zones and partitions', async (t) => {
  const custom = 'CN=MicrosoftDNS,DC=Branch,DC=corp';
  const info = await describe(t, [
    nameEntry('pc1'),
    nameEntry('pc2'),
    nameEntry('pc3', 'branch.example.com', custom),
    nameEntry('pc4', 'old.example.com', `CN=MicrosoftDNS,CN=System,${DOMAIN.dn}`),
  ]);
  assert.deepEqual(
    { domain: info.domain, rootDomain: info.rootDomain, domains: info.domains },
    { domain: null, rootDomain: null, domains: [] },
  );
  assert.deepEqual(info.partitions, [
    IN_FILE,
    { kind: 'custom', namingContext: 'DC=Branch,DC=corp', container: custom, server },
    { kind: 'legacy', namingContext: DOMAIN.dn, container: `CN=MicrosoftDNS,CN=System,${DOMAIN.dn}`, server },
  ]);
});

test('an empty zone tells its partition as well', async (t) => {
  const { partitions } = await describe(t, [zoneEntry('empty.example.com')]);
  assert.deepEqual(partitions, [IN_FILE]);
});

test('an empty file is a snapshot of nothing', async (t) => {
  assert.deepEqual(await describe(t, []), {
    server,
    live: false,
    takenAt: null,
    namesOf: null,
    domains: [],
    domain: null,
    rootDomain: null,
    configurationDn: null,
    partitions: [],
    problems: [],
  });
});

test('an account that several exports hold is one account, with the attributes of all of them', async (t) => {
  const account = accountEntry({ rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com' });
  const more = entryOf(account.dn.toUpperCase(), {
    objectClass: ['top', 'computer'],
    objectSid: encodeSid(domainSid(1109)),
    sAMAccountName: 'PC1$',
    'mS-DS-CreatorSID': encodeSid(domainSid(1140)),
  });
  const source = createSnapshotSource(writeFile(t, 'test.ldif', ldifOf([...FULL, account, more])));
  const [found, ...others] = await source.byName('PC1$');
  assert.deepEqual(others, []);
  assert.ok(found?.attributes.has('dnshostname') && found.attributes.has('ms-ds-creatorsid'));
  let swept = 0;
  for await (const page of source.computers(copyEntry)) swept += page.length;
  assert.equal(swept, 1);
});
