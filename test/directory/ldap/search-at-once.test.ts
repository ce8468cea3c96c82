import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { connectTo, dnsOf, searchOf } from '../../support/ldap-client.ts';

const COUNT = 6_000;
const PADDING = 'x'.repeat(2000);

test('search() without paging yields as entries arrive, and reads no faster than its caller', async (t) => {
  const { connection } = await connectTo(
    t,
    ({ messageId }, peer) => {
      const names = Array.from({ length: COUNT }, (_, index) =>
        searchEntry(messageId, `DC=${index}`, [['dc', [PADDING]]]),
      );
      peer.send(...names, searchDone(messageId));
    },
    1500,
  );
  const search = connection.search(searchOf('DC=zone'));
  const first = await search.next();
  assert.equal(first.value?.length, 1000);
  // Longer than an answer may take: the time that the caller takes is not the server's.
  await wait(2000);
  const read = connection.counters.bytes;
  assert.ok(read < COUNT * PADDING.length * 0.8, `${read} bytes read`);
  const rest = (await dnsOf(search)).flat();
  assert.deepEqual(
    rest,
    Array.from({ length: COUNT - 1000 }, (_, index) => `DC=${index + 1000}`),
  );
  assert.equal(connection.counters.entries, COUNT);
});
