/**
 * How searches with very many answers are read: in which way, over which connection, and what is done when they break
 * off. A reading ends only with success: a part is never taken for the whole.
 *
 * Over connections of their own: a server answers the requests of one connection in turn, so the question who owns
 * the names of one page would wait for the page behind it, and the request for the page after that for the answer.
 *
 * Samba keeps a list of what it found and looks every entry up again for its page; without paging it takes a third
 * of the time, and bounds itself what it holds for it (256 MiB, then sizeLimitExceeded). Windows ends such a search
 * at MaxPageSize, 1000 as a rule. So Samba is asked for everything at once, and when it stops short, page by page.
 *
 * A search that broke off is begun again, and entries that were handed over already are passed by. Only DNs are kept
 * for that (handed-over.ts): an entry that is renamed in between would come twice, one that is created or deleted meanwhile may or
 * may not come, as in any reading of a directory that others write to.
 *
 * Rejected: two halves at once, by a filter and its complement. An entry whose filtered attribute this account may
 * not read would be in neither half, and the count that would notice it takes longer than the halves save.
 */

import type { RawEntry } from '../../records/source.ts';
import { completeRanges } from './complete-ranges.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { HandedOver } from './handed-over.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { isLimitExceeded, mayBeDeadCookie, Patience, type PatienceOptions } from './patience.ts';
import type { WireDecoder } from './search-exchange.ts';
import type { SearchOptions } from './search-request.ts';
import type { WireEntry } from './wire-entry.ts';

type Pages<T> = AsyncGenerator<readonly T[], void>;

/** What stays the same over all attempts at one search. */
interface Task<T> {
  readonly search: SearchOptions;
  readonly decode: WireDecoder<T>;
  readonly patience: Patience;
  readonly handedOver: HandedOver;
  /** Entries of which the server gave only the first values of some attribute. */
  readonly ranged: RawEntry[];
}

/** The page size where the user chose none; larger pages bring nothing. */
export const USUAL_PAGE_SIZE = 1000;
/** A server that cannot give so many entries at a time has another trouble. */
const SMALLEST_PAGE = 16;

/** Reads large answers over connections of a pool. */
export class BulkReader {
  readonly #pool: ConnectionPool;
  readonly #pageSize: number | null;
  readonly #patience: PatienceOptions;
  #inPages = true;

  /** @param pageSize entries in one answer; null for the fastest way that the server allows */
  constructor(pool: ConnectionPool, pageSize: number | null, patience: PatienceOptions) {
    this.#pool = pool;
    this.#pageSize = pageSize;
    this.#patience = patience;
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
  read<T>(search: SearchOptions, decode: WireDecoder<T>): Pages<T> {
    const patience = new Patience(this.#patience);
    const pages = this.#readAll({
      search,
      decode,
      patience,
      handedOver: new HandedOver(search.base),
      ranged: [],
    });
    if (!this.#pool.canOpen) return pages;
    const first = pages.next();
    first.catch(() => {});
    return startingWith(first, pages);
  }

  async *#readAll<T>(task: Task<T>): Pages<T> {
    let pageSize: number | null = this.#inPages ? (this.#pageSize ?? USUAL_PAGE_SIZE) : null;
    for (;;) {
      const before = task.handedOver.count;
      try {
        yield* this.#attempt(task, pageSize);
        return;
      } catch (error) {
        if (this.#pool.isOver) throw error;
        const brought = task.handedOver.count > before;
        const smaller = smallerPage(error, pageSize);
        if (smaller !== null) pageSize = smaller;
        else if (!(brought && pageSize !== null && mayBeDeadCookie(error)))
          await task.patience.endure(error, brought);
        task.handedOver.beginAgain();
      }
    }
  }

  async *#attempt<T>(task: Task<T>, pageSize: number | null): Pages<T> {
    const connection = await this.#pool.take();
    // At once only where nothing else is asked: the connection is read as slowly as the caller is.
    const isAlone = connection !== this.#pool.first;
    const inPages = pageSize !== null || !isAlone;
    const search = inPages ? { ...task.search, pageSize: pageSize ?? USUAL_PAGE_SIZE } : task.search;
    let isClean = false;
    try {
      yield* connection.read(search, (entry) => take(entry, task), isAlone);
      yield* completed(connection, task);
      isClean = true;
    } finally {
      await this.#pool.giveBack(connection, isClean);
    }
  }
}

function take<T>(entry: WireEntry, { handedOver, ranged, decode }: Task<T>): T | null {
  if (handedOver.has(entry.dnSpan)) return null;
  handedOver.add(entry.dnSpan);
  if (!entry.isRanged) return decode(entry);
  ranged.push(entry.keep());
  return null;
}

/** What comes of the entries whose other values have to be asked for. */
async function* completed<T>(connection: LdapConnection, { search, ranged, decode }: Task<T>): Pages<T> {
  for (let entry = ranged.at(-1); entry !== undefined; entry = ranged.at(-1)) {
    const whole = await completeRanges(connection, entry, search.controls);
    ranged.pop();
    const made = whole === null ? null : decode(keptEntry(whole));
    if (made !== null) yield [made];
  }
}

/** An entry that has its own bytes already. */
function keptEntry(entry: RawEntry): WireEntry {
  const bytes = Buffer.from(entry.dn);
  const dnSpan = { bytes, start: 0, end: bytes.length };
  return { ...entry, dnSpan, isRanged: false, keep: () => entry };
}

/** The page size to go on with after this error; null when it is not about too much at a time. */
function smallerPage(error: unknown, pageSize: number | null): number | null {
  if (!isLimitExceeded(error)) return null;
  if (pageSize === null) return USUAL_PAGE_SIZE;
  return pageSize > SMALLEST_PAGE ? Math.max(SMALLEST_PAGE, Math.floor(pageSize / 4)) : null;
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
