/**
 * A connection for writing that outlives trouble: when it is lost, another to the same server takes its place. Several
 * requests meet the same trouble at once; one of them mends it for all.
 */

import type { LdapConnection } from './ldap-connection.ts';
import { mayPass } from './patience.ts';

/** Waits between attempts to connect again, in milliseconds: together long enough for a server to restart. */
const BACK_OFF_MS: readonly number[] = [500, 1000, 2000, 4000, 8000];

/** A connection that can be replaced. */
export interface LastingConnection {
  /** The one to use now. */
  readonly current: LdapConnection;
  /** After transient trouble: waits, and connects again when the connection went. */
  recover(): Promise<void>;
  /** Closes what was opened since; the first connection stays open. */
  close(): Promise<void>;
}

/**
 * @param reconnect opens another connection to the same server and signs in again
 * @param wait resolves after so many milliseconds
 */
export function createLastingConnection(
  first: LdapConnection,
  reconnect: () => Promise<LdapConnection>,
  wait: (ms: number) => Promise<void>,
): LastingConnection {
  let current = first;
  let recovering: Promise<void> | null = null;
  let isClosed = false;
  return {
    get current() {
      return current;
    },
    recover: () => {
      recovering ??= recover(current, reconnect, wait)
        .then(async (next) => {
          current = next;
          if (isClosed && next !== first) await next.close();
        })
        .finally(() => {
          recovering = null;
        });
      return recovering;
    },
    close: async () => {
      isClosed = true;
      if (current !== first) await current.close();
    },
  };
}

async function recover(
  connection: LdapConnection,
  reconnect: () => Promise<LdapConnection>,
  wait: (ms: number) => Promise<void>,
): Promise<LdapConnection> {
  let failure: unknown = null;
  for (const ms of BACK_OFF_MS) {
    await wait(ms);
    if (!connection.isLost) return connection;
    try {
      return await reconnect();
    } catch (error) {
      failure = error;
      if (!mayPass(error)) break;
    }
  }
  throw failure;
}
