import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/errors.ts';
import { formatRdata } from '../../src/formats/dns-record.ts';
import { createDescriptorDecoder } from '../../src/formats/node-descriptor.ts';
import { ATTRIBUTE_IDS, encodeReplPropertyMetaData } from '../../src/formats/repl-metadata.ts';
import { copyEntry } from '../../src/records/entry.ts';
import { type DnsNode, decodeNode, storedDescriptor } from '../../src/records/node.ts';
import type { RawEntry } from '../../src/records/source.ts';
import {
  aRecord,
  descriptorBytes,
  entryOf,
  nodeEntry,
  OWNED_BY_SYSTEM,
  recordBytes,
  SOME_GUID,
  zoneOf,
} from '../support/corp.ts';

const zone = zoneOf();

function read(entry: RawEntry, keepBytes = true): { readonly node: DnsNode; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const node = decodeNode(entry, { zone, descriptors: createDescriptorDecoder(), keepBytes }, problems);
  return { node, problems };
}

const decode = (rdn: string, attributes: Parameters<typeof entryOf>[1] = {}) =>
  read(entryOf(`DC=${rdn},${zone.dn}`, attributes));

function metadata(attid: number, version: number): Uint8Array {
  const rest = { originatingTime: null, invocationId: SOME_GUID, originatingUsn: 1n, localUsn: 1n };
  return encodeReplPropertyMetaData([
    { attid: ATTRIBUTE_IDS.dnsRecord, version: 99, ...rest },
    { attid, version, ...rest },
  ]);
}

test('decodeNode() reads an ordinary dynamic name without a problem', () => {
  const { node, problems } = read(nodeEntry({ name: 'PC1' }));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    { ...node, records: node.records.length, descriptor: node.descriptor.kind },
    {
      zone: 'corp.example.com',
      name: 'PC1',
      fqdn: 'PC1.corp.example.com',
      dn: `DC=PC1,${zone.dn}`,
      objectGuid: SOME_GUID,
      tombstoned: false,
      dynamic: true,
      records: 1,
      label: null,
      descriptor: 'read',
      unreadable: null,
      descriptorVersion: null,
      metadata: null,
    },
  );
});

test('decodeNode() makes the name of the apex the name of the zone', () => {
  assert.deepEqual(
    ['@', '*', '_ldap._tcp.dc'].map((rdn) => decode(rdn).node.fqdn),
    ['corp.example.com', '*.corp.example.com', '_ldap._tcp.dc.corp.example.com'],
  );
});

test('decodeNode() calls a name dynamic as soon as one record has a timestamp', () => {
  const dynamic = (...dnsRecord: readonly Uint8Array[]) => decode('pc1', { dnsRecord }).node.dynamic;
  assert.equal(dynamic(aRecord('10.0.0.1', 0), aRecord('10.0.0.2', 0)), false);
  assert.equal(dynamic(aRecord('10.0.0.1', 0), aRecord('10.0.0.2')), true);
  assert.equal(dynamic(), false);
});

test('decodeNode() takes only TRUE for a tombstone', () => {
  const tombstoned = (value: string | null) => decode('pc1', { dNSTombstoned: value }).node.tombstoned;
  assert.deepEqual(['TRUE', 'true', 'FALSE', null].map(tombstoned), [true, true, false, false]);
});

test('decodeNode() sorts records by type and data, in whatever order they came', () => {
  const records = [
    recordBytes(28, { kind: 'aaaa', address: '2001:db8::1' }),
    aRecord('10.0.0.9'),
    aRecord('10.0.0.10'),
  ];
  const expected = ['10.0.0.9', '10.0.0.10', '2001:db8::1'];
  for (const dnsRecord of [records, records.toReversed()]) {
    const { node } = decode('pc1', { dnsRecord });
    assert.deepEqual(
      node.records.map((record) => formatRdata(record)),
      expected,
    );
  }
});

test('decodeNode() makes a problem of a record that cannot be read and keeps the others', () => {
  const { node, problems } = decode('pc1', {
    dnsRecord: [aRecord('10.0.0.1').slice(0, 25), aRecord('10.0.0.2')],
    nTSecurityDescriptor: descriptorBytes(OWNED_BY_SYSTEM),
  });
  assert.equal(node.records.length, 1);
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.where, problem.message]),
    [['bad-record', node.dn, node.unreadable]],
  );
});

