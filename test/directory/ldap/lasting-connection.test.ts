import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createLastingConnection } from '../../../src/directory/ldap/lasting-connection.ts';
import type { LdapConnection } from '../../../src/directory/ldap/ldap-connection.ts';
import { DirectoryError, type DirectoryFault } from '../../../src/errors.ts';
import { connectTo, failureOf } from '../../support/ldap-client.ts';

const noWait = async (): Promise<void> => {};

async function connect(t: TestContext): Promise<LdapConnection> {
  return (await connectTo(t, () => {})).connection;
}

function failing(fault: DirectoryFault): DirectoryError {
  return new DirectoryError(fault, `Cannot connect: ${fault}`, { operation: 'connect' });
}

test('recover() keeps a connection that is well', async (t) => {
  const first = await connect(t);
  const lasting = createLastingConnection(first, () => assert.fail('it connected again'), noWait);
  await lasting.recover();
  assert.equal(lasting.current, first);
  await lasting.close();
  assert.ok(!first.isLost);
});

test('recover() connects again once for all who ask, and close() closes what it opened', async (t) => {
  const [first, second] = [await connect(t), await connect(t)];
  let opened = 0;
  const reconnect = async (): Promise<LdapConnection> => {
    opened += 1;
    return second;
  };
  const lasting = createLastingConnection(first, reconnect, noWait);
  await first.close();
  await Promise.all([lasting.recover(), lasting.recover()]);
  assert.equal(lasting.current, second);
  assert.equal(opened, 1);
  await lasting.close();
  assert.ok(second.isLost);
});

test('recover() tries again as long as nobody answers or the server is busy, each time after a longer wait', async (t) => {
  const [first, second] = [await connect(t), await connect(t)];
  const waits: number[] = [];
  const answers = [failing('unreachable'), failing('busy'), second];
  const lasting = createLastingConnection(
    first,
    async () => {
      const answer = answers.shift();
      if (answer instanceof DirectoryError) throw answer;
      return answer ?? assert.fail('nothing left');
    },
    async (ms) => void waits.push(ms),
  );
  await first.close();
  await lasting.recover();
  assert.equal(lasting.current, second);
  assert.deepEqual(waits, [500, 1000, 2000]);
});

test('recover() gives up when nobody answers for long, and at once when signing in is refused', async (t) => {
  const first = await connect(t);
  await first.close();
  for (const [fault, attempts] of [
    ['unreachable', 5],
    ['credentials', 1],
  ] as const) {
    let tried = 0;
    const reconnect = async (): Promise<LdapConnection> => {
      tried += 1;
      throw failing(fault);
    };
    await failureOf(createLastingConnection(first, reconnect, noWait).recover(), fault);
    assert.equal(tried, attempts);
  }
});

test('close() also ends a connection that was still being opened', async (t) => {
  const [first, late] = [await connect(t), await connect(t)];
  const opening = Promise.withResolvers<LdapConnection>();
  const lasting = createLastingConnection(first, () => opening.promise, noWait);
  await first.close();
  const recovering = lasting.recover();
  await lasting.close();
  opening.resolve(late);
  await recovering;
  assert.ok(late.isLost);
});
