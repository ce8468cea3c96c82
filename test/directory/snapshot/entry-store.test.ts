/** Entries that are kept as bytes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntryStore } from '../../../src/directory/snapshot/entry-store.ts';
import type { Dn } from '../../../src/formats/dn.ts';
import type { RawEntry } from '../../../src/records/source.ts';

function entry(dn: string, attributes: Readonly<Record<string, readonly Uint8Array[]>>): RawEntry {
  return { dn: dn as Dn, attributes: new Map(Object.entries(attributes)) };
}

function plain({ dn, attributes }: RawEntry) {
  return {
    dn,
    attributes: [...attributes].map(([name, values]) => [name, values.map((value) => [...value])]),
  };
}

const PC = entry('DC=pc1\\0ACNF:é,DC=x', {
  dnsrecord: [Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)],
  objectguid: [Uint8Array.of(9)],
});

test('an entry comes back as it was, in whatever order others were kept', () => {
  const store = createEntryStore();
  const others = Array.from({ length: 3000 }, (_, at) =>
    entry(`DC=pc${at},DC=x`, { objectguid: [Buffer.from(String(at))], [`a${at % 7}`]: [Buffer.alloc(at)] }),
  );
  const places = [...others, PC].map((item) => store.add(item));
  assert.deepEqual(
    places.map((place) => plain(store.entryAt(place))),
    [...others, PC].map(plain),
  );
});

test('an entry larger than a block comes back too, and so does the next one', () => {
  const store = createEntryStore();
  const large = entry('CN=large', { value: [Buffer.alloc(200_000, 7)] });
  const places = [PC, large, PC].map((item) => store.add(item));
  assert.deepEqual(
    places.map((place) => plain(store.entryAt(place))),
    [PC, large, PC].map(plain),
  );
});

test('what is kept is not changed by what becomes of the answer it came in', () => {
  const store = createEntryStore();
  const answer = Buffer.from('value');
  const place = store.add(entry('CN=a', { cn: [answer.subarray(1)] }));
  answer.fill(0);
  assert.equal(String(store.entryAt(place).attributes.get('cn')?.[0]), 'alue');
});

test('only the attributes that are wanted are kept, and none without a value', () => {
  const store = createEntryStore(['cn', 'sn', 'empty']);
  const { attributes } = store.entryAt(
    store.add(entry('CN=a', { sn: [Buffer.from('s')], empty: [], dc: [Buffer.from('d')] })),
  );
  assert.deepEqual([...attributes.keys()], ['sn']);
  assert.deepEqual(
    ['sn', 'cn', 'empty', 'dc'].map((name) => attributes.has(name)),
    [true, false, false, false],
  );
  assert.equal(attributes.get('dc'), undefined);
});
