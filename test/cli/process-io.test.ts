import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProcessIo } from '../../src/cli/process-io.ts';

test('sleep() ends at once when it is called off, and takes its time otherwise', async () => {
  const { sleep, now } = createProcessIo();
  const stop = new AbortController();
  const began = now().getTime();
  const slept = sleep(60_000, stop.signal);
  stop.abort();
  await slept;
  await sleep(60_000, stop.signal);
  assert.ok(now().getTime() - began < 10_000);
  const before = now().getTime();
  await sleep(30);
  assert.ok(now().getTime() - before >= 25);
});
