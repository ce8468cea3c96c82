/**
 * The searches of one connection: their messages go out, and what comes back finds its search by the message ID.
 *
 * Message IDs count up from 2^30; those below belong to whoever else uses the stream. Entries are decoded as they
 * arrive. What was decoded is always handed over, also when the search fails afterwards, so that whoever begins it
 * again knows what is still missing.
 */

import { FormatError } from '../../errors.ts';
import { EntryFlow, type Gate, NO_GATE } from './entry-flow.ts';
import { type LdapContext, resultError, toDirectoryError } from './ldap-errors.ts';
import { type BerCursor, LDAP_TAGS, readSearchDone, type SearchDone } from './ldap-wire.ts';
import { encodeSearch, type SearchOptions } from './search-request.ts';
import { createEntryReader, type EntryReader, type WireEntry } from './wire-entry.ts';

/** Makes of an entry, valid only during the call, what is kept of it; null leaves it out. */
export type WireDecoder<T> = (entry: WireEntry) => T | null;

/** The connection as its searches see it. */
export interface SearchWire {
  readonly server: string;
  send(request: Buffer): void;
  /** Stops and goes on reading from the socket. */
  pause(): void;
  resume(): void;
  isPaused(): boolean;
  /** Runs when an answer takes too long; null when there is no limit. */
  startTimer(): NodeJS.Timeout | null;
}

/** What was made of the entries of a page, and how it ended: with a cookie for the next page, or not well. */
interface Page<T> {
  readonly made: readonly T[];
  readonly cookie: Buffer;
  readonly failure: Error | null;
}

/** A page that was asked for: its entries as they come, and how it will end. */
interface OpenPage<T> {
  readonly flow: EntryFlow<T>;
  readonly end: Promise<Omit<Page<T>, 'made'>>;
}

/** What becomes of the entries of a search. */
interface Intake<T> {
  readonly readEntry: EntryReader;
  readonly decode: WireDecoder<T>;
  /** Gets entries before the end of the answer. */
  readonly onChunk: (made: readonly T[]) => void;
}

/** A search that waits for its end; what its entries are made into is known to the caller only. */
interface PendingSearch {
  readonly intake: Intake<unknown>;
  made: unknown[];
  /** Entries since the last chunk, those included that nothing was made of. */
  received: number;
  readonly end: (how: SearchDone | Error) => void;
  timer: NodeJS.Timeout | null;
}

/** Message IDs from here on belong to searches. */
export const FIRST_SEARCH_ID: number = 2 ** 30;
const LAST_SEARCH_ID = 2 ** 31 - 2;
const RESULT_SUCCESS = 0;
const NO_COOKIE = Buffer.alloc(0);
/** Entries handed over at a time, unless a page has fewer. */
const CHUNK_ENTRIES = 1000;

/** Sends searches over a connection and yields what comes back. */
export class SearchExchange {
  readonly counters = { requests: 0, pages: 0, entries: 0 };
  readonly #gate: Gate = { hold: () => this.#hold(), letGo: () => this.#letGo() };
  readonly #wire: SearchWire;
  readonly #pending = new Map<number, PendingSearch>();
  #nextId = FIRST_SEARCH_ID;
  #lost: Error | null = null;

  constructor(wire: SearchWire) {
    this.#wire = wire;
  }

