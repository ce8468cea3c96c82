import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearNames } from '../../src/formats/near-names.ts';

const CANDIDATES = ['dhcp_update', 'dhcp_updater', 'dhcp-update', 'dhcp', 'DNSADMINS', 'pc1', 'pc2', 'pc10'];

test('nearNames() finds what one slip of the finger makes of a name, nearest first', () => {
  assert.deepEqual(nearNames('dhcp_updat', CANDIDATES), ['dhcp_update', 'dhcp-update', 'dhcp_updater']);
  assert.deepEqual(nearNames('dhcpupdate', CANDIDATES)[0], 'dhcp-update');
  assert.deepEqual(nearNames('dnsadmin', CANDIDATES), ['DNSADMINS']);
});

test('nearNames() keeps quiet when nothing is near, and allows one edit in a short name', () => {
  assert.deepEqual(nearNames('fileserver', CANDIDATES), []);
  assert.deepEqual(nearNames('', CANDIDATES), []);
  assert.deepEqual(nearNames('pc3', CANDIDATES), ['pc1', 'pc2']);
  assert.deepEqual(nearNames('x', ['y', 'zz']), ['y']);
});

test('nearNames() ignores case, names each candidate once, and sorts equals by name', () => {
  assert.deepEqual(nearNames('PC9', ['pc2', 'pc1', 'pc2', 'pc3', 'pc4']), ['pc1', 'pc2', 'pc3']);
});

for (const [wanted, candidate, near] of [
  ['abcdef', 'abcdef', true],
  ['abcdef', 'abcdXY', true],
  ['abcdef', 'abcXYZ', false],
  ['abcdef', 'abcd', true],
  ['abcdef', 'abc', false],
  ['abcdef', 'xabcdefx', true],
  ['abcdef', 'bcdefa', true],
] as const) {
  test(`nearNames() ${near ? 'takes' : 'does not take'} ${candidate} for ${wanted}: a third may differ`, () => {
    assert.equal(nearNames(wanted, [candidate]).length, near ? 1 : 0);
  });
}

test('didYouMean() is the end of a sentence, or nothing', () => {
  assert.equal(didYouMean('pc9', ['pc1', 'pc2']), '; did you mean pc1 or pc2?');
  assert.equal(didYouMean('fileserver', ['pc1']), '');
});
