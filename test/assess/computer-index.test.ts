import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputerIndex } from '../../src/assess/computer-index.ts';
import { type AccountSpec, accountOf } from '../support/corp.ts';

function indexOf(...specs: readonly AccountSpec[]): ComputerIndex {
  const index = new ComputerIndex(null);
  for (const spec of specs) index.add(accountOf(spec));
  return index;
}

function found(index: ComputerIndex, host: string): readonly (readonly [string, string, boolean])[] {
  return index.find(host).map(({ account, match, weak }) => [account.samAccountName, match, weak]);
}

test('find() leads from a host name to the computer that claims it', () => {
  const index = indexOf({ rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com' }, { rid: 1110, sam: 'PC2$' });
  assert.deepEqual(found(index, 'pc1.corp.example.com'), [['PC1$', 'dns-host-name', false]]);
  assert.equal(index.size, 2);
});

test('find() falls back to the account name, weakly, also when NetBIOS cut it at 15 characters', () => {
  const index = indexOf({ rid: 1109, sam: 'webserver-produ$' });
  assert.deepEqual(found(index, 'webserver-production-01.corp.example.com'), [
    ['webserver-produ$', 'sam-account-name', true],
  ]);
  assert.deepEqual(found(index, 'webserver-prod.corp.example.com'), []);
});

test('find() does not fall back while somebody claims the host by name', () => {
  const index = indexOf(
    { rid: 1109, sam: 'PC1$' },
    { rid: 1110, sam: 'NEW$', spns: ['HOST/pc1.corp.example.com'] },
  );
  assert.deepEqual(found(index, 'pc1.corp.example.com'), [['NEW$', 'spn', false]]);
});

test('find() gives every claimant of a host, in the order in which they were added', () => {
  const index = indexOf(
    { rid: 1109, sam: 'OLD$', host: 'pc1.corp.example.com' },
    { rid: 1110, sam: 'NEW$', spns: ['HOST/pc1.corp.example.com'] },
  );
  assert.deepEqual(found(index, 'pc1.corp.example.com'), [
    ['OLD$', 'dns-host-name', false],
    ['NEW$', 'spn', false],
  ]);
});

test('find() gives every weak match too', () => {
  const index = indexOf({ rid: 1109, sam: 'PC1$' }, { rid: 1110, sam: 'pc1$' });
  assert.equal(index.find('pc1.corp.example.com').length, 2);
});

test('add() leaves out deleted computers and whatever is no computer', () => {
  const index = indexOf(
    { rid: 1109, sam: 'PC1$', host: 'pc1.corp.example.com', deleted: true },
    { rid: 1110, sam: 'PC1$', kind: 'user' },
    { rid: 1111, sam: 'PC1$', kind: 'gmsa' },
  );
  assert.deepEqual(found(index, 'pc1.corp.example.com'), []);
  assert.equal(index.size, 0);
});

test('isDomainController() knows every name that a domain controller claims, and no other', () => {
  const index = indexOf(
    { rid: 1000, sam: 'DC1$', uac: 0x82000, host: 'dc1.corp.example.com', additional: ['ldap.example.net'] },
    { rid: 1109, sam: 'PC1$', uac: 0x1000, host: 'pc1.corp.example.com' },
  );
  assert.deepEqual(
    ['dc1.corp.example.com', 'ldap.example.net', 'pc1.corp.example.com', 'dc1.example.net'].map((host) =>
      index.isDomainController(host),
    ),
    [true, true, false, false],
  );
});
