/**
 * What reading costs before anything is judged: a zone is read with the library as it is published, as far as asked,
 * and nothing is kept. A process of its own, timed from outside:
 *
 *     node bench/steps.ts LIBRARY SERVER CA-FILE USER PASSWORD-FILE ZONE entries|names
 *
 * `entries` receives, decrypts and walks through every entry; `names` decodes them besides.
 */

import { readFile } from 'node:fs/promises';
import type * as Dnsacl from '../src/index.ts';

const [library = '', server = '', caFile = '', user = '', passwordFile = '', name = '', step = ''] =
  process.argv.slice(2);
const { createLdapSource, openSession, parseServer, readNodes, readZones, selectZones } = (await import(
  library
)) as typeof Dnsacl;

const session = await openSession({
  ...parseServer(server, null),
  caFile,
  insecure: false,
  connectTimeoutMs: 5000,
  timeoutMs: 0,
  credentials: { kind: 'simple', user, password: await readFile(passwordFile, 'utf8') },
});
const source = createLdapSource(session, null);
const [zone] = selectZones((await readZones(source)).values, [name]);
if (zone === undefined) throw new Error(`Cannot measure reading: there is no zone ${name}`);
process.stdout.write(`${step === 'names' ? await countNames(zone) : await countEntries(zone)}\n`);
await source.close();

async function countEntries({ dn }: Dnsacl.Zone): Promise<number> {
  let entries = 0;
  const pages = source.nodes(dn, 'descriptor', () => {
    entries += 1;
    return null;
  });
  for await (const _ of pages);
  return entries;
}

async function countNames(zone: Dnsacl.Zone): Promise<number> {
  let names = 0;
  for await (const { nodes } of readNodes(source, zone)) names += nodes.length;
  return names;
}
