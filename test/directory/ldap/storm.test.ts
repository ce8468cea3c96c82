/**
 * LDAP over a bad network, without TLS, so that messages themselves are cut, merged and lost at every place. What a
 * session reads through it is all there is, or it fails and says so.
 */

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { openTransport } from '../../../src/directory/ldap/transport.ts';
import { childDn } from '../../../src/formats/dn.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { searchDone } from '../../support/ber.ts';
import { entryOf, PARTITION } from '../../support/corp.ts';
import { OBJECTS, wireEntry } from '../../support/endless-directory.ts';
import { SERVER_NAME } from '../../support/ldap-client.ts';
import {
  type LdapRequest,
  OPERATIONS,
  type Peer,
  startLdapServer,
  type TestLdapServer,
} from '../../support/ldap-server.ts';
import { CORP_ZONE_DN } from '../../support/make-small-snapshot.ts';
import { plainName } from '../../support/small-names.ts';
import { braveStorm, type StormTarget } from '../../support/storm-sessions.ts';

const NAMES = 150;
const FEW_NAMES = 60;
const OTHER_ZONE_DN = childDn('DC', 'other.example.com', PARTITION.container);
/** Enough for a reading without pages to be held while its caller works. */
const MANY_NAMES = 3000;
const SEEDS = Array.from({ length: 240 }, (_, at) => at + 1);
const LARGE_SEEDS = Array.from({ length: 8 }, (_, at) => 1000 + 20 * at);
/** A server that has fallen silent is given up after so long; a busy machine needs some time for an answer as well. */
const TIMEOUT_MS = 700;
const LARGE_TIMEOUT_MS = 3000;
/** Of one name in so many only the first record comes with its entry. */
const RANGED_ONE_IN = 40;

/** Answers as Samba does, which may be asked for everything at once. */
function serveZone(count: number): (request: LdapRequest, peer: Peer) => void {
  const [root] = OBJECTS[''] as readonly [RawEntry];
  const vendor = ['vendorname', [Buffer.from('Samba Team')]] as const;
  const objects: typeof OBJECTS = {
    ...OBJECTS,
    '': [{ dn: root.dn, attributes: new Map([...root.attributes, vendor]) }],
    [PARTITION.container]: [entryOf(CORP_ZONE_DN), entryOf(OTHER_ZONE_DN)],
    [OTHER_ZONE_DN]: Array.from({ length: FEW_NAMES }, (_, at) => plainName(OTHER_ZONE_DN, at)),
  };
  const names = Array.from({ length: count }, (_, at) => plainName(CORP_ZONE_DN, at));
  const sent = names.map((name, at) => (at % RANGED_ONE_IN === 0 ? firstOf(name) : name));
  const rests = new Map(names.map((name) => [name.dn as string, restOf(name)]));
  return ({ operation, messageId, base, cookie, pageSize }, peer) => {
    if (operation !== OPERATIONS.search) return;
    const rest = rests.get(base);
    if (rest !== undefined) return peer.send(wireEntry(messageId, rest), searchDone(messageId));
    const found = base === CORP_ZONE_DN ? sent : (objects[base] ?? []);
    const from = Number(cookie);
    const page = pageSize === 0 ? found : found.slice(from, from + pageSize);
    const next = from + page.length < found.length ? String(from + page.length) : '';
    peer.send(
      ...page.map((entry) => wireEntry(messageId, entry)),
      searchDone(messageId, pageSize === 0 ? {} : { cookie: Buffer.from(next) }),
    );
  };
}

function firstOf({ dn, attributes }: RawEntry): RawEntry {
  const renamed = [...attributes].map(
    ([name, values]) => [name === 'dnsrecord' ? 'dnsRecord;range=0-0' : name, values] as const,
  );
  return { dn, attributes: new Map(renamed) };
}

function restOf({ dn, attributes }: RawEntry): RawEntry {
  return { dn, attributes: new Map([['dnsRecord;range=1-*', attributes.get('dnsrecord') ?? []]]) };
}

describe('a directory behind a bad network', () => {
  const servers: TestLdapServer[] = [];
  after(() => Promise.all(servers.map((server) => server.close())));

  /** A server with so many names; nobody has to sign in. */
  async function targetOf(names: number, timeoutMs: number): Promise<StormTarget> {
    const server = await startLdapServer(serveZone(names));
    servers.push(server);
    const how = { host: '127.0.0.1', tls: 'off', caFile: null, insecure: false } as const;
    return {
      server: { host: '127.0.0.1', port: server.port },
      open: async (port) =>
        new LdapConnection(
          await openTransport({ ...how, port, connectTimeoutMs: timeoutMs }),
          SERVER_NAME,
          timeoutMs,
        ),
    };
  }

  it(`gives ${2 * SEEDS.length} sessions all there is, or an error`, async (t) => {
    const { without, withRetries, deeds } = await braveStorm(await targetOf(NAMES, TIMEOUT_MS), SEEDS);
    t.diagnostic(`without retries ${JSON.stringify(without)}, with retries ${JSON.stringify(withRetries)}`);
    t.diagnostic(JSON.stringify(deeds));
    assert.equal(without.complete + without.failed, SEEDS.length);
    assert.equal(withRetries.complete + withRetries.failed, SEEDS.length);
    assert.ok(without.complete > SEEDS.length / 5, `${without.complete} complete`);
    assert.ok(without.failed > SEEDS.length / 5, `${without.failed} failed`);
    assert.ok(withRetries.complete > without.complete, 'trying again did not help');
    for (const [deed, count] of Object.entries(deeds)) assert.ok(count > 10, `${deed}: ${count}`);
  });

  it('gives sessions that have to wait for their caller all there is, or an error', async (t) => {
    const { without, withRetries } = await braveStorm(
      await targetOf(MANY_NAMES, LARGE_TIMEOUT_MS),
      LARGE_SEEDS,
    );
    t.diagnostic(`without retries ${JSON.stringify(without)}, with retries ${JSON.stringify(withRetries)}`);
    assert.ok(withRetries.complete > 0);
  });
});
