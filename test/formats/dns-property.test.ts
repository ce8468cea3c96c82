import assert from 'node:assert/strict';
import test from 'node:test';
import { FormatError } from '../../src/errors.ts';
import {
  agingOf,
  allowUpdateOf,
  DNS_PROPERTY_IDS,
  type DnsProperty,
  decodeDnsProperty,
  encodeDnsProperty,
  propertyU32,
  secureTimeOf,
  withAllowUpdate,
  zoneTypeOf,
} from '../../src/formats/dns-property.ts';
import { Writer } from '../../src/formats/writer.ts';
import {
  asJson,
  assertRefused,
  assertSurvivesDamage,
  bytesOf,
  type HexRow,
  hexOf,
  loadRows,
} from './codec-vectors.ts';

const VALID = loadRows<HexRow>('dns-property', 'valid');

function property(id: number, data: Uint8Array): DnsProperty {
  const header = { dataLength: data.length, nameLength: 0, flag: 0, version: 1 };
  return { ...header, id, data, trailer: new Uint8Array(4) };
}

function u32(id: number, value: number): DnsProperty {
  return property(id, new Writer().u32le(value).bytes());
}

function secureTime(value: bigint): DnsProperty {
  return property(DNS_PROPERTY_IDS.SECURE_TIME, new Writer().u64le(value).bytes());
}

for (const row of VALID) {
  test(`dNSProperty: ${row.name}`, () => {
    const decoded = decodeDnsProperty(bytesOf(row.hex));
    assert.deepEqual(asJson(decoded), row.value);
    assert.equal(hexOf(encodeDnsProperty(decoded)), row.hex);
  });
}

for (const row of loadRows<HexRow>('dns-property', 'invalid')) {
  test(`dNSProperty refuses: ${row.name}`, () => assertRefused(decodeDnsProperty, row));
}

test('decodeDnsProperty() meets damaged bytes with a FormatError or a value that encodes back', () => {
  for (const row of VALID) {
    assertSurvivesDamage((bytes) => {
      const decoded = decodeDnsProperty(bytes);
      assert.equal(hexOf(encodeDnsProperty(decoded)), hexOf(bytes));
      return decoded;
    }, row.hex);
  }
});

test('encodeDnsProperty() refuses a dataLength that is not the length of the data', () => {
  assert.throws(
    () => encodeDnsProperty({ ...u32(DNS_PROPERTY_IDS.ZONE_TYPE, 1), dataLength: 3 }),
    RangeError,
  );
});

test('propertyU32(), zoneTypeOf() and allowUpdateOf() give null where the default applies', () => {
  assert.equal(propertyU32(u32(DNS_PROPERTY_IDS.REFRESH_INTERVAL, 168)), 168);
  assert.equal(propertyU32(property(DNS_PROPERTY_IDS.REFRESH_INTERVAL, new Uint8Array(0))), null);
  assert.equal(zoneTypeOf(u32(DNS_PROPERTY_IDS.ZONE_TYPE, 1)), 1);
  assert.equal(zoneTypeOf(u32(DNS_PROPERTY_IDS.AGING_STATE, 1)), null);
  assert.equal(allowUpdateOf(property(DNS_PROPERTY_IDS.ALLOW_UPDATE, Uint8Array.of(2))), 2);
  assert.equal(allowUpdateOf(property(DNS_PROPERTY_IDS.ALLOW_UPDATE, new Uint8Array(0))), null);
  assert.equal(allowUpdateOf(property(DNS_PROPERTY_IDS.ZONE_TYPE, Uint8Array.of(2))), null);
});

test('secureTimeOf() tells the unit by the size of the number', () => {
  const ten = new Date('2024-03-15T10:00:00Z');
  assert.deepEqual(secureTimeOf(secureTime(3_709_714n)), ten);
  assert.deepEqual(secureTimeOf(secureTime(13_354_970_400n)), ten);
  assert.deepEqual(secureTimeOf(secureTime(0x01da_76bf_8ac7_5000n)), ten);
  assert.equal(secureTimeOf(secureTime(0n)), null);
  assert.equal(secureTimeOf(u32(DNS_PROPERTY_IDS.SECURE_TIME, 1)), null);
  assert.equal(secureTimeOf(u32(DNS_PROPERTY_IDS.ZONE_TYPE, 1)), null);
});

test('agingOf() falls back to off and seven days', () => {
  assert.deepEqual(agingOf([]), { enabled: false, noRefreshHours: 168, refreshHours: 168 });
  const properties = [
    u32(DNS_PROPERTY_IDS.AGING_STATE, 1),
    u32(DNS_PROPERTY_IDS.NOREFRESH_INTERVAL, 24),
    u32(DNS_PROPERTY_IDS.REFRESH_INTERVAL, 48),
  ];
  assert.deepEqual(agingOf(properties), { enabled: true, noRefreshHours: 24, refreshHours: 48 });
});

test('withAllowUpdate() changes one byte and nothing else', () => {
  const stored = bytesOf('01000000170000350000000001000000020000000100000000');
  const changed = withAllowUpdate(stored, 2);
  assert.equal(hexOf(changed), '01000000170000350000000001000000020000000200000000');
  assert.equal(hexOf(stored), '01000000170000350000000001000000020000000100000000');
});

test('withAllowUpdate() refuses other properties, empty values and other modes', () => {
  const empty = encodeDnsProperty(property(DNS_PROPERTY_IDS.ALLOW_UPDATE, new Uint8Array(0)));
  assert.throws(() => withAllowUpdate(empty, 2), FormatError);
  const other = encodeDnsProperty(property(DNS_PROPERTY_IDS.ZONE_TYPE, Uint8Array.of(1)));
  assert.throws(() => withAllowUpdate(other, 2), FormatError);
  const stored = encodeDnsProperty(property(DNS_PROPERTY_IDS.ALLOW_UPDATE, Uint8Array.of(1)));
  assert.throws(() => withAllowUpdate(stored, 3), RangeError);
});
