/** The inspection port against servers that answer as Windows does, or not at all; the lab has Samba's answers. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLdapInspection } from '../../../src/directory/ldap/ldap-inspection.ts';
import { parseDn } from '../../../src/formats/dn.ts';
import { encodeSid } from '../../../src/formats/sid.ts';
import type { Inspection } from '../../../src/records/inspection.ts';
import {
  EXTENDED_RESPONSE,
  element,
  message,
  result,
  searchDone,
  searchEntry,
  type WireAttribute,
} from '../../support/ber.ts';
import { domainSid } from '../../support/corp.ts';
import { connectTo, failureOf } from '../../support/ldap-client.ts';
import { OPERATIONS } from '../../support/ldap-server.ts';

type Entries = Readonly<Record<string, readonly WireAttribute[] | 'no such object'>>;

const ZONE = parseDn('DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com');

/** @param entries what a search at a base finds; whatever else is empty. @param whoAmI null: the server does not know it */
async function inspect(t: TestContext, entries: Entries, whoAmI: string | null = null): Promise<Inspection> {
  const { connection } = await connectTo(t, ({ messageId, operation, base }, peer) => {
    if (operation === OPERATIONS.extended) {
      const said =
        whoAmI === null ? [result({ resultCode: 2 })] : [result({}), element(0x8b, Buffer.from(whoAmI))];
      peer.send(message(messageId, element(EXTENDED_RESPONSE, Buffer.concat(said))));
    }
    if (operation !== OPERATIONS.search) return;
    const found = entries[base];
    if (found === 'no such object') peer.send(searchDone(messageId, { resultCode: 32 }));
    else
      peer.send(...(found === undefined ? [] : [searchEntry(messageId, base, found)]), searchDone(messageId));
  });
  return createLdapInspection(connection, { signIn: 'simple bind', verified: true });
}

test('readIdentity() takes the answer to "Who am I?" without its prefix', async (t) => {
  const sids = [domainSid(1130), domainSid(513)];
  const inspection = await inspect(t, { '': [['tokenGroups', sids.map(encodeSid)]] }, 'u:CORP\\anna');
  assert.deepEqual(await inspection.readIdentity(), { name: 'CORP\\anna', tokenSids: sids });
});

test('readIdentity() falls back on msDS-PrincipalName, and says when nothing is told', async (t) => {
  const named = await inspect(t, { '': [['msDS-PrincipalName', ['CORP\\anna']]] });
  assert.equal((await named.readIdentity()).name, 'CORP\\anna');
  const silent = await inspect(t, {}, '');
  assert.deepEqual(await silent.readIdentity(), { name: null, tokenSids: [] });
});

test('readServer() takes half of the round trip off the difference of the clocks', async (t) => {
  const inspection = await inspect(t, { '': [['currentTime', ['20261120210010.0Z']]] });
  const times = ['2026-11-20T21:00:00Z', '2026-11-20T21:00:04Z'];
  const facts = await inspection.readServer(
    () => new Date(times.shift() ?? assert.fail('asked a third time')),
  );
  assert.equal(facts.clockAheadMs, 8000);
});

test('readServer() reads the functional levels, and tells missing ones from zero', async (t) => {
  const inspection = await inspect(t, {
    '': [
      ['forestFunctionality', ['0']],
      ['domainFunctionality', ['10']],
      ['vendorName', ['Samba Team']],
    ],
  });
  assert.deepEqual(await inspection.readServer(() => new Date(0)), {
    vendor: 'Samba Team',
    levels: { forest: 0, domain: 10, controller: null },
    clockAheadMs: null,
  });
});

test('readRights() tells no right from no answer', async (t) => {
  const inspection = await inspect(t, {
    [ZONE]: [
      ['sDRightsEffective', ['4']],
      ['allowedAttributesEffective', ['dNSProperty', 'description']],
      ['nTSecurityDescriptor', ['x']],
    ],
    'DC=none': [['sDRightsEffective', ['0']]],
    'DC=silent': [],
    'DC=gone': 'no such object',
  });
  assert.deepEqual(await inspection.readRights(ZONE), {
    descriptorRead: true,
    descriptorWrites: 4,
    attributeWrites: new Set(['dnsproperty', 'description']),
  });
  assert.deepEqual(await inspection.readRights(parseDn('DC=none')), {
    descriptorRead: false,
    descriptorWrites: 0,
    attributeWrites: new Set(),
  });
  assert.deepEqual(await inspection.readRights(parseDn('DC=silent')), {
    descriptorRead: false,
    descriptorWrites: null,
    attributeWrites: null,
  });
  assert.equal(await inspection.readRights(parseDn('DC=gone')), null);
  assert.equal(await inspection.readRights(parseDn('DC=invisible')), null);
});

test('a connection that is lost is an error, not an answer', async (t) => {
  const { connection } = await connectTo(t, (_request, peer) => peer.drop());
  const inspection = createLdapInspection(connection, { signIn: 'simple bind', verified: true });
  await failureOf(inspection.readIdentity(), 'unreachable');
});
