/** A directory server with one zone that never ends, to see how far a program reads before it stops. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { encodeSid } from '../../src/formats/sid.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { answer, BIND_RESPONSE, searchDone, searchEntry } from './ber.ts';
import { makeAuthority } from './certificates.ts';
import { DOMAIN, DOMAIN_SID, entryOf, PARTITION } from './corp.ts';
import { tempFolder } from './fake-io.ts';
import { type LdapRequest, OPERATIONS, type Peer, startLdapServer } from './ldap-server.ts';
import { CORP_ZONE_DN } from './make-small-snapshot.ts';
import { plainName } from './small-names.ts';

export interface EndlessDirectory {
  /** The options with which a command reads from it. */
  readonly where: readonly string[];
  /** Pages of names sent so far, and connections on which nobody has said goodbye. */
  readonly seen: { readonly pages: number; readonly open: number };
}

const NAMES_PER_PAGE = 500;
const CONFIGURATION = `CN=Configuration,${DOMAIN.dn}`;

/** Objects by the base of the search that finds them; any other search finds nothing. */
const OBJECTS: Readonly<Record<string, readonly RawEntry[]>> = {
  '': [
    entryOf('', {
      configurationNamingContext: CONFIGURATION,
      defaultNamingContext: DOMAIN.dn,
      rootDomainNamingContext: DOMAIN.dn,
      namingContexts: [DOMAIN.dn, PARTITION.namingContext],
      dnsHostName: 'dc1.corp.example.com',
    }),
  ],
  [`CN=Partitions,${CONFIGURATION}`]: [
    entryOf(`CN=CORP,CN=Partitions,${CONFIGURATION}`, { nCName: DOMAIN.dn, systemFlags: '3' }),
    entryOf(`CN=DNS,CN=Partitions,${CONFIGURATION}`, { nCName: PARTITION.namingContext, systemFlags: '5' }),
  ],
  [DOMAIN.dn]: [entryOf(DOMAIN.dn, { objectSid: encodeSid(DOMAIN_SID) })],
  [PARTITION.container]: [entryOf(CORP_ZONE_DN)],
};

/** Serves over LDAPS until the test ends. */
export async function startEndlessDirectory(t: TestContext): Promise<EndlessDirectory> {
  const seen = { pages: 0, open: 0 };
  const handle = ({ operation, messageId, base }: LdapRequest, peer: Peer): void => {
    if (operation === OPERATIONS.unbind) seen.open -= 1;
    else if (operation === OPERATIONS.bind) {
      seen.open += 1;
      peer.send(answer(messageId, BIND_RESPONSE));
    } else if (base === CORP_ZONE_DN) {
      seen.pages += 1;
      const cookie = Buffer.from(String(seen.pages));
      peer.send(...namesOfPage(messageId, seen.pages), searchDone(messageId, { cookie }));
    } else {
      const found = OBJECTS[base] ?? [];
      peer.send(...found.map((entry) => wireEntry(messageId, entry)), searchDone(messageId));
    }
  };
  const authority = makeAuthority();
  const server = await startLdapServer(handle, { ...authority.good, fromStart: true });
  t.after(async () => {
    await server.close();
    authority.remove();
  });
  const password = join(tempFolder(t), 'password');
  writeFileSync(password, 'secret');
  const address = `ldaps://127.0.0.1:${server.port}`;
  return {
    seen,
    where: ['--server', address, '--ca', authority.caFile, '--user', 'me', '--password-file', password],
  };
}

function namesOfPage(messageId: number, page: number): readonly Buffer[] {
  return Array.from({ length: NAMES_PER_PAGE }, (_, at) =>
    wireEntry(messageId, plainName(CORP_ZONE_DN, page * NAMES_PER_PAGE + at)),
  );
}

function wireEntry(messageId: number, { dn, attributes }: RawEntry): Buffer {
  return searchEntry(messageId, dn, [...attributes]);
}
