/**
 * One connection to one server, shared by two readers of the same stream: ldapts, which binds, modifies and runs
 * extended operations, and the bulk search below, which decodes entries in place (ldap-wire.ts says why).
 *
 * Incoming messages are told apart by message ID: ours count up from 2^30, those of ldapts from 1. ldapts sees a
 * Duplex that stands for the socket. When the stream ends it stays ended: ldapts would reconnect without signing
 * in again, and what an anonymous connection answers must never be taken for the directory's content.
 */

import { Duplex } from 'node:stream';
import { Client, ExtendedResponse, ResultCodeError, StatusCodeParser } from 'ldapts';
import { FormatError } from '../errors.ts';
import type { RawEntry, SourceCounters } from '../records/source.ts';
import { EntryFlow } from './entry-flow.ts';
import { type LdapContext, resultError, toDirectoryError } from './ldap-errors.ts';
import {
  type BerCursor,
  createFramer,
  LDAP_TAGS,
  openMessage,
  readResult,
  readSearchDone,
  type SearchDone,
} from './ldap-wire.ts';
import { encodeSearch, type SearchOptions } from './search-request.ts';
import type { Protection, Transport } from './transport.ts';
import { createEntryReader, type EntryReader, type WireEntry } from './wire-entry.ts';

/** What was made of the entries of a page, and how the server ended it. */
interface Page<T> {
  readonly made: readonly T[];
  readonly done: SearchDone;
}

/** What becomes of the entries of a search. */
interface Intake<T> {
  readonly readEntry: EntryReader;
  readonly decode: (entry: WireEntry) => T | null;
  /** Given by a search that wants its entries before it has ended. */
  readonly onChunk: ((made: readonly T[]) => void) | null;
}

/** A search that waits for its end; what its entries are made into is known to the caller only. */
interface PendingSearch {
  readonly intake: Intake<unknown>;
  made: unknown[];
  /** Entries since the last chunk, those included that nothing was made of. */
  received: number;
  readonly resolve: (page: Page<unknown>) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | null;
}

/** What the server says without having been asked: that it is about to close. RFC 4511 4.4 */
const UNSOLICITED_ID = 0;
const FIRST_SEARCH_ID = 2 ** 30;
const LAST_SEARCH_ID = 2 ** 31 - 2;
const RESULT_SUCCESS = 0;
/** Entries handed over at a time by a search without paging. */
const CHUNK_ENTRIES = 1000;

/** A connection over an open transport. Nobody is signed in until the caller sends a bind. */
export class LdapConnection {
  readonly server: string;
  readonly protection: Protection;
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #facade: Duplex;
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, PendingSearch>();
  readonly #counters = { requests: 0, pages: 0, entries: 0, bytes: 0 };
  #nextId = FIRST_SEARCH_ID;
  #lost: Error | null = null;

  /** @param timeoutMs how long one answer may take; 0 waits for ever */
  constructor(transport: Transport, server: string, timeoutMs: number) {
    this.server = server;
    this.protection = transport.protection;
    this.#stream = transport.stream;
    this.#timeoutMs = timeoutMs;
    this.#facade = this.#createFacade();
    this.#client = new Client({
      url: 'ldap://transport',
      createConnection: (() => this.#handFacade()) as unknown as typeof import('node:net').connect,
    });
    const push = createFramer((bytes, start, end) => this.#route(bytes, start, end));
    transport.receive((chunk) => {
      this.#counters.bytes += chunk.length;
      try {
        push(chunk);
      } catch (error) {
        this.#fail(error as Error);
      }
    });
    this.#stream.on('error', (error) => this.#fail(error));
    this.#stream.on('close', () => this.#fail(connectionClosed()));
  }

  /** True once the connection is over, for whatever reason. */
  get isLost(): boolean {
    return this.#lost !== null;
  }

  get counters(): SourceCounters {
    return this.#counters;
  }

