import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckStatus } from '../../src/assess/check.ts';
import { checkReplicas, type ReplicaState, replicaStatus } from '../../src/assess/replica-check.ts';

const state = (server: string, same: number, failure: string | null = null): ReplicaState => ({
  ...{ server, names: 50, same, failure },
});
const DOWN = state('dc4', 0, 'nothing listens there');

const CASES: readonly (readonly [
  what: string,
  states: readonly ReplicaState[],
  status: CheckStatus,
  message: string,
])[] = [
  ['nobody else', [], 'pass', 'no other domain controller hosts the zone'],
  [
    'one that is there',
    [state('dc2', 50)],
    'pass',
    '50 descriptors are the same on 1 other domain controller',
  ],
  [
    'two that are there',
    [state('dc2', 50), state('dc3', 50)],
    'pass',
    '50 descriptors are the same on 2 other domain controllers',
  ],
  [
    'one behind',
    [state('dc2', 50), state('dc3', 49)],
    'warn',
    'dc3 holds 49 of 50 descriptors as they are here',
  ],
  ['one down', [state('dc2', 50), DOWN], 'unknown', 'dc4 cannot be asked: nothing listens there'],
  [
    'one behind and one down',
    [DOWN, state('dc2', 0)],
    'warn',
    'dc2 holds 0 of 50 descriptors as they are here; dc4 cannot be asked: nothing listens there',
  ],
];

for (const [what, states, status, message] of CASES) {
  test(`checkReplicas() with ${what}: ${status}`, () => {
    const check = checkReplicas(50, states);
    assert.deepEqual([check.id, check.status, check.message], ['replicas', status, message]);
    assert.equal(check.cure === null, status === 'pass');
  });
}

test('replicaStatus() never takes a domain controller that failed half-way for one that converged', () => {
  assert.equal(replicaStatus(state('dc2', 50, 'the connection was lost')), 'unreachable');
  assert.equal(replicaStatus({ server: 'dc2', names: 0, same: 0, failure: null }), 'converged');
});
