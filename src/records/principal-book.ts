/**
 * The names of SIDs, resolved in batches and remembered for the run. It also knows the difference that matters
 * before anything is removed: a SID whose own domain answered that it does not exist, and one nobody could ask about.
 */

import type { Problem } from '../errors.ts';
import { decodeSid, type Sid, sidDomain, wellKnownName } from '../formats/sid.ts';
import { type Account, type Principal, principalOf, principalOfSid, readAccount } from './account.ts';
import { bytesOf } from './entry.ts';
import type { DirectoryInfo, DirectorySource, RawEntry } from './source.ts';

/** What is known of a SID. `orphan`: its domain answered, and there is no such account (any more). */
export type SidState = 'account' | 'wellknown' | 'orphan' | 'unresolved';

/** Whoever needs more owners than these is reading a large zone, whose hosts are best had in one sweep. */
const SIDS_ASKED_ONE_BY_ONE = 2000;

/** Remembers accounts by SID; fills itself from the source when asked about new ones. */
export class PrincipalBook {
  readonly #source: DirectorySource;
  readonly #info: DirectoryInfo;
  readonly #accounts = new Map<Sid, Account>();
  readonly #asked = new Set<Sid>();
  /** SIDs of objects that were returned, also of those too hidden to be accounts: they are not gone. */
  readonly #existing = new Set<Sid>();
  readonly #problems: Problem[] = [];
  #knowsComputers = false;

  constructor(source: DirectorySource, info: DirectoryInfo) {
    this.#source = source;
    this.#info = info;
  }

  /** What could not be read while resolving. */
  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Takes in entries that were read for another purpose, so that they are not asked for again. */
  learn(entries: readonly RawEntry[]): readonly Account[] {
    return entries.map((entry) => this.#take(entry)).filter((account) => account !== null);
  }

  /** Takes in every computer of the domain, page by page. */
  async *learnComputers(): AsyncGenerator<readonly Account[], void> {
    this.#knowsComputers = true;
    yield* this.#source.computers((entry) => this.#take(entry));
  }

  #take(entry: RawEntry): Account | null {
    const account = readAccount(entry, this.#info, this.#problems);
    if (account === null) this.#noteExistence(entry);
    else this.#accounts.set(account.sid, account);
    return account;
  }

  /** Asks the source about those SIDs that are new, all at once. */
  async resolve(sids: Iterable<Sid>): Promise<void> {
    let unknown = this.#unknownOf(sids);
    if (!this.#knowsComputers && this.#asked.size + unknown.size > SIDS_ASKED_ONE_BY_ONE) {
      for await (const _ of this.learnComputers());
      unknown = this.#unknownOf(unknown);
    }
    if (unknown.size === 0) return;
    const entries = await this.#source.bySid([...unknown]);
    for (const sid of unknown) this.#asked.add(sid);
    this.learn(entries);
  }

  #unknownOf(sids: Iterable<Sid>): Set<Sid> {
    const unknown = new Set<Sid>();
    for (const sid of sids) {
      if (!this.#accounts.has(sid) && !this.#asked.has(sid) && wellKnownName(sid) === null) unknown.add(sid);
    }
    return unknown;
  }

  #noteExistence(entry: RawEntry): void {
    const bytes = bytesOf(entry, 'objectsid');
    if (bytes === null) return;
    try {
      this.#existing.add(decodeSid(bytes));
    } catch {
      // readAccount() has made a problem of it.
    }
  }

  /** The account of a SID that was resolved, or null. */
  account(sid: Sid): Account | null {
    return this.#accounts.get(sid) ?? null;
  }

  /** The principal of any SID; its name is null when nothing is known of it. */
  principal(sid: Sid): Principal {
    const account = this.#accounts.get(sid);
    return account === undefined ? principalOfSid(sid) : principalOf(account);
  }

  /** What the directory said about a SID that was resolved. */
  state(sid: Sid): SidState {
    const account = this.#accounts.get(sid);
    if (account !== undefined) return account.deleted ? 'orphan' : 'account';
    if (wellKnownName(sid) !== null) return 'wellknown';
    const domainSid = sidDomain(sid);
    const domain = domainSid === null ? undefined : this.#info.domains.find((item) => item.sid === domainSid);
    const gone = domain?.answered === true && this.#asked.has(sid) && !this.#existing.has(sid);
    return gone ? 'orphan' : 'unresolved';
  }
}
