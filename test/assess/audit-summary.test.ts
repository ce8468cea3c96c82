import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERDICTS } from '../../src/assess/audit.ts';
import { createAuditTally } from '../../src/assess/audit-summary.ts';
import { CASES } from '../../src/assess/case.ts';
import { FINDING_IDS, type FindingId, finding } from '../../src/assess/findings.ts';

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

test('createAuditTally() counts every name once by verdict and once by case', () => {
  const tally = createAuditTally();
  for (const [at, verdict] of [...VERDICTS, ...VERDICTS].entries()) {
    tally.add({ verdict, case: CASES[at % CASES.length] ?? 'none', findings: [] });
  }
  const { names, byVerdict, byCase, byFinding } = tally.summary();
  assert.equal(names, 16);
  assert.equal(sum(byVerdict), names);
  assert.equal(sum(byCase), names);
  assert.deepEqual(Object.keys(byVerdict), [...VERDICTS]);
  assert.deepEqual(Object.keys(byCase), [...CASES]);
  assert.deepEqual(byFinding, {});
});

test('createAuditTally() counts a finding once for a name that has it twice', () => {
  const tally = createAuditTally();
  const findingsOf = (...ids: readonly FindingId[]) => ids.map((id) => finding(id));
  tally.add({ verdict: 'ready', case: 'computer', findings: findingsOf('stale', 'stale', 'open') });
  tally.add({ verdict: 'ready', case: 'computer', findings: findingsOf('stale') });
  assert.deepEqual(tally.summary().byFinding, { open: 1, stale: 2 });
});

test('createAuditTally() lists what it met in the order of the catalogues, and zeros not at all', () => {
  const tally = createAuditTally();
  for (const id of [...FINDING_IDS].reverse()) {
    tally.add({ verdict: 'unknown', case: 'none', findings: [finding(id)] });
  }
  tally.add({ verdict: 'ready', case: 'computer', findings: [] });
  const { byVerdict, byCase, byFinding } = tally.summary();
  assert.deepEqual(Object.keys(byFinding), [...FINDING_IDS]);
  assert.deepEqual(Object.entries(byVerdict), [
    ['ready', 1],
    ['unknown', FINDING_IDS.length],
  ]);
  assert.deepEqual(Object.keys(byCase), ['computer', 'none']);
});

test('createAuditTally() starts at nothing, and a summary does not stop the count', () => {
  const tally = createAuditTally();
  assert.deepEqual(tally.summary(), { names: 0, byVerdict: {}, byCase: {}, byFinding: {} });
  tally.add({ verdict: 'static', case: 'none', findings: [] });
  assert.equal(tally.summary().names, 1);
});
