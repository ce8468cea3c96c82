/** Captures a domain controller's answers, byte for byte, into files that the replay server serves. entry-set.ts has their layout. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { BindRequest } from 'ldapts';
import { DomainScopeControl, SD_FLAGS_READABLE, SdFlagsControl } from '../src/directory/ldap/controls.ts';
import {
  copyMessages,
  createFramer,
  LDAP_TAGS,
  openMessage,
  readResult,
  readSearchDone,
} from '../src/directory/ldap/ldap-wire.ts';
import {
  ACCOUNT_ATTRIBUTES,
  CLUSTER_ATTRIBUTES,
  CROSS_REF_ATTRIBUTES,
  DHCP_ATTRIBUTES,
  HEALTH_ATTRIBUTES,
  MEMBER_ATTRIBUTES,
  NODE_ATTRIBUTES,
  ZONE_ATTRIBUTES,
} from '../src/directory/ldap/schema.ts';
import { encodeSearch, type SearchOptions } from '../src/directory/ldap/search-request.ts';
import { openTransport } from '../src/directory/ldap/transport.ts';
import type { Lab } from '../test/support/lab/lab.ts';
import { packEntry } from './entry-set.ts';
import { OBJECTS_FILE } from './replay-directory.ts';
import { ZONES } from './size.ts';

const DONE_FILE = 'captured.key';
const PAGE_SIZE = 1000;
const NO_SUCH_OBJECT = 32;
const CONNECT_TIMEOUT_MS = 10_000;
/** Needed to evaluate filters, besides what is answered. */
const FILTERED = ['objectClass', 'objectCategory', 'userPrincipalName', 'memberOf', 'dc', 'name'];
const WITH_DESCRIPTORS = [new SdFlagsControl(SD_FLAGS_READABLE)];

/** True when the folder holds the answers of a directory that was filled like this. */
export async function isCaptured(folder: string, key: string): Promise<boolean> {
  return (await readFile(join(folder, DONE_FILE), 'utf8').catch(() => '')) === key;
}

/** The file of a zone's names. */
export function zoneFile(zone: string): string {
  return `zone-${zone}.bin`;
}

/** Writes what the lab answers into `folder`, and `key` when it is complete. */
export async function capture(lab: Lab, folder: string, key: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const reader = await openReader(lab);
  try {
    await write(join(folder, OBJECTS_FILE), reader, objectSearches(lab.domainDn));
    for (const zone of Object.values(ZONES)) {
      const base = `DC=${zone},CN=MicrosoftDNS,DC=DomainDnsZones,${lab.domainDn}`;
      await write(join(folder, zoneFile(zone)), reader, [nameSearch(base)]);
    }
  } finally {
    reader.stream.destroy();
  }
  await writeFile(join(folder, DONE_FILE), key);
}

/** Everything but names: what any command asks before it reads the first of them. */
function objectSearches(domainDn: string): readonly SearchOptions[] {
  const configuration = `CN=Configuration,${domainDn}`;
  const everything = '(objectClass=*)';
  const containers = [
    `DC=DomainDnsZones,${domainDn}`,
    `DC=ForestDnsZones,${domainDn}`,
    `CN=System,${domainDn}`,
  ];
  return [
    { base: '', scope: 'base', filter: everything, attributes: ['*'] },
    { base: domainDn, scope: 'base', filter: everything, attributes: ['objectSid', ...FILTERED] },
    search(`CN=Partitions,${configuration}`, CROSS_REF_ATTRIBUTES),
    search(`CN=NetServices,CN=Services,${configuration}`, DHCP_ATTRIBUTES),
    ...containers.map((container) => ({
      ...search(`CN=MicrosoftDNS,${container}`, ZONE_ATTRIBUTES),
      controls: WITH_DESCRIPTORS,
    })),
    {
      ...search(domainDn, [
        ...ACCOUNT_ATTRIBUTES,
        ...HEALTH_ATTRIBUTES,
        ...MEMBER_ATTRIBUTES,
        // The descriptors of computers are only asked of clusters, of which there are none.
        ...CLUSTER_ATTRIBUTES.filter((type) => type !== 'nTSecurityDescriptor'),
      ]),
      scope: 'sub',
      filter: '(objectSid=*)',
      controls: [new DomainScopeControl()],
    },
  ];
}

function nameSearch(zoneDn: string): SearchOptions {
  return { ...search(zoneDn, NODE_ATTRIBUTES.metadata), controls: WITH_DESCRIPTORS };
}

function search(base: string, attributes: readonly string[]): SearchOptions {
  return {
    base,
    scope: 'one',
    filter: '(objectClass=*)',
    attributes: [...new Set([...attributes, ...FILTERED])],
    pageSize: PAGE_SIZE,
  };
}

interface Reader {
  readonly stream: Duplex;
  /** Sends a request and gives each of its answers to `onMessage` until that says that it was the last. */
  ask(request: Uint8Array, onMessage: (message: Buffer) => boolean): Promise<void>;
}

async function openReader(lab: Lab): Promise<Reader> {
  const { stream, receive } = await openTransport({
    host: lab.address,
    port: 636,
    tls: 'ldaps',
    caFile: lab.caFile,
    insecure: false,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
  let onMessage: (message: Buffer) => void = () => {};
  let onClose: () => void = () => {};
  const push = createFramer(copyMessages((message) => onMessage(message)));
  // A chunk is valid only during the call; messages are copied.
  receive(push);
  stream.on('close', () => onClose());
  const reader: Reader = {
    stream,
    ask: (request, isLast) =>
      new Promise((resolve, reject) => {
        onClose = () => reject(new Error(`Cannot capture from ${lab.address}: the connection was closed`));
        onMessage = (message) => {
          try {
            if (isLast(message)) resolve();
          } catch (error) {
            reject(error as Error);
          }
        };
        stream.write(request);
      }),
  };
  const bind = new BindRequest({ messageId: 1, dn: lab.adminUpn, password: lab.adminPassword });
  await reader.ask(bind.write(), (message) => {
    const { resultCode, message: said } = readResult(openMessage(message).cursor, 0x61, 'BindResponse');
    if (resultCode !== 0) throw new Error(`Cannot sign in to ${lab.address}: result ${resultCode}, ${said}`);
    return true;
  });
  return reader;
}

async function write(file: string, reader: Reader, searches: readonly SearchOptions[]): Promise<void> {
  const out = createWriteStream(file);
  const closed = once(out, 'close');
  for (const options of searches) await writeSearch(out, reader, options);
  out.end();
  await closed;
}

async function writeSearch(
  out: NodeJS.WritableStream,
  reader: Reader,
  options: SearchOptions,
): Promise<void> {
  let cookie = Buffer.alloc(0);
  do {
    const page: Buffer[] = [];
    await reader.ask(encodeSearch(options, 2, cookie), (message) => {
      const { operation, cursor } = openMessage(message);
      if (operation === LDAP_TAGS.searchEntry) {
        const at = cursor.offset;
        page.push(packEntry(message.subarray(at, cursor.enter(LDAP_TAGS.searchEntry, 'entry'))));
      }
      if (operation !== LDAP_TAGS.searchDone) return false;
      const done = readSearchDone(cursor);
      cookie = Buffer.from(done.cookie);
      if (done.resultCode !== 0 && done.resultCode !== NO_SUCH_OBJECT) {
        throw new Error(`Cannot capture ${options.base}: result ${done.resultCode}, ${done.message}`);
      }
      return true;
    });
    if (!out.write(Buffer.concat(page))) await once(out, 'drain');
  } while (cookie.length > 0);
}