test('decodeNode() says why there is no descriptor, when it is missing and when it is damaged', () => {
  const bytes = descriptorBytes(OWNED_BY_SYSTEM);
  for (const [value, reason] of [
    [null, /READ_CONTROL is missing/],
    [bytes.slice(0, 40), /^Cannot decode/],
  ] as const) {
    const { node, problems } = decode('pc1', { nTSecurityDescriptor: value });
    assert.ok(node.descriptor.kind === 'unreadable');
    assert.match(node.descriptor.reason, reason);
    assert.equal(node.unreadable, node.descriptor.reason);
    assert.deepEqual(
      problems.map((problem) => [problem.code, problem.where, problem.message]),
      [['unreadable-descriptor', node.dn, node.descriptor.reason]],
    );
  }
});

test('decodeNode() keeps the bytes of the descriptor as they were stored', () => {
  const bytes = descriptorBytes(OWNED_BY_SYSTEM);
  const { descriptor } = decode('pc1', { nTSecurityDescriptor: bytes }).node;
  assert.ok(descriptor.kind === 'read');
  assert.deepEqual(descriptor.bytes, bytes);
  assert.equal(descriptor.value.owner, 'S-1-5-18');
});

test('decodeNode() keeps them only when it is told to', () => {
  const { node } = read(nodeEntry(), false);
  assert.ok(node.descriptor.kind === 'read');
  assert.equal(node.descriptor.bytes, null);
  assert.throws(() => storedDescriptor(node.descriptor), TypeError);
  assert.throws(() => storedDescriptor({ kind: 'unreadable', reason: 'x' }), TypeError);
});

test('decodeNode() does not refer to the bytes of the entry, which are overwritten by those that follow', () => {
  const records = [
    aRecord('10.0.0.1'),
    recordBytes(5, { kind: 'name', target: 'pc2.corp.example.com' }),
    recordBytes(49, { kind: 'unknown', bytes: Buffer.alloc(35, 1) }),
    recordBytes(64000, { kind: 'unknown', bytes: Buffer.from('whatever') }),
  ];
  const values = {
    dnsRecord: records,
    objectGUID: Buffer.alloc(16, 7),
    replPropertyMetaData: metadata(ATTRIBUTE_IDS.nTSecurityDescriptor, 3),
    nTSecurityDescriptor: descriptorBytes(
      'O:S-1-5-21-1-2-3-1104G:SYD:(A;;FA;;;S-1-5-21-1-2-3-1104)(A;ID;FA;;;SY)',
    ),
  };
  const [entry, pristine] = [1, 2].map(() => copyEntry(entryOf(`DC=pc1,${zone.dn}`, values)));
  assert.ok(entry !== undefined && pristine !== undefined);
  const { node } = read(entry);
  for (const [, list] of entry.attributes) for (const value of list) value.fill(0xff);
  assert.deepEqual(node, read(pristine).node);
  assert.ok(node.records.length > 1);
});

test('decodeNode() labels the loser of a conflict and takes the mark off its name', () => {
  const { node } = decode(`pc1\\0ACNF:${SOME_GUID}`);
  assert.deepEqual([node.name, node.fqdn, node.label], ['pc1', 'pc1.corp.example.com', 'conflict']);
  assert.equal(node.dn, `DC=pc1\\0ACNF:${SOME_GUID},${zone.dn}`);
});

test('decodeNode() reads the version of the descriptor out of the metadata', () => {
  const of = (value: Uint8Array) => decode('pc1', { replPropertyMetaData: value });
  assert.equal(of(metadata(ATTRIBUTE_IDS.nTSecurityDescriptor, 7)).node.descriptorVersion, 7);
  assert.equal(of(metadata(ATTRIBUTE_IDS.dc, 7)).node.descriptorVersion, null);
  const damaged = of(metadata(ATTRIBUTE_IDS.nTSecurityDescriptor, 7).slice(0, 30));
  assert.equal(damaged.node.descriptorVersion, null);
  assert.ok(damaged.problems.some((problem) => problem.code === 'bad-metadata'));
});

test('decodeNode() has no GUID where the export holds none that is whole', () => {
  assert.equal(decode('pc1').node.objectGuid, null);
  assert.equal(decode('pc1', { objectGUID: new Uint8Array(15) }).node.objectGuid, null);
});
