import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countNames } from '../../src/records/census.ts';
import { aRecord, entryOf, recordBytes, zoneOf } from '../support/corp.ts';
import { MemorySource } from '../support/memory-source.ts';

const zone = zoneOf();
const node = (name: string, attributes: Parameters<typeof entryOf>[1]) =>
  entryOf(`DC=${name},${zone.dn}`, attributes);

test('countNames() counts every name once, and the kinds add up', async () => {
  const tombstone = recordBytes(0, { kind: 'tombstone', entombedTime: 1n });
  const source = new MemorySource({
    nodes: [
      node('@', { dnsRecord: aRecord('10.0.0.1', 0) }),
      node('static', { dnsRecord: aRecord('10.0.0.2', 0), dNSTombstoned: 'FALSE' }),
      node('dynamic', { dnsRecord: aRecord('10.0.0.3') }),
      node('hour-256', { dnsRecord: aRecord('10.0.0.3', 0x100) }),
      node('mixed', { dnsRecord: [aRecord('10.0.0.4', 0), aRecord('10.0.0.5')] }),
      node('gone', { dnsRecord: tombstone, dNSTombstoned: 'TRUE' }),
      node('gone-dynamic', { dnsRecord: aRecord('10.0.0.6'), dNSTombstoned: 'TRUE' }),
      node('empty', {}),
      node('cut-off', { dnsRecord: aRecord('10.0.0.7').slice(0, 20) }),
    ],
  });
  const census = await countNames(source, zone);
  assert.deepEqual(census, { names: 9, dynamic: 3, static: 3, tombstoned: 2, empty: 1 });
  assert.equal(census.names, census.dynamic + census.static + census.tombstoned + census.empty);
});

test('countNames() asks for no descriptor, and counts nothing in an empty zone', async () => {
  const source = new MemorySource({ nodes: [] });
  assert.deepEqual(await countNames(source, zone), {
    names: 0,
    dynamic: 0,
    static: 0,
    tombstoned: 0,
    empty: 0,
  });
  assert.deepEqual(source.asked, ['nodes census']);
});
