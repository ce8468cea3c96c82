/** Snapshots as they are written: what is in them, what they say of themselves, and that they are whole or not there. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createSnapshotSource } from '../../../src/directory/snapshot/snapshot-source.ts';
import { writeSnapshot } from '../../../src/directory/snapshot/snapshot-writer.ts';
import { DirectoryError, UsageError } from '../../../src/errors.ts';
import type { Dn } from '../../../src/formats/dn.ts';
import { copyEntry } from '../../../src/records/entry.ts';
import { readZones } from '../../../src/records/read.ts';
import type { DirectorySource, RawEntry } from '../../../src/records/source.ts';
import { EXAMPLE, makeFolder } from '../../support/snapshot.ts';

const ZONE = 'DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com' as Dn;
const REVERSE = 'DC=0.10.in-addr.arpa,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com' as Dn;
const NOW = new Date('2026-11-21T06:00:00Z');
const REQUEST = { zones: [ZONE], tool: 'dnsacl 1.2.3', now: NOW };

async function entriesOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<RawEntry[]> {
  const entries: RawEntry[] = [];
  for await (const page of pages) entries.push(...page);
  return entries;
}

/** The kept attributes of an entry, to compare. */
function plain({ dn, attributes }: RawEntry): unknown {
  const kept = ['dnsrecord', 'ntsecuritydescriptor', 'objectguid', 'replpropertymetadata', 'dnstombstoned'];
  return [dn, kept.map((name) => attributes.get(name)?.map((value) => Buffer.from(value).toString('hex')))];
}

test('a snapshot holds every name of its zones, and all zones and accounts', async (t) => {
  const original = createSnapshotSource(EXAMPLE);
  const file = join(makeFolder(t), 'copy.ldif');
  const { counts, problems } = await writeSnapshot(original, file, REQUEST);
  const copy = createSnapshotSource(file);
  const names = await entriesOf(copy.nodes(ZONE, 'metadata', copyEntry));
  assert.ok(names.length > 200, `${names.length} names`);
  assert.deepEqual(
    names.map(plain),
    (await entriesOf(original.nodes(ZONE, 'metadata', copyEntry))).map(plain),
  );
  assert.ok(counts.node >= names.length);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    (await readZones(copy)).values.map(({ dn }) => dn),
    (await readZones(original)).values.map(({ dn }) => dn),
  );
  const computers = await entriesOf(original.computers(copyEntry));
  assert.equal((await entriesOf(copy.computers(copyEntry))).length, computers.length);
  const [before, after] = [await original.describe(), await copy.describe()];
  const server = 'copy.ldif';
  const partitions = before.partitions.map((partition) => ({ ...partition, server }));
  assert.deepEqual(after, { ...before, server, partitions, namesOf: [ZONE] });
});

test('a zone whose names were not saved is not taken for an empty one', async (t) => {
  const file = join(makeFolder(t), 'copy.ldif');
  await writeSnapshot(createSnapshotSource(EXAMPLE), file, REQUEST);
  const copy = createSnapshotSource(file);
  const refused = (error: unknown): boolean =>
    error instanceof DirectoryError && /holds those of corp\.example\.com only/.test(error.message);
  await assert.rejects(entriesOf(copy.nodes(REVERSE, 'census', copyEntry)), refused);
  await assert.rejects(copy.node(REVERSE, '1', 'descriptor'), refused);
  await assert.rejects(writeSnapshot(copy, `${file}2`, { ...REQUEST, zones: [REVERSE] }), refused);
  assert.deepEqual(readdirSync(dirname(file)), ['copy.ldif']);
});

test('it says who wrote it, when, from where and what is in it', async (t) => {
  const file = join(makeFolder(t), 'copy.ldif.gz');
  const source = createSnapshotSource(EXAMPLE);
  const live: DirectorySource = Object.assign(Object.create(source), {
    describe: async () => ({ ...(await source.describe()), takenAt: null }),
    everything: (zones: readonly Dn[]) => source.everything(zones, []),
  });
  await writeSnapshot(live, file, REQUEST);
  const text = gunzipSync(readFileSync(file)).toString();
  assert.match(text, /^# dnsacl-tool: dnsacl 1\.2\.3$/m);
  assert.match(text, /^# dnsacl-taken: 2026-11-21T06:00:00\.000Z$/m);
  assert.match(text, /^# dnsacl-server: corp\.example\.com\.ldif\.gz$/m);
  assert.match(text, new RegExp(`^# dnsacl-names-of: ${ZONE}$`, 'm'));
  assert.match(text, /^# dnsacl-complete-domain: S-1-5-21-/m);
  assert.match(text, /^nTSecurityDescriptor::/m);
  assert.deepEqual((await createSnapshotSource(file).describe()).takenAt, NOW);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('what is not known to belong into a snapshot is not copied', async (t) => {
  const folder = makeFolder(t);
  const foreign = join(folder, 'foreign.ldif');
  const account = (await createSnapshotSource(EXAMPLE).byName('dhcp_update'))[0] as RawEntry;
  const sid = Buffer.from(account.attributes.get('objectsid')?.[0] ?? []).toString('base64');
  writeFileSync(foreign, `dn: ${account.dn}\nobjectSid:: ${sid}\nsAMAccountName: x\nunicodePwd: Xy12\n`);
  await writeSnapshot(createSnapshotSource(foreign), join(folder, 'copy.ldif'), { ...REQUEST, zones: [] });
  const text = readFileSync(join(folder, 'copy.ldif'), 'utf8');
  assert.match(text, /sAMAccountName: x/);
  assert.doesNotMatch(text, /Xy12/);
});

test('a file that is there is left alone', async (t) => {
  const file = join(makeFolder(t), 'copy.ldif');
  for (const [taken, words] of [
    [file, /it exists already; name a new file/],
    [`${file}.partial`, /it is being written, or its writing was killed/],
  ] as const) {
    writeFileSync(taken, 'before');
    await assert.rejects(writeSnapshot(createSnapshotSource(EXAMPLE), file, REQUEST), (error: unknown) => {
      assert.ok(error instanceof UsageError && error.flag === '--out');
      assert.match(error.message, words);
      return true;
    });
    assert.equal(readFileSync(taken, 'utf8'), 'before');
    rmSync(taken);
  }
});

test('a reading that breaks off leaves no file', async (t) => {
  const file = join(makeFolder(t), 'copy.ldif');
  const source = createSnapshotSource(EXAMPLE);
  const broken: DirectorySource = Object.assign(Object.create(source), {
    describe: () => source.describe(),
    async *everything(zones: readonly Dn[]) {
      for await (const page of source.everything(zones, [])) {
        yield page;
        throw new DirectoryError('unreachable', 'the connection was lost', { operation: 'read' });
      }
    },
  });
  await assert.rejects(writeSnapshot(broken, file, REQUEST), /the connection was lost/);
  assert.equal(existsSync(file), false);
  assert.equal(existsSync(`${file}.partial`), false);
});
