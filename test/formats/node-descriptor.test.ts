import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../../src/errors.ts';
import { createDescriptorDecoder, type NodeDescriptor } from '../../src/formats/node-descriptor.ts';
import { parseSddl } from '../../src/formats/sddl.ts';
import {
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
  type SecurityDescriptor,
} from '../../src/formats/security-descriptor.ts';
import {
  bytesOf,
  DOMAIN,
  damage,
  loadVectors,
  seededRandom,
  valueOrFormatError,
} from './security-vectors.ts';

const TAIL = '(A;CIID;CCDCLCSWRPWPDTCRSDRCWDWO;;;ED)(OA;CIIOID;RP;e0fa1e69-9b45-11d0-afdd-00c04fd930c9;;RU)';
const EXPLICIT = '(D;;WP;;;WD)(A;;LCRPLORC;;;WD)(OA;;RPWP;e0fa1e69-9b45-11d0-afdd-00c04fd930c9;;SY)';

const bytesOfSddl = (text: string) => encodeSecurityDescriptor(parseSddl(text, DOMAIN));

/** What the general decoder says, in the shape of the fast one. */
function expected(sd: SecurityDescriptor): NodeDescriptor {
  const aces = sd.dacl.kind === 'present' ? sd.dacl.acl.aces : [];
  const first = aces.findIndex((ace) => (ace.aceFlags & 0x10) !== 0);
  const split = first === -1 ? aces.length : first;
  return {
    owner: sd.owner,
    group: sd.group,
    control: sd.control,
    dacl: sd.dacl.kind,
    explicit: aces.slice(0, split),
    inherited: aces.slice(split),
  };
}

for (const kind of ['valid', 'noncanonical'] as const) {
  for (const row of loadVectors('security-descriptor', kind)) {
    test(`decode() agrees with decodeSecurityDescriptor(): ${row.name}`, () => {
      const bytes = bytesOf(row.hex);
      assert.deepEqual(createDescriptorDecoder().decode(bytes), expected(decodeSecurityDescriptor(bytes)));
    });
  }
}

for (const row of loadVectors('security-descriptor', 'invalid')) {
  test(`decode() refuses: ${row.name}`, () => {
    assert.throws(() => createDescriptorDecoder().decode(bytesOf(row.hex)), FormatError);
  });
}

test('decode() agrees with decodeSecurityDescriptor() on damaged bytes, also with warm tables', () => {
  const decoder = createDescriptorDecoder();
  const random = seededRandom(11);
  const seeds = [
    ...loadVectors('security-descriptor', 'valid').map((row) => bytesOf(row.hex)),
    bytesOfSddl(`O:SYG:SYD:AI${EXPLICIT}${TAIL}`),
  ];
  const counts = { value: 0, error: 0 };
  for (const seed of seeds) {
    for (let length = 0; length < seed.length; length++) compare(seed.slice(0, length));
    for (let round = 0; round < 1500; round++) compare(damage(seed, random));
  }
  assert.ok(counts.value > 1000 && counts.error > 1000, JSON.stringify(counts));

  function compare(bytes: Uint8Array): void {
    const fast = valueOrFormatError(bytes, decoder.decode);
    const general = valueOrFormatError(bytes, (input) => expected(decodeSecurityDescriptor(input)));
    counts[general instanceof FormatError ? 'error' : 'value'] += 1;
    if (general instanceof FormatError) assert.ok(fast instanceof FormatError);
    else assert.deepEqual(fast, general);
  }
});

test('decode() reads inside a larger buffer and keeps nothing of it', () => {
  const bytes = bytesOfSddl(`O:SYG:SYD:AI${EXPLICIT}${TAIL}`);
  const chunk = Buffer.alloc(bytes.length + 64, 0xff);
  chunk.set(bytes, 33);
  const decoder = createDescriptorDecoder();
  const decoded = decoder.decode(chunk.subarray(33, 33 + bytes.length));
  const inPlace = createDescriptorDecoder().decode(chunk.subarray(1), 32, 32 + bytes.length);
  chunk.fill(0);
  const again = decoder.decode(bytes);
  assert.deepEqual(decoded, expected(decodeSecurityDescriptor(bytes)));
  assert.deepEqual(inPlace, decoded);
  assert.equal(again.inherited, decoded.inherited);
});

test('decode() does not read behind the end it is given', () => {
  const bytes = bytesOfSddl(`O:SYG:SYD:AI${EXPLICIT}${TAIL}`);
  const twice = Buffer.concat([bytes, bytes]);
  for (let length = 0; length < bytes.length; length++) {
    const error = valueOrFormatError(twice, (input) => createDescriptorDecoder().decode(input, 0, length));
    assert.ok(error instanceof FormatError, `cut to ${length}`);
  }
});

test('decode() returns the same objects for the same bytes', () => {
  const decoder = createDescriptorDecoder();
  const first = decoder.decode(bytesOfSddl(`O:SYG:SYD:AI(A;;RP;;;WD)${TAIL}`));
  const second = decoder.decode(bytesOfSddl(`O:DAG:SYD:AI(A;;WP;;;AU)(A;;RP;;;WD)${TAIL}`));
  assert.equal(second.inherited, first.inherited);
  assert.equal(second.explicit[1], first.explicit[0]);
  assert.deepEqual([decoder.distinctSids, decoder.distinctAces, decoder.distinctTails], [2, 2, 1]);
});

test('decode() counts tails, forgets those not seen for 16 others, and keeps those in use', () => {
  const decoder = createDescriptorDecoder();
  const withTail = (rid: number) =>
    decoder.decode(bytesOfSddl(`D:AI(A;ID;RP;;;S-1-5-21-1-2-3-${rid})`)).inherited;
  const used = withTail(1000);
  const unused = withTail(2000);
  for (let rid = 1; rid <= 16; rid++) {
    withTail(rid);
    assert.equal(withTail(1000), used);
  }
  assert.equal(decoder.distinctTails, 18);
  assert.notEqual(withTail(2000), unused);
  assert.deepEqual(withTail(2000), unused);
  assert.equal(decoder.distinctTails, 19);
});

test('decode() keeps an explicit ACE among the inherited ones of a DACL that is not canonical', () => {
  const { explicit, inherited } = createDescriptorDecoder().decode(
    bytesOfSddl('D:AI(A;;RP;;;WD)(A;ID;RP;;;AU)(D;;WP;;;WD)'),
  );
  assert.deepEqual(
    [explicit, inherited].map((aces) => aces.map((ace) => ace.aceFlags)),
    [[0], [0x10, 0]],
  );
});

test('decode() tells tails with the same bytes and another AceCount apart', () => {
  const decoder = createDescriptorDecoder();
  const bytes = bytesOfSddl('D:AI(A;ID;RP;;;WD)(A;ID;WP;;;WD)');
  const fewer = bytes.slice();
  fewer[24] = 1;
  assert.equal(decoder.decode(bytes).inherited.length, 2);
  assert.equal(decoder.decode(fewer).inherited.length, 1);
});