  /**
   * Runs one bind, modify or extended operation; never a search.
   *
   * @throws DirectoryError when the server refuses it, or the connection is lost before it has answered: whether
   *   it was done is not known then
   */
  async request(context: Omit<LdapContext, 'server'>, run: (client: Client) => Promise<void>): Promise<void> {
    this.#counters.requests += 1;
    const timer = this.#startTimer();
    try {
      await run(this.#client);
    } catch (error) {
      // ldapts only knows that its stream has ended; this side knows why.
      const cause = error instanceof ResultCodeError ? error : (this.#lost ?? error);
      throw toDirectoryError(cause, { ...context, server: this.server });
    } finally {
      stopTimer(timer);
    }
  }

  /** As read(), with the entries as they are. */
  search(options: SearchOptions): AsyncGenerator<readonly RawEntry[], void> {
    return this.read(options, keep);
  }

  /**
   * Runs a search and yields what `decode` makes of its entries, page by page; null leaves an entry out. While the
   * caller works on one page the next is already asked for. Without paging entries are yielded as they arrive, and
   * when the caller is slow the connection is not read meanwhile: over it nothing else may be asked before a search
   * for more than CHUNK_ENTRIES has ended.
   *
   * @param decode is called when the entry arrives, which lies in the receive buffer and is valid only during the call
   * @throws DirectoryError when the server answers anything but success, or the connection is lost: what was
   *   yielded until then is not the whole answer
   */
  read<T>(
    options: SearchOptions,
    decode: (entry: WireEntry) => T | null,
  ): AsyncGenerator<readonly T[], void> {
    return options.pageSize === undefined
      ? this.#readAtOnce(options, decode)
      : this.#readPages(options, decode);
  }

  async *#readPages<T>(
    options: SearchOptions,
    decode: (entry: WireEntry) => T | null,
  ): AsyncGenerator<readonly T[], void> {
    const intake: Intake<T> = { readEntry: createEntryReader(), decode, onChunk: null };
    let next: Promise<Page<T>> | null = this.#requestPage(options, Buffer.alloc(0), intake);
    while (next !== null) {
      const page: Page<T> = await next;
      const more: boolean = page.done.cookie.length > 0;
      next = more ? this.#requestPage(options, page.done.cookie, intake) : null;
      // The consumer may stop before it asks again; a rejection nobody waits for must not end the process.
      next?.catch(() => {});
      if (page.made.length > 0) yield page.made;
    }
  }

  async *#readAtOnce<T>(
    options: SearchOptions,
    decode: (entry: WireEntry) => T | null,
  ): AsyncGenerator<readonly T[], void> {
    const flow = new EntryFlow<T>({ hold: () => this.#hold(), letGo: () => this.#letGo() });
    const onChunk = (made: readonly T[]): void => flow.add(made);
    const intake: Intake<T> = { readEntry: createEntryReader(), decode, onChunk };
    const last = this.#requestPage(options, Buffer.alloc(0), intake);
    last.then(
      () => flow.end(),
      () => flow.end(),
    );
    yield* flow;
    await last;
  }

  /** Unbinds and closes; safe to call twice. */
  async close(): Promise<void> {
    if (this.#lost === null) {
      this.#lost = connectionClosed();
      const timer = this.#startTimer();
      await this.#client.unbind().catch(() => {});
      stopTimer(timer);
    }
    this.#stream.destroy();
  }

  async #requestPage<T>(options: SearchOptions, cookie: Buffer, intake: Intake<T>): Promise<Page<T>> {
    const context = {
      operation: `search ${options.base || 'the root of the directory'}`,
      server: this.server,
      dn: options.base,
    };
    const messageId = this.#takeId();
    const request = encodeSearch(options, messageId, cookie);
    let page: Page<T>;
    try {
      page = await this.#send(messageId, request, intake);
    } catch (error) {
      throw error instanceof DecoderFault ? error.cause : toDirectoryError(error, context);
    }
    if (page.done.resultCode !== RESULT_SUCCESS)
      throw resultError(page.done.resultCode, page.done.message, context);
    this.#counters.pages += 1;
    return page;
  }

  #send<T>(messageId: number, request: Buffer, intake: Intake<T>): Promise<Page<T>> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) return reject(this.#lost);
      const pending: PendingSearch = {
        intake: intake as Intake<unknown>,
        made: [],
        received: 0,
        resolve: resolve as (page: Page<unknown>) => void,
        reject,
        timer: this.#startTimer(),
      };
      this.#pending.set(messageId, pending);
      this.#counters.requests += 1;
      this.#stream.write(request);
    });
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id >= LAST_SEARCH_ID ? FIRST_SEARCH_ID : id + 1;
    return id;
  }

  #route(bytes: Buffer, start: number, end: number): void {
    const { messageId, operation, cursor } = openMessage(bytes, start, end);
    if (messageId === UNSOLICITED_ID) throw noticeOfDisconnection(cursor);
    if (messageId < FIRST_SEARCH_ID) {
      this.#facade.push(Buffer.from(bytes.subarray(start, end)));
      return;
    }
    const pending = this.#pending.get(messageId);
    if (pending === undefined) return;
    if (operation === LDAP_TAGS.searchEntry) {
      this.#takeIn(messageId, pending, pending.intake.readEntry(cursor));
    } else if (operation === LDAP_TAGS.searchDone) {
      const done = readSearchDone(cursor);
      // Before the outcome: who goes on after a limit was reached has to have had all that came.
      if (pending.intake.onChunk !== null && pending.made.length > 0) this.#handOver(pending);
      this.#counters.entries += pending.received;
      this.#settle(messageId, pending);
      pending.resolve({ made: pending.made, done });
    } else if (operation !== LDAP_TAGS.searchReference) {
      const found = `operation 0x${operation.toString(16)} found`;
      throw new FormatError('LDAPMessage', `Cannot read the answer to a search: ${found}`);
    }
  }

  #takeIn(messageId: number, pending: PendingSearch, entry: WireEntry): void {
    pending.received += 1;
    let made: unknown;
    try {
      made = pending.intake.decode(entry);
    } catch (error) {
      this.#settle(messageId, pending);
      pending.reject(new DecoderFault(error));
      return;
    }
    if (made !== null) pending.made.push(made);
    if (pending.intake.onChunk !== null && pending.received >= CHUNK_ENTRIES) this.#handOver(pending);
  }

  #handOver(pending: PendingSearch): void {
    const { made } = pending;
    this.#counters.entries += pending.received;
    pending.made = [];
    pending.received = 0;
    pending.timer?.refresh();
    pending.intake.onChunk?.(made);
  }

  /** Reads no further; the time that the caller takes is not the server's. */
  #hold(): void {
    this.#stream.pause();
    for (const pending of this.#pending.values()) {
      stopTimer(pending.timer);
      pending.timer = null;
    }
  }

  #letGo(): void {
    if (!this.#stream.isPaused()) return;
    for (const pending of this.#pending.values()) pending.timer ??= this.#startTimer();
    this.#stream.resume();
  }

  #settle(messageId: number, pending: PendingSearch): void {
    this.#pending.delete(messageId);
    stopTimer(pending.timer);
  }

  #startTimer(): NodeJS.Timeout | null {
    return this.#timeoutMs > 0 ? setTimeout(() => this.#fail(timedOut()), this.#timeoutMs) : null;
  }

  /** The connection is over: everything that waits fails, and so will everything that comes after. */
  #fail(error: Error): void {
    this.#lost ??= error;
    for (const [messageId, pending] of this.#pending) {
      this.#settle(messageId, pending);
      pending.reject(this.#lost);
    }
    this.#facade.destroy();
    this.#stream.destroy();
  }

  #createFacade(): Duplex {
    const facade = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, callback) => {
        this.#stream.write(chunk, callback);
      },
    });
    facade.on('error', () => {});
    // Should ldapts give up its stream, it would ask for a new one; this ends the connection instead.
    facade.on('close', () => this.#fail(connectionClosed()));
    return Object.assign(facade, { connecting: false, readyState: 'open' });
  }

  /** Hands the stream to ldapts, once: a second call would be a reconnect on a dead stream. */
  #handFacade(): Duplex {
    if (this.#lost !== null) throw this.#lost;
    return this.#facade;
  }
}

/** Not the connection has failed but whoever decodes what comes over it. */
class DecoderFault extends Error {
  constructor(cause: unknown) {
    super('an entry could not be decoded', { cause });
  }
}

function keep(entry: WireEntry): RawEntry {
  return entry.keep();
}

function stopTimer(timer: NodeJS.Timeout | null): void {
  if (timer !== null) clearTimeout(timer);
}

function noticeOfDisconnection(cursor: BerCursor): Error {
  const { resultCode, message } = readResult(cursor, LDAP_TAGS.extendedResponse, 'notice of disconnection');
  return StatusCodeParser.parse(
    new ExtendedResponse({ messageId: UNSOLICITED_ID, status: resultCode, errorMessage: message }),
  );
}

function connectionClosed(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}
