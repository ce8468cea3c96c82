import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli, stable } from '../support/fake-io.ts';
import { assertGolden } from '../support/golden.ts';
import { SMALL_SNAPSHOT } from '../support/make-small-snapshot.ts';

const ZONE = ['-z', 'corp.example.com', '--snapshot', SMALL_SNAPSHOT, '-f', 'html'];

for (const command of ['audit', 'owners']) {
  test(`${command} as HTML`, async (t) => {
    const { code, out, err } = await runCli([command, ...ZONE]);
    assert.equal(code, 0, err);
    assertGolden(t, `${command}.html`, stable(out));
  });
}

test('an audit of some names says neither go nor no-go', async () => {
  const { out } = await runCli(['audit', ...ZONE, '--verdict', 'ready']);
  assert.match(out, /class="verdict warn">0 of \d+ names are blocked; not every name was looked at/);
  assert.doesNotMatch(out, /NO-GO|Is corp/);
});

test('a page has every name: it does not go with --summary', async () => {
  for (const command of ['audit', 'owners']) {
    const { code, err } = await runCli([command, ...ZONE, '--summary']);
    assert.equal(code, 64);
    assert.match(err, /--summary/);
  }
});
