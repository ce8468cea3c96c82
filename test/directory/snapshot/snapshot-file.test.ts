import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { kindOf, readSnapshot } from '../../../src/directory/snapshot/snapshot-file.ts';
import { UsageError } from '../../../src/errors.ts';
import type { LdifItem } from '../../../src/formats/ldif.ts';
import { encodeSid } from '../../../src/formats/sid.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { accountEntry, DOMAIN, DOMAIN_SID, entryOf, PARTITION } from '../../support/corp.ts';
import {
  crossRef,
  domainEntry,
  EXAMPLE,
  ldifOf,
  makeFolder,
  nameEntry,
  ROOT,
  withoutClass,
  writeFile,
  zoneEntry,
} from '../../support/snapshot.ts';

const TEXT = ldifOf([ROOT, zoneEntry('corp.example.com'), nameEntry('pc1'), nameEntry('ü')]);

async function itemsOf(file: string): Promise<LdifItem[]> {
  const items: LdifItem[] = [];
  for await (const item of readSnapshot(file)) items.push(item);
  return items;
}

async function assertUnreadable(file: string, words: RegExp): Promise<void> {
  await assert.rejects(itemsOf(file), (error: unknown) => {
    assert.ok(error instanceof UsageError && error.flag === '--snapshot', String(error));
    assert.ok(error.message.includes(file));
    assert.match(error.message, words);
    return true;
  });
}

test('readSnapshot() reads the same from plain text, gzip and UTF-16', async (t) => {
  const expected = await itemsOf(writeFile(t, 'plain.ldif', TEXT));
  assert.equal(expected.length, 4);
  const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
  const forms: readonly Uint8Array[] = [
    gzipSync(TEXT),
    Buffer.concat([gzipSync(TEXT.slice(0, 100)), gzipSync(TEXT.slice(100))]),
    utf16,
    Buffer.from(utf16).swap16(),
    gzipSync(utf16),
    Buffer.from(`\ufeff${TEXT}`),
    Buffer.from(TEXT.replaceAll('\n', '\r\n')),
  ];
  // The name does not matter; the first bytes tell.
  for (const bytes of forms) assert.deepEqual(await itemsOf(writeFile(t, 'some.file', bytes)), expected);
});

test('readSnapshot() reads the example as ldapsearch wrote it', async () => {
  const items = await itemsOf(EXAMPLE);
  assert.deepEqual(
    items.filter((item) => item.kind === 'problem'),
    [],
  );
  const dns = gunzipSync(readFileSync(EXAMPLE)).toString('latin1').match(/^dn:/gm)?.length;
  assert.equal(items.filter((item) => item.kind === 'record').length, dns);
});

test('readSnapshot() reads an empty file as nothing', async (t) => {
  assert.deepEqual(await itemsOf(writeFile(t, 'empty.ldif', '')), []);
  assert.deepEqual(await itemsOf(writeFile(t, 'one-byte.ldif', '\n')), []);
});

test('readSnapshot() says which file it cannot open', async (t) => {
  const folder = makeFolder(t);
  await assertUnreadable(join(folder, 'missing.ldif'), /^Cannot open the snapshot .*ENOENT/);
  mkdirSync(join(folder, 'folder.ldif'));
  await assertUnreadable(join(folder, 'folder.ldif'), /^Cannot open the snapshot .*EISDIR/);
});

test('readSnapshot() refuses gzip that was cut off anywhere, or damaged', async (t) => {
  const whole = gzipSync(TEXT);
  for (let length = 2; length < whole.length; length += 1) {
    const file = writeFile(t, 'cut.ldif.gz', whole.subarray(0, length));
    await assertUnreadable(file, /^Cannot read the snapshot .*(unexpected end of file|incorrect)/);
  }
  const damaged = Buffer.from(whole);
  damaged.writeUInt32LE(0xdeadbeef, damaged.length - 8);
  await assertUnreadable(writeFile(t, 'damaged.ldif.gz', damaged), /^Cannot read the snapshot .*check/);
});

