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
import { createEntryReader, type EntryReader } from './wire-entry.ts';

/** A page of entries, and how the server ended it. */
interface Page {
  readonly entries: readonly RawEntry[];
  readonly done: SearchDone;
}

/** What becomes of the entries of a search. */
interface Intake {
  readonly readEntry: EntryReader;
  /** Given by a search that wants its entries before it has ended. */
  readonly onChunk: ((entries: readonly RawEntry[]) => void) | null;
}

interface PendingSearch {
  readonly intake: Intake;
  entries: RawEntry[];
  readonly resolve: (page: Page) => void;
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
    const push = createFramer((message) => this.#route(message));
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

  /**
   * Runs a search and yields it page by page. While the caller works on one page the next is already asked for.
   * Without paging entries are yielded as they arrive, and when the caller is slow the connection is not read
   * meanwhile: over it nothing else may be asked before a search for more than CHUNK_ENTRIES has ended.
   *
   * @throws DirectoryError when the server answers anything but success, or the connection is lost: what was
   *   yielded until then is not the whole answer
   */
  search(options: SearchOptions): AsyncGenerator<readonly RawEntry[], void> {
    return options.pageSize === undefined ? this.#searchAtOnce(options) : this.#searchPages(options);
  }

  async *#searchPages(options: SearchOptions): AsyncGenerator<readonly RawEntry[], void> {
    const intake: Intake = { readEntry: createEntryReader(), onChunk: null };
    let next: Promise<Page> | null = this.#requestPage(options, Buffer.alloc(0), intake);
    while (next !== null) {
      const page: Page = await next;
      const more: boolean = page.done.cookie.length > 0;
      next = more ? this.#requestPage(options, page.done.cookie, intake) : null;
      // The consumer may stop before it asks again; a rejection nobody waits for must not end the process.
      next?.catch(() => {});
      if (page.entries.length > 0) yield page.entries;
    }
  }

  async *#searchAtOnce(options: SearchOptions): AsyncGenerator<readonly RawEntry[], void> {
    const flow = new EntryFlow({ hold: () => this.#hold(), letGo: () => this.#letGo() });
    const onChunk = (entries: readonly RawEntry[]): void => flow.add(entries);
    const last = this.#requestPage(options, Buffer.alloc(0), { readEntry: createEntryReader(), onChunk });
    last.then(
      () => flow.end(),
      () => flow.end(),
    );
    yield* flow;
    const { entries } = await last;
    if (entries.length > 0) yield entries;
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

  async #requestPage(options: SearchOptions, cookie: Buffer, intake: Intake): Promise<Page> {
    const context = {
      operation: `search ${options.base || 'the root of the directory'}`,
      server: this.server,
      dn: options.base,
    };
    const messageId = this.#takeId();
    const request = encodeSearch(options, messageId, cookie);
    let page: Page;
    try {
      page = await this.#send(messageId, request, intake);
    } catch (error) {
      throw toDirectoryError(error, context);
    }
    if (page.done.resultCode !== RESULT_SUCCESS)
      throw resultError(page.done.resultCode, page.done.message, context);
    this.#counters.pages += 1;
    this.#counters.entries += page.entries.length;
    return page;
  }

  #send(messageId: number, request: Buffer, intake: Intake): Promise<Page> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) return reject(this.#lost);
      this.#pending.set(messageId, { intake, entries: [], resolve, reject, timer: this.#startTimer() });
      this.#counters.requests += 1;
      this.#stream.write(request);
    });
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id >= LAST_SEARCH_ID ? FIRST_SEARCH_ID : id + 1;
    return id;
  }

  #route(message: Buffer): void {
    const { messageId, operation, cursor } = openMessage(message);
    if (messageId === UNSOLICITED_ID) throw noticeOfDisconnection(cursor);
    if (messageId < FIRST_SEARCH_ID) {
      this.#facade.push(message);
      return;
    }
    const pending = this.#pending.get(messageId);
    if (pending === undefined) return;
    if (operation === LDAP_TAGS.searchEntry) {
      pending.entries.push(pending.intake.readEntry(cursor));
      if (pending.intake.onChunk !== null && pending.entries.length >= CHUNK_ENTRIES) this.#handOver(pending);
    } else if (operation === LDAP_TAGS.searchDone) {
      const done = readSearchDone(cursor);
      this.#settle(messageId, pending);
      pending.resolve({ entries: pending.entries, done });
    } else if (operation !== LDAP_TAGS.searchReference) {
      const found = `operation 0x${operation.toString(16)} found`;
      throw new FormatError('LDAPMessage', `Cannot read the answer to a search: ${found}`);
    }
  }

  #handOver(pending: PendingSearch): void {
    const { entries } = pending;
    pending.entries = [];
    this.#counters.entries += entries.length;
    pending.timer?.refresh();
    pending.intake.onChunk?.(entries);
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
