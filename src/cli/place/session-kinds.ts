/** A signed-in session with a domain controller, and how to have more of it. */

import type { LdapConnection } from '../../directory/ldap/ldap-connection.ts';

/** Where to connect to; what is left out is as it was prepared for. */
export interface SessionTarget {
  /** The name that the certificate and the ticket are for. */
  readonly host?: string;
  /** Where it is reached, when that is known better than the resolver does. */
  readonly address?: string;
  /** The directory itself unless said otherwise. */
  readonly service?: Service;
}

/** What a domain controller serves, each on a port of its own. */
export type Service = 'directory' | 'catalog';

/** How to open a session, now and again later, and by what it signs in. */
export interface Prepared {
  openAt(target: SessionTarget): Promise<LdapConnection>;
  readonly signIn: string;
}

export interface Session {
  readonly connection: LdapConnection;
  readonly signIn: string;
  /** Opens another connection and signs in: to the same server, or in the same way to another one of the forest. */
  open(otherHost?: string | null, service?: Service): Promise<LdapConnection>;
  /** Leaves this server for another one of the domain; null when the server was named by the user. */
  readonly elsewhere: (() => Promise<Session>) | null;
}

/** Opens the first connection of a session. */
export async function sessionOf(
  { openAt, signIn }: Prepared,
  pinned: SessionTarget,
  elsewhere: Session['elsewhere'],
): Promise<Session> {
  const open: Session['open'] = (otherHost = null, service = 'directory') =>
    openAt({ ...(otherHost === null ? pinned : { host: otherHost }), service });
  return { connection: await open(), open, signIn, elsewhere };
}
