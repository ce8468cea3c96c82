/**
 * The connections to one server: the first, over which small questions are asked in turn, and those that long answers
 * have to themselves. All of them are signed in the same way, and none of them leads to another server.
 */

import type { SourceCounters } from '../../records/source.ts';
import { sumCounters } from './counters.ts';
import type { LdapConnection } from './ldap-connection.ts';

/** Opens and signs in another connection to the same server. */
export type OpenConnection = () => Promise<LdapConnection>;

/** Opens connections when they are needed and keeps them for the next. */
export class ConnectionPool {
  readonly #open: OpenConnection | null;
  readonly #all: LdapConnection[];
  readonly #idle: LdapConnection[] = [];
  #first: LdapConnection;
  #mending: Promise<void> | null = null;
  #isClosed = false;

  /** @param open null when there is to be only the one connection */
  constructor(first: LdapConnection, open: OpenConnection | null) {
    this.#first = first;
    this.#open = open;
    this.#all = [first];
  }

  /** The connection for small questions. */
  get first(): LdapConnection {
    return this.#first;
  }

  /** Whether long answers can have connections of their own. */
  get canOpen(): boolean {
    return this.#open !== null;
  }

  /** Whether nothing can be read any more: it was closed, or its only connection is lost. */
  get isOver(): boolean {
    return this.#isClosed || (this.#open === null && this.#first.isLost);
  }

  /** What was asked over all connections together, those that are closed included. */
  get counters(): SourceCounters {
    return sumCounters(this.#all.map((connection) => connection.counters));
  }

  /**
   * A connection for one long answer; the first when no other can be had.
   *
   * @throws DirectoryError when not even the first is left
   */
  async take(): Promise<LdapConnection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isLost) return idle;
    }
    if (this.#open === null || this.#isClosed) return this.#first;
    try {
      return await this.#connect(this.#open);
    } catch (error) {
      // A server that has no further connection for us answers on the first, if more slowly.
      if (this.#first.isLost) throw error;
      return this.#first;
    }
  }

  /** @param isClean nothing is left on it of an answer, which would come before the next */
  async giveBack(connection: LdapConnection, isClean: boolean): Promise<void> {
    if (connection === this.#first) return;
    if (isClean) this.#idle.push(connection);
    else await connection.close();
  }

  /** Replaces the first connection when it is lost and another can be had. @throws DirectoryError */
  async mendFirst(): Promise<void> {
    if (!this.#first.isLost || this.#open === null || this.#isClosed) return;
    // Several questions meet the same loss; one of them mends it for all.
    this.#mending ??= this.#replaceFirst(this.#open).finally(() => {
      this.#mending = null;
    });
    await this.#mending;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#all.map((connection) => connection.close()));
  }

  async #replaceFirst(open: OpenConnection): Promise<void> {
    this.#first = await this.#connect(open);
  }

  async #connect(open: OpenConnection): Promise<LdapConnection> {
    const connection = await open();
    this.#all.push(connection);
    // Whoever began to read may have given up while it was being opened.
    if (this.#isClosed) await connection.close();
    return connection;
  }
}
