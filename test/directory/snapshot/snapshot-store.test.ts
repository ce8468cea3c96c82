import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Target } from '../../../src/apply/store.ts';
import { readSnapshot } from '../../../src/directory/snapshot/snapshot-file.ts';
import { openSnapshotStore } from '../../../src/directory/snapshot/snapshot-store.ts';
import { UsageError } from '../../../src/errors.ts';
import { decodeGuid } from '../../../src/formats/guid.ts';
import type { LdifRecord } from '../../../src/formats/ldif.ts';
import { ATTRIBUTE_IDS, decodeReplPropertyMetaData } from '../../../src/formats/repl-metadata.ts';
import {
  CONTROL_FLAGS,
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
} from '../../../src/formats/security-descriptor.ts';
import { hexOf } from '../../formats/codec-vectors.ts';
import { descriptorBytes, nodeEntry, SOME_GUID } from '../../support/corp.ts';
import { COMPLETE, EXAMPLE, ldifOf, makeFolder, writeFile } from '../../support/snapshot.ts';

const NEW_DACL = descriptorBytes('O:DAG:DAD:PAI(A;;FULL;;;SY)(A;;RPWP;;;AU)');

interface Content {
  readonly records: ReadonlyMap<string, LdifRecord>;
  readonly comments: readonly string[];
}

async function contentOf(file: string): Promise<Content> {
  const records = new Map<string, LdifRecord>();
  const comments: string[] = [];
  for await (const item of readSnapshot(file)) {
    if (item.kind === 'record') records.set(item.dn, item);
    else if (item.kind === 'comment') comments.push(item.text);
    else assert.fail(item.message);
  }
  return { records, comments };
}

/** The first names of the example that have all that a plan needs. */
async function exampleTargets(count: number): Promise<Target[]> {
  const { records } = await contentOf(EXAMPLE);
  const found = [...records.values()].flatMap(({ dn, attributes }) => {
    const guid = attributes.get('objectguid')?.[0];
    const whole = attributes.has('ntsecuritydescriptor') && attributes.has('replpropertymetadata');
    return guid !== undefined && whole ? [{ dn, objectGuid: decodeGuid(guid) }] : [];
  });
  assert.ok(found.length >= count);
  return found.slice(0, count);
}

function refusedFor(flag: string, words: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UsageError && error.flag === flag && words.test(error.message);
}

test('a copy differs in what was written and in nothing else', async (t) => {
  const [changed, untouched] = await exampleTargets(2);
  assert.ok(changed !== undefined && untouched !== undefined);
  const before = await contentOf(EXAMPLE);
  const copy = join(makeFolder(t), 'copy.ldif');
  const store = await openSnapshotStore(EXAMPLE, copy, [changed, untouched]);
  const old = await store.read(changed);
  assert.ok(old !== null && old.version !== null);
  await store.writeDacl(changed, NEW_DACL);
  const now = await store.read(changed);
  assert.equal(now?.version, old.version + 1);
  await store.close();

  const after = await contentOf(copy);
  assert.deepEqual([...after.records.keys()], [...before.records.keys()]);
  assert.deepEqual(after.comments, before.comments);
  for (const [dn, { attributes }] of before.records) {
    const copied = after.records.get(dn)?.attributes;
    if (dn !== changed.dn) assert.deepEqual(copied, attributes, dn);
    else {
      const same = (all: ReadonlyMap<string, unknown> | undefined): unknown[] =>
        [...(all ?? [])].filter(([name]) => !['ntsecuritydescriptor', 'replpropertymetadata'].includes(name));
      assert.deepEqual(same(copied), same(attributes));
      assert.deepEqual(copied?.get('ntsecuritydescriptor')?.map(Buffer.from), [
        Buffer.from(now?.bytes ?? []),
      ]);
    }
  }
});

test('writeDacl() takes the DACL and its control bits, and counts only that write', async (t) => {
  const [target] = await exampleTargets(1);
  assert.ok(target !== undefined);
  const metadataOf = async (file: string): Promise<ReturnType<typeof decodeReplPropertyMetaData>> => {
    const record = (await contentOf(file)).records.get(target.dn);
    return decodeReplPropertyMetaData(
      record?.attributes.get('replpropertymetadata')?.[0] ?? new Uint8Array(),
    );
  };
  const copy = join(makeFolder(t), 'copy.ldif');
  const store = await openSnapshotStore(EXAMPLE, copy, [target]);
  const old = decodeSecurityDescriptor((await store.read(target))?.bytes ?? new Uint8Array());
  const asked = decodeSecurityDescriptor(NEW_DACL);
  const { saclPresent, ownerDefaulted, saclProtected, daclProtected } = CONTROL_FLAGS;
  const control = asked.control | ownerDefaulted | saclProtected;
  await store.writeDacl(target, encodeSecurityDescriptor({ ...asked, control, sacl: { kind: 'null' } }));
  const now = decodeSecurityDescriptor((await store.read(target))?.bytes ?? new Uint8Array());
  assert.deepEqual(now.dacl, asked.dacl);
  assert.equal(now.control & (ownerDefaulted | saclPresent | saclProtected), 0);
  assert.equal(now.control & daclProtected, daclProtected);
  assert.deepEqual({ ...now, dacl: null, control: null }, { ...old, dacl: null, control: null });
  await store.writeDacl(target, NEW_DACL);
  await store.close();
  const versions = new Map((await metadataOf(EXAMPLE)).map((item) => [item.attid, item.version]));
  for (const { attid, version } of await metadataOf(copy)) {
    const expected = (versions.get(attid) ?? 0) + (attid === ATTRIBUTE_IDS.nTSecurityDescriptor ? 2 : 0);
    assert.equal(version, expected);
  }
});

