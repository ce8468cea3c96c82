import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSnapshot } from '../../../src/directory/snapshot/snapshot-file.ts';
import { openSnapshotZoneStore } from '../../../src/directory/snapshot/snapshot-zone-store.ts';
import { UsageError } from '../../../src/errors.ts';
import { encodeGuid, parseGuid } from '../../../src/formats/guid.ts';
import {
  ATTRIBUTE_IDS,
  attributeVersion,
  encodeReplPropertyMetaData,
} from '../../../src/formats/repl-metadata.ts';
import { entryOf, SOME_GUID, zoneOf } from '../../support/corp.ts';
import { ldifOf, makeFolder, writeFile } from '../../support/snapshot.ts';
import { AGING, PRIMARY, SECURE, UNSECURE } from '../../support/zone-properties.ts';

const ZONE = { dn: zoneOf().dn, objectGuid: SOME_GUID };
const METADATA = encodeReplPropertyMetaData(
  [ATTRIBUTE_IDS.dNSProperty, ATTRIBUTE_IDS.nTSecurityDescriptor].map((attid) => {
    const times = { originatingTime: null, originatingUsn: 1n, localUsn: 1n };
    return { attid, version: 4, invocationId: SOME_GUID, ...times };
  }),
);

const LDIF = ldifOf([
  entryOf(ZONE.dn, {
    objectClass: 'dnsZone',
    objectGUID: encodeGuid(SOME_GUID),
    dNSProperty: [PRIMARY, UNSECURE, AGING],
    replPropertyMetaData: METADATA,
  }),
  entryOf(zoneOf('other.example.com').dn, { objectClass: 'dnsZone', dNSProperty: [PRIMARY, UNSECURE] }),
]);

async function zonesIn(file: string): Promise<Map<string, readonly Uint8Array[]>> {
  const zones = new Map<string, readonly Uint8Array[]>();
  for await (const item of readSnapshot(file))
    if (item.kind === 'record') zones.set(item.dn, item.attributes.get('dnsproperty') ?? []);
  return zones;
}

test('one value of one zone is exchanged in the copy, and the version of its metadata rises', async (t) => {
  const [file, copy] = [writeFile(t, 'in.ldif', LDIF), join(makeFolder(t), 'copy.ldif')];
  const store = await openSnapshotZoneStore(file, copy, ZONE);
  assert.deepEqual((await store.read(ZONE))?.version, 4);
  assert.equal(await store.swap(ZONE, SECURE, UNSECURE), false);
  assert.equal(await store.swap(ZONE, UNSECURE, SECURE), true);
  assert.deepEqual((await store.read(ZONE))?.version, 5);
  await store.close();
  const zones = await zonesIn(copy);
  const hex = (dn: string): readonly string[] =>
    (zones.get(dn) ?? []).map((value) => Buffer.from(value).toString('hex'));
  assert.deepEqual(
    hex(ZONE.dn),
    [PRIMARY, SECURE, AGING].map((value) => Buffer.from(value).toString('hex')),
  );
  assert.equal(hex(zoneOf('other.example.com').dn).length, 2);
  for await (const item of readSnapshot(copy)) {
    const metadata = item.kind === 'record' ? item.attributes.get('replpropertymetadata')?.[0] : undefined;
    if (metadata !== undefined)
      assert.equal(attributeVersion(metadata, ATTRIBUTE_IDS.nTSecurityDescriptor), 4);
  }
});

test('without an exchange there is no copy', async (t) => {
  const [file, copy] = [writeFile(t, 'in.ldif', LDIF), join(makeFolder(t), 'copy.ldif')];
  const store = await openSnapshotZoneStore(file, copy, ZONE);
  await store.read(ZONE);
  await store.close();
  assert.ok(!existsSync(copy));
});

test('the GUID decides: a zone of the same name with another one is not there', async (t) => {
  const other = { ...ZONE, objectGuid: parseGuid('6f2a8a5e-1b1c-4d6e-9f00-0123456789ac') };
  const store = await openSnapshotZoneStore(writeFile(t, 'in.ldif', LDIF), null, other);
  assert.equal(await store.read(other), null);
});

test('a snapshot is never written without a copy, and a copy never over a file', async (t) => {
  const file = writeFile(t, 'in.ldif', LDIF);
  const store = await openSnapshotZoneStore(file, null, ZONE);
  await assert.rejects(store.swap(ZONE, UNSECURE, SECURE), UsageError);
  await assert.rejects(openSnapshotZoneStore(file, file, ZONE), /it exists already; name a new file/);
});
