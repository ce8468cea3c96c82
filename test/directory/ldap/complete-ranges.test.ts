import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { completeRanges } from '../../../src/directory/ldap/complete-ranges.ts';
import { SD_FLAGS_READABLE, SdFlagsControl } from '../../../src/directory/ldap/controls.ts';
import { searchDone, searchEntry } from '../../support/ber.ts';
import { entryOf } from '../../support/corp.ts';
import { connectTo, failureOf } from '../../support/ldap-client.ts';
import type { LdapRequest } from '../../support/ldap-server.ts';

/** What a server finds, by the range that it is asked for; a result code where it refuses. */
type Ranges = Readonly<Record<string, Readonly<Record<string, readonly string[]>> | number>>;

const GROUP = 'CN=staff,DC=corp,DC=example,DC=com';
const FIRST = { cn: 'staff', 'member;range=0-1': ['a', 'b'] };

async function complete(
  t: TestContext,
  first: Readonly<Record<string, string | readonly string[]>>,
  ranges: Ranges,
): Promise<{ values: Record<string, string[]> | null; asked: string[]; requests: readonly LdapRequest[] }> {
  const asked: string[] = [];
  const { connection, server } = await connectTo(t, ({ messageId, bytes, base }, peer) => {
    assert.equal(base, GROUP);
    const range = /[a-z]+;range=\d+-\*/.exec(bytes.toString('latin1'))?.[0] ?? assert.fail('no range');
    asked.push(range);
    const found = ranges[range] ?? assert.fail(range);
    if (typeof found === 'number') return peer.send(searchDone(messageId, { resultCode: found }));
    return peer.send(searchEntry(messageId, GROUP, Object.entries(found)), searchDone(messageId));
  });
  const controls = [new SdFlagsControl(SD_FLAGS_READABLE)];
  const whole = await completeRanges(connection, entryOf(GROUP, first), controls);
  if (whole === null) return { values: null, asked, requests: server.requests };
  assert.equal(whole.dn, GROUP);
  const texts = (values: readonly Uint8Array[]): string[] =>
    values.map((value) => Buffer.from(value).toString());
  const values = Object.fromEntries([...whole.attributes].map(([name, list]) => [name, texts(list)]));
  return { values, asked, requests: server.requests };
}

test('completeRanges() asks for one range after the other, in their order, with the same controls', async (t) => {
  const { values, asked, requests } = await complete(t, FIRST, {
    'member;range=2-*': { 'member;range=2-3': ['c', 'd'] },
    'member;range=4-*': { 'member;range=4-*': ['e'] },
  });
  assert.deepEqual(values, { cn: ['staff'], member: ['a', 'b', 'c', 'd', 'e'] });
  assert.deepEqual(asked, ['member;range=2-*', 'member;range=4-*']);
  for (const { bytes } of requests) assert.ok(bytes.includes('1.2.840.113556.1.4.801'));
});

test('completeRanges() asks nothing when the range is the last', async (t) => {
  const { values, asked } = await complete(t, { 'member;range=0-*': ['a', 'b'] }, {});
  assert.deepEqual(values, { member: ['a', 'b'] });
  assert.deepEqual(asked, []);
});

test('completeRanges() completes each of several attributes', async (t) => {
  const first = { ...FIRST, 'memberof;range=0-0': ['x'] };
  const { values } = await complete(t, first, {
    'member;range=2-*': { 'member;range=2-*': ['c'] },
    'memberof;range=1-*': { 'memberof;range=1-*': ['y'] },
  });
  assert.deepEqual(values, { cn: ['staff'], member: ['a', 'b', 'c'], memberof: ['x', 'y'] });
});

for (const where of ['before', 'behind']) {
  test(`completeRanges() keeps the values when the attribute also comes empty ${where} them`, async (t) => {
    const first = where === 'before' ? { member: [], ...FIRST } : { ...FIRST, member: [] };
    const { values } = await complete(t, first, { 'member;range=2-*': { 'member;range=2-*': ['c'] } });
    assert.deepEqual(values, { cn: ['staff'], member: ['a', 'b', 'c'] });
  });
}

test('completeRanges() gives null when the object is gone by now', async (t) => {
  const { values } = await complete(t, FIRST, { 'member;range=2-*': 32 });
  assert.equal(values, null);
});

test('completeRanges() passes on any other refusal', async (t) => {
  await failureOf(complete(t, FIRST, { 'member;range=2-*': 50 }), 'rights');
});

for (const [what, found] of [
  ['nothing', {}],
  ['the first values again', { 'member;range=0-1': ['a', 'b'] }],
  ['values that leave some out', { 'member;range=3-*': ['d'] }],
  ['values of another attribute', { 'memberof;range=2-*': ['x'] }],
] as const) {
  test(`completeRanges() does not take ${what} for the values that are missing`, async (t) => {
    const error = await failureOf(complete(t, FIRST, { 'member;range=2-*': found }), 'server');
    assert.match(
      error.message,
      /^Cannot read all values of member of CN=staff,.* did not give member;range=2-\*$/,
    );
  });
}
