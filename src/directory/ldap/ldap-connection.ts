/**
 * One connection to one server, shared by two readers of the same stream: ldapts, which binds, modifies and runs
 * extended operations, and the searches of search-exchange.ts, which decode entries in place (ldap-wire.ts says why).
 *
 * Incoming messages are told apart by message ID: ours count up from 2^30, those of ldapts from 1. ldapts sees a
 * Duplex that stands for the socket. When the stream ends it stays ended: ldapts would reconnect without signing
 * in again, and what an anonymous connection answers must never be taken for the directory's content.
 */

import { Duplex } from 'node:stream';
import { Client, ExtendedResponse, ResultCodeError, StatusCodeParser } from 'ldapts';
import { DnsaclError, SafetyError } from '../../errors.ts';
import type { RawEntry, SourceCounters } from '../../records/source.ts';
import { type LdapContext, toDirectoryError } from './ldap-errors.ts';
import { type BerCursor, createFramer, LDAP_TAGS, openMessage, readResult } from './ldap-wire.ts';
import { refuseWrite } from './read-only.ts';
import { FIRST_SEARCH_ID, SearchExchange, type WireDecoder } from './search-exchange.ts';
import type { SearchOptions } from './search-request.ts';
import type { Protection, Transport } from './transport.ts';
import type { WireEntry } from './wire-entry.ts';

/** What the server says without having been asked: that it is about to close. RFC 4511 4.4 */
const UNSOLICITED_ID = 0;

/** A connection over an open transport. Nobody is signed in until the caller sends a bind. */
export class LdapConnection {
  readonly server: string;
  readonly protection: Protection;
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #lossReason: () => Error | null;
  readonly #facade: Duplex;
  readonly #timeoutMs: number;
  readonly #readOnly: boolean;
  readonly #searches: SearchExchange;
  readonly #counters = { requests: 0, bytes: 0 };
  #lost: Error | null = null;

  /**
   * @param timeoutMs how long one answer may take; 0 waits for ever
   * @param readOnly lets nothing out that could change the directory: a caller that tries ends the connection
   */
  constructor(transport: Transport, server: string, timeoutMs: number, readOnly = false) {
    this.server = server;
    this.protection = transport.protection;
    this.#stream = transport.stream;
    this.#lossReason = transport.lossReason ?? (() => null);
    this.#timeoutMs = timeoutMs;
    this.#readOnly = readOnly;
    this.#facade = this.#createFacade();
    this.#searches = new SearchExchange({
      server,
      send: (request) => this.#put(request, () => {}),
      pause: () => void this.#stream.pause(),
      resume: () => void this.#stream.resume(),
      isPaused: () => this.#stream.isPaused(),
      startTimer: () => this.#startTimer(),
    });
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
    // It may have ended while it was handed over; nobody would tell again.
    if (this.#stream.destroyed) this.#fail(connectionClosed());
  }

  /** True once the connection is over, for whatever reason. */
  get isLost(): boolean {
    return this.#lost !== null;
  }

  get counters(): SourceCounters {
    const { requests, pages, entries } = this.#searches.counters;
    return { requests: this.#counters.requests + requests, pages, entries, bytes: this.#counters.bytes };
  }

  /**
   * Runs one bind, modify or extended operation; never a search.
   *
   * @throws DirectoryError when the server refuses it, or the connection is lost before it has answered: whether
   *   it was done is not known then
   * @throws SafetyError when the connection is read-only and it could change something; nothing was sent then
   */
  async request(context: Omit<LdapContext, 'server'>, run: (client: Client) => Promise<void>): Promise<void> {
    this.#counters.requests += 1;
    const timer = this.#startTimer();
    try {
      await run(this.#client);
    } catch (error) {
      // ldapts only knows that its stream has ended; this side knows why.
      const cause = error instanceof ResultCodeError ? error : (this.#lost ?? error);
      if (cause instanceof SafetyError) throw cause;
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
   * Runs a search and yields what `decode` makes of its entries, a page at a time or a thousand, whichever is less; null
   * leaves an entry out. While the caller works on one page the next is already asked for. Without paging, or with
   * `isAlone`, the connection is not read while entries wait for the caller: over it nothing else may be asked before
   * the search has ended.
   *
   * @param decode is called when the entry arrives, which lies in the receive buffer and is valid only during the call
   * @param isAlone nothing else is asked over this connection meanwhile
   * @throws DirectoryError when the server answers anything but success, or the connection is lost: what was yielded
   *   until then, which is all that was decoded, is not the whole answer
   */
  read<T>(
    options: SearchOptions,
    decode: WireDecoder<T>,
    isAlone = false,
  ): AsyncGenerator<readonly T[], void> {
    return this.#searches.read(options, decode, isAlone);
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

  #route(bytes: Buffer, start: number, end: number): void {
    const { messageId, operation, cursor } = openMessage(bytes, start, end);
    if (messageId === UNSOLICITED_ID) throw noticeOfDisconnection(cursor);
    if (messageId >= FIRST_SEARCH_ID) this.#searches.accept(messageId, operation, cursor);
    else this.#facade.push(Buffer.from(bytes.subarray(start, end)));
  }

  #startTimer(): NodeJS.Timeout | null {
    return this.#timeoutMs > 0 ? setTimeout(() => this.#fail(timedOut()), this.#timeoutMs) : null;
  }

  /** The connection is over: everything that waits fails, and so will everything that comes after. */
  #fail(error: Error): void {
    // What broke a rule is told as it is; of what came from outside the transport may know more.
    this.#lost ??= error instanceof DnsaclError ? error : (this.#lossReason() ?? error);
    this.#searches.fail(this.#lost);
    this.#facade.destroy();
    this.#stream.destroy();
  }

  /** Every byte that leaves goes through here, one message at a time. */
  #put(message: Buffer, callback: (error?: Error | null) => void): void {
    try {
      if (this.#readOnly) refuseWrite(message);
    } catch (error) {
      this.#fail(error as Error);
      callback(error as Error);
      return;
    }
    this.#stream.write(message, callback);
  }

  #createFacade(): Duplex {
    const facade = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, callback) => this.#put(chunk, callback),
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
