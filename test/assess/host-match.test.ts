import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eachHostName,
  type HostMatch,
  hostKey,
  hostsOf,
  isReverse,
  matchHost,
  samAccountStem,
} from '../../src/assess/host-match.ts';
import { normalizeFqdn } from '../../src/formats/dns-name.ts';
import type { Account } from '../../src/records/account.ts';
import { accountOf, aRecord, nodeOf, ptrRecord, recordBytes } from '../support/corp.ts';

test('hostsOf() takes the name itself, in lower case', () => {
  assert.deepEqual(hostsOf(nodeOf({ name: 'PC1' })), ['pc1.corp.example.com']);
  assert.deepEqual(hostsOf(nodeOf({ name: '@' })), ['corp.example.com']);
});

test('hostsOf() takes every PTR target of a reverse name once, sorted, in lower case', () => {
  const records = ['PC2.corp.example.com', 'pc1.corp.example.com', 'pc2.corp.example.com'].map(ptrRecord);
  const node = nodeOf({ zone: '10.in-addr.arpa', name: '1.0.0', records });
  assert.deepEqual(hostsOf(node), ['pc1.corp.example.com', 'pc2.corp.example.com']);
});

test('hostsOf() finds no host behind a reverse name without a PTR', () => {
  const tombstone = recordBytes(0, { kind: 'tombstone', entombedTime: 1n });
  assert.deepEqual(hostsOf(nodeOf({ zone: '10.in-addr.arpa', name: '1.0.0', records: [tombstone] })), []);
  assert.deepEqual(hostsOf(nodeOf({ zone: '8.b.d.0.1.0.0.2.ip6.arpa', name: '1', records: [] })), []);
});

test('hostsOf() keeps the name of a tombstoned or empty forward name', () => {
  assert.deepEqual(hostsOf(nodeOf({ name: 'pc1', records: [] })), ['pc1.corp.example.com']);
});

test('hostsOf() follows no CNAME and no A record', () => {
  const cname = recordBytes(5, { kind: 'name', target: 'pc9.corp.example.com' });
  const node = nodeOf({ name: 'www', records: [cname, aRecord('10.0.0.9')] });
  assert.deepEqual(hostsOf(node), ['www.corp.example.com']);
});

test('eachHostName() reads HOST SPNs, dNSHostName and additional names, the strongest claim first', () => {
  const account = accountOf({
    rid: 1109,
    sam: 'PC1$',
    host: 'PC1.corp.example.com.',
    spns: [
      'HOST/pc1.corp.example.com',
      'host/PC1-mgmt.corp.example.com',
      'HOST/PC1',
      'TERMSRV/pc1.other.example',
      'HOST/pc1.corp.example.com:8080',
      'HOST/pc1.corp.example.com/CORP',
    ],
    additional: ['alias.example.net', 'pc1-mgmt.corp.example.com'],
  });
  assert.deepEqual(claimsOf(account), [
    ['pc1.corp.example.com', 'spn'],
    ['pc1-mgmt.corp.example.com', 'spn'],
    ['pc1.corp.example.com', 'dns-host-name'],
    ['alias.example.net', 'additional-name'],
    ['pc1-mgmt.corp.example.com', 'additional-name'],
  ]);
});

test('eachHostName() takes dNSHostName when no SPN names it', () => {
  const account = accountOf({ rid: 1109, sam: 'PC1$', host: 'PC1.disjoint.example' });
  assert.deepEqual(claimsOf(account), [['pc1.disjoint.example', 'dns-host-name']]);
});

function claimsOf(account: Account): readonly (readonly [host: string, match: HostMatch])[] {
  const claims: [string, HostMatch][] = [];
  eachHostName(account, (host, match) => claims.push([host, match]));
  return claims;
}

test('samAccountStem() cuts the first label to 15 characters', () => {
  assert.equal(samAccountStem('pc1.corp.example.com'), 'pc1');
  assert.equal(samAccountStem('exactly15chars-.corp.example.com'), 'exactly15chars-');
  assert.equal(samAccountStem('webserver-production-01.corp.example.com'), 'webserver-produ');
  assert.equal(samAccountStem('webserver-production-01'), 'webserver-produ');
  assert.equal(samAccountStem('PCÄ.corp.example.com'), 'pcä');
});

test('matchHost() says how, weakly by the account name, or null', () => {
  const account = accountOf({ rid: 1109, sam: 'WebServer-Produ$', host: 'web.corp.example.com' });
  assert.equal(matchHost(account, 'web.corp.example.com'), 'dns-host-name');
  assert.equal(matchHost(account, 'webserver-production-01.corp.example.com'), 'sam-account-name');
  assert.equal(matchHost(account, 'webserver.corp.example.com'), null);
});

test('isReverse() knows both trees and nothing that only looks like them', () => {
  for (const zone of [
    'in-addr.arpa',
    '1.168.192.in-addr.arpa',
    '0-26.1.168.192.IN-ADDR.ARPA',
    '8.b.d.0.ip6.arpa',
  ]) {
    assert.ok(isReverse(zone), zone);
  }
  for (const zone of ['corp.example.com', 'in-addr.arpa.example.com', 'xin-addr.arpa', 'arpa']) {
    assert.ok(!isReverse(zone), zone);
  }
});

test('hostKey() is lower case without the dot at the end, whatever the name has already', () => {
  const names = [
    'pc1.corp.example.com',
    'PC1.corp.example.com',
    'pc1.corp.example.com.',
    '.',
    '',
    'a\\.',
    'é.x\n',
  ];
  assert.deepEqual(names.map(hostKey), names.map(normalizeFqdn));
});
