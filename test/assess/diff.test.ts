/** What is told of two states of one object: row by row, one thing changed. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareStates, type ObjectState, stampOf } from '../../src/assess/diff.ts';
import { DNS_PROPERTY_IDS, type DnsProperty } from '../../src/formats/dns-property.ts';
import type { DnsRecord } from '../../src/formats/dns-record.ts';
import type { Guid } from '../../src/formats/guid.ts';
import { createDescriptorDecoder } from '../../src/formats/node-descriptor.ts';
import { ATTRIBUTE_IDS } from '../../src/formats/repl-metadata.ts';
import { parseSddl } from '../../src/formats/sddl.ts';
import { encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';

const GUID = '00000000-0000-4000-8000-000000000001' as Guid;
const OTHER = '00000000-0000-4000-8000-000000000002' as Guid;
const DC = '00000000-0000-4000-8000-0000000000dc' as Guid;
const TIME = new Date('2026-11-20T20:00:00Z');
const NO_DOMAIN = { domainSid: null, rootDomainSid: null };
const decoder = createDescriptorDecoder();

const A: DnsRecord = {
  ...{ type: 1, version: 5, rank: 0xf0, flags: 0, serial: 7, ttlSeconds: 1200, reserved: 0 },
  ...{ timestampHours: 3_733_244, raw: null },
  data: { kind: 'a', address: '10.0.0.1' },
};
const TOMBSTONE: DnsRecord = { ...A, type: 0, data: { kind: 'tombstone', entombedTime: 1n } };

function descriptor(sddl: string): ObjectState['descriptor'] {
  return decoder.decode(encodeSecurityDescriptor(parseSddl(sddl, NO_DOMAIN)));
}

function property(id: number, ...data: readonly number[]): DnsProperty {
  const bytes = Uint8Array.from(data);
  return { dataLength: data.length, nameLength: 1, flag: 0, version: 1, id, data: bytes, trailer: bytes };
}

/** Metadata as if each of these attributes had been written so often. */
function stamps(
  versions: Readonly<Partial<Record<keyof typeof ATTRIBUTE_IDS, number>>>,
): ObjectState['stamps'] {
  const usns = { originatingTime: TIME, invocationId: DC, originatingUsn: 1n, localUsn: 1n };
  return new Map(
    Object.entries(versions).map(([name, version]) => {
      const attid = ATTRIBUTE_IDS[name as keyof typeof ATTRIBUTE_IDS];
      return [attid, { attid, version, ...usns }];
    }),
  );
}

const BEFORE: ObjectState = {
  ...{ name: 'pc1', objectGuid: GUID, tombstoned: false, records: [A] },
  properties: [property(DNS_PROPERTY_IDS.ALLOW_UPDATE, 1)],
  descriptor: descriptor('O:SYG:SYD:AI(A;;RPWP;;;SY)(A;;RP;;;AU)(A;ID;RP;;;WD)'),
  stamps: stamps({ dnsRecord: 3, nTSecurityDescriptor: 2, dNSProperty: 1 }),
};

const CASES: readonly (readonly [what: string, change: Partial<ObjectState>, kinds: readonly string[]])[] = [
  ['nothing', {}, []],
  ['another serial', { records: [{ ...A, serial: 8 }] }, []],
  ['another object', { objectGuid: OTHER }, ['recreated']],
  ['no GUID on one side', { objectGuid: null }, []],
  ['another name', { name: 'pc2' }, ['renamed']],
  ['the same name in capitals', { name: 'PC1' }, []],
  ['a later timestamp', { records: [{ ...A, timestampHours: 3_733_300 }] }, ['timestamp']],
  ['a record made static', { records: [{ ...A, timestampHours: 0 }] }, ['timestamp']],
  ['another TTL', { records: [{ ...A, ttlSeconds: 60 }] }, ['record-removed', 'record-added']],
  ['one more record', { records: [A, { ...A, data: { kind: 'a', address: '10.0.0.2' } }] }, ['record-added']],
  ['the same record twice', { records: [A, A] }, ['record-added']],
  ['no record', { records: [] }, ['record-removed']],
  ['a tombstone', { tombstoned: true, records: [TOMBSTONE] }, ['tombstoned', 'record-removed']],
  [
    'another owner',
    { descriptor: descriptor('O:BAG:SYD:AI(A;;RPWP;;;SY)(A;;RP;;;AU)(A;ID;RP;;;WD)') },
    ['owner'],
  ],
  [
    'another group',
    { descriptor: descriptor('O:SYG:BAD:AI(A;;RPWP;;;SY)(A;;RP;;;AU)(A;ID;RP;;;WD)') },
    ['group'],
  ],
  ['an ACE less', { descriptor: descriptor('O:SYG:SYD:AI(A;;RPWP;;;SY)(A;ID;RP;;;WD)') }, ['ace-removed']],
  [
    'an inherited ACE made explicit',
    { descriptor: descriptor('O:SYG:SYD:AI(A;;RPWP;;;SY)(A;;RP;;;AU)(A;;RP;;;WD)') },
    ['ace-removed', 'ace-added'],
  ],
  [
    'the same ACEs in another order',
    { descriptor: descriptor('O:SYG:SYD:AI(A;;RP;;;AU)(A;;RPWP;;;SY)(A;ID;RP;;;WD)') },
    ['dacl'],
  ],
  [
    'protection',
    { descriptor: descriptor('O:SYG:SYD:PAI(A;;RPWP;;;SY)(A;;RP;;;AU)(A;ID;RP;;;WD)') },
    ['dacl'],
  ],
  [
    'a NULL DACL',
    { descriptor: descriptor('O:SYG:SYD:NO_ACCESS_CONTROL') },
    ['ace-removed', 'ace-removed', 'ace-removed', 'dacl'],
  ],
  ['a descriptor that one reader may not see', { descriptor: null }, []],
  ['another update mode', { properties: [property(DNS_PROPERTY_IDS.ALLOW_UPDATE, 2)] }, ['property']],
  ['a property less', { properties: [] }, ['property']],
  [
    'a property more',
    { properties: [...BEFORE.properties, property(DNS_PROPERTY_IDS.AGING_STATE, 1, 0, 0, 0)] },
    ['property'],
  ],
];

for (const [what, change, kinds] of CASES) {
  test(`compareStates() tells of ${what}: ${kinds.join(', ') || 'nothing'}`, () => {
    const differences = compareStates(BEFORE, { ...BEFORE, ...change });
    assert.deepEqual(
      differences.map(({ kind }) => kind),
      kinds,
    );
  });
}

test('a name that lives again is told as revived, with its records', () => {
  const dead = { ...BEFORE, tombstoned: true, records: [TOMBSTONE] };
  assert.deepEqual(
    compareStates(dead, BEFORE).map(({ kind }) => kind),
    ['revived', 'record-added'],
  );
});

test('a difference carries the stamp of its attribute, and how often that was written', () => {
  const after = { ...BEFORE, records: [], stamps: stamps({ dnsRecord: 7 }) };
  assert.deepEqual(compareStates(BEFORE, after)[0]?.stamp, { time: TIME, invocationId: DC, writes: 4 });
  const recreated = stampOf(ATTRIBUTE_IDS.dnsRecord, BEFORE, { ...after, objectGuid: OTHER });
  assert.equal(recreated?.writes, null);
  assert.equal(stampOf(ATTRIBUTE_IDS.dNSTombstoned, BEFORE, after), null);
});