test('a name is found by GUID wherever it lies, by DN where there is no GUID', async (t) => {
  const entry = nodeEntry();
  const { dn, attributes } = entry;
  const nameless = { dn, attributes: new Map([...attributes].filter(([name]) => name !== 'objectguid')) };
  const other = { ...nodeEntry({ name: 'pc2' }), attributes: nameless.attributes };
  const file = writeFile(t, 'test.ldif', ldifOf([entry, other]));
  const moved: Target = { dn: 'DC=renamed,DC=elsewhere', objectGuid: SOME_GUID };
  const byDn: Target = { dn: other.dn.toUpperCase(), objectGuid: null };
  const gone: Target = { dn: 'DC=gone,DC=elsewhere', objectGuid: null };
  const copy = join(makeFolder(t), 'copy.ldif');
  const store = await openSnapshotStore(file, copy, [moved, byDn, gone]);
  assert.equal(store.name, copy);
  const stored = hexOf(attributes.get('ntsecuritydescriptor')?.[0] ?? new Uint8Array());
  assert.equal(hexOf((await store.read(moved))?.bytes ?? new Uint8Array()), stored);
  assert.equal((await store.read(byDn))?.version, null);
  await store.writeDacl(byDn, NEW_DACL);
  assert.equal((await store.read(byDn))?.version, null);
  assert.equal(await store.read(gone), null);
  await assert.rejects(store.writeDacl(gone, NEW_DACL), refusedFor('--snapshot', /does not hold/));
  await store.close();
  const { records } = await contentOf(copy);
  const copied = [entry, other].map(({ dn: name }) =>
    hexOf(records.get(name)?.attributes.get('ntsecuritydescriptor')?.[0] ?? new Uint8Array()),
  );
  assert.equal(copied[0], stored);
  assert.notEqual(copied[1], stored);
});

test('a name whose descriptor the snapshot lacks is not there', async (t) => {
  const file = writeFile(t, 'test.ldif', ldifOf([nodeEntry({ sddl: null })]));
  const target: Target = { dn: nodeEntry().dn, objectGuid: SOME_GUID };
  const store = await openSnapshotStore(file, join(makeFolder(t), 'copy.ldif'), [target]);
  assert.equal(await store.read(target), null);
});

test('the copy is gzip when its name says so, keeps comments, and belongs to the user alone', async (t) => {
  const file = writeFile(t, 'test.ldif', `${COMPLETE}# ü\nversion: 1\n\n${ldifOf([nodeEntry()])}`);
  for (const name of ['copy.ldif.gz', 'COPY.GZ', 'copy.ldif']) {
    const copy = join(makeFolder(t), name);
    await (await openSnapshotStore(file, copy, [])).close();
    assert.equal(readFileSync(copy).readUInt16BE(0) === 0x1f8b, /gz$/i.test(name));
    assert.deepEqual((await contentOf(copy)).comments, (await contentOf(file)).comments);
    assert.equal((await contentOf(copy)).records.size, 1);
    if (process.platform !== 'win32') assert.equal(statSync(copy).mode & 0o777, 0o600);
  }
});

test('what could not be read is noted in the copy', async (t) => {
  const file = writeFile(t, 'test.ldif', `dn: CN=a\nx:: ???\n\n${ldifOf([nodeEntry()])}`);
  const copy = join(makeFolder(t), 'copy.ldif');
  await (await openSnapshotStore(file, copy, [])).close();
  const { comments, records } = await contentOf(copy);
  assert.match(comments.join(), /^not copied: Cannot read LDIF line 2, .*not base64$/);
  assert.equal(records.size, 1);
});

test('nothing is ever overwritten', async (t) => {
  const words = /^Cannot write the snapshot .*: it exists already; name a new file$/;
  const folder = makeFolder(t);
  const file = join(folder, 'test.ldif');
  writeFileSync(file, ldifOf([nodeEntry()]));
  await assert.rejects(openSnapshotStore(file, file, []), refusedFor('--write-snapshot', words));
  const late = join(folder, 'late.ldif');
  const store = await openSnapshotStore(file, late, []);
  writeFileSync(late, 'mine');
  await assert.rejects(store.close(), refusedFor('--write-snapshot', words));
  assert.equal(readFileSync(late, 'utf8'), 'mine');
});

test('a copy that cannot be finished is not left behind', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'test.ldif.gz');
  const whole = gzipSync(ldifOf([nodeEntry(), nodeEntry({ name: 'pc2' })]));
  writeFileSync(file, whole);
  const copy = join(folder, 'copy.ldif');
  const store = await openSnapshotStore(file, copy, []);
  writeFileSync(file, whole.subarray(0, -6));
  await assert.rejects(store.close(), refusedFor('--write-snapshot', /unexpected end of file/));
  assert.equal(existsSync(copy), false);
  const nowhere = await openSnapshotStore(EXAMPLE, join(folder, 'missing', 'copy.ldif'), []);
  await assert.rejects(nowhere.close(), refusedFor('--write-snapshot', /ENOENT/));
});

test('a source that cannot be read is refused at once', async (t) => {
  const folder = makeFolder(t);
  const open = openSnapshotStore(join(folder, 'missing'), join(folder, 'copy.ldif'), []);
  await assert.rejects(open, refusedFor('--snapshot', /^Cannot open the snapshot /));
});
