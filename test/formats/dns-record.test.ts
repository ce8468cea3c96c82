import assert from 'node:assert/strict';
import test from 'node:test';
import {
  DNS_RECORD_TYPES,
  type DnsRecord,
  decodeDnsRecord,
  encodeDnsRecord,
  formatRdata,
  isStatic,
  recordTypeCode,
  recordTypeName,
} from '../../src/formats/dns-record.ts';
import {
  asJson,
  assertRefused,
  assertSurvivesDamage,
  bytesOf,
  type HexRow,
  hexOf,
  loadRows,
} from './codec-vectors.ts';

interface RecordRow extends HexRow {
  readonly presentation: string;
}

const VALID = loadRows<RecordRow>('dns-record', 'valid');
const NONCANONICAL = loadRows<RecordRow>('dns-record', 'noncanonical');

function withoutRaw(record: DnsRecord): unknown {
  const { raw: _, ...rest } = record;
  return asJson(rest);
}

function recordOf(type: number, data: DnsRecord['data']): DnsRecord {
  const header = { version: 5, rank: 0xf0, flags: 0, serial: 1, ttlSeconds: 60, reserved: 0 };
  return { ...header, type, timestampHours: 0, data, raw: null };
}

for (const row of [...VALID, ...NONCANONICAL]) {
  test(`dnsRecord: ${row.name}`, () => {
    const record = decodeDnsRecord(bytesOf(row.hex));
    assert.deepEqual(withoutRaw(record), row.value);
    assert.equal(formatRdata(record), row.presentation);
    assert.equal(hexOf(encodeDnsRecord(record)), row.hex);
    const made = encodeDnsRecord({ ...record, raw: null });
    assert.equal(hexOf(made), row.canonicalHex ?? row.hex);
    assert.deepEqual(withoutRaw(decodeDnsRecord(made)), row.value);
  });
}

for (const row of loadRows<HexRow>('dns-record', 'invalid')) {
  test(`dnsRecord refuses: ${row.name}`, () => assertRefused(decodeDnsRecord, row));
}

test('decodeDnsRecord() meets damaged bytes with a FormatError or a value that encodes back', () => {
  for (const row of VALID) {
    assertSurvivesDamage((bytes) => {
      const record = decodeDnsRecord(bytes);
      assert.equal(hexOf(encodeDnsRecord(record)), hexOf(bytes));
      return record;
    }, row.hex);
  }
});

test('encodeDnsRecord() writes changed data, not what was stored', () => {
  const [row] = NONCANONICAL;
  const record = decodeDnsRecord(bytesOf(row?.hex ?? ''));
  const changed = encodeDnsRecord({ ...record, data: { kind: 'name', target: 'a.b' } });
  assert.deepEqual(decodeDnsRecord(changed).data, { kind: 'name', target: 'a.b' });
});

test('encodeDnsRecord() refuses data of another kind', () => {
  const record = recordOf(DNS_RECORD_TYPES.A, { kind: 'name', target: 'a.b' });
  assert.throws(() => encodeDnsRecord(record), TypeError);
});

test('encodeDnsRecord() refuses strings and data that their lengths cannot tell', () => {
  const string = { kind: 'strings', strings: [new Uint8Array(256)] } as const;
  assert.throws(() => encodeDnsRecord(recordOf(DNS_RECORD_TYPES.TXT, string)), RangeError);
  const bytes = { kind: 'unknown', bytes: new Uint8Array(0x10000) } as const;
  assert.throws(() => encodeDnsRecord(recordOf(DNS_RECORD_TYPES.DHCID, bytes)), RangeError);
});

test('isStatic() goes by the time stamp', () => {
  assert.equal(isStatic({ timestampHours: 0 }), true);
  assert.equal(isStatic({ timestampHours: 3_709_714 }), false);
});

test('recordTypeName() and recordTypeCode() are inverse', () => {
  for (const [name, code] of Object.entries(DNS_RECORD_TYPES)) {
    assert.equal(recordTypeName(code), name);
    assert.equal(recordTypeCode(name.toLowerCase()), code);
  }
  assert.equal(recordTypeName(65_280), 'TYPE65280');
  assert.equal(recordTypeCode('TYPE65280'), 65_280);
  assert.equal(recordTypeCode('TYPE65536'), null);
  assert.equal(recordTypeCode('constructor'), null);
});
