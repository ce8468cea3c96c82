import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDING_IDS, FINDINGS } from '../../src/assess/findings.ts';
import { runCli } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';

test('explain lists every finding in one line', async (t) => {
  const { code, out, err } = await runCli(['explain']);
  assert.deepEqual([code, err], [0, '']);
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]),
    [...FINDING_IDS],
  );
  assertGolden(t, 'explain.txt', out);
});

test('explain says of each finding what it is, where it comes from and what cures it', async () => {
  for (const id of FINDING_IDS) {
    const { code, out } = await runCli(['explain', id]);
    const { severity, title, cause, cure } = FINDINGS[id];
    assert.equal(code, 0);
    assert.equal(out, `${id} (${severity})\n  ${title}.\n  Cause: ${cause}\n  Cure:  ${cure}\n`);
  }
});

test('explain refuses a finding that there is not, and lists those there are', async () => {
  for (const id of ['no-such', 'toString', 'OPEN']) {
    const { code, out, err } = await runCli(['explain', id]);
    assert.deepEqual([code, out], [64, '']);
    assert.match(
      err,
      new RegExp(
        `There is no finding "${id}"(?:; did you mean \\w+\\?)?; there are null-dacl, .*, bad-record`,
      ),
    );
  }
});
