import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DNS_PROPERTY_IDS, encodeDnsProperty } from '../../src/formats/dns-property.ts';
import { ATTRIBUTE_IDS, encodeReplPropertyMetaData } from '../../src/formats/repl-metadata.ts';
import { decodeZone, isPseudoZone } from '../../src/records/zone.ts';
import { descriptorBytes, entryOf, PARTITION, SOME_GUID } from '../support/corp.ts';

function property(id: number, hex: string): Uint8Array {
  const data = new Uint8Array(Buffer.from(hex, 'hex'));
  const header = { dataLength: data.length, nameLength: 1, flag: 0, version: 1, id };
  return encodeDnsProperty({ ...header, data, trailer: new Uint8Array(4) });
}

const PRIMARY = property(DNS_PROPERTY_IDS.ZONE_TYPE, '01000000');
const allowUpdate = (mode: string) => property(DNS_PROPERTY_IDS.ALLOW_UPDATE, mode);
const decode = (rdn: string, ...dNSProperty: readonly Uint8Array[]) =>
  decodeZone(entryOf(`DC=${rdn},${PARTITION.container}`, { dNSProperty }), PARTITION);

test('decodeZone() reads type, update mode, secured time and aging', () => {
  const { zone, problems } = decode(
    'corp.example.com',
    PRIMARY,
    allowUpdate('02'),
    property(DNS_PROPERTY_IDS.SECURE_TIME, '20ad041c03000000'),
    property(DNS_PROPERTY_IDS.AGING_STATE, '01000000'),
    property(DNS_PROPERTY_IDS.NOREFRESH_INTERVAL, '18000000'),
    property(DNS_PROPERTY_IDS.REFRESH_INTERVAL, '30000000'),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(zone, {
    name: 'corp.example.com',
    dn: `DC=corp.example.com,${PARTITION.container}`,
    partition: PARTITION,
    type: 'primary',
    dynamicUpdate: 'secure-only',
    securedAt: new Date('2024-03-15T10:00:00Z'),
    aging: { enabled: true, noRefreshHours: 24, refreshHours: 48 },
    label: null,
    descriptor: null,
    descriptorVersion: null,
    propertiesWritten: null,
    objectGuid: null,
  });
});

test('decodeZone() tells when the properties were last written; damaged metadata is a problem', () => {
  const decodeWith = (metadata: Uint8Array) =>
    decodeZone(entryOf(`DC=z,${PARTITION.container}`, { replPropertyMetaData: metadata }), PARTITION);
  const written = { version: 3, originatingTime: new Date('2026-11-20T20:00:00Z') };
  const writer = { invocationId: SOME_GUID, originatingUsn: 1n, localUsn: 1n };
  const other = { ...writer, attid: ATTRIBUTE_IDS.dc, version: 1, originatingTime: null };
  const bytes = encodeReplPropertyMetaData([
    other,
    { ...writer, ...written, attid: ATTRIBUTE_IDS.dNSProperty },
  ]);
  assert.deepEqual(decodeWith(bytes).zone.propertiesWritten, {
    ...writer,
    ...written,
    attid: ATTRIBUTE_IDS.dNSProperty,
  });
  assert.equal(decodeWith(encodeReplPropertyMetaData([other])).zone.propertiesWritten, null);
  const damaged = decodeWith(bytes.subarray(0, 40));
  assert.equal(damaged.zone.propertiesWritten, null);
  assert.ok(damaged.problems.every(({ code }) => code === 'bad-metadata') && damaged.problems.length > 0);
});

test('decodeZone() tells the update modes apart, and what is off from what was not exported', () => {
  const modeOf = (...values: readonly Uint8Array[]) => decode('z', ...values).zone.dynamicUpdate;
  assert.equal(modeOf(PRIMARY, allowUpdate('00')), 'none');
  assert.equal(modeOf(PRIMARY, allowUpdate('01')), 'nonsecure-and-secure');
  assert.equal(modeOf(PRIMARY, allowUpdate('')), 'none');
  assert.equal(modeOf(PRIMARY), 'none');
  assert.equal(modeOf(), 'unknown');
});

test('decodeZone() knows the types, and shows a number it does not know', () => {
  const typeOf = (hex: string) => decode('z', property(DNS_PROPERTY_IDS.ZONE_TYPE, hex)).zone.type;
  assert.deepEqual(['00000000', '02000000', '03000000', '04000000', '2a000000'].map(typeOf), [
    'cache',
    'secondary',
    'stub',
    'forwarder',
    'type-42',
  ]);
  assert.equal(decode('z', allowUpdate('01')).zone.type, 'unknown');
});

test('decodeZone() makes a problem of an AllowUpdate that is none, and keeps the zone', () => {
  const { zone, problems } = decode('z', PRIMARY, allowUpdate('07'));
  assert.equal(zone.dynamicUpdate, 'unknown');
  assert.deepEqual(problems, [
    {
      severity: 'warning',
      code: 'bad-zone-property',
      where: zone.dn,
      message: 'AllowUpdate is 7, needs 0, 1 or 2',
    },
  ]);
});

test('decodeZone() makes a problem of a property that is cut off, and reads the others', () => {
  const { zone, problems } = decode('z', PRIMARY.slice(0, 22), allowUpdate('01'));
  assert.deepEqual([zone.type, zone.dynamicUpdate], ['unknown', 'nonsecure-and-secure']);
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.where]),
    [['bad-zone-property', zone.dn]],
  );
});

test('decodeZone() labels what no server loads and takes the mark off its name', () => {
  const named = (rdn: string) => {
    const { name, label } = decode(rdn).zone;
    return [name, label];
  };
  const guid = '6f2a8a5e-1b1c-4d6e-9f00-0123456789ab';
  assert.deepEqual(named('corp.example.com'), ['corp.example.com', null]);
  assert.deepEqual(named(`corp.example.com\\0ACNF:${guid}`), ['corp.example.com', 'conflict']);
  assert.deepEqual(named(`corp.example.com\\0ADEL:${guid}`), ['corp.example.com', 'deleted']);
  assert.deepEqual(named('..InProgress-corp.example.com'), ['corp.example.com', 'in-progress']);
  assert.deepEqual(named('..Deleted-corp.example.com'), ['corp.example.com', 'deleted']);
  assert.deepEqual(named('..Deleted.4f2a-corp.ex-ample.com'), ['corp.ex-ample.com', 'deleted']);
});

test('decodeZone() keeps the bytes of the descriptor', () => {
  const bytes = descriptorBytes('O:SYG:SYD:(A;;CC;;;AU)');
  const entry = entryOf(`DC=z,${PARTITION.container}`, { nTSecurityDescriptor: bytes });
  assert.deepEqual(decodeZone(entry, PARTITION).zone.descriptor, bytes);
});

test('isPseudoZone() knows root hints, trust anchors and the cache, and no real zone', () => {
  const pseudo = (rdn: string) => isPseudoZone(entryOf(`DC=${rdn},${PARTITION.container}`));
  for (const rdn of ['RootDNSServers', '..TrustAnchors', '..Cache', '..RootHints'])
    assert.ok(pseudo(rdn), rdn);
  for (const rdn of ['corp.example.com', 'rootdnsservers.com', '..Deleted-x', '.'])
    assert.ok(!pseudo(rdn), rdn);
});
