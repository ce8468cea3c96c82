import assert from 'node:assert/strict';
import test from 'node:test';
import { openMessage } from '../../../src/directory/ldap/ldap-wire.ts';
import { createEntryReader } from '../../../src/directory/ldap/wire-entry.ts';
import { FormatError } from '../../../src/errors.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { hexOf, seededRandom } from '../../formats/codec-vectors.ts';
import { element, integer, message, octets, searchDone, searchEntry, sequence } from '../../support/ber.ts';
import { countRefused } from '../../support/damage.ts';

const DN = 'DC=pc1,DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com';
const ENTRY = searchEntry(7, DN, [
  ['dnsRecord', [Buffer.from('04000100', 'hex'), Buffer.from([])]],
  ['nTSecurityDescriptor', [Buffer.alloc(1324, 0xa5)]],
]);

function entryOf(bytes: Buffer): RawEntry {
  return createEntryReader()(openMessage(bytes).cursor);
}

test('createEntryReader() reads names in lower case and values as they are', () => {
  const { dn, attributes } = entryOf(ENTRY);
  assert.equal(dn, DN);
  assert.deepEqual([...attributes.keys()], ['dnsrecord', 'ntsecuritydescriptor']);
  assert.deepEqual(attributes.get('dnsrecord')?.map(hexOf), ['04000100', '']);
  assert.equal(hexOf(attributes.get('ntsecuritydescriptor')?.[0] ?? Buffer.alloc(0)), 'a5'.repeat(1324));
});

test('createEntryReader() reads an entry without attributes and an attribute without values', () => {
  const bare = entryOf(searchEntry(1, ''));
  assert.deepEqual([bare.dn, ...bare.attributes], ['']);
  const empty = entryOf(searchEntry(1, 'DC=ü', [['dnsRecord', []]]));
  assert.deepEqual([empty.dn, ...empty.attributes], ['DC=ü', ['dnsrecord', []]]);
  assert.equal(empty.attributes.get('ntsecuritydescriptor'), undefined);
  assert.ok(empty.attributes.has('dnsrecord') && !empty.attributes.has('dc'));
});

test('createEntryReader() refuses what is not built like an entry', () => {
  const broken = [
    searchDone(1),
    message(1, element(0x64, octets('DC=a'))),
    message(1, element(0x64, Buffer.concat([octets('DC=a'), sequence(octets('no list'))]))),
    message(
      1,
      element(
        0x64,
        Buffer.concat([octets('DC=a'), sequence(sequence(octets('x'), element(0x31, integer(1))))]),
      ),
    ),
    message(
      1,
      element(
        0x64,
        Buffer.concat([
          octets('DC=a'),
          sequence(sequence(octets('x'), element(0x31, octets('1')), octets('more'))),
        ]),
      ),
    ),
  ];
  for (const bytes of broken) assert.throws(() => entryOf(bytes), FormatError, hexOf(bytes));
});

test('createEntryReader() reads values of every size', () => {
  for (const size of [0, 127, 128, 255, 256, 65_535, 65_536, 16_777_216]) {
    const { attributes } = entryOf(
      searchEntry(1, 'DC=a', [['x', [Buffer.alloc(size, 7), Buffer.from('y')]]]),
    );
    const [first, second] = attributes.get('x') ?? [];
    assert.equal(first?.length, size);
    assert.ok(first?.every((byte) => byte === 7) && hexOf(second ?? Buffer.alloc(0)) === '79');
  }
});

test('createEntryReader() is not misled by what the entries before were like; what is kept stays', () => {
  const types = ['dc', 'dnsRecord', 'dNSTombstoned', 'nTSecurityDescriptor', 'DNSRECORD', 'objectGUID'];
  const random = seededRandom(4511);
  const read = createEntryReader();
  const kept: { entry: RawEntry; dn: string; expected: [string, string[]][] }[] = [];
  for (let round = 0; round < 2000; round += 1) {
    const chosen = types.filter(() => random(3) > 0);
    if (random(4) === 0) chosen.reverse();
    const attributes = chosen.map((type): [string, Buffer[]] => [type, [Buffer.from(`${type} ${round}`)]]);
    const dn = `DC=pc${round}`;
    const bytes = searchEntry(9, dn, attributes);
    const entry = read(openMessage(bytes).cursor);
    const expected = attributes.map(([type, values]): [string, string[]] => [
      type.toLowerCase(),
      values.map(hexOf),
    ]);
    check(entry, dn, expected);
    kept.push({ entry: entry.keep(), dn, expected });
    bytes.fill(0);
  }
  for (const { entry, dn, expected } of kept) check(entry, dn, expected);

  function check({ dn, attributes }: RawEntry, wantedDn: string, wanted: [string, string[]][]): void {
    assert.equal(dn, wantedDn);
    assert.deepEqual(
      [...attributes].map(([name, values]) => [name, values.map(hexOf)]),
      wanted,
    );
    for (const [name, values] of new Map(wanted)) {
      assert.deepEqual(attributes.get(name)?.map(hexOf), values);
      const span = attributes.spanOf?.(name);
      assert.equal(hexOf(span?.bytes.subarray(span.start, span.end) ?? Buffer.alloc(0)), values[0]);
    }
    assert.equal(attributes.spanOf?.('missing'), null);
  }
});

test('spanOf() of an attribute without values is null, and goes on from the first of several to the last', () => {
  const { attributes } = entryOf(
    searchEntry(1, 'DC=a', [
      ['none', []],
      ['two', [Buffer.from('1'), Buffer.from('2')]],
    ]),
  );
  assert.equal(attributes.spanOf?.('none'), null);
  const span = attributes.spanOf?.('two');
  assert.ok(span);
  const shown = () => [hexOf(span.bytes.subarray(span.start, span.end)), span.isLast];
  assert.deepEqual(shown(), ['31', false]);
  assert.equal(span.next(), true);
  assert.deepEqual(shown(), ['32', true]);
  assert.equal(span.next(), false);
  assert.deepEqual(shown(), ['32', true]);
});

test('every cut-off entry gives a FormatError', () => {
  for (let length = 0; length < ENTRY.length; length += 1) {
    assert.throws(() => entryOf(ENTRY.subarray(0, length)), FormatError, `cut to ${length}`);
  }
});

test('a damaged entry gives a FormatError or values', () => {
  const refused = countRefused(ENTRY, (bytes) => [...entryOf(bytes).attributes]);
  assert.ok(refused > 1000, `${refused} refused`);
});
