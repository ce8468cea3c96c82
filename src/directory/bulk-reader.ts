/**
 * How searches with very many answers are read: in which way, over which connection, and how far ahead.
 *
 * Over connections of their own: a server answers the requests of one connection in turn, so the question who owns
 * the names of one page would wait for the page behind it, and the request for the page after that for the answer.
 *
 * Samba keeps a list of what it found and looks every entry up again for its page; without paging it takes a third
 * of the time, and bounds itself what it holds for it (256 MiB, then sizeLimitExceeded). Windows ends such a search
 * at MaxPageSize, 1000 as a rule. So Samba is asked for everything at once, and when it stops short, page by page.
 * Only success ends a reading: a part is never taken for the whole.
 *
 * Rejected: two halves at once, by a filter and its complement. An entry whose filtered attribute this account may
 * not read would be in neither half, and the count that would notice it takes longer than the halves save.
 */

import { DirectoryError } from '../errors.ts';
import type { Dn } from '../formats/dn.ts';
import type { EntryDecoder, SourceCounters } from '../records/source.ts';
import type { LdapConnection } from './ldap-connection.ts';
import type { SearchOptions } from './search-request.ts';

type Pages<T> = AsyncGenerator<readonly T[], void>;

/** timeLimitExceeded, sizeLimitExceeded, adminLimitExceeded. RFC 4511 appendix A */
const LIMITS_EXCEEDED: readonly (number | null)[] = [3, 4, 11];

/** The page size where the user chose none; larger pages bring nothing. */
export const USUAL_PAGE_SIZE = 1000;

/** Reads large answers over connections that it opens when they are needed and keeps for the next. */
export class BulkReader {
  readonly #main: LdapConnection;
  readonly #pageSize: number | null;
  readonly #open: (() => Promise<LdapConnection>) | null;
  readonly #opened: LdapConnection[] = [];
  readonly #idle: LdapConnection[] = [];
  #inPages = true;
  #isClosed = false;

  /**
   * @param main read over only when no other connection can be had; whoever opened it closes it
   * @param pageSize entries in one answer; null for the fastest way that the server allows
   * @param open opens and signs in another connection to the same server; null when there is to be only one
   */
  constructor(main: LdapConnection, pageSize: number | null, open: (() => Promise<LdapConnection>) | null) {
    this.#main = main;
    this.#pageSize = pageSize;
    this.#open = open;
  }

  /** What was asked over each connection that this opened. */
  get counters(): readonly SourceCounters[] {
    return this.#opened.map((connection) => connection.counters);
  }

  /** Takes from the name of its maker whether the server may be asked for everything at once. */
  meetServer(vendorName: string | null): void {
    const isSamba = vendorName?.startsWith('Samba Team') === true;
    this.#inPages = !isSamba || this.#pageSize !== null;
  }

  /**
   * Reads all entries of a search. Where a connection of its own can be had, reading begins at once, whether or not
   * anybody iterates yet; little of the answer waits until then, and whether it fails is told to who iterates.
   *
   * @throws DirectoryError when the server did not give all there is
   */
  read<T>(search: SearchOptions, decode: EntryDecoder<T>): Pages<T> {
    const pages = this.#readOverOwn(search, decode);
    if (this.#open === null) return pages;
    const first = pages.next();
    first.catch(() => {});
    return startingWith(first, pages);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#opened.map((connection) => connection.close()));
  }

  async *#readOverOwn<T>(search: SearchOptions, decode: EntryDecoder<T>): Pages<T> {
    const connection = await this.#take();
    const paged = { ...search, pageSize: this.#pageSize ?? USUAL_PAGE_SIZE };
    // At once only where nothing else is asked: the connection is read as slowly as the caller is.
    const inPages = this.#inPages || connection === this.#main;
    let isOver = false;
    try {
      yield* inPages ? connection.read(paged, decode) : readAtOnce(connection, search, paged, decode);
      isOver = true;
    } finally {
      // What is left of an answer nobody wants would come before the next.
      if (connection !== this.#main) await (isOver ? this.#idle.push(connection) : connection.close());
    }
  }

  async #take(): Promise<LdapConnection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isLost) return idle;
    }
    if (this.#open === null) return this.#main;
    try {
      const connection = await this.#open();
      this.#opened.push(connection);
      // Whoever began to read may have given up while it was being opened.
      if (this.#isClosed) await connection.close();
      return connection;
    } catch {
      // A server that has no further connection for us answers on the first, if more slowly.
      return this.#main;
    }
  }
}

/** The pages of which the first was asked for already. */
async function* startingWith<T>(
  first: Promise<IteratorResult<readonly T[], void>>,
  pages: Pages<T>,
): Pages<T> {
  try {
    const { done, value } = await first;
    if (done === true) return;
    yield value;
    yield* pages;
  } finally {
    await pages.return();
  }
}

/** Without paging as far as the server goes; when it stops short, page by page what has not come yet. */
async function* readAtOnce<T>(
  connection: LdapConnection,
  search: SearchOptions,
  paged: SearchOptions,
  decode: EntryDecoder<T>,
): Pages<T> {
  const seen = new Set<Dn>();
  try {
    yield* connection.read(search, (entry) => {
      seen.add(entry.dn);
      return decode(entry);
    });
    return;
  } catch (error) {
    if (!(error instanceof DirectoryError) || !LIMITS_EXCEEDED.includes(error.resultCode)) throw error;
  }
  yield* connection.read(paged, (entry) => (seen.has(entry.dn) ? null : decode(entry)));
}
