import assert from 'node:assert/strict';
import test from 'node:test';
import { resultError, toDirectoryError } from '../../../src/directory/ldap/ldap-errors.ts';
import { isLimitExceeded, mayBeDeadCookie, Patience } from '../../../src/directory/ldap/patience.ts';

const CONTEXT = { operation: 'search DC=zone', server: 'dc1.corp.example.com' };
const BUSY = resultError(51, '', CONTEXT);
const LOST = toDirectoryError(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), CONTEXT);

function patienceOf(retries: number): { patience: Patience; waits: number[] } {
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  return { patience: new Patience({ retries, wait }), waits };
}

for (const [what, error] of [
  ['a busy server', BUSY],
  ['an unavailable server', resultError(52, '', CONTEXT)],
  ['a lost connection', LOST],
] as const) {
  test(`endure() waits longer each time for ${what}, up to a limit, and then passes the error on`, async () => {
    const { patience, waits } = patienceOf(8);
    for (let failure = 0; failure < 8; failure += 1) await patience.endure(error, false);
    assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    await assert.rejects(patience.endure(error, false), error);
    assert.equal(waits.length, 8);
  });
}

test('endure() begins to count anew when the attempt brought something', async () => {
  const { patience, waits } = patienceOf(2);
  await patience.endure(LOST, false);
  await patience.endure(LOST, false);
  await patience.endure(LOST, true);
  await patience.endure(BUSY, false);
  await assert.rejects(patience.endure(LOST, false), LOST);
  assert.deepEqual(waits, [250, 500, 250, 500]);
});

test('endure() never waits without retries, whatever the attempt brought', async () => {
  const { patience, waits } = patienceOf(0);
  await assert.rejects(patience.endure(BUSY, true), BUSY);
  assert.deepEqual(waits, []);
});

for (const [what, error] of [
  ['a refused sign-in', resultError(49, '', CONTEXT)],
  ['a missing right', resultError(50, '', CONTEXT)],
  ['no such object', resultError(32, '', CONTEXT)],
  ['a server error', resultError(1, '', CONTEXT)],
  ['a fault of the program', new TypeError('x is not a function')],
] as const) {
  test(`endure() passes on ${what} at once`, async () => {
    const { patience, waits } = patienceOf(5);
    await assert.rejects(patience.endure(error, true), error);
    assert.deepEqual(waits, []);
  });
}

test('limits and dead cookies are told by the result code', () => {
  const codesOf = (holds: (error: unknown) => boolean): number[] =>
    Array.from({ length: 128 }, (_, code) => code).filter((code) => holds(resultError(code, '', CONTEXT)));
  assert.deepEqual(codesOf(isLimitExceeded), [3, 4, 11]);
  assert.deepEqual(codesOf(mayBeDeadCookie), [1, 12, 53]);
  assert.ok(!isLimitExceeded(LOST) && !mayBeDeadCookie(LOST) && !isLimitExceeded(new Error('x')));
});
