/** Anonymised snapshots: the audit says the same of them, and nothing in them is as it was. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createAnonymizer } from '../../../src/directory/snapshot/anonymize.ts';
import { createPseudonyms } from '../../../src/directory/snapshot/pseudonyms.ts';
import { createSnapshotSource } from '../../../src/directory/snapshot/snapshot-source.ts';
import { writeSnapshot } from '../../../src/directory/snapshot/snapshot-writer.ts';
import type { Dn } from '../../../src/formats/dn.ts';
import { encodeSid, type Sid, sidDomain } from '../../../src/formats/sid.ts';
import { copyEntry } from '../../../src/records/entry.ts';
import { readZones, selectZones } from '../../../src/records/read.ts';
import type { RawEntry } from '../../../src/records/source.ts';
import { runCli } from '../../support/fake-io.ts';
import { EXAMPLE, makeFolder } from '../../support/snapshot.ts';

const NAMES = createPseudonyms(Buffer.from('the key of this test'), ['dhcp_update']);
const ZONES = ['corp.example.com', '0.10.in-addr.arpa'];

async function anonymise(file: string): Promise<void> {
  const source = createSnapshotSource(EXAMPLE);
  const { values } = await readZones(source);
  const zones = selectZones(values, ['*']).map(({ dn }) => dn);
  const anonymizer = createAnonymizer(NAMES);
  await writeSnapshot(source, file, { zones, tool: 'dnsacl test', now: new Date(0), anonymizer });
}

async function entriesOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  for await (const page of pages) entries.push(...page);
  return entries;
}

/** The values of a file, binary ones as bytes, to look for what must not be there. */
async function bytesOf(file: string): Promise<string> {
  const source = createSnapshotSource(file);
  const { values } = await readZones(source);
  const zones = selectZones(values, ['*']).map(({ dn }) => dn);
  const parts: string[] = [];
  for (const { dn, attributes } of await entriesOf(source.everything(zones, []))) {
    parts.push(dn);
    for (const [, found] of attributes)
      parts.push(...found.map((value) => Buffer.from(value).toString('latin1')));
  }
  return `${parts.join('\n')}\n${textOf(file)}`.toLowerCase();
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (bytes.readUInt16BE(0) === 0x1f8b ? gunzipSync(bytes) : bytes).toString();
}

async function summaryOf(file: string, zones: readonly string[]): Promise<unknown> {
  const wanted = zones.flatMap((zone) => ['-z', zone]);
  const args = ['audit', ...wanted, '--dhcp-account', 'dhcp_update', '--snapshot', file, '-f', 'json'];
  const { out, err } = await runCli(args);
  assert.notEqual(out, '', err);
  return JSON.parse(out).summary;
}

test('the audit counts the same verdicts, cases and findings', async (t) => {
  const file = join(makeFolder(t), 'anonymous.ldif');
  await anonymise(file);
  const before = await summaryOf(EXAMPLE, ZONES);
  assert.ok((before as { names: number }).names > 400);
  assert.deepEqual(await summaryOf(file, ZONES.map(NAMES.dnsName)), before);
});

test('no name, SID, GUID or address is left of the original', async (t) => {
  const file = join(makeFolder(t), 'anonymous.ldif');
  await anonymise(file);
  const [before, after] = [await bytesOf(EXAMPLE), await bytesOf(file)];
  const source = createSnapshotSource(EXAMPLE);
  const { domain } = await source.describe();
  const needles = new Set(['example', 'corp.', 'dc=corp', (domain?.sid ?? '').toLowerCase()]);
  const domainBytes = Buffer.from(encodeSid(domain?.sid as Sid)).toString('latin1');
  needles.add(domainBytes.slice(8).toLowerCase());
  for (const entry of [
    ...(await entriesOf(source.computers(copyEntry))),
    ...(await entriesOf(source.nodes(zoneDn(), 'metadata', copyEntry))),
  ]) {
    const value = (name: string): Buffer => Buffer.from(entry.attributes.get(name)?.[0] ?? []);
    const sam = value('samaccountname').toString().replace(/\$$/, '').toLowerCase();
    // Shorter ones are found in other words, and in random bytes.
    if (sam.length >= 6) needles.add(sam);
    if (value('objectguid').length > 0) needles.add(value('objectguid').toString('latin1').toLowerCase());
    const record = value('dnsrecord');
    const isAddress = record.length === 28 && record.readUInt16LE(2) === 1;
    if (isAddress) needles.add(record.subarray(20).toString('latin1').toLowerCase());
  }
  needles.delete('');
  assert.ok(needles.size > 200, `${needles.size} needles`);
  const missing = [...needles].filter((needle) => !before.includes(needle));
  assert.deepEqual(missing, [], 'what is looked for is in the original');
  assert.deepEqual(
    [...needles].filter((needle) => after.includes(needle)),
    [],
  );
});

function zoneDn(): Dn {
  return 'DC=corp.example.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=corp,DC=example,DC=com' as Dn;
}

test('labels keep what account names are cut from host names by', () => {
  const long = 'averylonghostname-0042';
  assert.equal(NAMES.label(long).length, long.length);
  assert.equal(NAMES.label(long).slice(0, 15), NAMES.label(long.slice(0, 15)));
  assert.equal(NAMES.label('PC1'), NAMES.label('pc1').toUpperCase());
  assert.equal(NAMES.label('x'.repeat(15)).length, 15);
  assert.ok(NAMES.label('pc1').length < 15);
  for (const kept of ['_msdcs', '@', '*', 'DnsUpdateProxy', 'dhcp_update', 'wpad']) {
    assert.equal(NAMES.label(kept), kept);
  }
});

test('addresses and the reverse names made of them still belong together', () => {
  const [a, b] = [NAMES.ipv4('10.0.1.5'), NAMES.ipv4('10.0.1.6')];
  assert.notEqual(a, '10.0.1.5');
  assert.equal(a.split('.').slice(0, 3).join('.'), b.split('.').slice(0, 3).join('.'));
  assert.notEqual(a, b);
  assert.equal(NAMES.dnsName('5.1.0.10.in-addr.arpa'), `${a.split('.').reverse().join('.')}.in-addr.arpa`);
  const zone = NAMES.dnsName('1.0.10.in-addr.arpa');
  assert.ok(NAMES.dnsName('5.1.0.10.in-addr.arpa').endsWith(`.${zone}`));
  const reverse = NAMES.dnsName(`${[...'fe80000000000000000000000000abcd'].reverse().join('.')}.ip6.arpa`);
  const nibbles = reverse.replace('.ip6.arpa', '').split('.').reverse().join('');
  const [first = ''] = NAMES.ipv6('fe80::abcd').split(':');
  assert.equal(nibbles.slice(0, 4), first.padStart(4, '0'));
});

test('SIDs keep their well-known part', () => {
  const domain = 'S-1-5-21-1-2-3' as Sid;
  const user = NAMES.sid(`${domain}-1104` as Sid);
  assert.equal(sidDomain(user), NAMES.sid(domain));
  assert.notEqual(user, `${NAMES.sid(domain)}-1104`);
  assert.equal(NAMES.sid(`${domain}-512` as Sid), `${NAMES.sid(domain)}-512`);
  assert.equal(NAMES.sid('S-1-5-32-544' as Sid), 'S-1-5-32-544');
  assert.notEqual(NAMES.sid('S-1-5-21-1-2-4-1104' as Sid), user);
});
