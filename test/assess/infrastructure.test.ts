import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputerIndex } from '../../src/assess/computer-index.ts';
import { infrastructureReason, protectedReason } from '../../src/assess/infrastructure.ts';
import { accountOf, nodeOf } from '../support/corp.ts';

const computers = new ComputerIndex(null);
computers.add(accountOf({ rid: 1000, sam: 'DC1$', uac: 0x82000, host: 'dc1.corp.example.com' }));
computers.add(accountOf({ rid: 1109, sam: 'PC1$', uac: 0x1000, host: 'pc1.corp.example.com' }));

const reasonOf = (name: string, zone?: string) =>
  infrastructureReason(nodeOf(zone === undefined ? { name } : { name, zone }), computers);

test('infrastructureReason() tells the apex, locator names and domain controllers apart', () => {
  assert.match(reasonOf('@') ?? '', /the zone itself/);
  for (const name of ['_ldap._tcp', '_msdcs', '_ldap._tcp.dc._msdcs', 'mail._tcp', '_KERBEROS']) {
    assert.match(reasonOf(name) ?? '', /service locator/, name);
  }
  assert.match(reasonOf('gc') ?? '', /^gc is registered by domain controllers$/);
  assert.match(reasonOf('DomainDnsZones') ?? '', /^domaindnszones is registered/);
  assert.match(reasonOf('ForestDnsZones') ?? '', /registered by domain controllers/);
  assert.match(reasonOf('DC1') ?? '', /name of a domain controller/);
});

test('infrastructureReason() takes every name of an _msdcs zone', () => {
  const guidName = '6f2a8a5e-1b1c-4d6e-9f00-0123456789ab';
  assert.match(reasonOf(guidName, '_msdcs.corp.example.com') ?? '', /service locator/);
  assert.match(reasonOf('gc', '_MSDCS.corp.example.com') ?? '', /service locator/);
});

test('infrastructureReason() leaves ordinary names alone, look-alikes included', () => {
  for (const name of ['pc1', 'my_host', 'gc1', 'dc1x', 'domaindnszones1', 'unknown']) {
    assert.equal(reasonOf(name), null, name);
  }
  assert.equal(reasonOf('dc1', 'other.example'), null);
  assert.equal(reasonOf('pc1', 'my_msdcs.example.com'), null);
});

test('protectedReason() protects wildcards and the names that clients guess', () => {
  assert.match(protectedReason(nodeOf({ name: '*' })) ?? '', /wildcard/);
  assert.match(protectedReason(nodeOf({ name: '*.lab' })) ?? '', /wildcard/);
  assert.match(protectedReason(nodeOf({ name: 'WPAD' })) ?? '', /ask for wpad/);
  assert.match(protectedReason(nodeOf({ name: 'isatap' })) ?? '', /ask for isatap/);
  for (const name of ['pc1', 'wpad1', 'x*', 'wpad.lab'])
    assert.equal(protectedReason(nodeOf({ name })), null, name);
});
