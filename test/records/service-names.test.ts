import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServiceNames } from '../../src/records/service-names.ts';
import { entryOf } from '../support/corp.ts';

function read(...names: readonly string[]) {
  return readServiceNames(entryOf('CN=x', { servicePrincipalName: names }));
}

test('readServiceNames() keeps the full names of hosts, without those of other services, ports and instances', () => {
  assert.deepEqual(
    read(
      'HOST/PC1',
      'HOST/PC1.corp.example.com',
      'host/pc1-mgmt.corp.example.com',
      'RestrictedKrbHost/pc1.corp.example.com',
      'HOSTS/pc2.corp.example.com',
      'HOST/pc1.corp.example.com:8080',
      'HOST/pc1.corp.example.com/CORP',
      'HOST/pcä.corp.example.com',
      'HOST\u000fpc3.corp.example.com',
      'HOST/',
      'H',
    ),
    {
      hosts: ['PC1.corp.example.com', 'pc1-mgmt.corp.example.com', 'pcä.corp.example.com'],
      cluster: null,
    },
  );
});

test('readServiceNames() tells a cluster name object from a virtual computer, whatever stands first', () => {
  const virtual = 'MSClusterVirtualServer/role';
  for (const name of ['MSServerCluster/c', 'msserverclustermgmtapi/c']) {
    assert.equal(read(name, virtual).cluster, 'name-object');
    assert.equal(read(virtual, name).cluster, 'name-object');
  }
  assert.equal(read('HOST/role', virtual).cluster, 'virtual-computer');
  assert.equal(read('MSServerClusterX/c', 'MSClusterVirtual/r', 'MSClusterVirtualServer').cluster, null);
});

test('readServiceNames() finds nothing where there is nothing', () => {
  assert.deepEqual(read(), { hosts: [], cluster: null });
  assert.deepEqual(readServiceNames({ dn: '' as never, attributes: new Map() }), {
    hosts: [],
    cluster: null,
  });
});