  /** As LdapConnection.read(). */
  async *read<T>(
    options: SearchOptions,
    decode: WireDecoder<T>,
    isAlone: boolean,
  ): AsyncGenerator<readonly T[], void> {
    const gate = isAlone || options.pageSize === undefined ? this.#gate : NO_GATE;
    const readEntry = createEntryReader();
    const open = (cookie: Buffer): OpenPage<T> => {
      const flow = new EntryFlow<T>(gate);
      const intake: Intake<T> = { readEntry, decode, onChunk: (made) => flow.add(made) };
      const end = this.#requestPage(options, cookie, intake).then(({ made, ...outcome }) => {
        // Only before another page is there something to hold: what is asked while the last entries wait is answered.
        if (outcome.cookie.length > 0 && made.length > 0) flow.add(made);
        flow.end(outcome.cookie.length > 0 ? [] : made);
        return outcome;
      });
      return { flow, end };
    };
    for (let page: OpenPage<T> | null = open(NO_COOKIE); page !== null; ) {
      const { flow, end }: OpenPage<T> = page;
      const next = end.then(({ cookie }) => (cookie.length > 0 ? open(cookie) : null));
      yield* flow;
      const { failure } = await end;
      if (failure !== null) throw failure;
      page = await next;
    }
  }

  /**
   * Takes in one message; the cursor stands on its operation.
   *
   * @throws FormatError when it is no answer to a search
   */
  accept(messageId: number, operation: number, cursor: BerCursor): void {
    const pending = this.#pending.get(messageId);
    if (pending === undefined) return;
    if (operation === LDAP_TAGS.searchEntry) {
      this.#takeIn(messageId, pending, pending.intake.readEntry(cursor));
    } else if (operation === LDAP_TAGS.searchDone) {
      const done = readSearchDone(cursor);
      if (done.resultCode === RESULT_SUCCESS) this.counters.pages += 1;
      this.#settle(messageId, pending, done);
    } else if (operation !== LDAP_TAGS.searchReference) {
      const found = `operation 0x${operation.toString(16)} found`;
      throw new FormatError('LDAPMessage', `Cannot read the answer to a search: ${found}`);
    }
  }

  /** Everything that waits fails, and so will everything that comes after. */
  fail(error: Error): void {
    this.#lost ??= error;
    for (const [messageId, pending] of this.#pending) this.#settle(messageId, pending, this.#lost);
  }

  /** Never fails itself: what came before a failure is whole, and belongs to the caller. */
  async #requestPage<T>(options: SearchOptions, cookie: Buffer, intake: Intake<T>): Promise<Page<T>> {
    const context = {
      operation: `search ${options.base || 'the root of the directory'}`,
      server: this.#wire.server,
      dn: options.base,
    };
    let request: Buffer;
    const messageId = this.#takeId();
    try {
      request = encodeSearch(options, messageId, cookie);
    } catch (error) {
      return { made: [], cookie: NO_COOKIE, failure: toDirectoryError(error, context) };
    }
    const { made, end } = await this.#send(messageId, request, intake);
    return { made, ...outcomeOf(end, context) };
  }

  #send<T>(
    messageId: number,
    request: Buffer,
    intake: Intake<T>,
  ): Promise<{ readonly made: readonly T[]; readonly end: SearchDone | Error }> {
    return new Promise((resolve) => {
      if (this.#lost !== null) return resolve({ made: [], end: this.#lost });
      const pending: PendingSearch = {
        intake: intake as Intake<unknown>,
        made: [],
        received: 0,
        end: (end) => resolve({ made: pending.made as T[], end }),
        timer: this.#wire.startTimer(),
      };
      this.#pending.set(messageId, pending);
      this.counters.requests += 1;
      this.#wire.send(request);
    });
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id >= LAST_SEARCH_ID ? FIRST_SEARCH_ID : id + 1;
    return id;
  }

  #takeIn(messageId: number, pending: PendingSearch, entry: WireEntry): void {
    // Not once there are enough but before the next: the last of a page go with its end, which asks for the next page.
    if (pending.received >= CHUNK_ENTRIES) this.#handOver(pending);
    pending.received += 1;
    let made: unknown;
    try {
      made = pending.intake.decode(entry);
    } catch (error) {
      this.#settle(messageId, pending, new DecoderFault(error));
      return;
    }
    if (made !== null) pending.made.push(made);
  }

  #handOver(pending: PendingSearch): void {
    const { made } = pending;
    this.counters.entries += pending.received;
    pending.made = [];
    pending.received = 0;
    pending.timer?.refresh();
    pending.intake.onChunk(made);
  }

  /** Reads no further; the time that the caller takes is not the server's. */
  #hold(): void {
    this.#wire.pause();
    for (const pending of this.#pending.values()) {
      stopTimer(pending.timer);
      pending.timer = null;
    }
  }

  #letGo(): void {
    if (!this.#wire.isPaused()) return;
    for (const pending of this.#pending.values()) pending.timer ??= this.#wire.startTimer();
    this.#wire.resume();
  }

  #settle(messageId: number, pending: PendingSearch, how: SearchDone | Error): void {
    this.#pending.delete(messageId);
    stopTimer(pending.timer);
    this.counters.entries += pending.received;
    pending.end(how);
  }
}

/** Not the connection has failed but whoever decodes what comes over it. */
class DecoderFault extends Error {
  constructor(cause: unknown) {
    super('an entry could not be decoded', { cause });
  }
}

function outcomeOf(
  end: SearchDone | Error,
  context: LdapContext,
): { readonly cookie: Buffer; readonly failure: Error | null } {
  if (end instanceof DecoderFault) return { cookie: NO_COOKIE, failure: end.cause as Error };
  if (end instanceof Error) return { cookie: NO_COOKIE, failure: toDirectoryError(end, context) };
  if (end.resultCode === RESULT_SUCCESS) return { cookie: end.cookie, failure: null };
  return { cookie: NO_COOKIE, failure: resultError(end.resultCode, end.message, context) };
}

function stopTimer(timer: NodeJS.Timeout | null): void {
  if (timer !== null) clearTimeout(timer);
}
