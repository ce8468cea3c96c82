/** How the names of two readings find each other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NamePair, type NameReading, pairNames } from '../../src/cli/diff-pairs.ts';
import type { Dn } from '../../src/formats/dn.ts';
import type { RawEntry } from '../../src/records/source.ts';

const ZONE = 'DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com';

/** @param guid the last byte of the GUID; null for a reading without GUIDs */
function name(label: string, guid: number | null, ...records: readonly string[]): RawEntry {
  const attributes = new Map<string, readonly Uint8Array[]>();
  if (guid !== null) attributes.set('objectguid', [Uint8Array.of(...new Array<number>(15).fill(0), guid)]);
  attributes.set(
    'dnsrecord',
    records.map((text) => Buffer.from(text)),
  );
  attributes.set('ntsecuritydescriptor', [Buffer.from('same')]);
  return { dn: `DC=${label},${ZONE}` as Dn, attributes };
}

function reading(...entries: readonly RawEntry[]): NameReading {
  return async function* (decode) {
    for (const entry of entries) yield [entry].map(decode).filter((made) => made !== null);
  };
}

async function paired(
  before: readonly RawEntry[],
  after: readonly RawEntry[],
  isWanted: (label: string) => boolean = () => true,
) {
  const tally = { matches: 0 };
  const found: NamePair[] = [];
  for await (const page of pairNames(reading(...before), reading(...after), isWanted, tally))
    found.push(...page);
  const label = (entry: RawEntry | null): string | null => entry?.dn.split(',')[0] ?? null;
  return { matches: tally.matches, pairs: found.map((pair) => [label(pair.before), label(pair.after)]) };
}

test('a name is the same by its GUID, also under another name', async () => {
  assert.deepEqual(await paired([name('a', 1, 'x')], [name('b', 1, 'x')]), {
    matches: 0,
    pairs: [['DC=a', 'DC=b']],
  });
});

test('a GUID goes before a name: what took the old name of another is new', async () => {
  const { pairs, matches } = await paired([name('a', 1)], [name('a', 2), name('b', 1)]);
  assert.equal(matches, 0);
  assert.deepEqual(pairs, [
    ['DC=a', 'DC=b'],
    [null, 'DC=a'],
  ]);
});

test('a name created again is brought together with what it was, alike or not', async () => {
  assert.deepEqual(await paired([name('a', 1)], [name('A', 2)]), { matches: 0, pairs: [['DC=a', 'DC=A']] });
});

test('readings without GUIDs are compared by name', async () => {
  const before = [name('a', null, 'x'), name('b', null, 'x'), name('c', null)];
  const after = [name('a', 1, 'x'), name('b', 2, 'y'), name('d', 3)];
  assert.deepEqual(await paired(before, after), {
    matches: 1,
    pairs: [
      ['DC=b', 'DC=b'],
      [null, 'DC=d'],
      ['DC=c', null],
    ],
  });
});

test('the order in which values come means nothing; how many there are does', async () => {
  assert.equal((await paired([name('a', 1, 'x', 'y')], [name('a', 1, 'y', 'x')])).matches, 1);
  assert.equal((await paired([name('a', 1, 'x')], [name('a', 1, 'x', 'y')])).matches, 0);
});

test('names that are not wanted are neither told nor counted', async () => {
  const entries = [name('a', 1), name('b', 2)];
  const only = (label: string): boolean => label === 'b';
  assert.deepEqual(await paired(entries, entries, only), { matches: 1, pairs: [] });
});
