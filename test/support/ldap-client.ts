/** An LdapConnection to the test server, opened and closed with the test. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { LdapConnection } from '../../src/directory/ldap/ldap-connection.ts';
import type { SearchOptions } from '../../src/directory/ldap/search-request.ts';
import { openTransport } from '../../src/directory/ldap/transport.ts';
import { DirectoryError, type DirectoryFault } from '../../src/errors.ts';
import type { RawEntry } from '../../src/records/source.ts';
import { type LdapRequest, type Peer, startLdapServer, type TestLdapServer } from './ldap-server.ts';

export const SERVER_NAME = 'dc1.corp.example.com';

/** Starts a server that answers with `handle` and connects to it; both end with the test. */
export async function connectTo(
  t: TestContext,
  handle: (request: LdapRequest, peer: Peer) => void,
  timeoutMs = 10_000,
  readOnly = false,
): Promise<{ readonly connection: LdapConnection; readonly server: TestLdapServer }> {
  const server = await startLdapServer(handle);
  const transport = await openTransport({
    host: '127.0.0.1',
    port: server.port,
    tls: 'off',
    caFile: null,
    insecure: false,
    connectTimeoutMs: 5000,
  });
  const connection = new LdapConnection(transport, SERVER_NAME, timeoutMs, readOnly);
  t.after(async () => {
    await connection.close();
    await server.close();
  });
  return { connection, server };
}

/** A search for everything below `base`. */
export function searchOf(base: string, pageSize?: number): SearchOptions {
  const options = { base, scope: 'one', filter: '(objectClass=*)', attributes: ['dc'] } as const;
  return pageSize === undefined ? options : { ...options, pageSize };
}

/** The DNs of each page. */
export async function dnsOf(pages: AsyncIterable<readonly RawEntry[]>): Promise<string[][]> {
  const found: string[][] = [];
  for await (const page of pages) found.push(page.map((entry) => entry.dn));
  return found;
}

/** Waits for `work` to fail as a DirectoryError with this fault and returns it. */
export async function failureOf(work: Promise<unknown>, fault: DirectoryFault): Promise<DirectoryError> {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DirectoryError, String(error));
  assert.equal(error.fault, fault, error.message);
  assert.doesNotMatch(error.message, /\n|\.$/);
  return error;
}
