import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedDomainsOf } from '../../../src/directory/forest/trusted-domains.ts';
import { encodeSid, parseSid } from '../../../src/formats/sid.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { DOMAIN, entryOf, type Value } from '../../support/corp.ts';

const SID = parseSid('S-1-5-21-7-8-9');

function trust(change: Readonly<Record<string, Value | null>> = {}): RawEntry {
  return entryOf('CN=partner.example,CN=System,DC=corp', {
    trustPartner: 'partner.example',
    flatName: 'PARTNER',
    securityIdentifier: encodeSid(SID),
    trustDirection: '2',
    trustAttributes: '8',
    ...change,
  });
}

test('trustedDomainsOf() gives a domain that is trusted, once', () => {
  const expected = {
    dn: 'DC=partner,DC=example',
    dnsName: 'partner.example',
    netbiosName: 'PARTNER',
    sid: SID,
    inForest: false,
    answered: false,
  };
  assert.deepEqual(trustedDomainsOf([trust(), trust({ trustDirection: '3' })], [DOMAIN]), [expected]);
});

const OTHERS: Readonly<Record<string, Readonly<Record<string, Value | null>>>> = {
  'trusts us, and is not trusted': { trustDirection: '1' },
  'is switched off': { trustDirection: '0' },
  'is within the forest': { trustAttributes: String(0x20) },
  'has the name of a domain of the forest': { trustPartner: 'CORP.example.com' },
  'has no SID, as a realm of other systems': { securityIdentifier: null },
  'has a SID that is none': { securityIdentifier: 'none' },
  'has a name that is none': { trustPartner: 'a..b' },
  'has no name': { trustPartner: null },
};

for (const [what, change] of Object.entries(OTHERS)) {
  test(`trustedDomainsOf() leaves out one that ${what}`, () => {
    assert.deepEqual(trustedDomainsOf([trust(change)], [DOMAIN]), []);
  });
}
