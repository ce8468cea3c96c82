import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDhcpServers } from '../../src/records/dhcp-server.ts';
import { entryOf } from '../support/corp.ts';

const BASE = 'CN=NetServices,CN=Services,CN=Configuration,DC=corp,DC=example,DC=com';
const read = (...values: readonly string[]) =>
  readDhcpServers(entryOf(`CN=dhcp1.corp.example.com,${BASE}`, { dhcpServers: values }));

test('readDhcpServers() reads name and address of a value as Windows writes it', () => {
  assert.deepEqual(read('i10.0.0.3$rcn=dhcp1.corp.example.com$f0x00000000$sdhcp1.corp.example.com$'), [
    { name: 'dhcp1.corp.example.com', address: '10.0.0.3' },
  ]);
});

test('readDhcpServers() does not care about order, unknown tags or a missing last $', () => {
  assert.deepEqual(read('sother.corp.example.com$zsomething$f0x1$i10.0.0.4'), [
    { name: 'other.corp.example.com', address: '10.0.0.4' },
  ]);
});

test('readDhcpServers() takes the name of the object where a value names no server', () => {
  assert.deepEqual(read('i10.0.0.3$f0x00000000$', 's$', ''), [
    { name: 'dhcp1.corp.example.com', address: '10.0.0.3' },
    { name: 'dhcp1.corp.example.com', address: null },
    { name: 'dhcp1.corp.example.com', address: null },
  ]);
});

test('readDhcpServers() reads every value of the list that old servers share', () => {
  const root = entryOf(`CN=DhcpRoot,${BASE}`, { dhcpServers: ['i10.0.0.1$sa$', 'i10.0.0.2$sb$'] });
  assert.deepEqual(
    readDhcpServers(root).map((server) => server.name),
    ['a', 'b'],
  );
  assert.deepEqual(readDhcpServers(entryOf(`CN=DhcpRoot,${BASE}`)), []);
});
