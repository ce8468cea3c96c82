import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasConverged } from '../../src/cli/changes/verify-replicas.ts';
import { type ReplicaReport, replicaTotals, replicaValue } from '../../src/report/replica-rows.ts';
import { runCli, tempFolder } from '../support/fake-io.ts';
import { applyArgs, savePlan } from '../support/saved-plan.ts';

const SERVERS: ReplicaReport['servers'] = [
  { server: 'dc2', names: 3, same: 3, failure: null, status: 'converged' },
  { server: 'dc3', names: 3, same: 1, failure: null, status: 'behind' },
  { server: 'dc4', names: 3, same: 0, failure: 'nothing listens there', status: 'unreachable' },
];
const report = (more: Partial<ReplicaReport> = {}): ReplicaReport => ({
  ...{ names: 3, of: 3, servers: SERVERS, failure: null },
  ...more,
});

test('apply --verify-replicas refuses a snapshot before anything is written', async (t) => {
  const folder = tempFolder(t);
  const plan = await savePlan(folder);
  const { code, err } = await runCli([...applyArgs(plan), '--verify-replicas']);
  assert.equal(code, 64);
  assert.match(err, /--verify-replicas needs a directory: a snapshot has no other domain controllers/);
  assert.equal(existsSync(join(folder, 'after.ldif')), false);
});

test('apply --verify-replicas takes all or a number, and says where the plan file goes', async () => {
  for (const value of ['0', '-1', '1.5', 'some', 'plan.json']) {
    const { code, err } = await runCli(['apply', `--verify-replicas=${value}`]);
    assert.equal(code, 64, value);
    assert.match(err, /It needs all or a number from 1; a plan file goes before it/, value);
  }
});

test('hasConverged() when nobody asked or everybody holds it, and in no other case', () => {
  const [converged, behind, unreachable] = SERVERS as readonly ReplicaReport['servers'][number][];
  assert.ok(converged !== undefined && behind !== undefined && unreachable !== undefined);
  assert.equal(hasConverged(null), true);
  assert.equal(hasConverged(report({ servers: [] })), true);
  assert.equal(hasConverged(report({ servers: [converged] })), true);
  assert.equal(hasConverged(report({ servers: [converged, behind] })), false);
  assert.equal(hasConverged(report({ servers: [unreachable, converged] })), false);
  assert.equal(hasConverged(report({ servers: [], failure: 'dc1 does not answer' })), false);
});

test('replicaTotals() counts what was compared, and on how many', () => {
  assert.equal(
    replicaTotals(report()),
    '3 names compared on 3 other domain controllers: 1 converged, 1 behind, 1 could not be asked',
  );
  assert.equal(
    replicaTotals(report({ of: 9, servers: SERVERS.slice(0, 1) })),
    '3 of 9 names compared on 1 other domain controller: 1 converged, 0 behind',
  );
  assert.equal(replicaTotals(report({ servers: [] })), 'No other domain controller hosts the 3 names');
  assert.equal(
    replicaTotals(report({ servers: [], failure: 'dc1 does not answer' })),
    'Other domain controllers were not compared: dc1 does not answer',
  );
});

test('replicaValue() has a line for each domain controller', () => {
  assert.deepEqual(replicaValue(report({ of: 9, servers: SERVERS.slice(1, 2) })), {
    ...{ names: 3, of: 9, failure: null },
    servers: [{ server: 'dc3', status: 'behind', names: 3, converged: 1, message: null }],
  });
});