test('readSnapshot() refuses UTF-16 that was cut in a character', async (t) => {
  const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le').subarray(0, -1);
  await assertUnreadable(writeFile(t, 'cut.ldif', utf16), /^Cannot read the snapshot /);
});

test('a reader that stops early closes the file', { skip: process.platform !== 'linux' }, async (t) => {
  const text = ldifOf(Array.from({ length: 30_000 }, (_, index) => nameEntry(`pc${index}`)));
  for (const file of [writeFile(t, 'many.ldif', text), writeFile(t, 'many.ldif.gz', gzipSync(text))]) {
    for await (const item of readSnapshot(file)) {
      assert.equal(item.kind, 'record');
      break;
    }
    // Closing is not waited for by who stopped reading.
    const deadline = Date.now() + 10_000;
    while (isOpen(file) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(isOpen(file), false);
  }
});

/** True while this process holds `file` open. */
function isOpen(file: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      return false;
    }
  });
}

const SID = encodeSid(DOMAIN_SID);
const NAMED_SID = { objectSid: SID, sAMAccountName: 'x' };
const SERVICES = `CN=NetServices,CN=Services,CN=Configuration,${DOMAIN.dn}`;
const DHCP = entryOf(`CN=dhcp1,${SERVICES}`, { objectClass: ['top', 'dHCPClass'], dhcpType: '1' });

const KINDS: readonly (readonly [what: string, entry: RawEntry, kind: string, bareKind?: string])[] = [
  ['the rootDSE', ROOT, 'root'],
  ['a zone', zoneEntry('corp.example.com'), 'zone'],
  ['a name', nameEntry('pc1'), 'node'],
  ['a name with a comma in it', nameEntry('a\\,b'), 'node'],
  ['a computer', accountEntry({ rid: 1, sam: 'PC1$' }), 'account'],
  ['a group', accountEntry({ rid: 2, sam: 'G', kind: 'group' }), 'account'],
  ['a crossRef', crossRef('x', 'DC=x', 5), 'crossref'],
  ['a DHCP server', DHCP, 'dhcp'],
  ['the root of the DHCP servers', entryOf(SERVICES, { objectClass: 'container' }), 'other'],
  ['the domain', domainEntry(SID), 'domain'],
  ['a partition', entryOf(PARTITION.namingContext, { objectClass: ['top', 'domain', 'domainDNS'] }), 'other'],
  ['the container of zones', entryOf(PARTITION.container, { objectClass: 'container' }), 'other'],
  [
    'a SID without a name',
    entryOf('CN=S-1-5-11,CN=F,DC=x', { objectClass: 'top', objectSid: SID }),
    'account',
  ],
  [
    'an account far down',
    entryOf(`CN=x,${PARTITION.container}`, { objectClass: 'user', ...NAMED_SID }),
    'account',
  ],
  [
    'a deleted name',
    nameEntry(`pc1\\0ADEL:6f2a8a5e-1b1c-4d6e-9f00-0123456789ab`, 'x', 'CN=Deleted Objects,DC=corp'),
    'node',
    'other',
  ],
  ['a deleted zone', zoneEntry('..Deleted-x', `CN=Deleted Objects,${PARTITION.namingContext}`), 'other'],
];

for (const [what, entry, kind, bareKind] of KINDS) {
  test(`kindOf() knows ${what} by class and by place`, async (t) => {
    const text = ldifOf([entry, withoutClass(entry)].filter(({ attributes }) => [...attributes].length > 0));
    const items = await itemsOf(writeFile(t, 'one.ldif', `${text}dn: CN=end\ncn: end\n`));
    const kinds = items.slice(0, -1).map((item) => (item.kind === 'record' ? kindOf(item) : item.kind));
    assert.deepEqual(kinds, [kind, bareKind ?? kind].slice(0, kinds.length));
    assert.ok(kinds.length > 0);
  });
}
