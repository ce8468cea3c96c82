import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOfFewOwners, sampleNames, spread } from '../../src/assess/name-sample.ts';
import type { OwnedName, OwnerClass } from '../../src/assess/owner-class.ts';
import { domainSid, nodeOf, OWNED_BY_SYSTEM } from '../support/corp.ts';

function owned(name: string, ownerClass: OwnerClass): OwnedName {
  return { ...nodeOf({ name }), owner: { sid: null, name: null, kind: 'unknown', class: ownerClass } };
}

test('spread() takes items evenly, all when there are few', () => {
  const ten = Array.from({ length: 10 }, (_, index) => index);
  assert.deepEqual(spread(ten, 4), [0, 2, 5, 7]);
  assert.deepEqual(spread(ten, 10), ten);
  assert.deepEqual(spread(ten, 99), ten);
  assert.deepEqual(spread(ten, 0), []);
});

test('sampleNames() gives each owner class its share, and a small one all it has', () => {
  const names = [
    ...Array.from({ length: 50 }, (_, index) => owned(`pc${index}`, 'self')),
    owned('dc1', 'dc'),
    ...Array.from({ length: 20 }, (_, index) => owned(`old${index}`, 'system')),
  ];
  const sample = sampleNames(names, 9);
  const count = (ownerClass: OwnerClass) => sample.filter(({ owner }) => owner.class === ownerClass).length;
  assert.deepEqual([count('system'), count('self'), count('dc')], [4, 4, 1]);
  assert.equal(new Set(sample).size, 9);
  assert.ok(
    sample.some(({ name }) => name === 'pc37'),
    'the names are spread, not the first ones',
  );
  assert.equal(sampleNames(names.slice(0, 3), 9).length, 3);
  assert.deepEqual(sampleNames([], 9), []);
});

test('namesOfFewOwners() bounds the owners, not the names, and keeps names without a readable one', () => {
  const nodes = [
    ...Array.from({ length: 40 }, (_, index) =>
      nodeOf({ name: `pc${index}`, sddl: `O:${domainSid(2000 + index)}G:SYD:AI(A;;FULL;;;SY)` }),
    ),
    ...['a', 'b', 'c'].map((name) => nodeOf({ name, sddl: OWNED_BY_SYSTEM })),
    nodeOf({ name: 'secret', sddl: null }),
  ];
  const some = namesOfFewOwners(nodes, 10);
  const owners = some.map(({ descriptor }) => (descriptor.kind === 'read' ? descriptor.value.owner : null));
  assert.ok(new Set(owners).size <= 11);
  assert.ok(owners.includes(null));
  assert.equal(namesOfFewOwners(nodes, 100).length, nodes.length);
});
