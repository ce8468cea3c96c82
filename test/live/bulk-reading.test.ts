import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Client } from 'ldapts';
import { SD_FLAGS_READABLE, SdFlagsControl } from '../../src/directory/ldap/controls.ts';
import type { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import { openSession, parseServer } from '../../src/directory/ldap/ldap-session.ts';
import { createLdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { NODE_ATTRIBUTES } from '../../src/directory/ldap/schema.ts';
import type { Dn } from '../../src/formats/dn.ts';
import { copyEntry } from '../../src/records/entry.ts';
import { readZones } from '../../src/records/read.ts';
import type { DirectorySource, NodeDetail, RawEntry } from '../../src/records/source.ts';
import { recordBytes } from '../support/lab/dns-bytes.ts';
import { layEstate } from '../support/lab/estate.ts';
import { fleetNames } from '../support/lab/fleet.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';

const ZONE = 'corp.example.com';
const RECORD = recordBytes({ type: 'A', data: '10.0.0.1', ttlSeconds: 600, timestampHours: 0 });
/** What a division of the names by their first letter would lose. */
const ODD_NAMES = [
  ...['_odd._tcp', '*', '-dash', '0zero', 'Münster', 'ümlaut', 'straße', '名前', 'a b', 'a+b', 'a,b', 'a=b'],
  ...['a"b', 'a(b)', '(', '#hash', 'UPPER', 'under_score', 'deep.er.name', `long${'x'.repeat(59)}`],
];
const DETAILS: readonly NodeDetail[] = ['census', 'descriptor', 'metadata'];

/** An entry as one line: its DN, then each attribute with its values in hexadecimal, all in order. */
function lineOf(dn: string, attributes: Iterable<readonly [string, readonly Uint8Array[]]>): string {
  const parts = [...attributes].map(([type, values]) => {
    const hex = values.map((value) => Buffer.from(value).toString('hex')).sort();
    return `${type.toLowerCase()}=${hex.join()}`;
  });
  return [dn, ...parts.sort()].join(' ');
}

async function linesOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of pages) for (const { dn, attributes } of page) lines.push(lineOf(dn, attributes));
  return lines.sort();
}

describe('bulk reading', liveOrSkip(), () => {
  let lab: Lab;
  let plain: Client;
  let zones: readonly Dn[];
  const opened: LdapConnection[] = [];

  before(async () => {
    lab = await startLab();
    const odd = ODD_NAMES.map((name) => ({ name, records: [RECORD] }));
    await layEstate(lab, {
      zones: [
        { name: ZONE, partition: 'domain', names: [...odd, ...fleetNames('pc', 1200)] },
        { name: 'forest.example.com', partition: 'forest', names: odd },
        { name: 'legacy.example.com', partition: 'legacy', names: odd },
        { name: 'empty.example.com', partition: 'domain', names: [] },
      ],
    });
    const tlsOptions = { ca: [readFileSync(lab.caFile)], servername: lab.hostName };
    plain = new Client({ url: lab.ldapUri, tlsOptions });
    await plain.bind(lab.adminUpn, lab.adminPassword);
    zones = (await readZones(createLdapSource(await open(), 1000))).values.map(({ dn }) => dn);
  });
  after(async () => {
    for (const connection of opened) await connection.close();
    await plain?.unbind();
    await lab?.stop();
  });

  async function open(): Promise<LdapConnection> {
    const connection = await openSession({
      ...parseServer(lab.address, null),
      ...{ caFile: lab.caFile, insecure: false, connectTimeoutMs: 5000, timeoutMs: 60_000 },
      credentials: { kind: 'simple', user: lab.adminUpn, password: lab.adminPassword },
    });
    opened.push(connection);
    return connection;
  }

  /** The names of a zone as ldapts reads them by itself. */
  async function plainLines(zone: Dn, detail: NodeDetail): Promise<string[]> {
    const attributes = [...NODE_ATTRIBUTES[detail]];
    const { searchEntries } = await plain.search(
      zone,
      {
        ...{ scope: 'one', filter: '(objectClass=*)', paged: { pageSize: 1000 }, timeLimit: 0 },
        ...{ attributes, explicitBufferAttributes: attributes },
      },
      [new SdFlagsControl(SD_FLAGS_READABLE)],
    );
    return searchEntries
      .map(({ dn, ...values }) => {
        const lists = Object.entries(values).map(
          ([type, value]) => [type, [value].flat() as Buffer[]] as const,
        );
        return lineOf(
          dn,
          lists.filter(([, list]) => list.length > 0),
        );
      })
      .sort();
  }

  /** How many names there are, asked without any of their attributes. */
  async function countOf(zone: Dn): Promise<number> {
    const text = await lab.ldapsearch(['-b', zone, '-s', 'one', '(objectClass=*)', '1.1']);
    return text.match(/^dn:/gm)?.length ?? 0;
  }

  for (const [way, pageSize, own, requests] of [
    ['page by page over one connection', 1000, false, 2],
    ['page by page over a connection of its own', 1000, true, 2],
    ['in small pages', 7, true, null],
    ['in the fastest way', null, true, 1],
    ['in the fastest way over one connection', null, false, 2],
  ] as const) {
    it(`${way}: byte for byte what ldapts reads, in every zone`, async () => {
      const source: DirectorySource = createLdapSource(await open(), pageSize, own ? open : null);
      await source.describe();
      assert.ok(zones.length >= 5, `${zones.length} zones`);
      for (const zone of zones) {
        const count = await countOf(zone);
        for (const detail of DETAILS) {
          const lines = await linesOf(source.nodes(zone, detail, copyEntry));
          assert.deepEqual(lines, await plainLines(zone, detail), `${zone} ${detail}`);
          assert.equal(lines.length, count);
          assert.equal(new Set(lines).size, count);
        }
      }
      const large = zones.find((zone) => zone.startsWith(`DC=${ZONE},`)) ?? assert.fail('no large zone');
      const { requests: asked, entries } = { ...source.counters };
      assert.ok((await linesOf(source.nodes(large, 'descriptor', copyEntry))).length > 1200);
      assert.ok(source.counters.entries - entries > 1200);
      if (requests !== null) assert.equal(source.counters.requests - asked, requests);
      await source.close();
    });
  }
});
