import assert from 'node:assert/strict';
import test from 'node:test';
import {
  domainsOf,
  partitionOf,
  partitionsOf,
  sidOf,
  textOf,
} from '../../../src/directory/ldap/naming-contexts.ts';
import { FormatError } from '../../../src/errors.ts';
import { parseDn } from '../../../src/formats/dn.ts';
import { encodeSid } from '../../../src/formats/sid.ts';
import { DOMAIN, DOMAIN_SID, entryOf, PARTITION } from '../../support/corp.ts';
import { CROSS_REFS, crossRef } from '../../support/snapshot.ts';

const DC = 'dc1.corp.example.com';
const LEGACY = {
  kind: 'legacy',
  namingContext: DOMAIN.dn,
  container: `CN=MicrosoftDNS,CN=System,${DOMAIN.dn}`,
  server: DC,
};

test('domainsOf() knows the SID of the domain at hand only', () => {
  assert.deepEqual(domainsOf(CROSS_REFS, parseDn('dc=CORP,dc=example,dc=com'), DOMAIN_SID), [
    DOMAIN,
    {
      dn: `DC=child,${DOMAIN.dn}`,
      dnsName: 'child.corp.example.com',
      netbiosName: 'CHILD',
      sid: null,
      inForest: true,
      answered: false,
    },
  ]);
});

test('domainsOf() does not vouch for a domain whose SID it could not read', () => {
  assert.deepEqual(domainsOf(CROSS_REFS.slice(0, 1), DOMAIN.dn, null), [
    { ...DOMAIN, sid: null, answered: false },
  ]);
});

test('domainsOf() takes the DNS name from the DN when the crossRef has none', () => {
  const [domain] = domainsOf([crossRef('OLD', 'DC=old,DC=example', 3)], DOMAIN.dn, null);
  assert.equal(domain?.dnsName, 'old.example');
});

test('partitionsOf() finds the application partitions and the old place of every domain', () => {
  const held = [PARTITION.namingContext, DOMAIN.dn];
  assert.deepEqual(
    partitionsOf(CROSS_REFS, DOMAIN.dn, (dn) => (held.includes(dn) ? DC : null)),
    [
      PARTITION,
      {
        kind: 'forest',
        namingContext: `DC=ForestDnsZones,${DOMAIN.dn}`,
        container: `CN=MicrosoftDNS,DC=ForestDnsZones,${DOMAIN.dn}`,
        server: null,
      },
      LEGACY,
      {
        kind: 'legacy',
        namingContext: `DC=child,${DOMAIN.dn}`,
        container: `CN=MicrosoftDNS,CN=System,DC=child,${DOMAIN.dn}`,
        server: null,
      },
    ],
  );
});

test('a crossRef that is disabled, foreign or without a name says nothing', () => {
  const odd = [
    crossRef('off', 'DC=off,DC=corp', 5, 'FALSE'),
    crossRef('off.corp', 'DC=off,DC=corp', 3, 'false'),
    crossRef('external', 'DC=elsewhere', 0),
    crossRef('nameless', null, 5),
    crossRef('nameless too', null, 3),
    crossRef('bad..name', null, 3),
  ];
  assert.deepEqual(
    partitionsOf(odd, DOMAIN.dn, () => DC),
    [LEGACY],
  );
  assert.deepEqual(domainsOf(odd, DOMAIN.dn, DOMAIN_SID), []);
});

test('a naming context that a crossRef does not tell is known by its DNS name', () => {
  const hidden = crossRef('ForestDnsZones.corp.example.com', null, 5);
  assert.deepEqual(
    partitionsOf([hidden], DOMAIN.dn, () => null).map(({ namingContext }) => namingContext),
    [`DC=ForestDnsZones,${DOMAIN.dn}`, DOMAIN.dn],
  );
});

test('flags of a crossRef that mean something else do not matter', () => {
  const attributes = { nCName: 'DC=Custom,DC=corp', systemFlags: String(5 | 0x40000000), Enabled: 'TRUE' };
  assert.deepEqual(
    partitionsOf([entryOf('CN=x', attributes)], DOMAIN.dn, () => DC).map(({ kind }) => kind),
    ['custom', 'legacy'],
  );
});

test('partitionOf() tells kinds by name, in any case', () => {
  assert.equal(partitionOf(parseDn('dc=domaindnszones,dc=corp'), DC).kind, 'domain');
  assert.equal(partitionOf(parseDn('DC=FORESTDNSZONES,DC=corp'), DC).kind, 'forest');
  assert.equal(partitionOf(parseDn('DC=Branch,DC=corp'), DC).container, 'CN=MicrosoftDNS,DC=Branch,DC=corp');
  assert.equal(partitionOf(parseDn('DC=Branch,DC=corp'), DC).kind, 'custom');
});

test('sidOf() and textOf() read one attribute', () => {
  const entry = entryOf('CN=a', { objectSid: encodeSid(DOMAIN_SID), cn: ['ä', 'second'] });
  assert.equal(sidOf(entry), DOMAIN_SID);
  assert.equal(textOf(entry, 'cn'), 'ä');
  assert.equal(sidOf(entryOf('CN=a')), null);
  assert.equal(textOf(entry, 'missing'), null);
  assert.throws(() => sidOf(entryOf('CN=a', { objectSid: 'not a SID' })), FormatError);
});
