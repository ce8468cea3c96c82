import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnedName } from '../../src/assess/owner-class.ts';
import { WatchBaseline } from '../../src/assess/watch-baseline.ts';
import { aRecord, type NodeSpec, nodeOf, ptrRecord, SOME_GUID } from '../support/corp.ts';

function owned(spec: NodeSpec, change: Partial<OwnedName> = {}): OwnedName {
  const owner = { sid: null, name: null, kind: 'unknown', class: 'system' } as const;
  return { ...nodeOf(spec), owner, ...change };
}

function baselineOf(...names: readonly OwnedName[]): WatchBaseline {
  const baseline = new WatchBaseline();
  for (const name of names) baseline.add(name);
  return baseline;
}

test('a name is found whatever its case, and is not gone then', () => {
  const match = baselineOf(owned({ name: 'PC1' }), owned({ name: 'pc2' })).match();
  assert.deepEqual(match.find('pc1'), {
    ...{ name: 'PC1', objectGuid: SOME_GUID, dynamic: true, ownerClass: 'system', target: null },
  });
  assert.equal(match.find('pc3'), null);
  assert.deepEqual(
    match.gone().map(({ name }) => name),
    ['pc2'],
  );
});

test('every comparison begins anew', () => {
  const baseline = baselineOf(owned({ name: 'pc1' }));
  baseline.match().find('pc1');
  assert.equal(baseline.match().gone().length, 1);
});

test('static and tombstoned names are known but not dynamic; losers of conflicts are left out', () => {
  const baseline = baselineOf(
    owned({ name: 'www', records: [aRecord('10.0.0.1', 0)] }),
    owned({ name: 'old' }, { tombstoned: true }),
    owned({ name: 'pc1' }, { label: 'conflict' }),
  );
  assert.equal(baseline.size, 2);
  const match = baseline.match();
  assert.deepEqual(
    [match.find('www')?.dynamic, match.find('old')?.dynamic, match.find('pc1')],
    [false, false, null],
  );
});

test('of a reverse name the target is kept', () => {
  const pointer = owned({
    zone: '0.10.in-addr.arpa',
    name: '1.0',
    records: [ptrRecord('pc1.corp.example.com')],
  });
  assert.equal(baselineOf(pointer).match().find('1.0')?.target, 'pc1.corp.example.com');
});
